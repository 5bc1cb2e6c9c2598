"""The canonical text while a reader builds it: blocks go in, a document comes out.

The one place that decides what stands between two blocks, so that every format agrees on it.
"""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from ai_prism.core.errors import TooLarge
from ai_prism.core.model import (
    Block,
    BlockKind,
    Cell,
    Coverage,
    Document,
    NotRead,
    Problem,
    Recognised,
    ReturnedCopy,
    Style,
)
from ai_prism.core.readers.language import guess_language
from ai_prism.core.readers.recognition import FindRecogniser, here

if TYPE_CHECKING:  # the web server, which knows drafts, should not load lxml
    from lxml.etree import _Element

#: A piece of a block's text with the element of the file that says it; None: nothing says it, it
#: was worked out, as the number of a list item is.
Said: TypeAlias = "tuple[str, _Element | None]"
#: Told of each block's start, its text as it came to stand there, and the pieces it was made from.
Trace: TypeAlias = Callable[[int, str, Sequence[Said]], None]

#: The name of the style that a block gets when a bookmark of the file leads to it.
BOOKMARKED: Final = "bookmark"
#: The same where the file tags it as a heading.
TAGGED: Final = "tag"

_LINE_BREAKS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Control characters and halves of surrogate pairs: neither can be shown, nor stored as UTF-8.
# Soft hyphens say where a word may be divided: left in, no rule would know the word.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\ud800-\udfff\ufffe\uffff]")
_WORD: Final = re.compile(r"\w+")
_BLANKS: Final = re.compile(r"\s+")
#: "Scope ........ 12": the end of a line in a table of contents.
_LEADER: Final = re.compile(
    r"(?:\.{4,}|\s\.{3}|(?:\. ){3,}\.?|…{2,}|_{4,}|\t)\s*(?:\d{1,4}|[ivxlc]{1,6})$"
)
#: The longest laws and handbooks have some thousands; more is damage, or made to wear us out.
_HEADINGS_LIMIT: Final = 20_000
#: A thousand pages hold some three million characters in ten thousand blocks. Ten times as much
#: can still be held in memory and be checked within minutes; files can unpack to far more.
_CHARACTERS_LIMIT: Final = 30_000_000
_BLOCKS_LIMIT: Final = 300_000
_MAY_BE_CONTENTS: Final = {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM}
_CONTENTS_LINE_LIMIT: Final = 250
_PLAIN: Final = Style()
#: Kinds that follow each other on the next line; all others leave an empty line between.
_CLOSE_TOGETHER: Final = {BlockKind.LIST_ITEM, BlockKind.CONTENTS}


