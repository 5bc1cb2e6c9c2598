"""Blocks from the pages of a PDF: paragraphs over page breaks, lists, tables, bookmarks."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from ai_prism.core.model import BlockKind, Cell, Style
from ai_prism.core.readers.draft import BOOKMARKED, TAGGED, Draft
from ai_prism.core.readers.pdf.bookmarks import Bookmark
from ai_prism.core.readers.pdf.characters import Line
from ai_prism.core.readers.pdf.fonts import Type
from ai_prism.core.readers.pdf.furniture import Page
from ai_prism.core.readers.pdf.paragraphs import (
    BULLET,
    Margins,
    Paragraph,
    Setting,
    goes_on_elsewhere,
    paragraphs_of,
)
from ai_prism.core.readers.pdf.tables import Table, parts_of

_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_WORD: Final = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})*")
#: Bookmarks say something of a text only if most of them are found in it.
_ENOUGH_BOOKMARKS: Final = 0.6
_FEWEST_TAGS: Final = 2
_LARGER: Final = 1.05
#: With less in other type than this share of what is typewritten, the text itself is typewritten.
_ENOUGH_PRINTED: Final = 0.25
_BULLET_REACH: Final = 60.0


def fill(draft: Draft, pages: Sequence[Page], bookmarks: Sequence[Bookmark]) -> None:
    """Put what stands on *pages* into *draft*."""
    for page in pages:
        page.lines = _with_bullets(page.lines)
    setting = Setting(page.lines for page in pages)
    code_size = _code_size(pages)
    parts = list(_parts(pages, setting))
    words = _Words(pages)
    levels, mark = _bookmarked(parts, bookmarks), BOOKMARKED
    tagged = _tagged(parts)
    if len(tagged) >= len(levels):
        levels, mark = tagged, TAGGED
    for place, part in enumerate(parts):
        if isinstance(part, Paragraph):
            if part.is_code and part.lines[0].type.size <= code_size:
                _add_code(draft, part)
            else:
                _add_paragraph(draft, part, words, levels.get(place, 0), mark)
        elif part.is_contents:
            _add_contents(draft, part)
        else:
            _add_table(draft, part)


def _code_size(pages: Sequence[Page]) -> float:
    """Return up to which size type of equal widths is code: 0 if the text itself is typewritten.

    Larger than the text, it is a title that names some code.
    """
    printed: Counter[float] = Counter()
    typed: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes = typed if line.type.fixed else printed
            sizes[line.type.size] += len(line.text)
    if not typed or printed.total() < _ENOUGH_PRINTED * typed.total():
        return 0.0
    usual = (sizes.most_common(1)[0][0] for sizes in (printed, typed))
    return max(usual) * _LARGER


def _with_bullets(lines: list[Line]) -> list[Line]:
    """Return *lines* with bullets that are drawn apart put before what they mark."""
    bullets = [line for line in lines if len(line.text) == 1 and BULLET.match(line.text)]
    if not bullets:
        return lines
    by_baseline: dict[int, list[Line]] = {}
    for line in lines:
        by_baseline.setdefault(round(line.baseline / 2), []).append(line)
    used = set()
    for bullet in bullets:
        height = round(bullet.baseline / 2)
        beside = [
            line
            for near in (height - 1, height, height + 1)
            for line in by_baseline.get(near, ())
            if len(line.text) > 1 and 0 < line.left - bullet.left < _BULLET_REACH
        ]
        if beside:
            marked = min(beside, key=lambda line: line.left)
            marked.text = f"{bullet.text} {marked.text}"
            marked.left = bullet.left
            shift = len(bullet.text) + 1
            marked.code = tuple((start + shift, end + shift) for start, end in marked.code)
            used.add(id(bullet))
    return [line for line in lines if id(line) not in used]


def _parts(pages: Sequence[Page], setting: Setting) -> Iterator[Paragraph | Table]:
    """Yield paragraphs and tables, joining paragraphs that a page break divides."""
    pending: Paragraph | None = None
    margins = Margins([])
    for page in pages:
        before, margins = margins, Margins(page.lines, (page.left + page.right) / 2)
        for part in parts_of(page.lines):
            if isinstance(part, Table):
                if pending:
                    yield pending
                    pending = None
                yield part
                continue
            for paragraph in paragraphs_of(part, setting, margins):
                if pending is None:
                    pending = paragraph
                elif pending.last.page != page.number and goes_on_elsewhere(
                    pending, paragraph.lines[0], before
                ):
                    pending.lines += paragraph.lines
                else:
                    yield pending
                    pending = paragraph
    if pending:
        yield pending


class _Words:
    """The words of a document, which tell whether a hyphen at the end of a line is real."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._known: Counter[str] = Counter()
        for page in pages:
            is_rest = False
            for line in page.lines:
                words = _WORD.findall(line.text.lower())
                # The halves of a divided word are no words.
                self._known.update(words[is_rest : len(words) - line.divided])
                is_rest = line.divided

    def joined(self, lines: Sequence[Line]) -> tuple[str, list[tuple[int, int]]]:
        """Return the text of *lines* with divided words made whole, and where code is in it."""
        text = lines[0].text
        code = list(lines[0].code)
        for before, line in pairwise(lines):
            text += self._link(text, line.text) if before.divided else " "
            code += ((len(text) + start, len(text) + end) for start, end in line.code)
            text += line.text
        return text, code

    def _link(self, text: str, following: str) -> str:
        first = _last_word(text)
        second = following.split(" ", 1)[0].strip('.,;:!?)"”’').lower()
        whole, hyphened = self._known[first + second], self._known[f"{first}-{second}"]
        if hyphened > whole or not second[:1].isalpha():
            return "-"
        both_known = self._known[first] > 0 and self._known[second] > 0
        return "-" if not whole and both_known else ""


