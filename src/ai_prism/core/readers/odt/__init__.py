"""OpenDocument texts (odt, and fodt in one flat file), read straight from their XML."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from lxml import etree

from ai_prism.core.errors import Corrupt, Encrypted, TooLarge
from ai_prism.core.model import BlockKind
from ai_prism.core.readers import xml
from ai_prism.core.readers.archive import PART_BYTES_LIMIT, Archive
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.odt.body import Body
from ai_prism.core.readers.odt.names import (
    CONTAINERS,
    DC,
    DRAW,
    LIST,
    OFFICE,
    PAGE_BREAK,
    STYLE,
    TABLE_ELEMENT,
    TRACKED_CHANGES,
    H,
    P,
)
from ai_prism.core.readers.odt.numbering import Numbering
from ai_prism.core.readers.odt.paragraphs import ParagraphReader
from ai_prism.core.readers.odt.styles import Styles

_SOFT_PAGE_BREAK: Final = b"text:soft-page-break"
_ENCRYPTED: Final = (b"encryption-data", b"encrypted-package")
_BLOCKS: Final = {
    P,
    H,
    LIST,
    TABLE_ELEMENT,
    PAGE_BREAK,
    TRACKED_CHANGES,
    DRAW + "frame",
    DRAW + "custom-shape",
    DRAW + "g",
}
_STYLES: Final = {OFFICE + "styles", OFFICE + "automatic-styles"}
_META: Final = OFFICE + "meta"
_MASTERS: Final = OFFICE + "master-styles"
_BODY: Final = {
    OFFICE + "text",
    OFFICE + "body",
    OFFICE + "document-content",
    OFFICE + "document",
    *CONTAINERS,
}


def read(path: Path, draft: Draft, pages: Callable[[int, int], None]) -> None:
    """Put the text of the OpenDocument file at *path* into *draft*."""
    if zipfile.is_zipfile(path):
        with Archive(path, draft.name) as archive:
            _refuse_encrypted(archive, draft.name)
            _Reader(draft).read(archive)
        return
    if path.stat().st_size > PART_BYTES_LIMIT:
        raise TooLarge(f"“{draft.name}” holds more than can be read.")
    _Reader(draft).fill(path.read_bytes())


def _refuse_encrypted(archive: Archive, name: str) -> None:
    manifest = archive.bytes_of("META-INF/manifest.xml") or b""
    if any(mark in manifest for mark in _ENCRYPTED):
        raise Encrypted(f"“{name}” is protected with a password.")


class _Reader:
    """Takes the styles of a file as they come, then its text."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._styles = Styles()
        self._numbering = Numbering()

    def read(self, archive: Archive) -> None:
        content = archive.bytes_of("content.xml")
        if content is None:
            raise Corrupt(f"“{self._draft.name}” has no text part.")
        # A damaged part beside the text is a problem; the text is read without it.
        for part in ("styles.xml", "meta.xml"):
            try:
                tree = archive.tree_of(part)
            except Corrupt as error:
                self._draft.problem(error.code, error.message, part)
                continue
            for element in () if tree is None else tree:
                self._take(element)
        self.fill(content)

    def fill(self, content: bytes) -> None:
        """Add what stands in *content*, a text with the styles that it may begin with."""
        paged = _SOFT_PAGE_BREAK in content
        paragraphs = ParagraphReader(self._styles, self._draft)
        body = Body(self._draft, paragraphs, self._numbering, paged=paged)
        try:
            for element in self._elements_of(content):
                body.add(element)
        except etree.XMLSyntaxError as error:
            if self._draft.is_empty:
                raise Corrupt(
                    f"“{self._draft.name}” is damaged: its text cannot be read."
                ) from error
            self._draft.problem(
                Corrupt.code,
                "The file is damaged; what follows here could not be read.",
                self._draft.ending(),
            )
        if paged:
            self._draft.pages = self._draft.pages_read = paragraphs.page

    def _elements_of(self, content: bytes) -> Iterator[etree._Element]:
        beside_the_text = {*_STYLES, _MASTERS, _META}
        for element in xml.elements_of(content, _BLOCKS | beside_the_text, inside=_BODY):
            if element.tag in beside_the_text:
                self._take(element)
            else:
                yield element

    def _take(self, element: etree._Element) -> None:
        """Take what stands beside the text: styles, running heads, the title."""
        if element.tag in _STYLES:
            # Emptied once read on, so that what is kept of it must be a copy.
            kept = etree.fromstring(etree.tostring(element))
            self._styles.add(kept)
            self._numbering.add(kept)
        elif element.tag == _META:
            self._draft.title = self._draft.title or element.findtext(DC + "title") or ""
        elif element.tag == _MASTERS:
            self._add_running_heads(element)

    def _add_running_heads(self, masters: etree._Element) -> None:
        seen = set()
        for element in masters.iter(STYLE + "header", STYLE + "footer"):
            for paragraph in element.iter(P):
                text = "".join(str(words) for words in paragraph.itertext()).strip()
                if text and text not in seen:
                    seen.add(text)
                    self._draft.add(BlockKind.FURNITURE, text)
