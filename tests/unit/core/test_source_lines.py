"""Where in lines and columns of a file the words of a finding are said to stand."""

from pathlib import Path

import msgspec
import pytest

from ai_prism.core import readers
from ai_prism.core.exporters.source_lines import Region, SourceLines
from ai_prism.core.model import Document
from support.reviews import anchor_of

MARKDOWN = """---
title: Plan
---
# The plan

The fee is **due** soon, and the fee
is to be paid in
full. See [the fee](https://example.org/the%20fee).

* the fee is low
"""


def read(tmp_path: Path, name: str, source: str) -> tuple[Document, SourceLines]:
    path = tmp_path / name
    path.write_bytes(source.encode())
    document = readers.read(path, name=name)
    lines = SourceLines.of(document, path)
    assert lines
    return document, lines


def region_of(document: Document, lines: SourceLines, quote: str, nth: int = 0) -> Region | None:
    start = -1
    for _ in range(nth + 1):
        start = document.text.index(quote, start + 1)
    return lines.region(anchor_of(document, start, start + len(quote)))


def said_in(source: str, region: Region) -> str:
    """Return what stands in a region of *source*, by counting lines as an editor does."""
    lines = source.replace("\r\n", "\n").split("\n")[region.start_line - 1 : region.end_line]
    lines[-1] = lines[-1][: region.end_column - 1]
    lines[0] = lines[0][region.start_column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_words_wrapped_over_lines_are_found(tmp_path: Path, end: str) -> None:
    source = MARKDOWN.replace("\n", end)
    document, lines = read(tmp_path, "plan.md", source)

    region = region_of(document, lines, "paid in full")

    assert region == Region(7, 10, 8, 5)
    assert said_in(source, region) == "paid in\nfull"


def test_words_that_come_again_are_told_apart(tmp_path: Path) -> None:
    document, lines = read(tmp_path, "plan.txt", "We pay the fee.\n\nNever the fee! the fee?\n")

    found = [region_of(document, lines, "the fee", nth) for nth in range(3)]

    assert found == [Region(1, 8, 1, 15), Region(3, 7, 3, 14), Region(3, 16, 3, 23)]


def test_words_that_the_file_says_more_often_are_found_by_those_around_them(
    tmp_path: Path,
) -> None:
    document, lines = read(tmp_path, "a.md", "# One\n\nTwo [One](x.md) three. One more.\n")
    more = MARKDOWN + "\n<!-- the fee is low -->\n"
    hidden, of_hidden = read(tmp_path, "b.md", more)

    assert region_of(document, lines, "One", nth=2) == Region(3, 24, 3, 27)
    assert region_of(hidden, of_hidden, "paid in full") == Region(7, 10, 8, 5)


def test_where_it_is_not_sure_nothing_is_claimed(tmp_path: Path) -> None:
    document, lines = read(tmp_path, "plan.md", MARKDOWN)
    hidden, of_hidden = read(tmp_path, "b.md", "The fee.\n\n<!-- The fee. -->\n")

    assert region_of(document, lines, "fee is due soon") is None
    assert region_of(hidden, of_hidden, "fee") is None


def test_every_region_says_the_words_of_its_anchor(tmp_path: Path) -> None:
    """Each run of three words of a text with repeats, wrapped and marked up."""
    document, lines = read(tmp_path, "plan.md", MARKDOWN * 3)
    words = [m for m in document.text.split() if m]
    place, claimed = 0, 0
    for first in range(len(words) - 2):
        place = document.text.index(words[first], place)
        end = document.text.index(words[first + 2], place) + len(words[first + 2])
        anchor = anchor_of(document, place, end)
        if region := lines.region(anchor):
            claimed += 1
            assert said_in(MARKDOWN * 3, region).split() == anchor.quote.split()
        place += len(words[first])

    assert claimed > len(words) / 3


def test_only_text_has_lines(tmp_path: Path) -> None:
    document, _ = read(tmp_path, "plan.txt", "All is well.\n")
    printed = msgspec.structs.replace(document, media_type="application/pdf")

    assert SourceLines.of(printed, tmp_path / "plan.txt") is None
    assert SourceLines.of(document, tmp_path / "gone.txt") is None
    assert SourceLines.of(document, None) is None
