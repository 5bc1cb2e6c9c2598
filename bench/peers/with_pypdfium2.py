"""pypdfium2: the text alone, which is how fast a reader on top of it can be."""

import pypdfium2
from headings import Heading, of_blocks


def extract(path: str) -> tuple[str, list[Heading]]:
    """Return the text of the file at *path*, and no headings."""
    document = pypdfium2.PdfDocument(path)
    try:
        return of_blocks((page.get_textpage().get_text_bounded(), 0) for page in document)
    finally:
        document.close()
