"""The paragraphs, tables and notes of a Rich Text file on their way into the draft."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ai_prism.core.model import BlockKind, Cell
from ai_prism.core.readers import style_names
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.looks import Look, prevailing, style_of
from ai_prism.core.readers.rtf.formats import ParagraphFormat
from ai_prism.core.readers.rtf.head import StyleEntry

#: A bullet or number that the author, or a program without lists, typed before a tab.
_TYPED_MARK: Final = re.compile(
    r"[ ]{0,8}([•·◦▪‣–*-]|\(?(?:\d{1,3}|[A-Za-z]|[ivxlc]{1,6})[.)])\t\s{0,8}(?=\S)"
)
_BULLETS: Final = "•·◦▪‣–*-"
#: Programs that nest lists set each level half an inch or less further in.
_STEP_POINTS: Final = 18.0
_DEEPEST_LIST: Final = 9


class Words:
    """Text as it comes, with how much of it looks how."""

    def __init__(self) -> None:
        """Begin with no text."""
        self._words: list[str] = []
        self._characters: dict[Look, int] = {}

    def add(self, text: str, look: Look) -> None:
        """Take *text*, which has *look*."""
        self._words.append(text)
        if text.strip():
            self._characters[look] = self._characters.get(look, 0) + len(text)

    def take(self, otherwise: Look) -> tuple[str, Look]:
        """Return the text so far and its prevailing look, and begin anew."""
        taken = _with_pairs_joined("".join(self._words)), prevailing(self._characters, otherwise)
        self._words, self._characters = [], {}
        return taken

    def ending(self) -> str:
        """Return the last words."""
        return "".join(self._words[-20:])[-60:].strip()


@dataclass(slots=True)
class Paragraph:
    """One paragraph, with the text of the notes and boxes that hang on it."""

    text: str
    look: Look
    format: ParagraphFormat
    style: StyleEntry
    mark: str = ""
    hanging: list[tuple[BlockKind, str, str]] = field(default_factory=list)

    @property
    def outline(self) -> int:
        """The heading level, 0 for body text."""
        if self.format.outline:
            return max(0, self.format.outline)
        return max(0, self.style.format.outline) or style_names.heading_level(self.style.name)


@dataclass(slots=True)
class _Row:
    cells: list[list[Paragraph]] = field(default_factory=list)
    is_head: bool = False


class Flow:
    """Puts paragraphs into a draft; rows of a table wait until it has ended."""

    def __init__(self, draft: Draft) -> None:
        """Fill *draft*."""
        self._draft = draft
        self._rows: list[_Row] = []
        self._row = _Row()
        self._cell: list[Paragraph] = []

    def add(self, paragraph: Paragraph) -> None:
        """Add *paragraph* to the text, or to the cell that is open."""
        if paragraph.format.in_table:
            self._cell.append(paragraph)
            return
        self.end_table()
        self._put(paragraph)

    def begin_row(self) -> None:
        """Begin the definition of a row."""
        self._row.is_head = False

    def mark_as_head(self) -> None:
        """Take the row for a header."""
        self._row.is_head = True

    def end_cell(self) -> None:
        """End the open cell."""
        self._row.cells.append(self._cell)
        self._cell = []

    def end_row(self) -> None:
        """End the open row."""
        self._rows.append(self._row)
        self._row = _Row()

    def end_table(self) -> None:
        """Add the rows that wait; a row that breaks off counts too."""
        if self._cell:
            self.end_cell()
        if self._row.cells:
            self.end_row()
        rows, self._rows = self._rows, []
        if not rows:
            return
        paragraphs = [p for row in rows for cell in row.cells for p in cell]
        if sum(len(row.cells) for row in rows) == 1 or any(p.outline for p in paragraphs):
            # A frame around text, or a page laid out with a table: nothing is tabulated.
            for paragraph in paragraphs:
                self._put(paragraph)
            return
        self._put_table(rows)

    def _put_table(self, rows: list[_Row]) -> None:
        table = self._draft.new_table()
        for row_place, row in enumerate(rows):
            for column, cell in enumerate(row.cells):
                filled = [paragraph for paragraph in cell if paragraph.text.strip()]
                if filled:
                    place = Cell(table=table, row=row_place, column=column, header=row.is_head)
                    text = "\n".join(_with_mark(paragraph) for paragraph in filled)
                    style = style_of(filled[0].look, name=filled[0].style.name)
                    self._draft.add(BlockKind.CELL, text, cell=place, style=style)
        # Notes between two cells would tear the table apart.
        for paragraph in (p for row in rows for cell in row.cells for p in cell):
            self._put_hanging(paragraph)

    def _put(self, paragraph: Paragraph) -> None:
        kind, level, mark, text = _told_apart(paragraph)
        name = paragraph.style.name
        if style_names.is_title(name) and not self._draft.title:
            self._draft.title = text
        self._draft.add(
            kind,
            text,
            level=level,
            number=mark,
            style=style_of(
                paragraph.look,
                name=name,
                centred=paragraph.format.centred,
                indent=paragraph.format.indent,
                space_before=paragraph.format.space_before,
            ),
        )
        self._put_hanging(paragraph)

    def _put_hanging(self, paragraph: Paragraph) -> None:
        for kind, text, number in paragraph.hanging:
            self._draft.add(kind, text, number=number)


def _told_apart(paragraph: Paragraph) -> tuple[BlockKind, int, str, str]:
    """Return what *paragraph* is, its level, its number or bullet, and its text without that."""
    text, mark, name = paragraph.text, paragraph.mark, paragraph.style.name
    if level := style_names.contents_level(name):
        return BlockKind.CONTENTS, level, "", text
    if paragraph.outline:
        return BlockKind.HEADING, paragraph.outline, mark, text
    typed = _TYPED_MARK.match(text) if not mark and paragraph.format.first_line < 0 else None
    if typed:
        mark, text = typed[1], text[typed.end() :]
    if mark:
        mark = "•" if mark in _BULLETS else mark
        return BlockKind.LIST_ITEM, _list_level(paragraph.format), mark, text
    if style_names.is_code(name, paragraph.look.font):
        return BlockKind.CODE, 0, "", text
    if style_names.is_quote(name):
        return BlockKind.QUOTE, 0, "", text
    return BlockKind.PARAGRAPH, 0, "", text


def _list_level(format: ParagraphFormat) -> int:
    by_indent = round(format.indent / _STEP_POINTS)
    return min(format.list_level or max(1, by_indent), _DEEPEST_LIST)


def _with_mark(paragraph: Paragraph) -> str:
    """Return a cell's paragraph with its number, which is part of what it says."""
    text = paragraph.text.strip()
    return f"{paragraph.mark} {text}" if paragraph.mark not in ("", "•") else text


def _with_pairs_joined(text: str) -> str:
    """Return *text* with the characters that it spells as two surrogates."""
    if any(_surrogates_in(text)):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _surrogates_in(text: str) -> Iterator[bool]:
    return ("\ud800" <= character <= "\udfff" for character in text if character > "\ud7ff")
