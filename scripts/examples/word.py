"""Pieces as a Word file with real styles, tables, a running head and page numbers."""

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from examples.pieces import Heading, Item, Paragraph, Piece, Table

#: python-docx stamps the file with the present moment; a fixed one keeps the bytes the same.
WRITTEN = datetime(2026, 9, 18, 9, 0)  # noqa: DTZ001 - Word's core properties have no time zone


def write_docx(pieces: Iterable[Piece], target: Path) -> None:
    """Write *pieces* as a Word file to *target*."""
    word = Document()
    _set_page(word)
    for piece in pieces:
        _add(word, piece)
    whole = io.BytesIO()
    word.save(whole)
    target.write_bytes(_without_dates(whole.getvalue()))


def _set_page(word: Word) -> None:
    word.core_properties.author = "Halden Ridge Parcel"
    word.core_properties.title = "Incident report"
    word.core_properties.created = word.core_properties.modified = WRITTEN
    word.styles["Normal"].font.name = "Calibri"
    word.styles["Normal"].font.size = Pt(11)
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.header.paragraphs[0].text = "Halden Ridge Parcel\tIncident report\tInternal"
    _number_pages(page.footer.paragraphs[0])


def _number_pages(footer: WordParagraph) -> None:
    footer.add_run("Page ")
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = footer.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _add(word: Word, piece: Piece) -> None:
    match piece:
        case Heading(text, level):
            word.add_heading(text, level=level - 1)
        case Item(text):
            word.add_paragraph(text, style="List Bullet")
        case Paragraph(lines):
            for line in lines:
                paragraph = word.add_paragraph()
                for run in line:
                    paragraph.add_run(run.text).bold = run.bold or None
        case Table(rows):
            _add_table(word, rows)


def _add_table(word: Word, rows: tuple[tuple[str, ...], ...]) -> None:
    table = word.add_table(rows=0, cols=len(rows[0]), style="Light Grid Accent 1")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    word.add_paragraph()


def _without_dates(whole: bytes) -> bytes:
    """Return the archive *whole* with every entry dated 1980, the zero of zip."""
    clean = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as source,
        zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return clean.getvalue()
