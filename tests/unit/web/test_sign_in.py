"""Signing in and out, with a token and through a real OpenID Connect provider."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from ai_prism.app import create_app
from ai_prism.settings import InvalidSettings, Settings
from ai_prism.supervisor import die_with_parent
from support.service import free_port
from support.waiting import until

PAGE = {"Accept": "text/html"}


def make_app(folder: Path, **settings: object) -> Flask:
    app = create_app(Settings(data_dir=str(folder), **settings))
    app.extensions["ai_prism"].database.migrate()
    return app


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return make_app(tmp_path, auth="token")


def new_token(app: Flask, name: str = "tester") -> str:
    token: str = app.extensions["ai_prism"].tokens.new(name)
    return token


def sign_in(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/sign-in", data={"token": token}).status_code == 303
    return client


def upload(client: FlaskClient) -> str:
    sent = {"document": (io.BytesIO(b"Some text."), "a.txt")}
    return str(client.post("/upload", data=sent).json["task_id"])


def test_a_token_opens_the_same_reviews_on_every_browser_and_for_programs(app: Flask) -> None:
    token = new_token(app)
    review_id = upload(sign_in(app, token))

    program = app.test_client().get("/reviews", headers={"Authorization": f"Bearer {token}"})

    assert [review["id"] for review in sign_in(app, token).get("/reviews").json] == [review_id]
    assert [review["id"] for review in program.json] == [review_id]
    assert sign_in(app, new_token(app, "somebody else")).get("/reviews").json == []
    assert len(sign_in(app, new_token(app)).get("/reviews").json) == 1


def test_a_name_that_a_terminal_would_obey_is_written_to_the_audit_log_without_that(
    app: Flask,
) -> None:
    upload(sign_in(app, new_token(app, "tester\x1b[2J\u202e")))

    names = {event.name for event in app.extensions["ai_prism"].audit.read()}

    assert "tester\ufffd[2J\ufffd" in names
    assert all(name.isprintable() for name in names)


def test_people_are_led_to_the_sign_in_page_and_back_programs_are_told(app: Flask) -> None:
    client = app.test_client()

    led = client.get("/reviews?x=1", headers=PAGE)
    told = client.get("/reviews")
    signed_in = client.post("/sign-in", data={"token": new_token(app), "then": "/reviews?x=1"})

    assert led.status_code == 303
    assert led.location == "/sign-in?then=/reviews?x%3D1"
    assert (told.status_code, told.json["code"]) == (401, "sign_in_needed")
    assert told.headers["WWW-Authenticate"] == "Bearer"
    assert signed_in.location == "/reviews?x=1"


@pytest.mark.parametrize(
    "then", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "x", "/\n"]
)
def test_signing_in_leads_nowhere_else(app: Flask, then: str) -> None:
    answer = app.test_client().post("/sign-in", data={"token": new_token(app), "then": then})

    assert answer.location == "/"


def test_a_wrong_token_is_refused_on_the_page(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={"token": "aip_wrong"}, headers=PAGE)

    assert answer.status_code == 401
    assert "This token opens nothing." in answer.text


def test_signing_out_ends_copies_of_the_cookie_too(app: Flask) -> None:
    client = sign_in(app, new_token(app))
    copied = {"Cookie": f"ai_prism={client.get_cookie('ai_prism').value}"}
    thief = app.test_client(use_cookies=False)
    before = thief.get("/reviews", headers=copied).status_code

    client.post("/sign-out")

    assert before == 200
    assert thief.get("/reviews", headers=copied).status_code == 401
    assert client.get("/reviews").status_code == 401


def test_a_revoked_token_ends_its_sessions(app: Flask) -> None:
    client = sign_in(app, new_token(app))
    tokens = app.extensions["ai_prism"].tokens

    tokens.revoke(tokens.all()[0].id)

    assert client.get("/reviews").status_code == 401


def test_a_session_ends_by_itself(tmp_path: Path) -> None:
    app = make_app(tmp_path, auth="token", session_hours=-1)

    assert sign_in(app, new_token(app)).get("/reviews").status_code == 401


def test_neither_token_nor_session_can_be_read_from_the_database(
    app: Flask, tmp_path: Path
) -> None:
    token = new_token(app)
    client = sign_in(app, token)
    with client.session_transaction() as cookie:
        secret = cookie["session"]

    kept = b"".join(path.read_bytes() for path in tmp_path.glob("ai-prism.db*"))

    assert b"tester" in kept
    assert token.encode() not in kept
    assert secret.encode() not in kept


def test_anonymous_browsers_keep_their_reviews_whatever_they_post(tmp_path: Path) -> None:
    client = make_app(tmp_path).test_client()
    review_id = upload(client)

    client.post("/sign-in", data={"token": "x"})
    client.post("/sign-out")

    assert client.get(f"/status/{review_id}").status_code == 200


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider of OpenID Connect in a process of its own, which insists on a nonce."""
    program = Path(sys.executable).with_name("oidc-provider-mock")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [program, "--host", "127.0.0.1", "--port", str(port), "--require-nonce=true"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, preexec_fn=die_with_parent, **quiet) as process:
        until(lambda: answers(f"{url}/.well-known/openid-configuration"), what="the provider")
        yield url
        process.terminate()


def answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


@pytest.fixture
def oidc_app(provider: str, tmp_path: Path) -> Flask:
    return make_app(
        tmp_path,
        auth="oidc",
        oidc_issuer=provider,
        oidc_client_id="ai-prism",
        oidc_client_secret="secret",
    )


def through_provider(client: FlaskClient, subject: str) -> str:
    """Sign *subject* in at the provider and return where it sends the browser back to."""
    asked = client.get("/sign-in/provider?then=/reviews").location
    return httpx.post(asked, data={"sub": subject}).headers["Location"]


def test_the_same_person_sees_the_same_reviews_from_another_browser(oidc_app: Flask) -> None:
    one, other, stranger = (oidc_app.test_client() for _ in range(3))
    for client, subject in ((one, "ada"), (other, "ada"), (stranger, "bob")):
        back = client.get(through_provider(client, subject))
        assert (back.status_code, back.location) == (303, "/reviews"), back.text

    review_id = upload(one)

    assert [review["id"] for review in other.get("/reviews").json] == [review_id]
    assert stranger.get(f"/status/{review_id}").status_code == 404


def test_the_provider_is_asked_with_pkce_state_and_nonce(oidc_app: Flask) -> None:
    asked = httpx.URL(oidc_app.test_client().get("/sign-in/provider").location).params

    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert all(asked[name] for name in ("code_challenge", "state", "nonce"))


def test_an_answer_of_the_provider_works_once_and_in_its_own_browser(oidc_app: Flask) -> None:
    one, other = oidc_app.test_client(), oidc_app.test_client()
    way_back = through_provider(one, "ada")

    planted = other.get(way_back)
    taken = one.get(way_back)
    one.post("/sign-out")
    again = one.get(way_back)

    assert (planted.status_code, planted.json["code"]) == (400, "sign_in_failed")
    assert taken.status_code == 303
    assert again.status_code == 400
    assert one.get("/reviews").status_code == 401


def test_a_provider_that_is_away_is_said(tmp_path: Path) -> None:
    app = make_app(
        tmp_path,
        auth="oidc",
        oidc_issuer="http://127.0.0.1:9",
        oidc_client_id="a",
        oidc_client_secret="b",
    )

    answer = app.test_client().get("/sign-in/provider")

    assert answer.json["code"] == "sign_in_failed"


def test_oidc_without_its_settings_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="AI_PRISM_OIDC_CLIENT_SECRET"):
        make_app(tmp_path, auth="oidc", oidc_issuer="http://a", oidc_client_id="a")
