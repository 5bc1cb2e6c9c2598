"""What people ask about the document of a review: asked, listed, and followed as it is answered."""

import time
from typing import Annotated, Final

import msgspec
from flask import Blueprint, Response, request

from ai_prism.core.errors import PrismError
from ai_prism.core.llm.answering import MOST_LETTERS
from ai_prism.storage.questions import Question
from ai_prism.web import identity
from ai_prism.web.bodies import KEPT, Line, body
from ai_prism.web.errors import InvalidRequest
from ai_prism.web.hub import Watcher
from ai_prism.web.security import SignInNeeded, owner
from ai_prism.web.services import services
from ai_prism.web.streams import has_room

blueprint = Blueprint("questions", __name__)

_LONGEST_WAIT_SECONDS: Final = 30.0
#: A hint may be lost.
_TICK_SECONDS: Final = 1.0


class NoModel(PrismError):
    """No language model is configured, so nobody can answer."""

    code = "no_model"
    advice = "Whoever runs this service can set one up: see AI_PRISM_LLM_MODELS."


class QuestionAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a question; without a section it is about the whole document."""

    question: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_LETTERS, pattern=KEPT)]
    section_id: Line | None = None


@blueprint.post("/reviews/<review_id>/questions")
def ask(review_id: str) -> Response:
    """Take a question; its answer comes as fast as a model gives it."""
    made, who = services(), owner()
    made.reviews.summary(review_id, who)  # a stranger is not told whether there is a model
    if not made.settings.llm_models:
        raise NoModel("No language model is set up here.")
    asked = body(QuestionAsked)
    question = asked.question.strip()
    if not question:
        raise InvalidRequest("The question has no words.")
    kept = made.questions.ask(review_id, who, question, asked.section_id)
    response = _json(kept)
    response.status_code = 202
    # Only when the answer is on its way: a request never waits for the broker.
    response.call_on_close(lambda: made.dispatcher.send_question(review_id))
    return response


@blueprint.get("/reviews/<review_id>/questions")
def history(review_id: str) -> Response:
    """Return what was asked about a review, with the answers."""
    return _json(services().questions.of_review(review_id, owner()))


@blueprint.get("/reviews/<review_id>/questions/<question_id>")
def show(review_id: str, question_id: str) -> Response:
    """Return a question; with `wait`, once there is more of its answer than at `version`."""
    wait = min(max(request.args.get("wait", 0.0, type=float), 0.0), _LONGEST_WAIT_SECONDS)
    version = request.args.get("version", 0, type=int)
    deadline = time.monotonic() + (wait if has_room() else 0.0)
    made, who, stay = services(), owner(), identity.stay()
    with made.hub.watching(who) as watcher:
        found = made.questions.find(review_id, question_id, who)
        while not _is_news(found, version) and time.monotonic() < deadline:
            _await_hint(watcher, deadline)
            if not stay.holds():
                raise SignInNeeded("Sign in to see this.")
            found = made.questions.find(review_id, question_id, who)
    return _json(found)


def _is_news(found: Question, version: int) -> bool:
    return found.state.is_final or found.version > version


def _await_hint(watcher: Watcher, deadline: float) -> None:
    """Wait until something was written, and at most a second."""
    if watcher.next(min(_TICK_SECONDS, max(0.0, deadline - time.monotonic()))) is not None:
        watcher.drop_all()  # several hints at once need one look


def _json(told: Question | tuple[Question, ...]) -> Response:
    return Response(msgspec.json.encode(told), mimetype="application/json")
