"""Documents to try AI-Prism on: our own writing, about invented organisations, faults planted.

What is wrong in them, and where, is listed in `planted.yml`; the tests hold a review against it.
"""

from pathlib import Path
from typing import Final

from ai_prism.core.model import Data


class Example(Data):
    """A document that comes with AI-Prism."""

    name: str  #: the file's name
    title: str
    description: str
    media_type: str


EXAMPLES: Final = (
    Example(
        name="incident-report.docx",
        title="Incident report",
        description="A parcel service loses its tracking for a morning. Word, with a timeline.",
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    Example(
        name="services-contract.pdf",
        title="Services agreement",
        description="A water board buys hosting and care of its software. PDF, numbered clauses.",
        media_type="application/pdf",
    ),
    Example(
        name="design-document.md",
        title="Design document",
        description="An energy cooperative imports prices every night. Markdown, with tables.",
        media_type="text/markdown",
    ),
)


def path(name: str) -> Path:
    """Return where the example called *name* is kept.

    Raises:
        KeyError: no example has this name, which may come from outside.
    """
    if name not in {example.name for example in EXAMPLES}:
        raise KeyError(name)
    return Path(__file__).with_name(name)
