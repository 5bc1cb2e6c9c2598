"""Paragraphs from lines: where one ends and the next begins, told from space, edges and type."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ai_prism.core.readers.pdf.characters import Line

BULLET: Final = re.compile(r"[•◦▪▫●○■□‣⁃∙·➢➤✓✔❖\uf0a7\uf0b7\uf0d8\uf076–-](?:\s{1,4}|$)")
_NUMBERED: Final = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){0,5}[.)]?|[A-Za-z][.)]|\([a-z\d]{1,4}\))\s")
#: What a bold title may begin with: its second line stands under the first word behind it.
_LABELLED: Final = re.compile(r"(?:(?:[A-Z]|[IVXLC]{1,7}|[A-Z]?\d{1,3}(?:\.\d{1,3}){0,5})[.)]?)\s")
_LEADER: Final = re.compile(r"(?:\.{4,}|(?:\. ){3,}|…{2,})\s?(?:\d{1,4}|[ivxlc]{1,6})$")
_SENTENCE_END: Final = tuple('.!?:;…"”’)')
_OFF_CENTRE: Final = 3.0
_AWAY_FROM_MARGIN: Final = 25.0
#: The share of the lines in a column that end at its right edge or before.
_REACHED: Final = 0.92
_DEFAULT_LEADING: Final = 1.2
#: How much more than usual the step to the next line may be within a paragraph.
_STEP_TOLERANCE: Final = 1.15
#: Code has empty lines within; so many steps still belong together.
_CODE_STEPS: Final = 2.6


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together."""

    lines: list[Line]
    space_before: float = 0.0
    centred: bool = False

    @property
    def last(self) -> Line:
        """The last line."""
        return self.lines[-1]

    @property
    def is_code(self) -> bool:
        """Whether all of it is set in type of equal width."""
        return all(line.type.fixed for line in self.lines)


class Setting:
    """How a document sets its text: the usual step from line to line for each size of type."""

    def __init__(self, pages: Iterable[Sequence[Line]]) -> None:
        """Measure the lines of all *pages*."""
        steps: dict[float, Counter[float]] = {}
        for lines in pages:
            for before, line in pairwise(lines):
                drop = before.baseline - line.baseline
                if before.type.size == line.type.size and 0.8 < drop / max(1, line.type.size) < 2.2:
                    steps.setdefault(line.type.size, Counter())[round(drop * 2) / 2] += 1
        self._steps = {size: _usual(counts) for size, counts in steps.items()}

    def step(self, size: float) -> float:
        """Return the usual distance between baselines of type of *size*."""
        return self._steps.get(size, _DEFAULT_LEADING * size)


def _usual(counts: Counter[float]) -> float:
    """Return the smallest of the common steps: larger ones have space between paragraphs."""
    most = max(counts.values())
    return min(step for step, count in counts.items() if count >= 0.4 * most)


