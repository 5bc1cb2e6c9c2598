"""Plain text: paragraphs between empty lines, lists by their bullets, underlined headings."""

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

from ai_prism.core.errors import UnsupportedFormat
from ai_prism.core.model import BlockKind, Style
from ai_prism.core.readers.draft import Draft, clean

_BULLET: Final = re.compile(r"[ \t]{0,40}([-*+•‣▪–◦])[ \t]{1,8}(?=\S)")
_UNDERLINE: Final = re.compile(r"([=\-~^#*+\"'])\1{2,200}\s{0,8}")
_UNDERLINED: Final = "underlined"


def read(path: Path, draft: Draft, pages: Callable[[int, int], None]) -> None:
    """Put the paragraphs of the text file at *path* into *draft*."""
    fill(draft, decode(path.read_bytes(), draft.name))


def decode(data: bytes, name: str) -> str:
    """Return *data* as text: by its mark, else as UTF-8, else as Windows or DOS wrote it.

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
        return _decoded_as_of_old(data)


def _decoded_as_of_old(data: bytes) -> str:
    """Return *data* in the code page that it was most likely written with."""
    if b"\r" in data and b"\n" not in data:
        return data.decode("mac_roman")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        # It holds what Windows-1252 leaves empty, such as the "ü" of DOS.
        return data.decode("cp850")


def fill(draft: Draft, text: str) -> None:
    """Put the paragraphs of *text* into *draft*."""
    text = clean(text)
    width = _usual_width(text)
    for lines in _paragraphs(text):
        _add_paragraph(draft, lines, width)


def _usual_width(text: str) -> int:
    """Return how long a full line is: nine of ten lines are no longer."""
    lengths = sorted(len(line) for line in text.split("\n") if line.strip())
    return lengths[len(lengths) * 9 // 10] if lengths else 0


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


def _add_paragraph(draft: Draft, lines: list[str], width: int) -> None:
    if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]) and not _UNDERLINE.fullmatch(lines[0]):
        draft.add(BlockKind.HEADING, lines[0], style=Style(name=_UNDERLINED + lines[1].strip()[0]))
        lines = lines[2:]
    start = 0
    for place in range(1, len(lines) + 1):
        if place == len(lines) or _BULLET.match(lines[place]):
            _add_lines(draft, lines[start:place], width)
            start = place


def _add_lines(draft: Draft, lines: list[str], width: int) -> None:
    if not lines:
        return
    bullet = _BULLET.match(lines[0])
    indent = float(len(lines[0]) - len(lines[0].lstrip()))
    if bullet:
        text = _joined([lines[0][bullet.end() :], *lines[1:]], width - bullet.end())
        draft.add(BlockKind.LIST_ITEM, text, level=1, number=bullet[1], style=Style(indent=indent))
    else:
        draft.add(BlockKind.PARAGRAPH, _joined(lines, width), style=Style(indent=indent))


def _joined(lines: list[str], width: int) -> str:
    """Return *lines* as one where they were only wrapped: the next word would not have fitted."""
    words = [lines[0].strip()]
    for before, line in pairwise(lines):
        room = width - len(before.rstrip())
        next_word = line.split(maxsplit=1)[0]
        words += ("\n" if room > len(next_word) else " ", line.strip())
    return "".join(words)
