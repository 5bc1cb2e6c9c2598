"""Scans of printed documents: each page a picture, a little crooked, as scanners give them."""

from pathlib import Path

import pypdfium2
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

_POINTS_PER_INCH = 72
_DOTS_PER_INCH = 200
_CROOKED_DEGREES = 0.4


def scan(source: Path, target: Path) -> None:
    """Write the PDF at *source* to *target* without its text: as pictures of its pages."""
    canvas = Canvas(str(target))
    with pypdfium2.PdfDocument(source) as document:
        for page in document:
            picture = page.render(scale=_DOTS_PER_INCH / _POINTS_PER_INCH, grayscale=True).to_pil()
            crooked = picture.rotate(
                _CROOKED_DEGREES, fillcolor=255, resample=Image.Resampling.BICUBIC
            )
            size = page.get_size()
            canvas.setPageSize(size)
            canvas.drawImage(ImageReader(crooked), 0, 0, *size)
            canvas.showPage()
    canvas.save()
