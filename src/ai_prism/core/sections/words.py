"""What the words of a title tell: its length, its number, how it begins and ends."""

import re
from typing import Final

from ai_prism.core.sections.candidates import Candidate, Evidence
from ai_prism.core.sections.titles import (
    is_admonition,
    is_callout,
    is_caption,
    is_field,
    is_in_capitals,
    is_statement,
    is_usual,
)

_LONG_HEADING_WORDS: Final = 16
_SHORT_HEADING_WORDS: Final = 10
_FEWEST_LETTERS: Final = 3
_FIRST_IDEOGRAM: Final = "\u2e80"
_ALONE: Final = 3.4
_DOUBT_PER_WORD: Final = 0.25
_MAY_BEGIN_A_TITLE: Final = frozenset("\"'“„«‘¿¡([§#`_*")
_FORMULA: Final = re.compile(r"[=<>|^]|://|\w\([^()]{0,100}[,:=\"'\d]")
_OPENING_SIGNS: Final = frozenset("([{\"'“„«‘")
_CLOSING_SIGNS: Final = frozenset(")]}\"'“”»’")


def of_words(candidate: Candidate, *, is_styled: bool) -> list[Evidence]:
    """Return what the words of *candidate* tell; *is_styled* says whether looks tell, too."""
    title = candidate.title
    if is_caption(title):
        return [Evidence("a caption", -6.0)]
    start = title[candidate.number.end :] if candidate.number else title
    found = _of_number(candidate) + _of_ending(title) + _of_beginning(start)
    found.append(_of_length(title, is_styled=is_styled))
    if not is_styled:
        found += _of_signs(title)
    if is_usual(start):
        found.append(Evidence("a usual title", 2.0))
    if is_in_capitals(title) or candidate.block.style.capitals:
        found.append(Evidence("in capitals", 1.3))
    if is_statement(title):
        found.append(Evidence("a numbered statement", -5.0))
    if is_admonition(title):
        found.append(Evidence("the head of a note", -7.0))
    elif is_callout(title):
        found.append(Evidence("a label", -2.5))
    if is_field(title) and not (candidate.number and candidate.number.keyword):
        found.append(Evidence("a label with its value", -2.0))
    is_known = candidate.number or candidate.contents_level
    if _letters(title if is_known else start) < (1 if is_known else _FEWEST_LETTERS):
        found.append(Evidence("without a word", -9.0))
    return found


def _of_length(title: str, *, is_styled: bool) -> Evidence:
    words = len(title.split())
    if not is_styled and "\n" not in title:
        # Nothing but its place tells it from text, so that each word more raises doubt.
        weight = _ALONE - _DOUBT_PER_WORD * max(0, words - _SHORT_HEADING_WORDS)
        return Evidence("a short line on its own", max(-4.0, weight))
    if words > _LONG_HEADING_WORDS:
        return Evidence("long", -0.2 * (words - _LONG_HEADING_WORDS) - 0.5)
    return Evidence("short", 0.8)


def _letters(title: str) -> int:
    """Return how many letters *title* has; a sign of Chinese or Japanese says as much as three."""
    return sum(3 if sign >= _FIRST_IDEOGRAM else 1 for sign in title if sign.isalpha())


def _of_signs(title: str) -> list[Evidence]:
    """Return what signs tell where looks tell nothing."""
    if _FORMULA.search(title):
        return [Evidence("code or a formula", -2.5)]
    if title[:1] in _OPENING_SIGNS and title.rstrip(".")[-1:] in _CLOSING_SIGNS:
        return [Evidence("in brackets or quotation marks", -1.2)]
    return []


def _of_beginning(start: str) -> list[Evidence]:
    if start[:1].islower():
        return [Evidence("begins in lower case", -2.0)]
    if start[:1] and not start[:1].isalnum() and start[:1] not in _MAY_BEGIN_A_TITLE:
        return [Evidence("begins with a sign", -2.5)]
    return []


def _of_number(candidate: Candidate) -> list[Evidence]:
    number = candidate.number
    if number is None:
        return []
    if number.keyword:
        return [Evidence("numbered as a section", 2.0)]
    if number.scheme == "(a)":
        return [Evidence("numbered like a clause", -0.5)]
    return [Evidence("numbered", 2.4 if number.depth > 1 else 0.6)]


def _of_ending(title: str) -> list[Evidence]:
    match title[-1:]:
        case "." if not title.endswith("..."):
            return [Evidence("ends like a sentence", -2.0)]
        case ":":
            return [Evidence("ends with a colon", -1.8)]
        case "," | ";" | "-" | "(":
            return [Evidence("breaks off", -4.0)]
        case "?":
            return [Evidence("asks a question", 0.6)]
        case _:
            return []
