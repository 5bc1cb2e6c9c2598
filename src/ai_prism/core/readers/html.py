"""HTML pages: the text that a browser would show, without menus, scripts and styles."""

import re
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Final

from lxml import etree, html

from ai_prism.core.errors import Corrupt
from ai_prism.core.model import BlockKind, Cell
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.html_layout import Numbers, cells_of
from ai_prism.core.readers.plain import decode

_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}charset\s{0,3}=\s{0,3}[\"']?([\w-]{2,40})", re.I)
_CHARSET_REACH: Final = 4096
_LEFT_OUT: Final = re.compile("script|style|head|template|noscript|nav|select|button|rt|rp")
#: Left out as well, and said to be: what they are called and why.
_PICTURE: Final = ("image", "Pictures are not read.")
_OBJECT: Final = ("embedded object", "What is embedded in a page is not read.")
_EMBEDDED: Final = {
    **dict.fromkeys(("svg", "canvas"), _PICTURE),
    **dict.fromkeys(("iframe", "object", "embed", "audio", "video"), _OBJECT),
}
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
#: Elements that end a line before and after them; all others stand in the line.
_BLOCKS: Final = re.compile(
    "html|body|main|article|section|div|p|header|footer|aside|address|center|details|summary"
    "|figure|figcaption|fieldset|form|dl|dt|dd|hr|caption|textarea|legend"
)
#: Noncharacters, which no text may hold, around words of code until a block is whole.
_CODE_BEGINS: Final = "\ufffe"
_CODE_ENDS: Final = "\uffff"
_MARKS: Final = re.compile(f"[{_CODE_BEGINS}{_CODE_ENDS}]")
#: Nobody nests this deep; files that do mean to exhaust the reader.
_DEPTH_LIMIT: Final = 200
_ATTRIBUTES_LIMIT: Final = 10_000
_LONG_TAG: Final = re.compile(
    rf"(?P<start><[a-z][^\s<>/]*)[^<>]{{{2 * _ATTRIBUTES_LIMIT},}}>", re.I
)


def read(path: Path, draft: Draft, pages: Callable[[int, int], None]) -> None:
    """Put the text of the HTML file at *path* into *draft*."""
    data = path.read_bytes()
    fill(draft, _decoded(data, draft.name))


def fill(draft: Draft, source: str) -> None:
    """Put the text of the HTML in *source*, a page or a piece of one, into *draft*."""
    if not source.strip():
        return
    parser = html.HTMLParser(
        remove_comments=True, remove_pis=True, no_network=True, huge_tree=False, encoding="utf-8"
    )
    try:
        source = _LONG_TAG.sub(_without_flood, source)
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        if "empty" in str(error).lower():
            return
        raise Corrupt(f"“{draft.name}” is damaged: it cannot be read as HTML.") from error
    title = root.findtext(".//title")
    draft.title = draft.title or (title or "")
    if language := root.get("lang"):
        draft.language = language.split("-")[0].lower()[:8]
    _Walker(draft).walk(root)


def _without_flood(tag: re.Match[str]) -> str:
    """Return *tag*, without its attributes when they are more than anybody writes.

    libxml2 compares each attribute of a tag with all those before it.
    """
    return tag[0] if len(tag[0].split()) < _ATTRIBUTES_LIMIT else f"{tag['start']}>"


def _decoded(data: bytes, name: str) -> str:
    declared = _CHARSET.search(data[:_CHARSET_REACH])
    if declared:
        try:
            return data.decode(declared[1].decode("ascii"), "strict")
        except (LookupError, UnicodeDecodeError):
            return decode(data, name)
    return decode(data, name)


