"""A real service whose document somebody asks about; a real model server answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.llm_server import ModelServer
from support.service import Client, Process, Service, kill
from support.waiting import until

FIRST = "The certificate of the gateway expired in the night of the storm."
TEXT = f"# Report\n\n## Cause\n\n{FIRST}\n\n## Result\n\nWrite to k.lee@example.com for access.\n"
LONG = "\n\n".join(f"# Part {n}\n\n" + f"Gateway {n} has an owner. " * 20 for n in range(1, 6))


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    running = ModelServer()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def service(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    running = Service(folder, llm_models="some-model", llm_base_url=server.base_url)
    running.start(slots=0)
    running.start_worker(1, "documents")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def asking(service: Service) -> Process:
    """A worker that asks the model."""
    return service.start_worker(4, "sections")


@pytest.fixture
def client(service: Service, asking: Process, server: ModelServer) -> Client:
    server.plan()
    return service.client()


@pytest.fixture
def review_id(client: Client, tmp_path: Path, server: ModelServer) -> str:
    path = tmp_path / "report.md"
    path.write_text(TEXT)
    made = client.upload(path)
    assert client.wait_for_end(made)["state"] == "SUCCESS"
    server.plan()
    return made


def ask(client: Client, review_id: str, question: str, **body: object) -> httpx.Response:
    return client.post(f"/reviews/{review_id}/questions", json={"question": question, **body})


def answered(client: Client, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a question looked like from asking to its end."""
    seen = [asked]
    path = f"/reviews/{asked['review_id']}/questions/{asked['id']}"
    while seen[-1]["state"] in ("waiting", "running"):
        answer = client.get(path, params={"wait": 10, "version": seen[-1]["version"]})
        assert answer.status_code == 200, answer.text
        seen.append(answer.json())
    return seen


def test_an_answer_grows_and_rests_on_words_of_the_document(
    client: Client, review_id: str, server: ModelServer
) -> None:
    server.plan({"pause": 0.3})

    response = ask(client, review_id, "Why did it fail? Ask k.lee@example.com?")
    assert response.status_code == 202
    seen = answered(client, response.json())

    done = seen[-1]
    assert done["state"] == "done", done
    assert len([one for one in seen if one["state"] == "running" and one["reply"]]) > 1
    quotes = [piece for piece in done["reply"]["pieces"] if piece["start"] is not None]
    text = client.review(review_id)["document"]["text"]  # type: ignore[index]
    assert quotes
    assert all(text[one["start"] : one["end"]] == one["text"] for one in quotes)
    assert [piece["left_out"] for piece in done["reply"]["pieces"]].count(True) == 1
    (body,) = server.seen
    assert "k.lee" not in str(body), "kept back from the model, in the question too"
    assert done["reply"]["redacted"] == 1
    assert done["reply"]["sent"][0]["requests"] == 1
    assert client.get(f"/reviews/{review_id}/questions").json() == [done]


def test_a_question_about_a_section_shows_the_model_no_other(
    client: Client, review_id: str, server: ModelServer
) -> None:
    sections: Any = client.review(review_id)["sections"]
    result = next(one["id"] for one in sections if one["title"] == "Result")

    answered(client, ask(client, review_id, "Who?", section_id=result).json())

    (body,) = server.seen
    assert "for access" in str(body)
    assert FIRST not in str(body)


@pytest.mark.parametrize("fault", [{"status": 429}, {"cut": True}])
def test_what_passes_is_tried_again_and_what_was_heard_of_it_is_gone(
    client: Client, review_id: str, server: ModelServer, fault: dict[str, Any]
) -> None:
    server.plan(fault)

    done = answered(client, ask(client, review_id, "Why?").json())[-1]

    assert done["state"] == "done", done
    assert len(server.seen) == 2
    assert done["reply"]["sent"][0]["requests"] == 2
    assert sum(piece["start"] is not None for piece in done["reply"]["pieces"]) == 1


def test_no_answer_is_said_and_none_is_made_up(
    client: Client, review_id: str, server: ModelServer
) -> None:
    server.plan({"status": 401, "times": 9})

    done = answered(client, ask(client, review_id, "Why?").json())[-1]

    assert (done["state"], done["error"]["code"]) == ("failed", "reviewer")
    assert done["reply"]["pieces"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": ""}, 400, "invalid_request"),
        ({"question": " \n"}, 400, "invalid_request"),
        ({"question": "x" * 2001}, 400, "invalid_request"),
        ({"question": "Why?", "section_id": "no-such"}, 422, "wrong_place"),
        ({}, 400, "invalid_request"),
    ],
)
def test_what_cannot_be_asked_has_a_code(
    client: Client, review_id: str, body: dict[str, object], status: int, code: str
) -> None:
    answer = client.post(f"/reviews/{review_id}/questions", json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_what_was_asked_is_nobody_elses_and_goes_with_the_review(
    service: Service, client: Client, review_id: str
) -> None:
    asked = ask(client, review_id, "Why?").json()
    answered(client, asked)
    stranger = service.client()
    paths = [f"/reviews/{review_id}/questions", f"/reviews/{review_id}/questions/{asked['id']}"]

    assert {stranger.get(path).status_code for path in paths} == {404}
    assert ask(stranger, review_id, "Why?").status_code == 404
    client.delete(f"/reviews/{review_id}")
    until(lambda: client.get(paths[1]).status_code == 404, what="the question to be gone")


def test_what_a_killed_worker_was_at_is_answered_by_another(
    service: Service, asking: Process, client: Client, review_id: str, server: ModelServer
) -> None:
    """The last test with this worker."""
    server.plan({"pause": 0.5})
    asked = ask(client, review_id, "Why?").json()
    path = f"/reviews/{review_id}/questions/{asked['id']}"
    until(lambda: client.get(path).json()["reply"], what="the first words")

    kill(asking)
    service.start_worker(4, "sections")

    done = answered(client, asked)[-1]
    assert done["state"] == "done"
    assert sum(piece["start"] is not None for piece in done["reply"]["pieces"]) == 1


def test_who_asks_waits_for_no_passages_of_others(server: ModelServer, tmp_path: Path) -> None:
    server.plan()
    service = Service(tmp_path, llm_models="some-model", llm_base_url=server.base_url)
    try:
        service.start(slots=0)
        service.start_worker(1, "documents")
        client = service.client()
        (tmp_path / "report.md").write_text(TEXT)
        reading = service.start_worker(1, "sections")
        done = client.upload(tmp_path / "report.md")
        assert client.wait_for_end(done)["state"] == "SUCCESS"
        kill(reading)
        (tmp_path / "long.md").write_text(LONG)
        long = client.upload(tmp_path / "long.md")
        until(lambda: client.status(long)["progress"]["stage"] == "reviewer", what="passages")
        server.plan()

        asked = ask(client, done, "Who watches the gateway?").json()
        service.start_worker(1, "sections")

        assert answered(client, asked)[-1]["state"] == "done"
        assert client.wait_for_end(long)["state"] == "SUCCESS"
        first, *rest = map(str, server.seen)
        assert "Who watches the gateway?" in first
        assert rest
        assert all("Who watches" not in one for one in rest)
    finally:
        service.stop()
