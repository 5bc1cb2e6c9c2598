"""The pages of a PNG, JPEG or TIFF that was uploaded alone."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from ai_prism.core.model import Anchor
from ai_prism.core.page_images import PagePlaces, PageSize, UnknownPage
from ai_prism.core.page_images.packing import scale_of
from ai_prism.core.readers import images

_NAME = "the document"


def sizes(path: Path) -> list[PageSize]:
    """Return the sizes of all pages.

    Raises:
        Corrupt: the file cannot be opened.
        TooLarge: it has too many pages, or one is too large to be unpacked.
    """
    with images.opened(path, _NAME) as image:
        found = []
        for index in range(images.count_pages(image, _NAME)):
            width, height = images.upright_size(image, index)
            found.append(PageSize(width=width, height=height))
        return found


def drawn(path: Path, number: int) -> Image.Image:
    """Return page *number*, made smaller where it is larger than can be seen.

    Raises:
        UnknownPage: there is none of that number.
        Corrupt: the file or the page is damaged.
        TooLarge: it has too many pages, or one is too large to be unpacked.
    """
    with images.opened(path, _NAME) as image:
        total = images.count_pages(image, _NAME)
        if not 1 <= number <= total:
            raise UnknownPage(f"The document has {total} pages.")
        page = images.upright(image, number - 1)
    scale = min(1.0, scale_of(page.width, page.height))
    return page.resize((max(1, round(page.width * scale)), max(1, round(page.height * scale))))


def places(path: Path, number: int, anchors: Mapping[str, Anchor]) -> PagePlaces:
    """Return no places: where recognised words stand in a picture is not kept.

    Raises:
        UnknownPage: there is none of that number.
        Corrupt: the file cannot be opened.
    """
    del anchors
    known = sizes(path)
    if not 1 <= number <= len(known):
        raise UnknownPage(f"The document has {len(known)} pages.")
    return PagePlaces(size=known[number - 1], boxes={})