def _last_word(text: str) -> str:
    return text.rsplit(" ", 1)[-1].rpartition("-")[2].lstrip('("“‘').lower()


def _bookmarked(
    parts: Sequence[Paragraph | Table], bookmarks: Sequence[Bookmark]
) -> dict[int, int]:
    """Return the level of each paragraph that a bookmark leads to, by its place."""
    places: dict[tuple[str, int], list[int]] = {}
    for place, part in enumerate(parts):
        if isinstance(part, Paragraph) and len(part.lines) < 6:
            key = _key(" ".join(line.text for line in part.lines))
            places.setdefault((key, part.lines[0].page), []).append(place)
    levels: dict[int, int] = {}
    for bookmark in bookmarks:
        found = places.get((_key(bookmark.title), bookmark.page))
        if found:
            levels[found.pop(0)] = bookmark.level
    return levels if len(levels) >= _ENOUGH_BOOKMARKS * len(bookmarks) else {}


def _tagged(parts: Sequence[Paragraph | Table]) -> dict[int, int]:
    """Return the level of each paragraph tagged as a heading, by its place.

    Programs tag what they please: it counts only if most of it is set apart from the text.
    """
    paragraphs = [(place, part) for place, part in enumerate(parts) if isinstance(part, Paragraph)]
    levels = {place: part.lines[0].tag for place, part in paragraphs if part.lines[0].tag}
    if len(levels) < _FEWEST_TAGS:
        return {}
    body = _prevailing([line for place, part in paragraphs for line in part.lines])
    apart = sum(part.lines[0].type != body for place, part in paragraphs if place in levels)
    return levels if apart >= _ENOUGH_BOOKMARKS * len(levels) else {}


def _key(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())


def _add_paragraph(
    draft: Draft, paragraph: Paragraph, words: _Words, level: int, mark: str
) -> None:
    first = paragraph.lines[0]
    text, code = words.joined(paragraph.lines)
    style = _style(paragraph)
    bullet = BULLET.match(text)
    if level:
        style = _style(paragraph, mark)
        draft.add(BlockKind.HEADING, text, level=level, page=first.page, style=style)
    elif bullet and len(text) > bullet.end():
        draft.add(
            BlockKind.LIST_ITEM,
            text[bullet.end() :],
            level=1,
            page=first.page,
            number=text[: bullet.end()].strip(),
            style=style,
            verbatim=[(start - bullet.end(), end - bullet.end()) for start, end in code],
        )
    else:
        draft.add(BlockKind.PARAGRAPH, text, page=first.page, style=style, verbatim=code)


def _add_code(draft: Draft, paragraph: Paragraph) -> None:
    text = "\n".join(line.text for line in paragraph.lines)
    draft.add(BlockKind.CODE, text, page=paragraph.lines[0].page, style=_style(paragraph))


def _add_contents(draft: Draft, table: Table) -> None:
    rows: dict[int, list[Line]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).extend(cell.lines)
    for lines in rows.values():
        text = "\t".join(line.text for line in lines)
        style = Style(size=lines[0].type.size, indent=lines[0].left)
        draft.add(BlockKind.CONTENTS, text, page=lines[0].page, style=style)


def _add_table(draft: Draft, table: Table) -> None:
    number, has_head = draft.new_table(), table.has_head
    for cell in table.cells:
        draft.add(
            BlockKind.CELL,
            cell.text,
            page=cell.lines[0].page,
            cell=Cell(
                table=number, row=cell.row, column=cell.column, header=has_head and cell.row == 0
            ),
            style=_style(Paragraph(cell.lines)),
        )


def _style(paragraph: Paragraph, name: str = "") -> Style:
    type_ = _prevailing(paragraph.lines)
    first = paragraph.lines[0]
    return Style(
        name=name,
        size=type_.size,
        bold=all(line.type.bold for line in paragraph.lines),
        italic=all(line.type.italic for line in paragraph.lines),
        centred=paragraph.centred,
        font=type_.font,
        colour=type_.colour,
        indent=round(first.left, 1),
        space_before=round(paragraph.space_before, 1),
    )


def _prevailing(lines: Sequence[Line]) -> Type:
    counts: Counter[Type] = Counter()
    for line in lines:
        counts[line.type] += len(line.text)
    return counts.most_common(1)[0][0]
