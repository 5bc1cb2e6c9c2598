"""MarkItDown."""

from headings import Heading, of_markdown
from markitdown import MarkItDown

_CONVERTER = MarkItDown(enable_plugins=False)


def extract(path: str) -> tuple[str, list[Heading]]:
    """Return the text and the headings of the file at *path*."""
    return of_markdown(_CONVERTER.convert(path).text_content)
