"""OpenDataLoader PDF, which starts Java for each file."""

import tempfile
from pathlib import Path

import opendataloader_pdf
from headings import Heading, of_markdown


def extract(path: str) -> tuple[str, list[Heading]]:
    """Return the text and the headings of the file at *path*."""
    with tempfile.TemporaryDirectory() as folder:
        opendataloader_pdf.convert(
            input_path=[path], output_dir=folder, format="markdown", quiet=True, image_output="off"
        )
        return of_markdown(next(Path(folder).glob("*.md")).read_text(encoding="utf-8"))
