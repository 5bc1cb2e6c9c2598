"""Pictures of pages made small enough to be sent."""

import io
from typing import Final

from PIL import Image, WebPImagePlugin

from ai_prism.core.errors import Corrupt

# Imported, so that Pillow need not load the other forty formats to look for it.
_FORMAT: Final = WebPImagePlugin.WebPImageFile.format
#: Two pixels for each one that a page takes on a laptop.
_WIDTH: Final = 1200
#: A long strip is drawn more coarsely, and takes no more memory than two sheets.
_PIXELS_LIMIT: Final = 4_500_000
#: The format has no room for more.
_SIDE_LIMIT: Final = 16_000
#: In bits a pixel. Printed letters stay below it: they stay sharp without loss, and take less so;
#: a photograph would take many times as much.
_PRINT_ENTROPY: Final = 4.0
_QUALITY: Final = 80


def scale_of(width: float, height: float) -> float:
    """Return by how much a page of that size is made larger or smaller to be shown."""
    most = (_WIDTH / width, (_PIXELS_LIMIT / (width * height)) ** 0.5, _SIDE_LIMIT / height)
    return float(min(most))


def packed(page: Image.Image) -> bytes:
    """Return *page* as a `page_images.MEDIA_TYPE`.

    Raises:
        Corrupt: its pixels cannot be had.
    """
    written = io.BytesIO()
    try:
        page = page.convert("RGB")
        is_print = page.convert("L").entropy() < _PRINT_ENTROPY
        how = {"lossless": True, "method": 0} if is_print else {"quality": _QUALITY, "method": 2}
        page.save(written, _FORMAT, **how)
    except (OSError, ValueError) as error:
        raise Corrupt("This page is damaged and cannot be shown.") from error
    return written.getvalue()
