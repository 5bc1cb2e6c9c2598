"""Markdown (CommonMark with tables), its inline syntax resolved to the words a reader sees."""

import gc
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.reference import reference
from markdown_it.token import Token

from ai_prism.core.model import BlockKind, Cell
from ai_prism.core.readers import html
from ai_prism.core.readers.draft import Draft, clean
from ai_prism.core.readers.plain import decode

_FRONT_MATTER: Final = re.compile(r"---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_TITLE: Final = re.compile(r"^title:[ \t]*(.{1,300})$", re.M | re.I)
_LINE_BREAK_TAG: Final = re.compile(r"<br\s{0,8}/?>", re.I)
#: What begins markup inside a line; without any of it the words are what is written.
_MARKUP: Final = re.compile(r"[\n!&*<\[\\_`~]")
_FOOTNOTE: Final = re.compile(r"\[\^([^\]\s]{1,40})\]:\s{1,8}")


def read(path: Path, draft: Draft, pages: Callable[[int, int], None]) -> None:
    """Put the text of the Markdown file at *path* into *draft*."""
    fill(draft, decode(path.read_bytes(), draft.name))


def fill(draft: Draft, markdown: str) -> None:
    """Put the text of *markdown* into *draft*."""
    markdown = clean(markdown)
    front_matter = _FRONT_MATTER.match(markdown)
    if front_matter:
        title = _TITLE.search(front_matter[1])
        draft.title = title[1].strip().strip("\"'") if title else ""
        markdown = markdown[front_matter.end() :]
    parser = _parser()
    links: dict[str, Any] = {}
    with _without_collection():
        tokens = parser.parse(markdown, links)
    _Filler(draft, lambda text: parser.inline.parse(text, parser, links, [])).fill(tokens)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep Python from looking for garbage while nothing but tokens is made, millions of them.

    It would look through all of them again and again: that takes longer than the parsing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _parser() -> MarkdownIt:
    """Return a parser of blocks: their lines are parsed one by one, when they are read.

    Parsed at once, the lines of a large file would take twice the memory.
    """
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.disable(["inline", "text_join"])
    parser.block.ruler.at("reference", _reference_but_no_footnote)
    return parser


def _reference_but_no_footnote(
    state: StateBlock, start_line: int, end_line: int, silent: bool
) -> bool:
    """Leave "[^1]: word" alone, which CommonMark takes for the target of a link and drops."""
    if state.src.startswith("[^", state.bMarks[start_line] + state.tShift[start_line]):
        return False
    return reference(state, start_line, end_line, silent)


class _Filler:
    """Walks through the tokens of a document, knowing which containers are open."""

    def __init__(self, draft: Draft, parse_line: Callable[[str], Sequence[Token]]) -> None:
        self._draft = draft
        self._parse_line = parse_line
        self._lists: list[Iterator[int] | None] = []
        self._marker = ""
        self._quotes = 0
        self._table = 0
        self._in_head = False
        self._row = self._column = -1

    def fill(self, tokens: Sequence[Token]) -> None:
        for place, token in enumerate(tokens):
            if token.type == "inline":
                self._add_inline(tokens[place - 1], token)
            elif token.type in ("fence", "code_block"):
                self._draft.add(BlockKind.CODE, token.content)
            elif token.type == "html_block":
                html.fill(self._draft, token.content)
            else:
                self._open_or_close(token)

    def _open_or_close(self, token: Token) -> None:
        match token.type:
            case "ordered_list_open":
                self._lists.append(count(int(token.attrGet("start") or 1)))
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_close" | "bullet_list_close":
                self._lists.pop()
            case "list_item_open":
                numbers = self._lists[-1]
                self._marker = f"{next(numbers)}{token.markup}" if numbers else token.markup
            case "list_item_close":
                self._marker = ""
            case "blockquote_open" | "blockquote_close":
                self._quotes += token.nesting
            case "table_open":
                self._table = self._draft.new_table()
                self._row = -1
            case "thead_open" | "thead_close":
                self._in_head = token.nesting > 0
            case "tr_open":
                self._row += 1
                self._column = -1

    def _add_inline(self, opener: Token, inline: Token) -> None:
        tokens = self._tokens(inline.content)
        text, code = self._words(tokens)
        links = _addresses(tokens)
        if opener.type in ("th_open", "td_open"):
            self._column += 1
            cell = Cell(table=self._table, row=self._row, column=self._column, header=self._in_head)
            self._draft.add(BlockKind.CELL, text, cell=cell, verbatim=code, links=links)
        elif self._quotes:
            self._draft.add(BlockKind.QUOTE, text)
        elif opener.type == "heading_open":
            self._draft.add(BlockKind.HEADING, text, level=int(opener.tag[1:]))
        elif self._marker:
            self._draft.add(
                BlockKind.LIST_ITEM,
                text,
                level=len(self._lists),
                number=self._marker,
                verbatim=code,
                links=links,
            )
        elif footnote := _FOOTNOTE.match(text):
            self._draft.add(BlockKind.FOOTNOTE, text[footnote.end() :], number=footnote[1])
        else:
            self._draft.add(BlockKind.PARAGRAPH, text, verbatim=code, links=links)
        # Only the first paragraph of a list item carries its bullet or number.
        self._marker = ""

    def _tokens(self, line: str) -> Sequence[Token]:
        if _MARKUP.search(line):
            return self._parse_line(line)
        return [Token("text", "", 0, content=line)]

    def _words(self, inline: Sequence[Token]) -> tuple[str, list[tuple[int, int]]]:
        """Return the words of *inline*, and where in them code stands."""
        words: list[str] = []
        code: list[tuple[int, int]] = []
        length = 0
        for token in inline:
            before = len(words)
            match token.type:
                case "softbreak":
                    words.append(" ")
                case "hardbreak":
                    words.append("\n")
                case "html_inline":
                    words.append("\n" if _LINE_BREAK_TAG.fullmatch(token.content) else "")
                case "image":
                    self._draft.skip("image", "Pictures are not read.", token.content)
                case _:
                    words.append(token.content)
            added = sum(len(word) for word in words[before:])
            if token.type == "code_inline":
                code.append((length, length + added))
            length += added
        return "".join(words), code


def _addresses(inline: Sequence[Token]) -> list[str]:
    """Return where the links among *inline* lead, in reading order."""
    opened = (token for token in inline if token.type == "link_open")
    return [str(token.attrGet("href") or "") for token in opened]
