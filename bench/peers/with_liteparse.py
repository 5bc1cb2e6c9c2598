"""LiteParse, without OCR."""

from headings import Heading, of_markdown
from liteparse import LiteParse

_PARSER = LiteParse(ocr_enabled=False, output_format="markdown", quiet=True, num_workers=1)


def extract(path: str) -> tuple[str, list[Heading]]:
    """Return the text and the headings of the file at *path*."""
    return of_markdown(_PARSER.parse(path).text)
