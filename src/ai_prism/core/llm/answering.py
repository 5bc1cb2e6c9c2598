"""A person's question about a document: what a model is shown, and its answer held to the words.

The model marks what it quotes. A quote that stands in what it was shown becomes a link to it;
one that does not is left out, and the answer says so at that very spot. Nothing is shown as a quote
before it was found: an answer grows by whole quotes.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from ai_prism.core.llm import Brief, Passage, prompt
from ai_prism.core.llm.asking import Gate, Model, Told, first_answer
from ai_prism.core.llm.ledger import together
from ai_prism.core.llm.quotes import locate
from ai_prism.core.llm.redaction import Redacted, redact
from ai_prism.core.model import Data, Sent
from ai_prism.core.subject import Span

#: A question is some sentences; a text to work on is a document.
MOST_LETTERS: Final = 2_000
_QUOTE: Final = re.compile(r"<q>(.*?)</q>", re.S)
#: The last words of an answer that is still being written: a quote, a mark, or the begin of one.
_UNFINISHED: Final = re.compile(r"(?:<q>(?:(?!</q>).)*|</?q?|\[[^\]\n]{0,60})$", re.S)
_STRAY: Final = re.compile(r"</?q>")
_BLANKS: Final = re.compile(r"[ \t]+")


class Piece(Data):
    """A part of an answer: words of the model's own, or the document's at their place."""

    text: str
    start: int | None = None  #: None: the model's own words
    end: int | None = None
    left_out: bool = False  #: a quote stood here that is not in the document


class GroundedAnswer(Data):
    """What a model says to a question, as far as it has come."""

    pieces: tuple[Piece, ...] = ()
    is_whole: bool = True  #: False: it was longer than an answer may be, and ends early
    reviewer: str = ""  #: the model that answered
    sent: tuple[Sent, ...] = ()  #: what left the machine for it, vain attempts included
    redacted: int = 0  #: secrets and personal data that were kept back
    #: Of a document too long to be shown at once, the titles of what was shown; empty: all of it.
    shown: tuple[str, ...] = ()

    @property
    def proven(self) -> int:
        """How many of its quotes stand in the document."""
        return sum(piece.start is not None for piece in self.pieces)

    @property
    def left_out(self) -> int:
        """How many did not, and were left out."""
        return sum(piece.left_out for piece in self.pieces)


class Answering:
    """Answers questions with the first of some models that can be reached."""

    def __init__(
        self,
        models: Sequence[Model],
        gate: Gate,
        *,
        seconds: float,
        redacts: bool = True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Ask *models* in their order, through *gate*, for *seconds* at most for each answer."""
        self._models = models
        self._gate = gate
        self._seconds = seconds
        self._redacts = redacts
        self._sleep = sleep

    def answer(
        self,
        question: str,
        passages: Sequence[Passage],
        brief: Brief,
        text: str,
        hear: Callable[[GroundedAnswer], None],
    ) -> GroundedAnswer:
        """Return the answer to *question* from *passages*; *hear* gets what there is so far.

        Args:
            question: a person's.
            passages: what the model is shown.
            brief: what it is told of the document.
            text: of the document, whose words it may quote.
            hear: is called again and again while it answers; what it raises ends that.

        Raises:
            BudgetSpent: nothing more may be sent.
            ReviewerUnavailable: no model has answered.
        """
        kept, asked, shown = self._redacted(question, passages)
        spans = [(part.start, part.end) for part in passages]
        said = prompt.of_question(asked, shown, brief)

        def heard(so_far: str) -> None:
            hear(GroundedAnswer(pieces=pieces(so_far, kept, text, spans, is_done=False)))

        told, model, sent = first_answer(
            self._models,
            self._gate,
            said,
            self._seconds,
            lambda model, left: model.tell(said, left, heard),
            self._sleep,
        )
        return _reply(told, model, sent, kept, pieces(told.text, kept, text, spans))

    def _redacted(
        self, question: str, passages: Sequence[Passage]
    ) -> tuple[Redacted, str, list[Passage]]:
        """Return what was kept back, and without it the question and what is shown for it.

        All at once: the same words have the same mark in the question as in the document.
        """
        texts = [question, *(words for part in passages for words in (part.text, *part.path))]
        kept = redact(texts) if self._redacts else Redacted(tuple(texts), {})
        asked, *rest = kept.texts
        words = iter(rest)
        shown = [
            Passage(
                section_id=part.section_id,
                text=next(words),
                path=tuple(next(words) for _ in part.path),
                start=part.start,
                end=part.end,
            )
            for part in passages
        ]
        return kept, asked, shown


def pieces(
    said: str, kept: Redacted, text: str, spans: Sequence[Span], *, is_done: bool = True
) -> tuple[Piece, ...]:
    """Return *said* as words and quotes, those that stand in none of *spans* of *text* left out.

    What was kept back is put in again. Of an answer that is not *is_done*, a quote or a mark that
    has only begun is not there yet.
    """
    if not is_done:
        said = _UNFINISHED.sub("", said)
    return tuple(_pieces(said, kept, text, spans))


def _pieces(said: str, kept: Redacted, text: str, spans: Sequence[Span]) -> Iterator[Piece]:
    last = 0
    for match in _QUOTE.finditer(said):
        yield from _own(said[last : match.start()], kept)
        last = match.end()
        found = _place(kept.restored(match[1]), text, spans)
        if found:
            yield Piece(text=text[slice(*found)], start=found[0], end=found[1])
        else:
            yield Piece(text="", left_out=True)
    yield from _own(said[last:], kept)


def _own(said: str, kept: Redacted) -> Iterator[Piece]:
    """Return the model's own words, without characters that a terminal or a page would act on."""
    words = kept.restored(_STRAY.sub("", said))
    plain = "".join(c if c.isprintable() or c == "\n" else " " for c in words)
    if plain := _BLANKS.sub(" ", plain):
        yield Piece(text=plain)


def _place(quote: str, text: str, spans: Sequence[Span]) -> Span | None:
    places = (locate(text, quote, start, end) for start, end in spans)
    return next((place for place in places if place), None)


def _reply(
    told: Told, model: str, sent: tuple[Sent, ...], kept: Redacted, found: tuple[Piece, ...]
) -> GroundedAnswer:
    return GroundedAnswer(
        pieces=found,
        is_whole=told.is_whole,
        reviewer=model,
        sent=together(sent),
        redacted=len(kept.kept_back),
    )
