"""python-docx: paragraphs, tables and the names of styles."""

import re

from docx import Document
from docx.table import Table
from headings import Heading, of_blocks

_HEADING = re.compile(r"heading (\d)", re.I)


def extract(path: str) -> tuple[str, list[Heading]]:
    """Return the text and the headings of the file at *path*."""
    return of_blocks(_blocks(path))


def _blocks(path: str):
    for item in Document(path).iter_inner_content():
        if isinstance(item, Table):
            yield from (("\t".join(cell.text for cell in row.cells), 0) for row in item.rows)
        else:
            level = _HEADING.match((item.style.name or "") if item.style else "")
            yield item.text, int(level[1]) if level else 0
