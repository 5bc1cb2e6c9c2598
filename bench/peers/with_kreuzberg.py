"""Kreuzberg, asked for Markdown."""

from headings import Heading, of_markdown
from kreuzberg import ExtractionConfig, extract_file_sync

_CONFIG = ExtractionConfig(output_format="markdown", use_cache=False)


def extract(path: str) -> tuple[str, list[Heading]]:
    """Return the text and the headings of the file at *path*."""
    return of_markdown(extract_file_sync(path, config=_CONFIG).content)
