"""Mammoth, asked for Markdown."""

import mammoth
from headings import Heading, of_markdown


def extract(path: str) -> tuple[str, list[Heading]]:
    """Return the text and the headings of the file at *path*."""
    no_pictures = mammoth.images.img_element(lambda image: {"src": ""})
    with open(path, "rb") as file:  # noqa: PTH123 - as its users do
        return of_markdown(mammoth.convert_to_markdown(file, convert_image=no_pictures).value)
