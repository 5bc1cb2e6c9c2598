"""Recognition of words in pictures (OCR), and who does it.

It takes seconds a page where reading takes milliseconds. So nobody is asked, and nothing that it
needs is loaded, before a document is known to have such pages.
"""

import shutil
from collections.abc import Callable
from typing import Final, TypeAlias

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
    "here",
    "is_possible",
    "later",
]

#: Asked once for each document that has such pages, at the first of them; None: nobody can.
FindRecogniser: TypeAlias = Callable[[], Recogniser | None]

#: Where nobody sets another limit.
_SECONDS_LIMIT: Final = 3600.0


class ScansFound(Exception):
    """The document has pages that are pictures, and they are left to whoever has time for them.

    Not an error of the document: reading it again with a recogniser brings it to its end.
    """


def is_possible() -> bool:
    """Return whether pages can be recognised on this machine."""
    return _program() is not None


def here(*, seconds: float = _SECONDS_LIMIT) -> Recogniser | None:
    """Return what recognises pages, and takes *seconds* for all of them together at most."""
    program = _program()
    if program is None:
        return None
    from ai_prism.core.readers.recognition.tesseract import Tesseract

    return Tesseract(program, seconds)


def later() -> None:
    """Leave the document to another, if this machine has what recognises its pages.

    Where it has not, nobody is waited for: the pages are listed as not read.

    Raises:
        ScansFound: it is left to another.
    """
    if is_possible():
        raise ScansFound


def _program() -> str | None:
    return shutil.which("tesseract")
