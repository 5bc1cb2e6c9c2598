"""How well headings, their parents and the words under them were found, against the truth."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple, Protocol

from peers import Reading

_NUMBER = re.compile(
    r"\s*(?:\d+(?:\s?\.\s?\d+)*(?:\s?[.):]\s*|\s+)|[a-z](?:\.\d+)+\.?\s+|(?:[ivxlcdm]+|[a-z])[.)]\s*)"
)
_NOT_LETTERS = re.compile(r"[\W_]+")
_WORD = re.compile(r"\w+")
#: Titles this much alike are the same: an accent lost, a ligature split.
_ALIKE = 0.9


class Titled(Protocol):
    """A heading."""

    title: str


class Score(NamedTuple):
    """The figures of one document."""

    f1: float
    outline: float
    cover: float
    own: float


def score(truth: dict, reading: Reading) -> Score:
    """Return the figures of *reading* against a truth file (see `sections.py`)."""
    wanted, sections = truth["sections"], reading.sections
    pairs = aligned_titles(wanted, sections)
    own = _own_words(wanted, reading, pairs)
    whole = _words([truth["preamble"], *(f"{s['title']} {s.get('text') or ''}" for s in wanted)])
    return Score(
        f1=_f1(len(pairs), len(wanted), len(sections)),
        outline=outline_of(wanted, sections, [section.level for section in sections]),
        cover=(whole & _words([reading.text])).total() / max(1, whole.total()),
        own=own,
    )


def aligned_titles(wanted: Sequence[dict], found: Sequence[Titled]) -> list[tuple[int, int]]:
    """Return the places in *wanted* and in *found* of the titles that are the same, in order."""
    return _aligned([_key(s["title"]) for s in wanted], [_key(s.title) for s in found])


def outline_of(wanted: Sequence[dict], found: Sequence[Titled], levels: Sequence[int]) -> float:
    """Return the F1 of *found* headings that have their parent right, where *levels* are theirs."""
    hits = _parents_right(wanted, levels, aligned_titles(wanted, found))
    return _f1(hits, len(wanted), len(found))


def _key(title: str) -> str:
    plain = unicodedata.normalize("NFKC", title).lower()
    bare = _NOT_LETTERS.sub("", _NUMBER.sub("", plain, count=1))
    return bare or _NOT_LETTERS.sub("", plain) or plain.strip()


def _aligned(wanted: Sequence[str], found: Sequence[str]) -> list[tuple[int, int]]:
    """Return which titles are the same: the longest common subsequence of both lists."""
    best = [[0] * (len(found) + 1) for _ in range(len(wanted) + 1)]
    for i in reversed(range(len(wanted))):
        for j in reversed(range(len(found))):
            same = best[i + 1][j + 1] + 1 if _is_same(wanted[i], found[j]) else 0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], same)
    pairs, i, j = [], 0, 0
    while i < len(wanted) and j < len(found):
        if _is_same(wanted[i], found[j]) and best[i][j] == best[i + 1][j + 1] + 1:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _is_same(first: str, second: str) -> bool:
    if first == second:
        return True
    shorter, longer = sorted((len(first), len(second)))
    if shorter < 8 or longer - shorter > 0.2 * longer or first[:3] != second[:3]:
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE


def _parents_right(
    wanted: Sequence[dict], found_levels: Sequence[int], pairs: Sequence[tuple[int, int]]
) -> int:
    levels = [section["level"] for section in wanted]
    true_parents = _parents(levels)
    found_parents = _parents(found_levels)
    of = dict(pairs)
    root = levels.index(min(levels)) if levels.count(min(levels, default=0)) == 1 else None
    right = 0
    for i, j in pairs:
        parent = true_parents[i]
        if parent == root and parent not in of:
            # A title that was not found leaves its chapters without a parent: no fault of theirs.
            parent = None
        wanted_parent = of.get(parent, -1) if parent is not None else None
        right += found_parents[j] == wanted_parent
    return right


def _parents(levels: Sequence[int]) -> list[int | None]:
    parents: list[int | None] = []
    above: list[int] = []
    for place, level in enumerate(levels):
        while above and levels[above[-1]] >= level:
            above.pop()
        parents.append(above[-1] if above else None)
        above.append(place)
    return parents


def _own_words(wanted: Sequence[dict], reading: Reading, pairs: Sequence[tuple[int, int]]) -> float:
    of, sections = dict(pairs), reading.sections
    total = hits = 0
    for i, section in enumerate(wanted):
        words = _words([section.get("text") or ""])
        total += words.total()
        if i in of:
            found = sections[of[i]]
            is_last = of[i] + 1 == len(sections)
            end = len(reading.text) if is_last else sections[of[i] + 1].start
            hits += (words & _words([reading.text[found.start + len(found.title) : end]])).total()
    return hits / total if total else 1.0


def _words(texts: Iterable[str]) -> Counter[str]:
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", " ".join(texts)).lower()))


def _f1(hits: int, wanted: int, found: int) -> float:
    return 2 * hits / (wanted + found) if wanted + found else 1.0
