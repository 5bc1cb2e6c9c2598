"""Word files (docx), read straight from their XML: faster than through a document object model."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from lxml import etree

from ai_prism.core.errors import Corrupt
from ai_prism.core.model import BlockKind
from ai_prism.core.readers.archive import Archive
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.word.body import Body
from ai_prism.core.readers.word.names import STRICT, TRANSITIONAL, W
from ai_prism.core.readers.word.numbering import Numbering
from ai_prism.core.readers.word.paragraphs import ParagraphReader
from ai_prism.core.readers.word.returned import Threads, ranges_in, returned, told
from ai_prism.core.readers.word.styles import Styles
from ai_prism.core.readers.xml import tree_of

#: The part that holds the text.
DOCUMENT: Final = "word/document.xml"
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
#: What is left of "Page 3 of 12" where Word fills in the numbers.
_ONLY_A_PAGE_NUMBER: Final = re.compile(
    r"(?:page|seite|página|pagina|pag\.|p\.|s\.|of|von|de|sur|[\d\s/|–—-]|\b[ivxlc]{1,6}\b){0,40}",
    re.I,
)
_PAGE_BREAK: Final = b"lastRenderedPageBreak"
#: Elements whose children stand in the body as if they stood there themselves.
_BODY: Final = {W + "body", W + "sdtContent", W + "customXml"}
_BLOCKS: Final = (W + "p", W + "tbl", W + "altChunk")


def read(path: Path, draft: Draft, pages: Callable[[int, int], None]) -> None:
    """Put the text of the Word file at *path* into *draft*."""
    with Archive(path, draft.name) as archive:
        data = archive.bytes_of(DOCUMENT)
        if data is None:
            raise Corrupt(f"“{draft.name}” has no text part.")
        _read_from(_elements_of_body(data.replace(STRICT, TRANSITIONAL)), data, archive, draft)


def read_tree(root: etree._Element, data: bytes, archive: Archive, draft: Draft) -> None:
    """Put the text below *root* into *draft* as `read` does, and leave every element in place.

    Args:
        root: the root element of the part DOCUMENT.
        data: the bytes of that part.
        archive: the file, for the parts beside it.
        draft: takes the text; its trace is told which elements say it.
    """
    elements = (element for element in root.iter(*_BLOCKS) if _stands_in_body(element))
    _read_from(elements, data, archive, draft)


def _read_from(
    elements: Iterator[etree._Element], data: bytes, archive: Archive, draft: Draft
) -> None:
    """Put what *elements* of the body say into *draft*, with what stands in other parts."""
    parts = _Parts(archive, draft)
    paged = _PAGE_BREAK in data
    threads = parts.threads(data)
    draft.returned = returned(threads) if threads else None
    read_anyway = threads.read_back() if threads else frozenset()
    paragraphs = ParagraphReader(Styles(parts.of_kind("styles")), draft, read_anyway)
    body = Body(
        draft, paragraphs, Numbering(parts.of_kind("numbering")), parts.notes(), paged=paged
    )
    for text in parts.running_heads():
        draft.add(BlockKind.FURNITURE, text)
    _fill(body, elements, draft)
    draft.title = draft.title or parts.title()
    if paged:
        draft.pages = draft.pages_read = paragraphs.page


def _fill(body: Body, elements: Iterator[etree._Element], draft: Draft) -> None:
    """Add what stands in the body, element by element, so that memory does not grow with it."""
    try:
        for element in elements:
            body.add(element)
        body.end()
    except etree.XMLSyntaxError as error:
        if draft.is_empty:
            raise Corrupt(f"“{draft.name}” is damaged: its text cannot be read.") from error
        draft.problem(
            Corrupt.code,
            "The file is damaged; what follows here could not be read.",
            draft.ending(),
        )


def _elements_of_body(data: bytes) -> Iterator[etree._Element]:
    elements = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        tag=_BLOCKS,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    for _, element in elements:
        if not _stands_in_body(element):
            continue
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and (previous := element.getprevious()) is not None:
            parent.remove(previous)


def _stands_in_body(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag in _BODY and not _is_inside_block(parent)


def _is_inside_block(parent: etree._Element) -> bool:
    """Whether a content control stands in a table or a text box, which is read as a whole."""
    return parent.tag != W + "body" and any(
        ancestor.tag in (W + "tbl", W + "p") for ancestor in parent.iterancestors()
    )


class _Parts:
    """The parts beside the text. A damaged one is a problem; the text is read without it."""

    def __init__(self, archive: Archive, draft: Draft) -> None:
        self._archive = archive
        self._draft = draft
        try:
            self._targets = list(archive.targets_of(DOCUMENT).values())
        except Corrupt as error:
            self._targets = []
            draft.problem(error.code, error.message, "word/_rels/document.xml.rels")

    def of_kind(self, kind: str) -> etree._Element | None:
        named = [target for of, target in self._targets if of == kind]
        return self._tree(named[0] if named else f"word/{kind}.xml")

    def threads(self, data: bytes) -> Threads | None:
        """Return the comments of the file if some are ours, *data* being its text part."""
        comments = self.of_kind("comments")
        if comments is None or not any(comment.is_ours for comment in told(comments)):
            return None
        try:
            ranges = ranges_in(data.replace(STRICT, TRANSITIONAL))
        except etree.XMLSyntaxError:
            return None  # the text is read as far as it goes, and that is said
        return Threads(comments, self.of_kind("commentsExtended"), ranges)

    def notes(self) -> dict[str, etree._Element]:
        notes = {}
        for kind in ("footnote", "endnote"):
            tree = self.of_kind(f"{kind}s")
            for note in () if tree is None else tree.iterfind(W + kind):
                notes[f"{kind} {note.get(W + 'id')}"] = note
        return notes

    def running_heads(self) -> Iterator[str]:
        """Yield the different texts of headers and footers."""
        seen = set()
        for kind, target in self._targets:
            tree = self._tree(target) if kind in ("header", "footer") else None
            for paragraph in () if tree is None else tree.iter(W + "p"):
                words = paragraph.iter(W + "t", W + "tab")
                text = "".join(word.text or "\t" for word in words).strip()
                if text not in seen and not _ONLY_A_PAGE_NUMBER.fullmatch(text):
                    seen.add(text)
                    yield text

    def title(self) -> str:
        tree = self._tree("docProps/core.xml")
        return (tree.findtext(_TITLE) or "") if tree is not None else ""

    def _tree(self, part: str) -> etree._Element | None:
        try:
            data = self._archive.bytes_of(part)
            return None if data is None else tree_of(data.replace(STRICT, TRANSITIONAL))
        except etree.XMLSyntaxError:
            self._draft.problem(
                Corrupt.code, f"“{self._draft.name}” is damaged in its part {part}.", part
            )
            return None
        except Corrupt as error:
            self._draft.problem(error.code, error.message, part)
            return None
