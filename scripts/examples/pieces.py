"""A Markdown source as a flat list of pieces: headings, paragraphs, list items, tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True)
class Run:
    """Words in one look."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading of the level 1 to 3."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; the lines of its source are kept apart."""

    lines: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True)
class Item:
    """An item of a bulleted list."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table, its header first."""

    rows: tuple[tuple[str, ...], ...]


Piece = Heading | Paragraph | Item | Table


def pieces_of(source: str) -> list[Piece]:
    """Return the pieces of the Markdown text *source* in order."""
    return list(_pieces(MarkdownIt("commonmark").enable("table").parse(source)))


def _pieces(tokens: Sequence[Token]) -> Iterator[Piece]:
    rows: list[list[str]] = []
    opener = ""
    in_item = False
    for token in tokens:
        match token.type:
            case "list_item_open" | "list_item_close":
                in_item = token.type == "list_item_open"
            case "tr_open":
                rows.append([])
            case "table_close":
                yield Table(tuple(map(tuple, rows)))
                rows = []
            case "heading_open" | "paragraph_open" | "th_open" | "td_open":
                opener = token.tag
            case "inline":
                if opener in {"th", "td"}:
                    rows[-1].append(token.content)
                elif opener == "p":
                    yield Item(token.content) if in_item else Paragraph(_lines(token))
                else:
                    yield Heading(token.content, level=int(opener[1]))


def _lines(inline: Token) -> tuple[tuple[Run, ...], ...]:
    lines: list[list[Run]] = [[]]
    bold = False
    for token in inline.children or ():
        if token.type == "softbreak":
            lines.append([])
        elif token.type in {"strong_open", "strong_close"}:
            bold = token.type == "strong_open"
        elif token.content:
            lines[-1].append(Run(token.content, bold))
    return tuple(map(tuple, lines))
