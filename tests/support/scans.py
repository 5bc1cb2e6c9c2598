"""Scans: pages drawn as pictures, a little crooked, as scanners give them."""

import shutil
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from support.documents import drawn, write_pdf
from support.tools import need

DRAWING = Callable[[Canvas], None]
_CROOKED_DEGREES = 0.4


def need_tesseract() -> str:
    """Return where Tesseract is."""
    return need(shutil.which("tesseract"), "Tesseract")


def scanned(draw: DRAWING, folder: Path) -> DRAWING:
    """Return a drawing of the page that *draw* makes, as a picture; *folder* is for working in."""
    picture = drawn(write_pdf(folder / "printed.pdf", [draw])).rotate(
        _CROOKED_DEGREES, fillcolor=255, resample=Image.Resampling.BICUBIC
    )
    return lambda canvas: canvas.drawImage(ImageReader(picture), 0, 0, *A4)
