"""The parts of a Word file that hold its comments, beside those that its authors wrote."""

from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree
from lxml.etree import _Element

from ai_prism.core.exporters import wording
from ai_prism.core.exporters.remarks import Remark, paragraph_id
from ai_prism.core.model import Review
from ai_prism.core.readers.word.names import W
from ai_prism.core.signature import SIGNATURE

W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15: Final = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_COMPATIBILITY: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_NAMES: Final = {
    "w": W[1:-1],
    "w14": W14[1:-1],
    "w15": W15[1:-1],
    "mc": _COMPATIBILITY,
}
#: Half points: the size of type in Word's own comments.
_SIZE: Final = "20"


def new_root(name: str) -> _Element:
    """Return the root of a part of comments that a file does not have yet, such as `w:comments`."""
    root = etree.Element(name, nsmap=_NAMES)
    root.set(f"{{{_COMPATIBILITY}}}Ignorable", "w14 w15")
    return root


def add(root: _Element, review: Review, remark: Remark, comment_id: int) -> str:
    """Put *remark* below the root of the comments, and return the id of its last paragraph."""
    comment = etree.SubElement(root, W + "comment", nsmap=_NAMES)
    # Programs that know nothing of paragraph ids must pass over them.
    comment.set(f"{{{_COMPATIBILITY}}}Ignorable", "w14 w15")
    comment.set(W + "id", str(comment_id))
    comment.set(W + "author", SIGNATURE)
    comment.set(W + "date", review.receipt.started_at.replace("+00:00", "Z"))
    comment.set(W + "initials", "AP")
    last = ""
    for number, line in enumerate(remark.lines):
        last = paragraph_id(review, remark.key, number)
        paragraph = etree.SubElement(comment, W + "p")
        paragraph.set(W14 + "paraId", last)
        if not number:
            etree.SubElement(etree.SubElement(paragraph, W + "r"), W + "annotationRef")
        _add_run(paragraph, line, is_bold=not number)
    return last


def add_state(root: _Element, paragraph: str, *, is_done: bool) -> None:
    """Say below the root of `w15:commentsEx` whether the comment that ends so is resolved."""
    state = etree.SubElement(root, W15 + "commentEx")
    state.set(W15 + "paraId", paragraph)
    state.set(W15 + "done", "1" if is_done else "0")


def begin(comment_id: int) -> _Element:
    """Return what stands before the words that a comment is about."""
    return _marker("commentRangeStart", comment_id)


def end(comment_id: int) -> list[_Element]:
    """Return what stands behind the words that a comment is about."""
    return [_marker("commentRangeEnd", comment_id), reference(comment_id)]


def reference(comment_id: int) -> _Element:
    """Return the run that calls the comment."""
    run = etree.Element(W + "r", nsmap={"w": W[1:-1]})
    run.append(_marker("commentReference", comment_id))
    return run


def free_ids(roots: Sequence[_Element]) -> Iterator[int]:
    """Yield ids that no annotation in the parts with these *roots* has."""
    taken = {
        value
        for root in roots
        for element in root.iter(etree.Element)
        if (value := element.get(W + "id")) is not None
    }
    number = 0
    while True:
        if str(number) not in taken:
            yield number
        number += 1


def _marker(name: str, comment_id: int) -> _Element:
    marker = etree.Element(W + name, nsmap={"w": W[1:-1]})
    marker.set(W + "id", str(comment_id))
    return marker


def _add_run(paragraph: _Element, words: str, *, is_bold: bool) -> None:
    run = etree.SubElement(paragraph, W + "r")
    look = etree.SubElement(run, W + "rPr")
    if is_bold:
        etree.SubElement(look, W + "b")
    etree.SubElement(look, W + "sz").set(W + "val", _SIZE)
    text = etree.SubElement(run, W + "t")
    text.set(_SPACE, "preserve")
    text.text = wording.one_line(words)
