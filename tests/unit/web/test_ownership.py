"""Nobody gets in: all routes, asked by everybody who must not see what is there."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from werkzeug.routing import Rule

from ai_prism.app import create_app
from ai_prism.settings import Settings

SECRET = b"The marker word is xylograph."
NAME = "xylograph.md"

#: What anybody may have, spelt out here too, so that a route cannot be opened in one place alone.
OPEN = {
    "/static/<path:filename>",
    "/health",
    "/ready",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/schema/review-1.json",
}
SIGN_IN = {"/sign-in", "/sign-in/provider", "/sign-in/callback", "/sign-out"}
#: Routes that show one's own: for others they hold nothing of ours.
OWN = {"/", "/reviews", "/events", "/upload", "/playbooks"}
#: What stands in each place of a path; a new kind of place must be given a value here.
PLACES = {"format_name": "json", "finding_id": "any", "number": "1", "question_id": "any"}

Ask = Callable[[Rule, str], tuple[int, str]]


def make_app(folder: Path, **settings: object) -> Flask:
    app = create_app(Settings(data_dir=str(folder), secret_key="k" * 40, **settings))
    app.extensions["ai_prism"].database.migrate()
    return app


def upload(client: FlaskClient, **headers: str) -> str:
    sent = {"document": (io.BytesIO(SECRET), NAME)}
    answer = client.post("/upload", data=sent, headers=headers)
    assert answer.status_code == 202, answer.text
    return str(answer.json["task_id"])


def calls(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def asking(client: FlaskClient, review_id: str, **headers: str) -> Ask:
    def ask(rule: Rule, method: str) -> tuple[int, str]:
        places = PLACES | {"review_id": review_id}
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda place: places[place[1]], rule.rule)
        answer = client.open(path, method=method, headers=headers)
        return answer.status_code, answer.get_data(as_text=True)

    return ask


def let_in(app: Flask, ask: Ask, allowed: set[int]) -> list[str]:
    """Return the calls that answered a stranger with anything but *allowed*."""
    return [
        f"{method} {rule.rule}: {status}"
        for rule, method in calls(app)
        if rule.rule not in OPEN | SIGN_IN
        and not (rule.rule in OWN and 401 not in allowed)
        and (status := ask(rule, method)[0]) not in allowed
    ]


def forged(client: FlaskClient, key: str = "another key", age_seconds: float = 0) -> str:
    """Return a cookie that says it is *client*'s, signed with *key* some time ago."""
    ours = client.get_cookie("ai_prism")
    assert ours is not None
    payload = ours.value.rsplit(".", 2)[0]

    class Signer(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(super().get_timestamp() - age_seconds)

    serializer = client.application.session_interface.get_signing_serializer(client.application)
    signer = Signer(
        key, salt=serializer.salt, key_derivation="hmac", digest_method=lambda data=b"": _sha1(data)
    )
    return signer.sign(payload).decode()


def _sha1(data: bytes) -> object:
    import hashlib

    return hashlib.sha1(data)  # noqa: S324 - what itsdangerous signs with


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(tmp_path)


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    return app.test_client()


def test_another_session_meets_no_review_on_any_route(app: Flask, owner: FlaskClient) -> None:
    review_id = upload(owner)
    stranger = app.test_client()
    stranger.get("/")

    assert let_in(app, asking(stranger, review_id), {404}) == []


def test_nobody_meets_no_review_on_any_route(app: Flask, owner: FlaskClient) -> None:
    review_id = upload(owner)

    assert let_in(app, asking(app.test_client(use_cookies=False), review_id), {404}) == []


@pytest.mark.parametrize("age_seconds", [401 * 24 * 3600.0])
def test_an_expired_cookie_opens_nothing(
    app: Flask, owner: FlaskClient, age_seconds: float
) -> None:
    review_id = upload(owner)
    key = app.config["SECRET_KEY"]
    fresh, old = forged(owner, key), forged(owner, key, age_seconds)
    stranger = app.test_client(use_cookies=False)

    assert stranger.get(f"/status/{review_id}", headers=_cookie(fresh)).status_code == 200
    assert let_in(app, asking(stranger, review_id, **_cookie(old)), {404}) == []


def test_a_forged_cookie_opens_nothing(app: Flask, owner: FlaskClient) -> None:
    review_id = upload(owner)
    cookie = _cookie(forged(owner, "a guessed key"))

    assert let_in(app, asking(app.test_client(use_cookies=False), review_id, **cookie), {404}) == []


def test_what_shows_ones_own_shows_a_stranger_nothing(app: Flask, owner: FlaskClient) -> None:
    review_id = upload(owner)
    ask = asking(app.test_client(), review_id)

    for rule, method in calls(app):
        # The stream of all one's reviews never ends; it asks `history`, as the list does.
        if rule.rule in OWN | OPEN | SIGN_IN and "<" not in rule.rule and rule.rule != "/events":
            _, body = ask(rule, method)
            assert review_id not in body
            assert NAME not in body


@pytest.mark.parametrize("auth", ["token", "oidc"])
@pytest.mark.parametrize("cookie", ["", "nonsense", "forged"])
def test_without_signing_in_every_route_is_closed(auth: str, cookie: str, tmp_path: Path) -> None:
    provider = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "a"}
    app = make_app(tmp_path, auth=auth, oidc_client_secret="b", **provider)
    token = app.extensions["ai_prism"].tokens.new("tester")
    owner = app.test_client()
    review_id = upload(owner, Authorization=f"Bearer {token}")
    if cookie == "forged":
        owner.post("/sign-in", data={"token": token})
        cookie = forged(owner, "a guessed key")
    ask = asking(app.test_client(use_cookies=False), review_id, **_cookie(cookie))

    assert let_in(app, ask, {401}) == []


@pytest.mark.parametrize("way", ["another's", "revoked", "ended", "wrong", "empty"])
def test_another_token_or_one_that_no_longer_holds_opens_nothing(way: str, tmp_path: Path) -> None:
    app = make_app(tmp_path, auth="token")
    tokens = app.extensions["ai_prism"].tokens
    token = tokens.new("tester")
    review_id = upload(app.test_client(), Authorization=f"Bearer {token}")
    if way == "revoked":
        tokens.revoke(tokens.all()[0].id)
    other = {
        "another's": lambda: tokens.new("somebody else"),
        "revoked": lambda: token,
        "ended": lambda: tokens.new("tester", days=-1),
        "wrong": lambda: token[:-1],
        "empty": lambda: "",
    }[way]()
    ask = asking(app.test_client(), review_id, Authorization=f"Bearer {other}")

    assert let_in(app, ask, {404} if way == "another's" else {401}) == []


def test_a_route_that_somebody_forgets_to_guard_is_found(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    app.add_url_rule("/reviews/<review_id>/words", "words", lambda review_id: "all of them")
    review_id = upload(app.test_client())

    left_open = let_in(app, asking(app.test_client(), review_id), {404})

    assert left_open == ["GET /reviews/<review_id>/words: 200"]


def test_a_new_route_is_closed_to_those_who_are_not_signed_in(tmp_path: Path) -> None:
    app = make_app(tmp_path, auth="token")
    app.add_url_rule("/new", "new", lambda: "open to all")

    assert app.test_client().get("/new").status_code == 401


def _cookie(value: str) -> dict[str, str]:
    return {"Cookie": f"ai_prism={value}"} if value else {}
