"""The exporters by format. To add one: a file here and a line in EXPORTERS."""

from typing import Final, Protocol

from ai_prism.core.exporters import json, markdown, text
from ai_prism.core.model import Review

__all__ = ["EXPORTERS", "Exporter"]


class Exporter(Protocol):
    """The shape of a module in `exporters`."""

    @property
    def MEDIA_TYPE(self) -> str:
        """What the bytes are, for HTTP."""

    def export(self, review: Review) -> bytes:
        """Return *review* in this format; the same bytes for the same review."""


EXPORTERS: Final[dict[str, Exporter]] = {
    "json": json,
    "md": markdown,
    "text": text,
}
