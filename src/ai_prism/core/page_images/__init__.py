"""The pages of a document as they look: pictures of them, and where on them words stand.

Only what is uploaded with pages can be shown so: PDF files and pictures. What opens them is native
code, so it is done where it may die alone: see `page_images.isolation`.
"""

from typing import Final

from ai_prism.core.errors import PrismError
from ai_prism.core.model import Data
from ai_prism.core.readers.identification import JPEG, PDF, PNG, TIFF

PICTURES: Final = frozenset({PNG, JPEG, TIFF})
WITH_PAGES: Final = PICTURES | {PDF}

#: The media type of the pictures: smaller than PNG, and every browser since 2020 shows it.
MEDIA_TYPE: Final = "image/webp"
#: Changes when the pictures of the same page do, so that browsers fetch them anew.
VERSION: Final = 1


class NoPages(PrismError):
    """A document of this kind has no pages that could be shown."""

    code = "no_pages"
    advice = "Read its text: it is the same words, with the findings marked."


class UnknownPage(PrismError):
    """The document has no page of this number."""

    code = "unknown_page"
    advice = "Pages are counted from 1."


class PageSize(Data):
    """How wide and high a page is, in units of its own: points of a PDF, pixels of a picture."""

    width: float
    height: float


class Box(Data):
    """A rectangle in the units of its page, from the upper left corner."""

    x: float
    y: float
    width: float
    height: float


class PagePlaces(Data):
    """Where on a page the words of some anchors stand; those that are not found are left out."""

    size: PageSize
    boxes: dict[str, tuple[Box, ...]]  #: by the key that each anchor was asked for under
