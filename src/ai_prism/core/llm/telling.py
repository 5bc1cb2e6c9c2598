"""From what a reviewer brought back to what a review says of it: findings, problems, account."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from ai_prism.core.errors import ReviewerUnavailable
from ai_prism.core.llm import Brief, Overview, Passage, Reading
from ai_prism.core.llm.evidence import Proven, prove
from ai_prism.core.llm.ledger import together
from ai_prism.core.llm.quotes import locate
from ai_prism.core.model import Data, Document, Finding, Problem, Sent
from ai_prism.core.playbook import Playbook
from ai_prism.core.rules import digest
from ai_prism.core.subject import Subject

#: A document-wide pass has more to say than that of its only section from here on.
_FEWEST_FOR_WHOLE = 2
_TITLES_SHOWN = 5


class Unread(Data, tag="unread"):
    """A passage that the reviewer did not read, and why."""

    code: str
    message: str
    sent: tuple[Sent, ...] = ()  #: in vain

    @classmethod
    def because_of(cls, error: ReviewerUnavailable) -> "Unread":
        """Return what *error* says."""
        return cls(code=error.code, message=error.message, sent=error.sent)


Outcome: TypeAlias = Reading | Unread


class Asked(Data):
    """A passage, or the whole document, and what came of asking about it."""

    passage: Passage | None  #: None: the document as a whole
    outcome: Outcome
    reused: bool = False  #: it was answered before, and nothing was sent for it now


def attempt(passage: Passage | None, answer: Callable[[], Reading]) -> Asked:
    """Return what came of asking for *answer* about *passage*; None: the document as a whole."""
    try:
        return Asked(passage=passage, outcome=answer())
    except ReviewerUnavailable as error:
        return Asked(passage=passage, outcome=Unread.because_of(error))


class Told(Data):
    """All that the reviewer adds to a review."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    sent: tuple[Sent, ...] = ()
    offered: int = 0
    verified: int = 0
    redacted: int = 0
    reused: int = 0


def brief_of(standard: Playbook, document: Document) -> Brief:
    """Return what a reviewer is told of *document* beside its words."""
    titles = {rule.title for rule in standard.rules if "{" not in rule.title}
    return Brief(
        kind=standard.title,
        expectations=tuple(sorted(titles)),
        language=document.language,
    )


def content_key(owner: str, version: str, passage: Passage, brief: Brief) -> str:
    """Return what is the same when all is that decides about the answer: place does not count."""
    return digest(owner, version, repr(brief), *passage.path, passage.text)


def overview_of(document: Document, asked: Iterable[Asked]) -> Overview | None:
    """Return what was read of *document* in short; None where there is too little for a look.

    A statement that is not in its section word for word is left out, as a remark would be.
    """
    sections, statements = [], []
    for passage, reading in _read(asked):
        sections.append((passage.title, reading.summary))
        spans = (
            locate(document.text, words, passage.start, passage.end) for words in reading.statements
        )
        statements += [document.text[slice(*span)] for span in spans if span]
    if len(sections) < _FEWEST_FOR_WHOLE:
        return None
    return Overview(sections=tuple(sections), statements=tuple(statements))


def proven(one: Asked, subject: Subject, version: str) -> Proven:
    """Return what can be shown of the remarks in *one*."""
    if isinstance(one.outcome, Unread):
        return Proven(findings=(), offered=0, verified=0)
    within = (
        (one.passage.start, one.passage.end) if one.passage else (0, len(subject.document.text))
    )
    return prove(one.outcome, subject, version, within)


def tell(asked: Sequence[Asked], subject: Subject, version: str) -> Told:
    """Return what *asked* adds to the review of *subject*; *version* is of the reviewer."""
    shown = [proven(one, subject, version) for one in asked]
    anew = [one for one in asked if not one.reused]
    return Told(
        findings=tuple(finding for one in shown for finding in one.findings),
        problems=tuple(_problems(asked)),
        sent=together(sent for one in anew for sent in one.outcome.sent),
        offered=sum(one.offered for one in shown),
        verified=sum(one.verified for one in shown),
        redacted=sum(one.outcome.redacted for one in anew if isinstance(one.outcome, Reading)),
        reused=len(asked) - len(anew),
    )


def _read(asked: Iterable[Asked]) -> Iterator[tuple[Passage, Reading]]:
    for one in asked:
        if one.passage and isinstance(one.outcome, Reading):
            yield one.passage, one.outcome


def _problems(asked: Sequence[Asked]) -> Iterator[Problem]:
    """Return a problem for each reason why something was not read, with all that it kept unread."""
    unread: dict[tuple[str, str], list[str]] = {}
    for one in asked:
        if isinstance(one.outcome, Unread):
            what = (
                one.passage.title or "the beginning" if one.passage else "the document as a whole"
            )
            unread.setdefault((one.outcome.code, one.outcome.message), []).append(what)
    for (code, message), titles in unread.items():
        shown = ", ".join(f"“{title}”" for title in titles[:_TITLES_SHOWN])
        more = f" and {len(titles) - _TITLES_SHOWN} more" if len(titles) > _TITLES_SHOWN else ""
        yield Problem(
            code=code,
            message=f"{message} The reviewer did not read {len(titles)} of {len(asked)} parts:"
            f" {shown}{more}.",
            where=titles[0],
        )
