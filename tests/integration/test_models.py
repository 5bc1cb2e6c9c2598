"""A model asked by the official client over real HTTP: every shape, and every way to fail."""

from typing import Any

import pytest

from ai_prism.core.errors import ReviewerUnavailable
from ai_prism.core.llm import Brief, Passage
from ai_prism.core.llm.model_reviewer import ModelReviewer
from ai_prism.core.llm.served_model import Prices, ServedModel, Shape
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


def a_model(model_server: ModelServer, name: str = "some-model", **other: Any) -> ServedModel:
    facts: dict[str, Any] = {
        "base_url": model_server.base_url,
        "key": "sk-test",
        "shape": "tool",
        "answer_tokens": 1000,
        "seconds": 5.0,
    }
    return ServedModel(name, **{**facts, **other})


def a_reviewer(*models: ServedModel, seconds: float = 20.0) -> ModelReviewer:
    return ModelReviewer(models, OpenGate(), seconds=seconds, sleep=lambda _: None)


@pytest.mark.parametrize("shape", ASKED_FOR)
def test_an_answer_comes_in_each_shape(model_server: ModelServer, shape: Shape) -> None:
    reading = a_reviewer(a_model(model_server, shape=shape)).read(PASSAGE, BRIEF)

    assert [remark.quote for remark in reading.remarks] == ["We will mend them at once."]
    assert reading.reviewer == "some-model"
    (body,) = model_server.seen
    asked_for = body.get("response_format", {}).get("type")
    assert ("tools" in body, asked_for) == ASKED_FOR[shape]
    assert model_server.keys == ["Bearer sk-test"]


@pytest.mark.parametrize("shape", ASKED_FOR)
def test_json_that_is_none_is_sent_back_once(model_server: ModelServer, shape: Shape) -> None:
    model_server.plan({"text": '{"remarks": [{"quote": '})

    reading = a_reviewer(a_model(model_server, shape=shape)).read(PASSAGE, BRIEF)

    assert len(reading.remarks) == 1
    assert len(model_server.seen) == 2
    assert reading.sent[0].requests == 2


def test_json_of_another_form_is_sent_back_with_what_is_wrong(model_server: ModelServer) -> None:
    model_server.plan({"answer": {"remarks": [{"quote": "x", "severity": "deadly"}]}})

    reading = a_reviewer(a_model(model_server)).read(PASSAGE, BRIEF)

    assert len(reading.remarks) == 1
    assert "severity" in str(model_server.seen[1]["messages"]) or "required" in str(
        model_server.seen[1]
    )


def test_nonsense_again_and_again_is_no_answer(model_server: ModelServer) -> None:
    model_server.plan({"text": "I cannot help with that.", "times": 9})

    with pytest.raises(ReviewerUnavailable, match="right form") as caught:
        a_reviewer(a_model(model_server, shape="prompt")).read(PASSAGE, BRIEF)

    assert len(model_server.seen) == 2
    assert caught.value.sent[0].requests == 2
    assert caught.value.sent[0].tokens_in > 0


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_or_failing_server_is_asked_again(model_server: ModelServer, status: int) -> None:
    model_server.plan({"status": status, "times": 2})

    reading = a_reviewer(a_model(model_server)).read(PASSAGE, BRIEF)

    assert len(reading.remarks) == 1
    assert reading.sent[0].requests == 3


def test_the_pause_is_what_the_server_asks_for(model_server: ModelServer) -> None:
    model_server.plan({"status": 429, "headers": {"Retry-After": "7"}})
    pauses: list[float] = []
    reviewer = ModelReviewer([a_model(model_server)], OpenGate(), seconds=60, sleep=pauses.append)

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
def test_a_refusal_goes_to_the_next_model(model_server: ModelServer, fault: dict[str, Any]) -> None:
    model_server.plan({**fault, "model": "first", "times": 9})

    reading = a_reviewer(a_model(model_server, "first"), a_model(model_server, "second")).read(
        PASSAGE, BRIEF
    )

    assert reading.reviewer == "second"
    assert [body["model"] for body in model_server.seen] == ["first", "second"]
    assert [one.model for one in reading.sent] == ["first", "second"]


def test_a_cut_connection_is_tried_again(model_server: ModelServer) -> None:
    model_server.plan({"cut": True})

    reading = a_reviewer(a_model(model_server)).read(PASSAGE, BRIEF)

    assert len(reading.remarks) == 1
    assert len(model_server.seen) == 2


def test_a_silent_server_is_given_up_in_time(model_server: ModelServer) -> None:
    model_server.plan({"seconds": 30.0, "model": "first", "times": 9})

    reading = a_reviewer(
        a_model(model_server, "first", seconds=0.3), a_model(model_server, "second")
    ).read(PASSAGE, BRIEF)

    assert reading.reviewer == "second"


def test_a_server_that_is_not_there_is_said_to_be_away() -> None:
    gone = ModelServer()
    gone.stop()

    with pytest.raises(ReviewerUnavailable, match="cannot be reached"):
        a_reviewer(a_model(gone)).read(PASSAGE, BRIEF)


def test_every_character_and_token_is_counted_and_priced(model_server: ModelServer) -> None:
    model = a_model(model_server, prices=Prices(tokens_in=2.0, tokens_out=10.0))

    (sent,) = a_reviewer(model).read(PASSAGE, BRIEF).sent

    (body,) = model_server.seen
    assert sent.to == model_server.url.removeprefix("http://")
    assert sent.characters >= sum(len(m["content"]) for m in body["messages"])
    assert sent.price == (sent.tokens_in * 2.0 + sent.tokens_out * 10.0) / 1_000_000


def test_a_model_of_one_s_own_has_no_price_that_anybody_knows(model_server: ModelServer) -> None:
    (sent,) = a_reviewer(a_model(model_server, "gpt-4o-mini")).read(PASSAGE, BRIEF).sent

    assert sent.price is None


def test_the_document_is_sent_as_data_and_no_tool_but_the_answer_is_offered(
    model_server: ModelServer,
) -> None:
    a_reviewer(a_model(model_server)).read(PASSAGE, BRIEF)

    (body,) = model_server.seen
    (tool,) = body["tools"]
    assert tool["function"]["name"] == "review"
    roles = {message["role"]: message["content"] for message in body["messages"]}
    assert TEXT in roles["user"]
    assert TEXT not in roles["system"]
