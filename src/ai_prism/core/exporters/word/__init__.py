"""The document as a Word file, with the findings as comments on the very words.

Of a Word file that file itself: the author's own comments, tracked changes and everything else
stay. Of another document a file made from its text. What Word lets no comment stand on (running
heads), and findings that are about something missing, are told at the top.
"""

from collections.abc import Collection, Iterator
from typing import Final

from lxml.etree import _Element

from ai_prism.core.errors import Corrupt
from ai_prism.core.exporters import remarks
from ai_prism.core.exporters.order import Order, for_the_document
from ai_prism.core.exporters.remarks import Remark
from ai_prism.core.exporters.word import comments, earlier
from ai_prism.core.exporters.word.changes import Changes
from ai_prism.core.exporters.word.made import Body
from ai_prism.core.exporters.word.marks import Marks
from ai_prism.core.exporters.word.parts import Parts
from ai_prism.core.exporters.word.places import Places
from ai_prism.core.exporters.word.skeleton import NUMBERING, skeleton
from ai_prism.core.model import Review
from ai_prism.core.readers.archive import Archive
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.identification import WORD
from ai_prism.core.readers.word import DOCUMENT, read_tree
from ai_prism.core.readers.word.names import W
from ai_prism.core.relocation import Relocation

_COMMENTS_TYPE: Final = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
)
_STATES_TYPE: Final = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.commentsExtended+xml"
)
_STATES_RELATION: Final = "http://schemas.microsoft.com/office/2011/relationships"


def export(review: Review, order: Order) -> bytes:
    """Return the original, or a file made from its text, with the findings as comments.

    Raises:
        Unreadable: the file cannot be opened any more; the subclass and its code say why.
    """
    if review.document.media_type != WORD:
        return _made_from_the_text(review, order)
    path = order.original
    if path is None:
        raise Corrupt("The document is no longer there.")
    with Archive(path, review.document.name) as archive:
        parts = Parts(archive, path)
        root = parts.tree_of(DOCUMENT)
        data = archive.bytes_of(DOCUMENT) or b""
        kept = earlier.cleared(parts, root, data, review)
        places = Places(root)
        draft = Draft(review.document.name, trace=places.trace)
        read_tree(root, data, archive, draft)
        relocation = Relocation(review.document.text, draft.text)
        copy = _Copy(review, order, parts, places, relocation, kept)
        copy.comment()
        return copy.file()


def _made_from_the_text(review: Review, order: Order) -> bytes:
    document = review.document
    with skeleton() as path, Archive(path, document.name) as archive:
        parts = Parts(archive, path)
        root = parts.tree_of(DOCUMENT)
        places = Places(root)
        body = Body(parts.tree_of(NUMBERING), places.trace)
        body.fill(root, document, review.sections)
        copy = _Copy(review, order, parts, places, Relocation(document.text, document.text))
        copy.comment(f"Made from the text of “{document.name}”: pictures and layout are not here.")
        return copy.file()


class _Copy:
    """A Word file that is being commented on."""

    def __init__(
        self,
        review: Review,
        order: Order,
        parts: Parts,
        places: Places,
        relocation: Relocation,
        kept: Collection[str] = (),
    ) -> None:
        self._whole = review
        self._review = for_the_document(review, order.include)
        self._tracked = order.tracked
        self._parts = parts
        self._root = parts.tree_of(DOCUMENT)
        self._places = places
        self._relocation = relocation
        #: The threads of earlier copies that people answered in: they stay as they are.
        self._kept = kept
        self._comments = self._part("comments")
        self._states = self._part("commentsExtended")
        self._ids = comments.free_ids([self._root, self._comments])

    def comment(self, *notes: str) -> None:
        """Put every finding where it stands, and what has no place at the top, with *notes*."""
        marks = Marks()
        placed = set()
        for remark in remarks.of_findings(self._review):
            if self._mark(remark, marks):
                placed.add(remark.finding)
        changes = Changes(self._ids, self._review.receipt.started_at)
        if self._tracked:
            for fix in (fix for finding in self._review.findings for fix in finding.fixes):
                anchor = self._relocation.of(fix.anchor)
                if anchor and (place := self._places.range_of(anchor)):
                    changes.plan(place, fix, marks)
        marks.set()
        changes.make()
        rest = [finding for finding in self._review.findings if finding.id not in placed]
        top = remarks.at_the_top(self._review, self._whole, rest)
        self._put_at_the_top(top._replace(lines=(*top.lines, *notes)))

    def file(self) -> bytes:
        """Return the copy."""
        return self._parts.file()

    def _mark(self, remark: Remark, marks: Marks) -> bool:
        """Set the marks of *remark*; return whether its words stand somewhere."""
        anchor = self._relocation.of(remark.anchor) if remark.anchor else None
        place = self._places.range_of(anchor) if anchor else None
        if remark.key in self._kept:
            return True
        if place is None or anchor is None:
            return False
        if not place.is_exact:
            remark = remark.on(anchor.quote)
        id_ = self._add(remark)
        marks.put(place.start, [comments.begin(id_)], ends=False)
        marks.put(place.end, comments.end(id_), ends=True)
        return True

    def _put_at_the_top(self, remark: Remark) -> None:
        first = next(_paragraphs(self._root), None)
        if first is None:
            return
        place = int(first.find(W + "pPr") is not None)
        first.insert(place, comments.reference(self._add(remark)))

    def _add(self, remark: Remark) -> int:
        id_ = next(self._ids)
        last = comments.add(self._comments, self._review, remark, id_)
        comments.add_state(self._states, last, is_done=remark.is_done)
        return id_

    def _part(self, kind: str) -> _Element:
        """Return the root of the part of comments *kind*, made if the file has none."""
        name = self._parts.name_of(kind)
        if name is not None:
            return self._parts.tree_of(name)
        is_states = kind == "commentsExtended"
        root = comments.new_root(comments.W15 + "commentsEx" if is_states else W + "comments")
        self._parts.add(
            self._parts.free_name(kind),
            root,
            kind=kind,
            relation=_STATES_RELATION if is_states else self._parts.relation,
            media_type=_STATES_TYPE if is_states else _COMMENTS_TYPE,
        )
        return root


def _paragraphs(root: _Element) -> Iterator[_Element]:
    """Yield the paragraphs of the body that are not in a text box, where no comment may stand."""
    for paragraph in root.iter(W + "p"):
        if not any(ancestor.tag == W + "txbxContent" for ancestor in paragraph.iterancestors()):
            yield paragraph
