"""Where the words of a finding stand in the file itself, in lines and columns.

Only where that is sure. A reader drops markup and joins wrapped lines, but keeps the order of the
words: so the third time that some words stand in the text is the third time that they stand in the
file, if they stand in both equally often. Words that do not are looked for with those around them.
"""

import re
from bisect import bisect_right
from pathlib import Path
from typing import Final

import msgspec

from ai_prism.core.errors import PrismError
from ai_prism.core.model import Anchor, Document
from ai_prism.core.readers.plain import decode

#: The media types of files that are text in the order of their reading.
_TEXTS: Final = frozenset({"text/plain", "text/markdown"})
_BLANKS: Final = re.compile(r"\s+")
_LINE_END: Final = re.compile(r"\r\n?|\n")


class Region(msgspec.Struct, frozen=True):
    """Lines and columns from 1 on, in code points; the end column is the one behind."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class SourceLines:
    """The lines of the file that a document was read from."""

    def __init__(self, document: Document, source: str) -> None:
        """Find words of *document* in *source*, the text of its file as it lies there."""
        self._text, self._source = _Collapsed(document.text), _Collapsed(source)
        self._line_starts = [0, *(match.end() for match in _LINE_END.finditer(source))]

    @classmethod
    def of(cls, document: Document, path: Path | None) -> "SourceLines | None":
        """Return the lines of the file at *path*; None where it has none that could be told."""
        if path is None or document.media_type not in _TEXTS:
            return None
        try:
            return cls(document, decode(path.read_bytes(), document.name))
        except (OSError, PrismError):
            return None  # it is gone, or another file now

    def region(self, anchor: Anchor) -> Region | None:
        """Return where the words of *anchor* stand in the file; None where that is not sure."""
        text = self._text
        start, end = text.place(anchor.start), text.place(anchor.end)
        before = text.place(max(0, anchor.start - len(anchor.prefix)))
        after = text.place(anchor.end + len(anchor.suffix))
        for first, last in ((start, end), (before, after)):
            found = self._same(text.words[first:last], first)
            if found is not None:
                begin = found + start - first
                return self._region(begin, begin + end - start)
        return None

    def _same(self, words: str, place: int) -> int | None:
        """Return where in the file the *words* stand that are at *place* of the text."""
        text, source = self._text.words, self._source.words
        if not words.strip() or text.count(words) != source.count(words):
            return None
        found = -1
        for _ in range(text.count(words, 0, place) + 1):
            found = source.find(words, found + 1 if found < 0 else found + len(words))
        return found if found >= 0 else None

    def _region(self, start: int, end: int) -> Region:
        first, last = self._source.places[start], self._source.places[end - 1] + 1
        return Region(*self._line_and_column(first), *self._line_and_column(last))

    def _line_and_column(self, place: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, place)
        return line, place - self._line_starts[line - 1] + 1


class _Collapsed:
    """A text with one blank for each run of white space, and where its characters came from."""

    def __init__(self, text: str) -> None:
        self.words = _BLANKS.sub(" ", text)
        self.places: list[int] = []
        end = 0
        for match in _BLANKS.finditer(text):
            self.places += range(end, match.start())
            self.places.append(match.start())
            end = match.end()
        self.places += range(end, len(text))

    def place(self, offset: int) -> int:
        """Return where what stood at *offset* stands now."""
        return min(bisect_right(self.places, offset - 1), len(self.words))
