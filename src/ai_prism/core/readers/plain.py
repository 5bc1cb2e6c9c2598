"""Plain text: paragraphs between empty lines, lists by their bullets, underlined headings."""

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from ai_prism.core.errors import UnsupportedFormat
from ai_prism.core.model import BlockKind, Style
from ai_prism.core.readers.draft import Draft, clean

_BULLET: Final = re.compile(r"[ \t]{0,40}([-*+•‣▪–◦])[ \t]{1,8}(?=\S)")
_UNDERLINE: Final = re.compile(r"([=\-~^#*+\"'])\1{2,200}\s{0,8}")
_EDGE: Final = re.compile(r"\S")
_UNDERLINED: Final = "underlined"


def read(path: Path, draft: Draft, pages: Callable[[int, int], None]) -> None:
    """Put the paragraphs of the text file at *path* into *draft*."""
    fill(draft, decode(path.read_bytes(), draft.name))


def decode(data: bytes, name: str) -> str:
    """Return *data* as text: by its mark, else as UTF-8, else as Windows-1252.

    Raises:
        UnsupportedFormat: the bytes are no text.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        raise UnsupportedFormat(f"“{name}” is not text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def fill(draft: Draft, text: str) -> None:
    """Put the paragraphs of *text* into *draft*."""
    for lines in _paragraphs(clean(text)):
        _add_paragraph(draft, lines)


def _paragraphs(text: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            lines.append(line)
        elif lines:
            yield lines
            lines = []
    if lines:
        yield lines


def _add_paragraph(draft: Draft, lines: list[str]) -> None:
    if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]) and not _UNDERLINE.fullmatch(lines[0]):
        draft.add(BlockKind.HEADING, lines[0], style=Style(name=_UNDERLINED + lines[1].strip()[0]))
        lines = lines[2:]
    start = 0
    for place in range(1, len(lines) + 1):
        if place == len(lines) or _BULLET.match(lines[place]):
            _add_lines(draft, lines[start:place])
            start = place


def _add_lines(draft: Draft, lines: list[str]) -> None:
    if not lines:
        return
    bullet = _BULLET.match(lines[0])
    indent = float(len(lines[0]) - len(lines[0].lstrip()))
    if bullet:
        words = [lines[0][bullet.end() :], *lines[1:]]
        text = " ".join(line.strip() for line in words)
        draft.add(BlockKind.LIST_ITEM, text, level=1, number=bullet[1], style=Style(indent=indent))
    else:
        text = "\n".join(line.strip() for line in lines)
        draft.add(BlockKind.PARAGRAPH, text, style=Style(indent=indent))
