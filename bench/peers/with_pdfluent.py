"""pdfluent."""

import pdfluent
from headings import Heading, of_markdown


def extract(path: str) -> tuple[str, list[Heading]]:
    """Return the text and the headings of the file at *path*."""
    return of_markdown(pdfluent.open(path).extract_markdown())
