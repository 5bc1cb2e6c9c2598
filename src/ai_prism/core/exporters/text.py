"""A review as plain text for a terminal, in colour when asked."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from ai_prism.core.exporters import wording
from ai_prism.core.model import Document, Finding, Level, Review, Section

#: Columns of a line: comfortable to read, and within the 80 of a narrow terminal.
WIDTH: Final = 79
INDENT: Final = " " * 8

_COLOURS: Final = {Level.HIGH: "\x1b[1;31m", Level.MEDIUM: "\x1b[33m", Level.LOW: "\x1b[36m"}
_BOLD: Final = "\x1b[1m"
_PLAIN: Final = "\x1b[0m"


def export(review: Review, *, colour: bool = False) -> bytes:
    """Return *review* as text, with the colours of a terminal if *colour*."""
    return _encoded(_lines(review, _Ink(colour)))


def export_outline(document: Document, sections: Sequence[Section]) -> bytes:
    """Return the *sections* of *document* as an indented tree."""
    return _encoded(_tree(document, sections))


class _Ink:
    """Colours words, or leaves them alone."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def level(self, level: Level, words: str) -> str:
        return f"{_COLOURS[level]}{words}{_PLAIN}" if self._colour else words

    def bold(self, words: str) -> str:
        return f"{_BOLD}{words}{_PLAIN}" if self._colour else words


def _lines(review: Review, ink: _Ink) -> Iterator[str]:
    yield ink.bold(wording.one_line(review.document.name))
    yield f"{wording.size(review.document)}; playbook {wording.one_line(review.playbook.name)}"
    yield from _wrapped(wording.verdict(review))
    yield from _wrapped(wording.since(review))
    yield from _risk(review, ink)
    sections = {section.id: section for section in review.sections}
    for finding in review.findings:
        yield ""
        yield from _finding(finding, sections, ink, wording.novelty(finding, review))
    yield from _departed(review, ink)
    yield from _unseen(review, ink)
    if review.receipt.sent:
        yield ""
        yield from _wrapped(f"Reviewer: {wording.one_line(wording.reviewer(review.receipt))}")


def _risk(review: Review, ink: _Ink) -> Iterator[str]:
    level = review.risk.level
    yield f"Risk: {ink.level(level, level.value)}, {review.risk.score} of 100"
    for driver in review.risk.drivers:
        yield f"  {wording.share(driver):>4}  {wording.one_line(driver.title)}"
    if review.risk.register:
        yield ""
        yield ink.bold("Risk register")
    for entry in review.risk.register:
        shown = ink.level(entry.level, f"{entry.level.value:<8}")
        first, *more = _wrapped(entry.risk, INDENT)
        yield f"{shown}{first[len(INDENT) :]}"
        yield from more
        yield f"{INDENT}likelihood {entry.likelihood.value}, impact {entry.impact.value}; owner:"
        yield from _wrapped(entry.mitigation, INDENT)


def _finding(
    finding: Finding, sections: dict[str, Section], ink: _Ink, novelty: str
) -> Iterator[str]:
    level = ink.level(finding.severity, f"{finding.severity.value:<8}")
    yield f"{level}{ink.bold(wording.one_line(finding.title))}"
    if where := wording.place(finding, sections):
        yield from _wrapped(where, INDENT)
    yield from _wrapped(novelty, INDENT)
    for quote in wording.quotes(finding.anchors):
        yield from _wrapped(f"“{quote}”", INDENT + "| ")
    if more := wording.hidden(finding):
        yield from _wrapped(more, INDENT + "| ")
    for quote in wording.quotes(finding.related):
        yield from _wrapped(f"against “{quote}”", INDENT + "| ")
    if words := wording.weighed(finding):
        yield from _wrapped(f"What weighed most: {words}", INDENT)
    for words in (finding.message, finding.why, finding.suggestion, wording.decision(finding)):
        yield from _wrapped(words, INDENT)
    yield f"{INDENT}{wording.one_line(finding.rule_id)} · {finding.id}"


def _departed(review: Review, ink: _Ink) -> Iterator[str]:
    for title, those in wording.departed(review).items():
        yield ""
        yield ink.bold(title)
        for one in those:
            yield from _wrapped(f"{wording.what_departed(one)} {one.why}", "  ")
    if answers := wording.answers(review):
        yield ""
        yield ink.bold("What came back of the comments")
        for answer in answers:
            yield from _wrapped(answer, "  ")


def _unseen(review: Review, ink: _Ink) -> Iterator[str]:
    sentences = wording.unseen(review)
    if sentences:
        yield ""
        yield ink.bold("Not read or not checked")
    for sentence in sentences:
        yield from _wrapped(sentence, "  ")


def _tree(document: Document, sections: Sequence[Section]) -> Iterator[str]:
    yield f"{wording.one_line(document.name)} ({wording.size(document)})"
    for section in sections:
        page = f"  p. {section.page}" if section.page is not None else ""
        yield f"{'  ' * section.level}{wording.heading(section)}{page}"


def _wrapped(words: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        wording.one_line(words),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _encoded(lines: Iterator[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
