"""Writing into a document where it may die alone: in a child process; see `core.isolation`.

What writes comments into a file has to open it first, and a web server must outlive that.
"""

from threading import BoundedSemaphore
from typing import Final

from ai_prism.core.exporters import EXPORTERS
from ai_prism.core.exporters.order import Order
from ai_prism.core.isolation import Isolation
from ai_prism.core.model import Review
from ai_prism.core.progress import Progress, ignore
from ai_prism.core.readers.isolation import PRELOADED

#: Exports of one web process at a time: whoever asks for many large ones waits for himself, and
#: does not take the memory of the machine.
_AT_ONCE: Final = 2


class IsolatedExporter:
    """Exports as `EXPORTERS` do, each document in a process of its own."""

    def __init__(self, *, memory_bytes: int, seconds: float) -> None:
        """Give each child *memory_bytes* of address space and *seconds* of time."""
        self._isolation = Isolation(_export, PRELOADED, memory_bytes, seconds)
        self._places = BoundedSemaphore(_AT_ONCE)

    def __call__(self, format_name: str, review: Review, order: Order) -> bytes:
        """Return *review* as *format_name*, as *order* wants it.

        Raises:
            Unreadable: the document cannot be opened; `ReaderLost` when the child died or used up
                its limits.
        """
        with self._places:
            return self._isolation((format_name, review, order), ignore)


def _export(
    format_name: str, review: Review, order: Order, *, seconds: int, progress: Progress
) -> bytes:
    """Export in the child, which has neither steps to tell nor time to share out."""
    del seconds, progress
    return EXPORTERS[format_name].export(review, order)
