"""Recognition of words in pictures (OCR): who does it, and where.

It takes seconds a page where reading takes milliseconds. So nobody is asked before a document is
known to have such pages, and a process that must not be held up can say so then.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from ai_prism.core.readers.recognition import tesseract
from ai_prism.core.readers.recognition.pictures import (
    Picture,
    Recogniser,
    RecognitionFailed,
    Row,
    Word,
)

__all__ = [
    "FindRecogniser",
    "Picture",
    "Recogniser",
    "RecognitionFailed",
    "Row",
    "ScansFound",
    "Word",
    "elsewhere",
    "here",
    "is_possible",
]

#: Asked once for each document that has such pages, with their number; None: nobody can.
FindRecogniser: TypeAlias = Callable[[int], Recogniser | None]

#: Where nobody sets another limit.
_SECONDS_LIMIT: Final = 3600.0


class ScansFound(Exception):
    """The document has pages to be recognised, which is for another process to do."""

    def __init__(self, pages: int) -> None:
        """Say how many *pages* they are."""
        super().__init__(f"{pages} pages are to be recognised")
        self.pages = pages


def is_possible() -> bool:
    """Return whether pages can be recognised on this machine."""
    return tesseract.program() is not None


def here(pages: int, *, seconds: float = _SECONDS_LIMIT) -> Recogniser | None:
    """Return what recognises *pages*, and takes *seconds* for all of them together at most."""
    program = tesseract.program()
    return tesseract.Tesseract(program, seconds) if program else None


def elsewhere(pages: int) -> Recogniser | None:
    """Leave it to another process; None where that could not do it either.

    Raises:
        ScansFound: it can be done, elsewhere.
    """
    if is_possible():
        raise ScansFound(pages)
    return None
