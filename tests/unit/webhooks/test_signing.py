"""Signatures as others work them out."""

from ai_prism.webhooks.signing import headers, secret_for


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of https://docs.svix.com/receiving/verifying-payloads/how-manual.
    made = headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )

    assert made == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_each_owner_and_each_address_has_a_secret_that_stays() -> None:
    asked = [("key", "a", "u"), ("key", "b", "u"), ("key", "a", "v"), ("other", "a", "u")]

    assert len({secret_for(*words) for words in asked}) == 4
    assert secret_for("key", "a", "u") == secret_for("key", "a", "u")
    assert secret_for("key", "a", "u").startswith("whsec_")
