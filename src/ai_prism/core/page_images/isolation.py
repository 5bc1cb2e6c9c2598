"""Showing pages where it may die alone: in a child process; see `core.isolation`.

A web server must outlive what a file does to the program that draws it.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from threading import BoundedSemaphore
from types import ModuleType
from typing import Any, Final

import msgspec

from ai_prism.core.decoding import prepared
from ai_prism.core.isolation import Deed, Isolation
from ai_prism.core.model import Anchor
from ai_prism.core.page_images import PICTURES, WITH_PAGES, NoPages, PagePlaces, PageSize
from ai_prism.core.progress import Progress, ignore
from ai_prism.core.readers.isolation import PRELOADED

#: What draws; only children load it, ahead of their first page.
_PDF: Final = "ai_prism.core.page_images.pdf"
_PICTURES: Final = "ai_prism.core.page_images.pictures"
_PACKING: Final = "ai_prism.core.page_images.packing"
#: Pages of one web process that are drawn at a time: whoever turns many pages waits for himself.
_AT_ONCE: Final = 2


class IsolatedPages:
    """Draws pages and finds words on them, each time in a process of its own."""

    def __init__(self, *, memory_bytes: int, seconds: float) -> None:
        """Give each child *memory_bytes* of address space and *seconds* of time."""

        def alone(deed: Deed) -> Isolation:
            return Isolation(deed, [*PRELOADED, _PDF, _PICTURES, _PACKING], memory_bytes, seconds)

        self._sizes, self._drawn, self._places = alone(_sizes), alone(_drawn), alone(_places)
        self._turns = BoundedSemaphore(_AT_ONCE)

    def sizes(self, path: Path, media_type: str) -> list[PageSize]:
        """Return the sizes of all pages of the *media_type* file at *path*.

        Raises:
            NoPages: files of this kind have none.
            Unreadable: it cannot be opened; `ReaderLost` when the child died or used up its limits.
        """
        return msgspec.msgpack.decode(
            self._do(self._sizes, path, media_type), type=prepared(list[PageSize])
        )

    def drawn(self, path: Path, media_type: str, number: int) -> bytes:
        """Return page *number* as a picture, a `page_images.MEDIA_TYPE`.

        Raises:
            UnknownPage: there is none of that number.
            NoPages: files of this kind have none.
            Unreadable: as for `sizes`, and when this page is damaged.
        """
        return self._do(self._drawn, path, media_type, number)

    def places(
        self, path: Path, media_type: str, number: int, anchors: Mapping[str, Anchor]
    ) -> PagePlaces:
        """Return where on page *number* the words of *anchors* stand; on a picture nowhere.

        Raises:
            UnknownPage: there is none of that number.
            NoPages: files of this kind have none.
            Unreadable: as for `sizes`, and when this page is damaged.
        """
        packed = self._do(self._places, path, media_type, number, dict(anchors))
        return msgspec.msgpack.decode(packed, type=prepared(PagePlaces))

    def _do(self, isolation: Isolation, path: Path, media_type: str, *rest: Any) -> bytes:
        if media_type not in WITH_PAGES:
            raise NoPages("A document of this kind has no pages to show.")
        with self._turns:
            return isolation((str(path), media_type, *rest), ignore)


def _sizes(path: str, media_type: str, *, seconds: int, progress: Progress) -> bytes:
    del seconds, progress
    return msgspec.msgpack.encode(_kind(media_type).sizes(Path(path)))


def _drawn(path: str, media_type: str, number: int, *, seconds: int, progress: Progress) -> bytes:
    del seconds, progress
    page = _kind(media_type).drawn(Path(path), number)
    made: bytes = import_module(_PACKING).packed(page)
    return made


def _places(
    path: str,
    media_type: str,
    number: int,
    anchors: dict[str, Anchor],
    *,
    seconds: int,
    progress: Progress,
) -> bytes:
    del seconds, progress
    return msgspec.msgpack.encode(_kind(media_type).places(Path(path), number, anchors))


def _kind(media_type: str) -> ModuleType:
    return import_module(_PICTURES if media_type in PICTURES else _PDF)
