"""Pieces as a PDF: a title, numbered clauses, running heads and page numbers."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as Printed
from reportlab.platypus import Table as PrintedTable

from examples.pieces import Heading, Item, Paragraph, Piece, Table

BODY = ParagraphStyle(
    "body", fontName="Times-Roman", fontSize=11, leading=15, spaceAfter=7, alignment=TA_JUSTIFY
)
CLAUSE = ParagraphStyle(
    "clause", BODY, leftIndent=1.1 * cm, bulletFontName="Times-Roman", bulletFontSize=11
)
POINT = ParagraphStyle("point", CLAUSE, leftIndent=1.9 * cm, bulletIndent=1.1 * cm)
TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=20, leading=26, spaceAfter=18)
HEADING = ParagraphStyle(
    "heading",
    fontName="Helvetica-Bold",
    fontSize=12.5,
    leading=16,
    spaceBefore=12,
    spaceAfter=6,
    keepWithNext=True,
)
GRID = [
    ("FONT", (0, 0), (-1, -1), "Times-Roman", 11),
    ("FONT", (0, 0), (-1, 0), "Times-Bold", 11),
    ("FONT", (0, -1), (-1, -1), "Times-Bold", 11),
    ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
    ("LINEABOVE", (0, -1), (-1, -1), 0.8, colors.black),
]


def write_pdf(pieces: Iterable[Piece], target: Path) -> None:
    """Write *pieces* as a PDF to *target*."""
    template = SimpleDocTemplate(
        str(target),
        pagesize=A4,
        leftMargin=2.6 * cm,
        rightMargin=2.6 * cm,
        topMargin=2.8 * cm,
        bottomMargin=2.6 * cm,
        title="Services Agreement",
        author="Brackwater Software Limited",
        invariant=1,  # neither the date nor a random id goes into the file
    )
    flow = [part for piece in pieces for part in _flow(piece)]
    template.build(flow, onFirstPage=_foot, onLaterPages=_head_and_foot)


def _flow(piece: Piece) -> Iterator[Flowable]:
    match piece:
        case Heading(text, level):
            yield Printed(escape(text), TITLE if level == 1 else HEADING)
        case Item(text):
            yield Printed(escape(text), BODY)
        case Paragraph(lines):
            text = " ".join("".join(run.text for run in line) for line in lines)
            yield _clause(text)
        case Table(rows):
            yield PrintedTable(rows, colWidths=[9 * cm, 4 * cm], style=GRID, hAlign="LEFT")
            yield Spacer(1, 10)


def _clause(text: str) -> Printed:
    if found := re.match(r"(\d+\.\d+|\([a-z0-9]\)) ", text):
        style = POINT if text.startswith("(") else CLAUSE
        return Printed(escape(text[found.end() :]), style, bulletText=found[1])
    return Printed(escape(text), BODY)


def _head_and_foot(canvas: Canvas, template: SimpleDocTemplate) -> None:
    canvas.setFont("Helvetica", 8.5)
    canvas.drawString(2.6 * cm, A4[1] - 1.7 * cm, "Brackwater Software Limited")
    canvas.drawRightString(A4[0] - 2.6 * cm, A4[1] - 1.7 * cm, "Services Agreement")
    _foot(canvas, template)


def _foot(canvas: Canvas, template: SimpleDocTemplate) -> None:
    canvas.setFont("Helvetica", 8.5)
    canvas.drawCentredString(A4[0] / 2, 1.5 * cm, f"Page {template.page}")
