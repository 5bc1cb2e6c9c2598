"""Models behind each interface, asked by its official client over real HTTP."""

from typing import Any

import pytest

from ai_prism.core.errors import ReviewerUnavailable
from ai_prism.core.llm import Brief, Passage
from ai_prism.core.llm.asking import ModelFailed
from ai_prism.core.llm.model_reviewer import ModelReviewer
from ai_prism.core.llm.prompt import of_question
from ai_prism.core.llm.providers import extra_for, interface_of
from ai_prism.core.llm.served_model import ServedModel
from support.llm_server import ModelServer
from support.models import OpenGate

BRIEF = Brief(kind="Incident report", expectations=(), language="en")
TEXT = "The servers failed on Monday. We will mend them at once. Then all was well."
PASSAGE = Passage(section_id="s1", path=("Result",), start=0, end=len(TEXT), text=TEXT)
#: Models as they are named, with what follows the address of the model_server.
NAMES = {
    "gpt-5-mini": "/v1",
    "anthropic:some-model": "",
    "google:gemini-2.5-flash": "",
    "bedrock:eu.amazon.nova-lite-v1:0": "",
}
#: How each lets itself in.
KEYS = {
    "gpt-5-mini": "Bearer the-key",
    "anthropic:some-model": "Bearer the-key",
    "google:gemini-2.5-flash": "the-key",
    "bedrock:eu.amazon.nova-lite-v1:0": "AWS4-HMAC-SHA256 Credential=AKIATEST/",
}
AWS = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIATEST",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)


def a_model(model_server: ModelServer, name: str, seconds: float = 5.0) -> ServedModel:
    return ServedModel(
        name,
        base_url=model_server.url + NAMES[name],
        key="the-key",
        shape="tool",
        answer_tokens=1000,
        seconds=seconds,
    )


def a_reviewer(*models: ServedModel) -> ModelReviewer:
    return ModelReviewer(models, OpenGate(), seconds=20.0, sleep=lambda _: None)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_comes_and_all_that_was_sent_is_told(
    model_server: ModelServer, name: str
) -> None:
    reading = a_reviewer(a_model(model_server, name)).read(PASSAGE, BRIEF)

    assert [remark.quote for remark in reading.remarks] == ["We will mend them at once."]
    (key,) = model_server.keys
    assert key.startswith(KEYS[name])
    (sent,) = reading.sent
    assert (sent.to, sent.model) == (model_server.url.removeprefix("http://"), name)
    assert sent.requests == 1
    assert sent.characters > len(TEXT)
    assert sent.tokens_in > 0
    assert sent.tokens_out > 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 503}, {"cut": True}], ids=str)
def test_what_passes_is_tried_again_by_us_alone(
    model_server: ModelServer, name: str, fault: dict[str, Any]
) -> None:
    model_server.plan({**fault, "times": 2})

    reading = a_reviewer(a_model(model_server, name)).read(PASSAGE, BRIEF)

    assert len(reading.remarks) == 1
    assert sum(sent.requests for sent in reading.sent) == len(model_server.seen) == 3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_final(model_server: ModelServer, name: str, status: int) -> None:
    model_server.plan({"status": status, "times": 9})

    with pytest.raises(ReviewerUnavailable, match=str(status)):
        a_reviewer(a_model(model_server, name)).read(PASSAGE, BRIEF)

    assert len(model_server.seen) == 1


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_of_another_form_is_sent_back_once(model_server: ModelServer, name: str) -> None:
    model_server.plan({"answer": {"remarks": [{"quote": "x", "severity": "deadly"}]}})

    reading = a_reviewer(a_model(model_server, name)).read(PASSAGE, BRIEF)

    assert len(reading.remarks) == 1
    assert reading.sent[0].requests == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_silent_server_is_given_up_in_time(model_server: ModelServer, name: str) -> None:
    model_server.plan({"seconds": 30.0, "times": 9})

    with pytest.raises(ModelFailed, match="no answer in time") as caught:
        a_model(model_server, name, seconds=0.3).ask(of_question("Who?", [PASSAGE], BRIEF), 60)

    assert caught.value.passes


@pytest.mark.parametrize("name", NAMES)
def test_a_server_that_is_not_there_is_said_to_be_away(
    name: str, model_server: ModelServer
) -> None:
    gone = ModelServer()
    gone.stop()

    with pytest.raises(ReviewerUnavailable, match="cannot be reached"):
        a_reviewer(a_model(gone, name)).read(PASSAGE, BRIEF)


@pytest.mark.parametrize("name", NAMES)
def test_words_are_heard_as_they_come(model_server: ModelServer, name: str) -> None:
    model_server.plan({"pause": 0.1})
    heard: list[str] = []

    reply = a_model(model_server, name).tell(
        of_question("What failed?", [PASSAGE], BRIEF), 20, heard.append
    )

    assert reply.answer.is_whole
    assert "The servers failed on Monday." in reply.answer.text
    assert len(heard) > 1
    assert all(reply.answer.text.startswith(part) for part in heard)
    assert reply.sent.tokens_out > 0


@pytest.mark.parametrize("name", NAMES)
def test_words_that_break_off_are_no_answer(model_server: ModelServer, name: str) -> None:
    model_server.plan({"cut": True})

    with pytest.raises(ModelFailed) as caught:
        a_model(model_server, name).tell(of_question("Why?", [PASSAGE], BRIEF), 20, lambda _: None)

    assert caught.value.passes


def test_only_known_interfaces_count_in_a_name() -> None:
    assert interface_of("qwen3:8b") == ("openai", "qwen3:8b")
    assert interface_of("anthropic:") == ("openai", "anthropic:")
    assert interface_of("bedrock:eu.amazon.nova-lite-v1:0") == (
        "bedrock",
        "eu.amazon.nova-lite-v1:0",
    )
    assert [extra_for(name) for name in NAMES] == ["llm", "anthropic", "google", "bedrock"]
