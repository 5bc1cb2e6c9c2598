"""Where a worker answers what people ask about a document, one question for each message."""

import logging
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from ai_prism import logs
from ai_prism.core import playbook
from ai_prism.core.errors import AnalysisFailed, ReviewerUnavailable
from ai_prism.core.llm import Passage
from ai_prism.core.llm.answering import Answering, GroundedAnswer
from ai_prism.core.llm.passages import passages
from ai_prism.core.llm.ranking import chosen
from ai_prism.core.llm.telling import brief_of
from ai_prism.core.model import Document
from ai_prism.core.subject import Subject
from ai_prism.redis_client import quick_client
from ai_prism.reviewers import models_of
from ai_prism.reviewing import reviews_of
from ai_prism.section_desk import limits_of
from ai_prism.settings import Settings
from ai_prism.storage.database import AWAY, Database
from ai_prism.storage.events import Events
from ai_prism.storage.model_gate import ModelGate
from ai_prism.storage.questions import QuestionClaim, Questions
from ai_prism.storage.reviews import UnknownReview
from ai_prism.storage.summaries import StoredReview

_log = logging.getLogger(__name__)


class _Lost(Exception):
    """The question is no longer ours, or was deleted: there is nobody to answer."""


class QuestionDesk:
    """What a worker process needs to answer questions, made once and used by its threads."""

    def __init__(self, settings: Settings) -> None:
        """Open what *settings* name; connections are made when used."""
        self._settings = settings
        self._database = Database(settings.database)
        self._questions = questions_of(settings)
        self._reviews = reviews_of(settings)
        self._events = Events(settings)
        self._models = models_of(settings)
        self._redis = quick_client(settings, decode_responses=True)
        self._limits = limits_of(settings)

    def work(self) -> bool:
        """Answer the question whose turn it is; return whether there was any."""
        try:
            if claim := self._questions.claim():
                with logs.about(claim.review_id), self._holding(claim):
                    self._end(claim)
                return True
        except AWAY as error:
            # What is held is taken up again when its lease runs out.
            _log.warning("no question is answered now: %s", error)
        return False

    def _end(self, claim: QuestionClaim) -> None:
        """Answer *claim*, or end it with the reason why not."""
        try:
            self._questions.answered(claim, self._answer(claim))
        except (_Lost, UnknownReview):
            _log.info("a question of review %s is answered by another, or gone", claim.review_id)
        except ReviewerUnavailable as error:
            self._questions.failed(claim, error)
        except SQLAlchemyError:
            raise
        except Exception as error:
            # Places only: the words of an exception can quote the document.
            places = "".join(traceback.format_tb(error.__traceback__))
            _log.error("question %s: %s\n%s", claim.id, type(error).__name__, places)
            self._questions.failed(claim, AnalysisFailed("Answering came upon a fault of its own."))
        self._events.nudge(claim.review_id, claim.owner)

    def _answer(self, claim: QuestionClaim) -> GroundedAnswer:
        stored = self._reviews.find(claim.review_id, claim.owner)
        if stored.document is None or stored.outcome is None:
            raise _Lost
        parts = _parts(stored, stored.document, claim.section_id)
        shown = chosen(parts, claim.question)
        titles = _titles(shown) if len(shown) < len(parts) else ()
        standard = playbook.own_or_built_in(stored.playbook or stored.outcome.playbook.name)

        def hear(reply: GroundedAnswer) -> None:
            if not self._questions.hear(claim, msgspec.structs.replace(reply, shown=titles)):
                raise _Lost
            self._events.nudge(claim.review_id, claim.owner)

        answering = Answering(
            self._models,
            ModelGate(self._database, self._redis, self._limits, claim.review_id),
            seconds=self._settings.llm_passage_seconds,
            redacts=self._settings.llm_redact,
        )
        brief = brief_of(standard, stored.document)
        reply = answering.answer(claim.question, shown, brief, stored.document.text, hear)
        return msgspec.structs.replace(reply, shown=titles)

    @contextmanager
    def _holding(self, claim: QuestionClaim) -> Iterator[None]:
        """Keep *claim* while the block runs: a model may say nothing for a long time."""
        is_over = threading.Event()
        renewing = threading.Thread(
            target=self._renew, args=(claim, is_over), name="question lease", daemon=True
        )
        renewing.start()
        try:
            yield
        finally:
            is_over.set()
            renewing.join()

    def _renew(self, claim: QuestionClaim, is_over: threading.Event) -> None:
        while not is_over.wait(self._settings.lease_seconds / 3):
            try:
                self._questions.renew(claim)
            except SQLAlchemyError as error:
                # The database may be back before the lease runs out.
                _log.warning("the lease of a question is not renewed now: %s", error)


def questions_of(settings: Settings) -> Questions:
    """Return the questions in the database that *settings* name."""
    return Questions(
        Database(settings.database),
        lease_seconds=settings.lease_seconds,
        attempts_limit=settings.attempts_limit,
    )


def _parts(stored: StoredReview, document: Document, section_id: str | None) -> list[Passage]:
    """Return the passages that a question is about: those of a section, or all."""
    section = next((one for one in stored.sections if one.id == section_id), None)
    start, end = (section.start, section.end) if section else (0, len(document.text))
    found = passages(Subject(document, stored.sections))
    within = [part for part in found if start <= part.start < end]
    # What holds next to no words is none that a reviewer reads, but somebody may ask about it.
    path = (section.title,) if section else ()
    words = document.text[start:end]
    return within or [Passage(section_id=section_id, path=path, start=start, end=end, text=words)]


def _titles(parts: Sequence[Passage]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.title or "the beginning" for part in parts))