class _Walker:
    """Walks through the elements, gathering words until a block ends."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._words: list[str] = []
        self._lists: list[Iterator[str]] = []
        self._mark = ""
        self._quotes = 0
        self._depth = 0
        self._special: dict[str, Callable[[etree._Element], None]] = {
            **dict.fromkeys(_HEADINGS, self._heading),
            **dict.fromkeys(("ul", "ol", "menu"), self._list),
            "li": self._item,
            "pre": self._preformatted,
            "blockquote": self._quote,
            "table": self._table,
            **dict.fromkeys(("code", "kbd", "samp", "tt", "var"), self._code),
            "br": self._break,
            "img": self._image,
        }

    def walk(self, element: etree._Element) -> None:
        self._open(element)
        self._flush()

    def _open(self, element: etree._Element) -> None:
        """Read *element* and what is in it."""
        tag = str(element.tag).lower()
        if _LEFT_OUT.fullmatch(tag) or _is_for_machines(element):
            return
        if tag in _EMBEDDED:
            self._draft.skip(*_EMBEDDED[tag], self._place(element))
            return
        if _is_hidden(element):
            if "".join(map(str, element.itertext())).strip():
                self._draft.skip("hidden text", "What a browser hides is left out.", self._place())
            return
        if self._depth > _DEPTH_LIMIT:
            self._draft.skip("nested text", f"It is nested more than {_DEPTH_LIMIT} deep.")
            return
        self._depth += 1
        if tag in self._special:
            self._special[tag](element)
        elif _BLOCKS.fullmatch(tag):
            self._flush()
            self._children(element)
            self._flush()
        else:
            self._children(element)
        self._depth -= 1

    def _place(self, element: etree._Element | None = None) -> str:
        """Return where *element* stands, in words: its own, or what it comes after."""
        title = "" if element is None else element.get("title") or element.get("src") or ""
        before = "".join(self._words).strip()
        return title[:60] or (f"after “{before[-60:]}”" if before else self._draft.ending())

    def _heading(self, element: etree._Element) -> None:
        self._flush()
        self._children(element)
        self._flush(BlockKind.HEADING, int(str(element.tag)[1]))

    def _preformatted(self, element: etree._Element) -> None:
        self._flush()
        self._draft.add(BlockKind.CODE, "".join(str(text) for text in element.itertext()))

    def _quote(self, element: etree._Element) -> None:
        self._flush()
        self._quotes += 1
        self._children(element)
        self._flush()
        self._quotes -= 1

    def _break(self, element: etree._Element) -> None:
        self._words.append("\n")

    def _image(self, element: etree._Element) -> None:
        self._draft.skip("image", "Pictures are not read.", element.get("alt") or "")

    def _children(self, element: etree._Element) -> None:
        self._say(element.text)
        for child in element:
            self._open(child)
            self._say(child.tail)

    def _say(self, text: str | None) -> None:
        if text:
            self._words.append(_BLANKS.sub(" ", _MARKS.sub("", text)))

    def _code(self, element: etree._Element) -> None:
        self._words.append(_CODE_BEGINS)
        self._children(element)
        self._words.append(_CODE_ENDS)

    def _list(self, element: etree._Element) -> None:
        self._flush()
        ordered = element.tag == "ol"
        self._lists.append(Numbers(element) if ordered else repeat("•"))
        self._children(element)
        self._flush()
        self._lists.pop()

    def _item(self, element: etree._Element) -> None:
        self._flush()
        numbers = self._lists[-1] if self._lists else repeat("•")
        if isinstance(numbers, Numbers):
            numbers.go_to(element.get("value"))
        self._mark = next(numbers)
        self._children(element)
        self._flush()
        self._mark = ""

    def _table(self, table: etree._Element) -> None:
        self._flush()
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        for caption in table.iterchildren("caption"):
            self._open(caption)
        cells = cells_of(rows)
        if max((len(row) for row in cells), default=0) < 2:
            # One column is a frame or a page layout: nothing is tabulated.
            for cell in (cell for row in cells for _, cell in row):
                self._children(cell)
                self._flush()
            return
        number = self._draft.new_table()
        for row_place, row in enumerate(cells):
            for column, element in row:
                place = Cell(
                    table=number,
                    row=row_place,
                    column=column,
                    header=element.tag == "th" and (row_place == 0 or _all_heads(row)),
                )
                text = _BLANKS.sub(" ", " ".join(str(part) for part in element.itertext()))
                self._draft.add(BlockKind.CELL, text, cell=place)

    def _flush(self, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> None:
        """End the block that the words so far make."""
        text = "".join(self._words)
        self._words.clear()
        lines = [line.strip(" ") for line in text.split("\n")]
        text, code = _without_marks("\n".join(_BLANKS.sub(" ", line) for line in lines).strip())
        if not text.strip():
            return
        number = ""
        if self._quotes:
            kind, level = BlockKind.QUOTE, 0
        elif kind is BlockKind.PARAGRAPH and self._mark:
            kind, level, number = BlockKind.LIST_ITEM, len(self._lists) or 1, self._mark
        # Only the first block of a list item carries its bullet or number.
        self._mark = ""
        self._draft.add(kind, text, level=level, number=number, verbatim=code)


def _without_marks(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return *text* without the marks around code, and from where to where code stands in it."""
    if _CODE_BEGINS not in text:
        return _MARKS.sub("", text), []
    parts: list[str] = []
    code: list[tuple[int, int]] = []
    start = length = 0
    for part in re.split(f"([{_CODE_BEGINS}{_CODE_ENDS}])", text):
        if part == _CODE_BEGINS:
            start = length
        elif part == _CODE_ENDS:
            if length > start:
                code.append((start, length))
        else:
            parts.append(part)
            length += len(part)
    return "".join(parts), code


def _is_for_machines(element: etree._Element) -> bool:
    return element.get("aria-hidden") == "true" or element.get("role") in ("navigation", "search")


def _is_hidden(element: etree._Element) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    hidden = element.get("hidden") is not None
    return hidden or "display:none" in style or "visibility:hidden" in style


def _all_heads(row: list[tuple[int, etree._Element]]) -> bool:
    return all(cell.tag == "th" for _, cell in row)
