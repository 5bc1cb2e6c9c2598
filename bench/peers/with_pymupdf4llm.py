"""PyMuPDF4LLM, with its network for layouts (AGPL: never a dependency of ours)."""

import pymupdf4llm
from headings import Heading, of_markdown


def extract(path: str) -> tuple[str, list[Heading]]:
    """Return the text and the headings of the file at *path*."""
    return of_markdown(pymupdf4llm.to_markdown(path, use_ocr=False))
