"""Whoever signs out, or whose token is revoked, hears no more on streams that are open already."""

from collections.abc import Callable, Iterator

import pytest

from ai_prism import examples
from ai_prism.storage.database import Database
from ai_prism.storage.identities import Tokens
from support.service import Client, Service

DOCUMENT = examples.path("design-document.md")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that asks for a token, and where nobody works: reviews stay in line."""
    running = Service(tmp_path_factory.mktemp("service"), auth="token").start(slots=0)
    yield running
    running.stop()


@pytest.fixture
def tokens(service: Service) -> Iterator[Tokens]:
    database = Database(service.settings.database)
    yield Tokens(database)
    database.close()


def by_cookie(service: Service, token: str) -> Client:
    client = service.client()
    assert client.post("/sign-in", data={"token": token}).status_code == 303
    return client


def by_token(service: Service, token: str) -> Client:
    client = service.client()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


@pytest.mark.parametrize("path", ["/events", "/events/{id}"])
def test_signing_out_ends_the_open_stream_and_nothing_more_is_told(
    service: Service, tokens: Tokens, path: str
) -> None:
    token = tokens.new("tester")
    here, elsewhere = by_cookie(service, token), by_cookie(service, token)
    review_id = elsewhere.upload(DOCUMENT)

    with here.stream("GET", path.format(id=review_id)) as stream:
        lines = stream.iter_lines()
        heard = next(line for line in lines if review_id in line)
        here.post("/sign-out")
        later = elsewhere.upload(DOCUMENT)
        elsewhere.post(f"/reviews/{review_id}/cancellation")
        rest = "\n".join(lines)  # ends, or the test runs out of time

    assert heard
    assert later not in rest
    assert "REVOKED" not in rest
    assert elsewhere.status(review_id)["state"] == "REVOKED"
    assert here.get("/events").status_code == 401


@pytest.mark.parametrize("enter", [by_cookie, by_token])
def test_revoking_a_token_ends_the_streams_that_it_opened(
    service: Service, tokens: Tokens, enter: Callable[[Service, str], Client]
) -> None:
    token = tokens.new("revoked")
    client = enter(service, token)
    client.upload(DOCUMENT)

    with client.stream("GET", "/events") as stream:
        lines = stream.iter_lines()
        assert next(lines)
        token_id = next(known.id for known in tokens.all() if known.name == "revoked")
        tokens.revoke(token_id)
        rest = list(lines)

    assert not [line for line in rest if line.startswith("event: heartbeat")], "it took too long"
    assert client.get("/events").status_code == 401


def test_waiting_for_a_state_ends_with_signing_out(service: Service, tokens: Tokens) -> None:
    token = tokens.new("waiting", days=1 / 24 / 3600)  # for a second
    client = by_token(service, token)
    review_id = client.upload(DOCUMENT)

    answer = client.get(f"/status/{review_id}", params={"wait": 30})

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")


def test_a_stream_of_somebody_who_stays_goes_on(service: Service, tokens: Tokens) -> None:
    client, other = (by_cookie(service, tokens.new("staying")) for _ in range(2))
    client.upload(DOCUMENT)

    with client.stream("GET", "/events") as stream:
        lines = stream.iter_lines()
        assert next(lines)
        other.post("/sign-out")  # of the same person, elsewhere
        assert next(line for line in lines if line == "event: heartbeat")
        later = client.upload(DOCUMENT)
        assert next(line for line in lines if later in line)