class Draft:
    """A document under construction."""

    def __init__(
        self, name: str, find_recogniser: FindRecogniser = here, trace: Trace | None = None
    ) -> None:
        """Begin with no text for the document that people call *name*.

        *find_recogniser* is asked for what recognises pages that are pictures, if there are any.
        *trace* is told where in the file each block's text comes from, by readers that know.
        """
        self.name = name
        self.find_recogniser = find_recogniser
        self.title = ""
        self.language = ""
        self.pages: int | None = None
        self.pages_read: int | None = None
        self.returned: ReturnedCopy | None = None
        self._trace = trace
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._tables = 0
        self._headings = 0
        self._not_read: dict[NotRead, None] = {}
        self._recognised: list[Recognised] = []
        self._problems: list[Problem] = []

    def add(
        self,
        kind: BlockKind,
        text: str,
        *,
        level: int = 0,
        page: int | None = None,
        number: str = "",
        cell: Cell | None = None,
        style: Style = _PLAIN,
        verbatim: Sequence[tuple[int, int]] = (),
        links: Sequence[str] = (),
        said: Sequence[Said] = (),
    ) -> None:
        """Put *text* at the end as one block; blank text leaves no trace.

        *verbatim* are (start, end) of code inside *text*; a heading's are not kept.
        *links* are the addresses that its links lead to; *said* are the pieces that *text* was
        made from, in order, for whoever traces them.

        Raises:
            TooLarge: the document has more text, or more pieces of it, than can be reviewed.
        """
        raw, text = text, _tidy(kind, text)
        if not text:
            return
        if kind in _MAY_BE_CONTENTS and _is_line_of_contents(text):
            kind = BlockKind.CONTENTS
        if kind is BlockKind.HEADING:
            kind = self._heading_or_text(text)
        gap = self._gap_before(kind, cell)
        start = self._length + len(gap)
        self._parts += (gap, text)
        if self._trace:
            self._trace(start, text, said)
        self._length = start + len(text)
        if self._length > _CHARACTERS_LIMIT or len(self._blocks) == _BLOCKS_LIMIT:
            raise TooLarge(
                f"“{self.name}” holds more than {_CHARACTERS_LIMIT // 10**6} million characters"
                f" or {_BLOCKS_LIMIT} paragraphs: more than can be reviewed at once."
            )
        self._blocks.append(
            Block(
                kind=kind,
                start=start,
                end=self._length,
                level=level,
                page=page,
                number=clean(number),
                cell=cell,
                style=style,
                verbatim=_still_there(verbatim, raw, text, start),
                links=tuple(clean(link) for link in links),
            )
        )

    def new_table(self) -> int:
        """Return the number of the next table."""
        self._tables += 1
        return self._tables - 1

    def skip(self, what: str, why: str, where: str = "") -> None:
        """Say that a part of the document was not read; the same part is said once."""
        self._not_read[NotRead(what=what, why=why, where=where)] = None

    def recognised(self, page: int, confidence: float) -> None:
        """Say that *page* is a picture whose words were recognised, with *confidence* 0-1."""
        self._recognised.append(Recognised(page=page, confidence=round(confidence, 2)))

    def problem(self, code: str, message: str, where: str = "") -> None:
        """Say that something went wrong, though the rest can be read."""
        self._problems.append(Problem(code=code, message=message, where=where))

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    @property
    def is_empty(self) -> bool:
        """Whether there is no block yet."""
        return not self._blocks

    def ending(self) -> str:
        """Return where the text has come to, in words for a person."""
        return f"after “{self._parts[-1][-60:]}”" if self._parts else "at the start"

    def finish(self, *, media_type: str, sha256: str, bytes: int) -> Document:
        """Return the document; the draft is spent."""
        text = "".join(self._parts)
        return Document(
            name=self.name,
            media_type=media_type,
            sha256=sha256,
            bytes=bytes,
            text=text,
            blocks=tuple(self._blocks),
            pages=self.pages,
            # Block by block: a list of all words takes ten times the memory of the text.
            words=sum(len(_WORD.findall(part)) for part in self._parts),
            language=self.language or guess_language(text),
            title=_BLANKS.sub(" ", clean(self.title)).strip(),
            coverage=Coverage(
                read=self._share_read(),
                not_read=tuple(self._not_read),
                recognised=tuple(self._recognised),
            ),
            problems=tuple(self._problems),
            returned=self.returned,
        )

    def _heading_or_text(self, text: str) -> BlockKind:
        self._headings += 1
        if self._headings <= _HEADINGS_LIMIT:
            return BlockKind.HEADING
        if self._headings == _HEADINGS_LIMIT + 1:
            self.problem(
                TooLarge.code,
                f"There are more than {_HEADINGS_LIMIT} headings; the outline ends here.",
                f"at “{text[:60]}”",
            )
        return BlockKind.PARAGRAPH

    def _gap_before(self, kind: BlockKind, cell: Cell | None) -> str:
        if not self._blocks:
            return ""
        last = self._blocks[-1]
        if cell and last.cell and cell.table == last.cell.table:
            if cell.row == last.cell.row:
                return "\t" * max(1, cell.column - last.cell.column)
            return "\n" + "\t" * cell.column
        if kind in _CLOSE_TOGETHER and last.kind is kind:
            return "\n"
        return "\n\n"

    def _share_read(self) -> float:
        if not self.pages or self.pages_read is None:
            return 1.0
        return round(self.pages_read / self.pages, 4)


def clean(text: str) -> str:
    """Return *text* with line feeds as its only line breaks and without control characters."""
    if text.isprintable():
        return text
    return _UNPRINTABLE.sub("", _LINE_BREAKS.sub("\n", text))


def _is_line_of_contents(text: str) -> bool:
    # Looking only at the end keeps the search short, however many dots a paragraph holds.
    return len(text) < _CONTENTS_LINE_LIMIT and bool(_LEADER.search(text, max(0, len(text) - 40)))


def _still_there(
    verbatim: Sequence[tuple[int, int]], raw: str, text: str, start: int
) -> tuple[tuple[int, int], ...]:
    """Return *verbatim* of the *raw* text as places of the document, where tidying kept them."""
    if not verbatim:
        return ()
    shift = len(raw) - len(raw.lstrip())
    return tuple(
        (start + first - shift, start + last - shift)
        for first, last in verbatim
        if first >= shift and raw[first:last] == text[first - shift : last - shift]
    )


def _tidy(kind: BlockKind, text: str) -> str:
    text = clean(text)
    if kind is BlockKind.CODE:
        return text.strip("\n").rstrip()
    text = text.strip()
    if kind is BlockKind.HEADING:
        return _BLANKS.sub(" ", text)
    if kind is BlockKind.CELL:
        return text.replace("\t", " ")
    return text
