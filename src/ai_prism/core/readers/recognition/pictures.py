"""What is asked of a recogniser and what it answers: a picture of a page, and rows of words."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Picture(NamedTuple):
    """A page in shades of grey, one byte a pixel, row after row from the top."""

    width: int
    height: int
    pixels: bytes
    dots_per_inch: float


class Word(NamedTuple):
    """A word and where it stands, in pixels from the left edge."""

    text: str
    left: int
    right: int
    confidence: float  #: 0-1


class Row(NamedTuple):
    """Words in one line; all places are in pixels from the top left corner."""

    words: Sequence[Word]
    top: int
    bottom: int
    baseline: float  #: at the left edge of the first word
    slope: float  #: how far the baseline sinks with each pixel to the right
    size: float  #: from the feet of the letters to their heads, somewhat less than the type's size

    @property
    def confidence(self) -> float:
        """How sure its words are, 0-1, long words counting more."""
        letters = sum(len(word.text) for word in self.words)
        return sum(len(word.text) * word.confidence for word in self.words) / max(1, letters)


class RecognitionFailed(Exception):
    """This page could not be recognised; the words are a sentence that says why."""


class Recogniser(Protocol):
    """What recognises the words in pictures of pages, one after the other."""

    def recognise(self, picture: Picture) -> Sequence[Row]:
        """Return the rows of words in *picture*, in reading order.

        Raises:
            RecognitionFailed: it cannot be done for this picture.
        """
