"""Phrases as people write them in a playbook, and where a document has them.

A phrase is words with blanks between them, whatever the capitals; `feasib*` is any word that
begins so, `(a|b)` either of the two, `...` up to six words of the same sentence, `#` a number in
figures. One with a capital letter is looked for as it is written. There are no other signs, so that
no playbook can hold a pattern that takes for ever.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Final

from ai_prism.core.subject import Span, Subject

_GAP: Final = r"\s(?:[^\s.;:!?|]{1,30}\s){0,6}?"
_NUMBER: Final = r"[$€£]?\d[\d.,:]{0,15}"
#: One step of a phrase, and what it becomes; white space is any, and so is the kind of apostrophe.
_STEP: Final = re.compile(r"\s+\.\.\.\s+|\s+|[()|*#'’‐-]|[^\s()|*#'’‐-]+")
_MEANING: Final = {
    "(": "(?:",
    ")": ")",
    "|": "|",
    "*": r"\w{0,20}",
    "#": _NUMBER,
    "'": "['’]",
    "’": "['’]",
    "-": "[-‐– ]",
    "‐": "[-‐– ]",
}
_SIGNS: Final = re.compile(r"[\[\]{}\\^+?]")
_BRACKET: Final = re.compile(r"[()]")
_FIRST_WORD: Final = re.compile(r"\w{1,60}\*?")


class InvalidPhrase(ValueError):
    """A phrase that says nothing, or uses signs that there are not."""


class _Pattern:
    """Any of several patterns, compiled when it is first looked for.

    Most phrases of all playbooks begin with words that a document does not have, and compiling
    them takes longer than a review.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = patterns

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile("|".join(self._patterns))


class Phrases:
    """A closed list of phrases, ready to be looked for."""

    def __init__(self, phrases: Sequence[str]) -> None:
        """Make *phrases* ready.

        Raises:
            InvalidPhrase: one of them cannot be understood.
        """
        every = []
        starts: dict[str, list[str]] = {}
        for phrase in phrases:
            pattern = _pattern(phrase)
            every.append(pattern)
            for word in _first_words(phrase):
                starts.setdefault(word, []).append(pattern)
        self._any = _Pattern(every) if every else None
        self._by_start = {start: _Pattern(patterns) for start, patterns in starts.items()}

    def __bool__(self) -> bool:
        """Return whether there is any phrase to look for."""
        return self._any is not None

    def stand_in(self, words: str) -> bool:
        """Return whether any of the phrases stands in *words*."""
        return self._any is not None and self._any.compiled.search(words) is not None

    def found_in(self, subject: Subject) -> Iterator[Span]:
        """Return where the phrases stand in the prose of *subject*, in reading order."""
        text = subject.document.text
        found = []
        for start, pattern in self._by_start.items():
            for offset in subject.offsets_of(start):
                match = pattern.compiled.match(text, offset)
                if match and not subject.is_code(*match.span()) and _is_in_one(match, subject):
                    found.append(match.span())
        end = -1
        for span in sorted(found):
            if span[0] >= end:
                yield span
                end = span[1]


def _is_in_one(match: re.Match[str], subject: Subject) -> bool:
    """Return whether *match* lies in one block: "N/A", and "Upgrade" below it, are two."""
    if "\n" not in match[0]:
        return True
    block = subject.block_at(match.start())
    return block is not None and match.end() <= block.end


@lru_cache(maxsize=2_000)
def phrases_of(phrases: tuple[str, ...]) -> Phrases:
    """Return *phrases* made ready, once for all documents."""
    return Phrases(phrases)


def _pattern(phrase: str) -> str:
    """Return the pattern of *phrase*, bounded in every part."""
    if (
        not phrase.strip()
        or _SIGNS.search(phrase)
        or not (phrase[0].isalnum() or phrase[0] in "(#")
        or not _closes_what_it_opens(phrase)
    ):
        raise InvalidPhrase(_fault(phrase))
    pieces = (_piece(step) for step in _STEP.findall(phrase.strip()))
    as_written = any(letter.isupper() for letter in phrase)
    return f"(?{'' if as_written else 'i'}:(?<![\\w-]){''.join(pieces)}(?!\\w|-\\w))"


def _closes_what_it_opens(phrase: str) -> bool:
    """Return whether the brackets of *phrase* are pairs, or its pattern would be none."""
    depth = 0
    for sign in _BRACKET.findall(phrase):
        depth += 1 if sign == "(" else -1
        if depth < 0:
            return False
    return not depth


def _piece(step: str) -> str:
    if step.isspace():
        return r"\s{1,3}"
    if step.strip() == "...":
        return _GAP
    return _MEANING.get(step) or re.escape(step)


def _first_words(phrase: str) -> set[str]:
    """Return the words that *phrase* can begin with; none where it begins with a number."""
    options = _options(phrase) if phrase.startswith("(") else [phrase]
    matches = [_FIRST_WORD.match(option) for option in options if not option.startswith("#")]
    if not all(matches):
        raise InvalidPhrase(_fault(phrase))
    return {match[0].casefold() for match in matches if match}


def _options(phrase: str) -> list[str]:
    """Return the alternatives in the brackets that *phrase* begins with."""
    depth = 0
    options = [""]
    for place, letter in enumerate(phrase):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            following = phrase[place + 1 : place + 2]
            if following.isalnum():
                raise InvalidPhrase(_fault(phrase))
            return [option + following for option in options]
        if letter == "|" and depth == 1:
            options.append("")
        elif place:
            options[-1] += letter
    raise InvalidPhrase(_fault(phrase))


def _fault(phrase: str) -> str:
    return (
        f"“{phrase}” is no phrase: begin with a word; besides words there are only"
        " * at the end of one, (a|b), ... and #"
    )
