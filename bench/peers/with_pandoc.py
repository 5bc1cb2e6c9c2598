"""Pandoc, a program that is started for each file."""

import pypandoc
from headings import Heading, of_markdown


def extract(path: str) -> tuple[str, list[Heading]]:
    """Return the text and the headings of the file at *path*."""
    return of_markdown(pypandoc.convert_file(path, "gfm", extra_args=["--wrap=none"]))
