"""Scans: pages drawn as pictures, a little crooked, as scanners give them."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from support.documents import drawn, write_pdf

DRAWING = Callable[[Canvas], None]
_CROOKED_DEGREES = 0.4


def need_tesseract() -> str:
    """Return where Tesseract is; missing, it fails in CI and skips elsewhere."""
    program = shutil.which("tesseract")
    if program is None and os.environ.get("CI"):
        pytest.fail("Tesseract is missing; scripts/test-tools.sh installs it")
    if program is None:
        pytest.skip("Tesseract is not installed; scripts/test-tools.sh installs it")
    return program


def scanned(draw: DRAWING, folder: Path) -> DRAWING:
    """Return a drawing of the page that *draw* makes, as a picture; *folder* is for working in."""
    picture = drawn(write_pdf(folder / "printed.pdf", [draw])).rotate(
        _CROOKED_DEGREES, fillcolor=255, resample=Image.Resampling.BICUBIC
    )
    return lambda canvas: canvas.drawImage(ImageReader(picture), 0, 0, *A4)
