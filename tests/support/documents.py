"""Files to read: written on the spot, so that a test shows what is in them."""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from support.office import (
    ODT,
    flat_open_document,
    shape,
    text_row,
    write_open_document,
    write_slides,
    write_workbook,
)

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOTS_PER_INCH = 200
LINE = "The supplier keeps a record of every delivery and shows it to the customer on request."

_TYPES = (
    '<?xml version="1.0"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def write_word(path: Path, body: str, **parts: str) -> Path:
    """Write a Word file with the elements in *body*; *parts* are styles, numbering, footnotes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>"
        )
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {W}>{content}</w:{name}>")
    return path


def paragraph(text: str, style: str = "", properties: str = "", run: str = "") -> str:
    """Return a Word paragraph; *properties* and *run* go into its and its run's properties."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f"<w:p><w:pPr>{named}{properties}</w:pPr>"
        f"<w:r><w:rPr>{run}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"
    )


def write_pdf(path: Path, pages: Sequence[Callable[[Canvas], None]], **options: object) -> Path:
    """Write a PDF, each of whose *pages* draws itself."""
    canvas = Canvas(str(path), pagesize=A4, **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def lines(*texts: str, top: float = 740, left: float = 72, size: float = 11, bold: bool = False):
    """Return a drawing of *texts* as lines under each other."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        for place, text in enumerate(texts):
            canvas.drawString(left, top - place * 1.25 * size, text)

    return draw


def together(*drawings: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    """Return the *drawings* as one."""

    def draw(canvas: Canvas) -> None:
        for drawing in drawings:
            drawing(canvas)

    return draw


_HEADINGS = "".join(
    f'<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="heading {level}"/></w:style>'
    for level in (1, 2)
)


def _word_sample(path: Path) -> None:
    body = (
        paragraph("Delivery plan", "H1")
        + paragraph(LINE)
        + paragraph("Dates", "H2")
        + paragraph(LINE)
    )
    write_word(path, body, styles=_HEADINGS)


def _pdf_sample(path: Path) -> None:
    page = together(
        lines("Delivery plan", size=18, bold=True),
        lines(LINE, LINE, top=700),
        lines("Dates", top=650, size=14, bold=True),
        lines(LINE, top=620),
    )
    write_pdf(path, [page])


def drawn(pdf: Path) -> Image.Image:
    """Return the first page of *pdf* as a picture, as fine as scanners make them."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].render(scale=DOTS_PER_INCH / 72, grayscale=True)
        return page.to_pil().copy()


def _picture_sample(path: Path) -> None:
    printed = path.with_suffix(".pdf")
    _pdf_sample(printed)
    drawn(printed).save(path, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    printed.unlink()


_OPEN_DOCUMENT_SAMPLE = (
    '<text:h text:outline-level="1">Delivery plan</text:h>'
    f"<text:p>{LINE}</text:p>"
    '<text:h text:outline-level="2">Dates</text:h>'
    f"<text:p>{LINE}</text:p>"
)


_BOLD_STYLE = (
    "<fonts><font/><font><b/></font></fonts>"
    '<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="0" fontId="1"/></cellXfs>'
)


def _slides_sample(path: Path) -> None:
    first = shape("Delivery plan", "ctrTitle") + shape(LINE, "subTitle")
    write_slides(path, first, shape(LINE, "body") + shape("Dates", "title"))


def _workbook_sample(path: Path) -> None:
    rows = text_row(1, LINE) + text_row(3, "Dates", style=1) + text_row(4, LINE)
    write_workbook(path, {"Delivery plan": rows}, styles=_BOLD_STYLE)


_RTF_SAMPLE = (
    r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\stylesheet{\s2 heading 2;}}"
    rf"{{\pard\outlinelevel0\b Delivery plan\par}}{{\pard {LINE}\par}}"
    rf"{{\pard\s2 Dates\par}}{{\pard {LINE}\par}}}}"
)
_MAIL_SAMPLE = (
    "Subject: Delivery plan\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
    f"<p>{LINE}</p>\n<h2>Dates</h2>\n<p>{LINE}</p>\n"
)

#: One small document for each media type: a title "Delivery plan", a section "Dates", and LINE.
SAMPLES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "application/pdf": ("sample.pdf", _pdf_sample),
    "image/png": ("sample.png", _picture_sample),
    "image/jpeg": ("sample.jpg", _picture_sample),
    "image/tiff": ("sample.tif", _picture_sample),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        "sample.docx",
        _word_sample,
    ),
    ODT: ("sample.odt", lambda path: write_open_document(path, _OPEN_DOCUMENT_SAMPLE)),
    f"{ODT}-flat-xml": (
        "sample.fodt",
        lambda path: path.write_text(flat_open_document(_OPEN_DOCUMENT_SAMPLE)),
    ),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (
        "sample.pptx",
        _slides_sample,
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (
        "sample.xlsx",
        _workbook_sample,
    ),
    "application/rtf": ("sample.rtf", lambda path: path.write_text(_RTF_SAMPLE)),
    "message/rfc822": ("sample.eml", lambda path: path.write_text(_MAIL_SAMPLE)),
    "text/html": (
        "sample.html",
        lambda path: path.write_text(
            f"<!doctype html><h1>Delivery plan</h1><p>{LINE}</p><h2>Dates</h2><p>{LINE}</p>"
        ),
    ),
    "text/markdown": (
        "sample.md",
        lambda path: path.write_text(f"# Delivery plan\n\n{LINE}\n\n## Dates\n\n{LINE}\n"),
    ),
    "text/plain": (
        "sample.txt",
        lambda path: path.write_text(
            f"Delivery plan\n=============\n\n{LINE}\n\nDates\n-----\n\n{LINE}\n"
        ),
    ),
}
