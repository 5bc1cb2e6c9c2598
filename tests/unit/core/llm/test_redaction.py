"""What is kept back from a reviewer, and how it comes back."""

import pytest

from ai_prism.core.llm.redaction import redact

KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\nq2Zk0/8+==\n-----END RSA PRIVATE KEY-----"
)


@pytest.mark.parametrize(
    ("before", "secret"),
    [
        ("with ", "AKIA2E0A8F3B244C9986"),
        ("with ", "ghp_1a2B3c4D5e6F7g8H9i0JkLmNoPqRsTuVwXyZ"),
        ("on postgres://", "billing:t0pS3cretX@"),
        ("with\n", KEY),
        ("as ", "k.lee@example.com"),
        ("on ", "+49 171 5550123"),
        ("on ", "(030) 5550 123"),
        ("on ", "555-867-5309"),
        ("for ", "DE89 3704 0044 0532 0130 00"),
        ("for ", "4539 1488 0343 6467"),
        ("for social security number ", "219-09-9999"),
    ],
)
def test_it_is_not_in_what_is_sent_and_comes_back_in_a_quote(before: str, secret: str) -> None:
    text = f"Log in {before}{secret}db.example today."
    text = text if secret.endswith("@") else text.replace("db.example", "")

    kept = redact([text])

    assert secret not in kept.texts[0]
    assert kept.texts[0].startswith(f"Log in {before}[")
    assert kept.restored(kept.texts[0]) == text


@pytest.mark.parametrize(
    "harmless",
    [
        "The bill of 12,345,678.90 euros is of 2026-11-25, 10:30.",
        "Version 1.2.3.4 has 1,000 users in 3 regions: see section 4.1.2.",
        "Call 110. Ticket 4711-2026 and order 0815 stay open from 2024-2026.",
    ],
)
def test_figures_are_not_personal(harmless: str) -> None:
    assert redact([harmless]).texts == (harmless,)


def test_the_same_words_get_the_same_mark_and_others_another() -> None:
    kept = redact(["a@example.com wrote to b@example.com", "a@example.com"])

    first, second = kept.texts
    assert first == "[e-mail address 1] wrote to [e-mail address 2]"
    assert second == "[e-mail address 1]"


def test_a_mark_that_the_document_has_already_is_not_given_again() -> None:
    text = "Here [e-mail address 1] is a blank, and a@example.com an address."

    kept = redact([text])

    assert kept.restored(kept.texts[0]) == text
    assert "a@example.com" not in kept.texts[0]


def test_a_key_whose_end_is_missing_is_kept_back_to_its_last_letter() -> None:
    kept = redact(["Key: -----BEGIN PRIVATE KEY-----\nMIIEow7q\nabcDEF+/=\n\n§ 2 Fees"])

    assert kept.texts[0] == "Key: [private key 1]§ 2 Fees"


def test_redaction_takes_no_longer_than_the_text_is_long() -> None:
    hostile = "-----BEGIN PRIVATE KEY-----" + "A" * 200_000 + "1@" * 20_000 + "+1 " * 50_000

    assert redact([hostile]).restored("x") == "x"
