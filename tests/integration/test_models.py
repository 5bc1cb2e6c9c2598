"""A model asked by the official client over real HTTP: every shape, and every way to fail."""

from collections.abc import Iterator
from typing import Any

import pytest

from ai_prism.core.errors import ReviewerUnavailable
from ai_prism.core.llm import Brief, Passage
from ai_prism.core.llm.model_reviewer import ModelReviewer
from ai_prism.core.llm.openai_compatible import OpenAICompatible, Prices, Shape
from support.llm_server import ModelServer
from support.models import OpenGate

BRIEF = Brief(kind="Incident report", expectations=(), language="en")
TEXT = "The servers failed on Monday. We will mend them at once. Then all was well."
PASSAGE = Passage(section_id="s1", path=("Result",), start=0, end=len(TEXT), text=TEXT)
ASKED_FOR: dict[Shape, tuple[bool, str | None]] = {
    "tool": (True, None),
    "schema": (False, "json_schema"),
    "prompt": (False, "json_object"),
}


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    server = ModelServer()
    yield server
    server.stop()


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    running.plan()
    return running


def a_model(server: ModelServer, name: str = "some-model", **other: Any) -> OpenAICompatible:
    facts: dict[str, Any] = {
        "base_url": server.base_url,
        "key": "sk-test",
        "shape": "tool",
        "answer_tokens": 1000,
        "seconds": 5.0,
    }
    return OpenAICompatible(name, **{**facts, **other})


def a_reviewer(*models: OpenAICompatible, seconds: float = 20.0) -> ModelReviewer:
    return ModelReviewer(models, OpenGate(), seconds=seconds, sleep=lambda _: None)


@pytest.mark.parametrize("shape", ASKED_FOR)
def test_an_answer_comes_in_each_shape(server: ModelServer, shape: Shape) -> None:
    reading = a_reviewer(a_model(server, shape=shape)).read(PASSAGE, BRIEF)

    assert [remark.quote for remark in reading.remarks] == ["We will mend them at once."]
    assert reading.reviewer == "some-model"
    (body,) = server.seen
    asked_for = body.get("response_format", {}).get("type")
    assert ("tools" in body, asked_for) == ASKED_FOR[shape]
    assert server.keys == ["Bearer sk-test"]


@pytest.mark.parametrize("shape", ASKED_FOR)
def test_json_that_is_none_is_sent_back_once(server: ModelServer, shape: Shape) -> None:
    server.plan({"text": '{"remarks": [{"quote": '})

    reading = a_reviewer(a_model(server, shape=shape)).read(PASSAGE, BRIEF)

    assert len(reading.remarks) == 1
    assert len(server.seen) == 2
    assert reading.sent[0].requests == 2


def test_json_of_another_form_is_sent_back_with_what_is_wrong(server: ModelServer) -> None:
    server.plan({"answer": {"remarks": [{"quote": "x", "severity": "deadly"}]}})

    reading = a_reviewer(a_model(server)).read(PASSAGE, BRIEF)

    assert len(reading.remarks) == 1
    assert "severity" in str(server.seen[1]["messages"]) or "required" in str(server.seen[1])


def test_nonsense_again_and_again_is_no_answer(server: ModelServer) -> None:
    server.plan({"text": "I cannot help with that.", "times": 9})

    with pytest.raises(ReviewerUnavailable, match="right form") as caught:
        a_reviewer(a_model(server, shape="prompt")).read(PASSAGE, BRIEF)

    assert len(server.seen) == 2
    assert caught.value.sent[0].requests == 2
    assert caught.value.sent[0].tokens_in > 0


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_or_failing_server_is_asked_again(server: ModelServer, status: int) -> None:
    server.plan({"status": status, "times": 2})

    reading = a_reviewer(a_model(server)).read(PASSAGE, BRIEF)

    assert len(reading.remarks) == 1
    assert reading.sent[0].requests == 3


def test_the_pause_is_what_the_server_asks_for(server: ModelServer) -> None:
    server.plan({"status": 429, "headers": {"Retry-After": "7"}})
    pauses: list[float] = []
    reviewer = ModelReviewer([a_model(server)], OpenGate(), seconds=60, sleep=pauses.append)

    reviewer.read(PASSAGE, BRIEF)

    assert 7.0 <= pauses[0] <= 7.2


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 401},
        {"status": 404},
        {"status": 400},
        {"status": 429, "code": "insufficient_quota"},
    ],
    ids=str,
)
def test_a_refusal_goes_to_the_next_model(server: ModelServer, fault: dict[str, Any]) -> None:
    server.plan({**fault, "model": "first", "times": 9})

    reading = a_reviewer(a_model(server, "first"), a_model(server, "second")).read(PASSAGE, BRIEF)

    assert reading.reviewer == "second"
    assert [body["model"] for body in server.seen] == ["first", "second"]
    assert [one.model for one in reading.sent] == ["first", "second"]


def test_a_cut_connection_is_tried_again(server: ModelServer) -> None:
    server.plan({"cut": True})

    reading = a_reviewer(a_model(server)).read(PASSAGE, BRIEF)

    assert len(reading.remarks) == 1
    assert len(server.seen) == 2


def test_a_silent_server_is_given_up_in_time(server: ModelServer) -> None:
    server.plan({"seconds": 30.0, "model": "first", "times": 9})

    reading = a_reviewer(a_model(server, "first", seconds=0.3), a_model(server, "second")).read(
        PASSAGE, BRIEF
    )

    assert reading.reviewer == "second"


def test_a_server_that_is_not_there_is_said_to_be_away() -> None:
    gone = ModelServer()
    gone.stop()

    with pytest.raises(ReviewerUnavailable, match="cannot be reached"):
        a_reviewer(a_model(gone)).read(PASSAGE, BRIEF)


def test_every_character_and_token_is_counted_and_priced(server: ModelServer) -> None:
    model = a_model(server, prices=Prices(tokens_in=2.0, tokens_out=10.0))

    (sent,) = a_reviewer(model).read(PASSAGE, BRIEF).sent

    (body,) = server.seen
    assert sent.to == server.url.removeprefix("http://")
    assert sent.characters >= sum(len(m["content"]) for m in body["messages"])
    assert sent.price == (sent.tokens_in * 2.0 + sent.tokens_out * 10.0) / 1_000_000


def test_a_model_of_one_s_own_has_no_price_that_anybody_knows(server: ModelServer) -> None:
    (sent,) = a_reviewer(a_model(server, "gpt-4o-mini")).read(PASSAGE, BRIEF).sent

    assert sent.price is None


def test_the_document_is_sent_as_data_and_no_tool_but_the_answer_is_offered(
    server: ModelServer,
) -> None:
    a_reviewer(a_model(server)).read(PASSAGE, BRIEF)

    (body,) = server.seen
    (tool,) = body["tools"]
    assert tool["function"]["name"] == "review"
    roles = {message["role"]: message["content"] for message in body["messages"]}
    assert TEXT in roles["user"]
    assert TEXT not in roles["system"]
