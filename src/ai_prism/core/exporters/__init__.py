"""The exporters by format. To add one: a file here and a line in EXPORTERS."""

from collections.abc import Sequence
from importlib import import_module
from typing import Final

from ai_prism.core.errors import PrismError
from ai_prism.core.exporters.order import Order, chosen
from ai_prism.core.model import Data, Review
from ai_prism.core.readers.identification import PDF, WORD

__all__ = ["EXPORTERS", "Format", "NoCopy", "Order"]


class NoCopy(PrismError):
    """The findings cannot be put into a document of this kind."""

    code = "no_copy"
    advice = "Take another format: a report holds the same findings."


class Format(Data):
    """A format that a review can be had in."""

    #: The module that has `export(review)`; `export(review, order)` if it looks at the original.
    #: Imported when first used: the web server should load neither lxml nor pdfium.
    module: str
    media_type: str
    title: str  #: what people call it
    #: Whether several reports fit into one file.
    joins: bool = False
    #: Whether they do not just follow each other there, but are made one: the module has
    #: `merge(reports)`, and `refusal(order, error)` for a document that there is no report of.
    merges: bool = False
    #: For the document itself with the findings in it: the media types that this can be done to.
    copies: frozenset[str] = frozenset()
    #: The media types that are not had in this format though of others a copy is made from their
    #: text; None: no copy is made from a text.
    not_made: frozenset[str] | None = None

    @property
    def is_copy(self) -> bool:
        """Whether it is the document itself with the findings in it."""
        return bool(self.copies)

    def suits(self, media_type: str) -> bool:
        """Return whether a review of a *media_type* can be had in this format."""
        is_made = self.not_made is not None and media_type not in self.not_made
        return not self.copies or media_type in self.copies or is_made

    def export(self, review: Review, order: Order = Order()) -> bytes:  # noqa: B008 (frozen)
        """Return *review* in this format; the same bytes for the same review.

        Raises:
            NoCopy: the document is of a kind that this format cannot be a copy of.
            Unreadable: the original is needed, and cannot be opened.
        """
        if not self.suits(review.document.media_type):
            raise NoCopy(f"“{review.document.name}” cannot be had as {self.title}.")
        module = import_module(f"{__name__}.{self.module}")
        if self.is_copy:
            made: bytes = module.export(review, order)
        elif self.merges:
            made = module.export(chosen(review, order.include), order)
        else:
            made = module.export(chosen(review, order.include))
        return made

    def refusal(self, order: Order, error: PrismError) -> bytes | None:
        """Return what a program is told of a document that could not be reviewed, if anything."""
        if not self.merges:
            return None
        made: bytes = import_module(f"{__name__}.{self.module}").refusal(order, error)
        return made

    def merge(self, reports: Sequence[bytes]) -> bytes:
        """Return one report that says what all *reports* in this format say."""
        if not self.merges:
            return b"".join(reports)
        made: bytes = import_module(f"{__name__}.{self.module}").merge(reports)
        return made


EXPORTERS: Final[dict[str, Format]] = {
    "docx": Format(
        module="word",
        media_type=WORD,
        title="Word, with comments",
        copies=frozenset({WORD}),
        not_made=frozenset({PDF}),  # which comes back as itself
    ),
    "pdf": Format(
        module="pdf",
        media_type=PDF,
        title="PDF, with highlights and notes",
        copies=frozenset({PDF}),
    ),
    "html": Format(module="html", media_type="text/html", title="Web page"),
    "csv": Format(module="csv", media_type="text/csv", title="Table (CSV)"),
    "sarif": Format(
        module="sarif",
        media_type="application/sarif+json",
        title="SARIF, for programs",
        joins=True,
        merges=True,
    ),
    "json": Format(
        module="json", media_type="application/json", title="JSON, for programs", joins=True
    ),
    "md": Format(module="markdown", media_type="text/markdown", title="Markdown", joins=True),
    "text": Format(module="text", media_type="text/plain", title="Plain text", joins=True),
}
