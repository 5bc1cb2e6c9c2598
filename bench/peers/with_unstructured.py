"""Unstructured, strategy "fast"; where it knows no depth, a title counts as level 1."""

from headings import Heading, of_blocks
from unstructured.partition.auto import partition


def extract(path: str) -> tuple[str, list[Heading]]:
    """Return the text and the headings of the file at *path*."""
    return of_blocks(
        (
            element.text,
            (element.metadata.category_depth or 0) + 1 if element.category == "Title" else 0,
        )
        for element in partition(path, strategy="fast")
    )
