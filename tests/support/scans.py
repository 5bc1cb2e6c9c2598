"""Scans: pages drawn as pictures, a little crooked, as scanners give them."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from support.documents import write_pdf

DRAWING = Callable[[Canvas], None]
_POINTS_PER_INCH = 72
_DOTS_PER_INCH = 200
_CROOKED_DEGREES = 0.4


def scanned(draw: DRAWING, folder: Path) -> DRAWING:
    """Return a drawing of the page that *draw* makes, as a picture; *folder* is for working in."""
    source = write_pdf(folder / "printed.pdf", [draw])
    document = pypdfium2.PdfDocument(source)
    page = document[0].render(scale=_DOTS_PER_INCH / _POINTS_PER_INCH, grayscale=True)
    picture = page.to_pil().rotate(
        _CROOKED_DEGREES, fillcolor=255, resample=Image.Resampling.BICUBIC
    )
    size = document[0].get_size()
    document.close()
    return lambda canvas: canvas.drawImage(ImageReader(picture), 0, 0, *size)