class Margins:
    """The edges of the text on one page."""

    def __init__(self, lines: Sequence[Line], middle: float = 0.0) -> None:
        """Measure the *lines* of one page, whose *middle* is given."""
        self._middle = middle
        self._left = min((line.left for line in lines), default=0.0)
        edges: dict[int, list[float]] = {}
        for line in lines:
            edges.setdefault(self._column(line), []).append(line.right)
        # Not the farthest: a title may stand over both columns.
        self._edges = {
            column: sorted(rights)[int(_REACHED * len(rights))] for column, rights in edges.items()
        }

    def is_centred(self, line: Line) -> bool:
        """Return whether *line* stands in the middle of the page, away from both margins."""
        off_centre = abs((line.left + line.right) / 2 - self._middle)
        return off_centre < _OFF_CENTRE and line.left > self._left + _AWAY_FROM_MARGIN

    def right_of(self, line: Line) -> float:
        """Return how far to the right text may go in the column of *line*."""
        column = self._column(line)
        return max(self._edges.get(near, 0.0) for near in (column - 1, column, column + 1))

    @staticmethod
    def _column(line: Line) -> int:
        return int(line.left // 45)


def paragraphs_of(lines: Sequence[Line], setting: Setting, margins: Margins) -> list[Paragraph]:
    """Return the paragraphs that the *lines* of a run of text form."""
    paragraphs: list[Paragraph] = []
    for line in lines:
        if paragraphs and _goes_on(paragraphs[-1], line, setting, margins):
            paragraphs[-1].lines.append(line)
            continue
        space = 0.0
        if paragraphs:
            drop = paragraphs[-1].last.baseline - line.baseline
            space = max(0.0, drop - setting.step(line.type.size))
        paragraphs.append(Paragraph([line], space, margins.is_centred(line)))
    return paragraphs


def goes_on_elsewhere(paragraph: Paragraph, line: Line, margins: Margins) -> bool:
    """Return whether *paragraph* goes on with *line* in the next column or on the next page."""
    last = paragraph.last
    if not _same_type(last, line) or BULLET.match(line.text):
        return False
    if last.divided:
        return True
    return (
        line.text[:1].islower()
        and not last.text.endswith((".", "!", "?", ":", ";"))
        and last.right > margins.right_of(last) - 8 * last.type.size
    )


def _goes_on(paragraph: Paragraph, line: Line, setting: Setting, margins: Margins) -> bool:
    last = paragraph.last
    drop = last.baseline - line.baseline
    if last.type.fixed and line.type.fixed:
        return 0 < drop < _CODE_STEPS * setting.step(line.type.size)
    if line.follows or abs(drop) < 0.3 * line.type.size:
        # Words in another type on the same line, such as a code or a name.
        return abs(drop) < 0.5 * line.type.size and line.left > last.left and not line.follows
    if drop < 0:
        return line.left > last.right and goes_on_elsewhere(paragraph, line, margins)
    if drop > setting.step(line.type.size) * _STEP_TOLERANCE + 0.5:
        return False
    if not _same_type(last, line) and not _is_mixed(paragraph, line, margins):
        return False
    if last.divided:
        return True
    if _begins_anew(paragraph, line):
        return False
    return not _had_room(last, line, margins)


def _same_type(last: Line, line: Line) -> bool:
    return (
        last.tag == line.tag
        and abs(last.type.size - line.type.size) < 0.6
        and last.type.bold == line.type.bold
        and last.type.colour == line.type.colour
    )


def _is_mixed(paragraph: Paragraph, line: Line, margins: Margins) -> bool:
    """Whether a full line in plain type goes on in bold or in colour, as words within it may."""
    last = paragraph.last
    if abs(last.type.size - line.type.size) > 1.0 or last.text.endswith(_SENTENCE_END):
        return False
    first = paragraph.lines[0].type
    plain_first = not first.bold and (first == last.type or first == line.type)
    return plain_first and last.right > margins.right_of(last) - 4 * last.type.size


def _begins_anew(paragraph: Paragraph, line: Line) -> bool:
    """Whether *line* opens a paragraph of its own: a bullet, a number, an indent."""
    last = paragraph.last
    if BULLET.match(line.text) or _LEADER.search(last.text[-40:]):
        return True
    if _NUMBERED.match(line.text):
        begins = paragraph.lines[0]
        is_sibling = bool(_NUMBERED.match(begins.text)) and line.left <= begins.left + 3
        if is_sibling or last.text.endswith(_SENTENCE_END):
            return True
    indent = line.left - last.left
    mark = _LABELLED if last.type.bold and line.type.bold else _NUMBERED
    hangs = len(paragraph.lines) == 1 and (
        BULLET.match(last.text) is not None or mark.match(last.text) is not None
    )
    centred = abs((line.left + line.right) - (last.left + last.right)) < 6
    return indent > 0.7 * line.type.size and not hangs and not centred


def _had_room(last: Line, line: Line, margins: Margins) -> bool:
    """Whether the first word of *line* would have fitted behind *last*: then the break is meant."""
    first_word = len(line.text.split(" ", 1)[0]) + 1
    width = (line.right - line.left) / max(1, len(line.text)) * first_word
    return last.right + width + 0.6 * line.type.size < margins.right_of(last)
