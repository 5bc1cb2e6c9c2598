"""Headings of what tools give back: Markdown, most often, or blocks with levels."""

import re
from collections.abc import Iterable

Heading = tuple[int, int, str]  #: where it starts in the text, level, title

_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_SYNTAX = re.compile(r"<[^>]+>|[*_`]|\\(?=\W)")


def of_markdown(text: str) -> tuple[str, list[Heading]]:
    """Return *text* with its ATX headings, which is how all these tools write theirs."""
    headings: list[Heading] = []
    fence = ""
    place = 0
    for line in text.splitlines(keepends=True):
        mark = _FENCE.match(line)
        heading = _ATX.fullmatch(line.rstrip("\r\n"))
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif heading and not fence:
            title = _SYNTAX.sub("", _LINK.sub(r"\1", heading[2])).strip()
            headings.append((place, len(heading[1]), title))
        place += len(line)
    return text, headings


def of_blocks(blocks: Iterable[tuple[str, int]]) -> tuple[str, list[Heading]]:
    """Return the text of *blocks*, each with its level (0 for text), and its headings."""
    parts: list[str] = []
    headings: list[Heading] = []
    place = 0
    for text, level in blocks:
        if text.strip():
            if level:
                headings.append((place, level, " ".join(text.split())))
            parts.append(f"{text}\n")
            place += len(text) + 1
    return "".join(parts), headings
