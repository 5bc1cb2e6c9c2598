"""PDF files by many programs: reportlab, LibreOffice, Chromium, groff, Pillow and Tesseract."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table

from support.documents import LINE, lines, write_pdf
from support.tools import need
from support.word_files import BUILDERS, SOURCES, convert

_STYLES = getSampleStyleSheet()
_WORDS = [f"Number {n}: {LINE}" for n in range(12)]


def _flowing(*, columns: int = 1, alignment: int = 0) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        style = _STYLES["BodyText"].clone("own", alignment=alignment)
        width = 450 / columns
        frames = [Frame(72 + n * (width + 12), 72, width, 640) for n in range(columns)]
        document = BaseDocTemplate(str(path), pagesize=A4)
        document.addPageTemplates(PageTemplate(frames=frames))
        document.build([Paragraph(words, style) for words in _WORDS * 3])

    return write


def _table(path: Path) -> None:
    document = BaseDocTemplate(str(path), pagesize=A4)
    document.addPageTemplates(PageTemplate(frames=[Frame(72, 72, 450, 640)]))
    document.build([Table([[f"cell {r}.{c}" for c in range(4)] for r in range(8)])])


def _turned(degrees: int) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        canvas = Canvas(str(path), pagesize=A4)
        canvas.setPageRotation(degrees)
        lines(*_WORDS, size=9)(canvas)
        canvas.save()

    return write


def _cropped(path: Path) -> None:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setCropBox((40, 40, 560, 800))
    lines(*_WORDS, size=9)(canvas)
    canvas.save()


def _groff(macros: str, source: str) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        with path.open("wb") as out:
            command = ["groff", f"-m{macros}", "-Tpdf"]
            subprocess.run(command, input=source.encode(), stdout=out, check=True, timeout=60)

    return write


def _chromium(style: str) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        page = path.with_suffix(".html")
        body = "".join(f"<p>{words}</p>" for words in _WORDS)
        page.write_text(f"<!doctype html><style>{style}</style><h1>Plan</h1>{body}")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu"]
        options = [f"--user-data-dir={path}.d", f"--print-to-pdf={path}", page.as_uri()]
        subprocess.run([*command, *options], check=True, capture_output=True, timeout=90)

    return write


def _picture() -> Image.Image:
    picture = Image.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(picture)
    for number in range(6):
        draw.text((150, 200 + 90 * number), f"Number {number}: {LINE[:45]}", 0, font_size=40)
    return picture


def _tesseract(path: Path) -> None:
    picture = path.with_suffix(".png")
    _picture().save(picture, dpi=(200, 200))
    command = ["tesseract", str(picture), str(path.with_suffix("")), "pdf"]
    subprocess.run(command, check=True, capture_output=True, timeout=90)


def _libreoffice(source: str, write_source: Callable[[Path], object]) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        folder = path.parent / f"{path.stem}-source"
        folder.mkdir()
        original = folder / source
        write_source(original)
        convert([original], "pdf", folder)
        original.with_suffix(".pdf").rename(path)

    return write


_MS = f".TL\nPlan\n.NH\nScope\n.PP\n{LINE}\n{LINE}\n.PP\n{LINE}\n"
_MAN = f".TH PLAN 1\n.SH NAME\nplan \\- a plan\n.SH DESCRIPTION\n{LINE}\n.B Bold words\n{LINE}\n"

#: How each file is written, by the program and what is special; the first word is the program.
PDFS: dict[str, Callable[[Path], object]] = {
    "reportlab lines": lambda path: write_pdf(path, [lines(*_WORDS, size=9)] * 2),
    "reportlab flow": _flowing(),
    "reportlab justified": _flowing(alignment=4),
    "reportlab columns": _flowing(columns=2),
    "reportlab table": _table,
    "reportlab turned": _turned(90),
    "reportlab upside down": _turned(180),
    "reportlab cropped": _cropped,
    "groff ms": _groff("s", _MS),
    "groff man": _groff("an", _MAN),
    "groff me": _groff("e", f".pp\n{LINE}\n{LINE}\n.pp\n{LINE}\n"),
    "chromium plain": _chromium(""),
    "chromium columns": _chromium("body { columns: 2; text-align: justify }"),
    "chromium fixed": _chromium("p { font: 10pt monospace }"),
    "chromium spaced": _chromium("p { letter-spacing: 1pt; text-transform: uppercase }"),
    "soffice text": _libreoffice("a.txt", SOURCES["text.txt"]),
    "soffice rtf": _libreoffice("a.rtf", SOURCES["rtf.rtf"]),
    "soffice odt": _libreoffice("a.fodt", SOURCES["odt.fodt"]),
    "soffice table": _libreoffice("a.docx", BUILDERS["table"]),
    "soffice long": _libreoffice("a.docx", BUILDERS["long"]),
    "soffice python-docx": _libreoffice("a.docx", BUILDERS["python-docx"]),
    "tesseract": _tesseract,
}


def need_writer(name: str) -> None:
    """Let a test of this file go on only where the program that writes it is installed."""
    program = name.partition(" ")[0].replace("groff", "gropdf")
    if program != "reportlab":  # a library, installed with the tests
        need(shutil.which(program), program)


def write_scan(path: Path) -> Path:
    """Write a page that is a picture."""
    _picture().save(path, "PDF", resolution=200)
    return path
