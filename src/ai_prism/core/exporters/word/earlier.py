"""Our comments of an earlier copy in the file that is to be commented on anew.

Those that nobody answered make room for the new ones. A thread in which somebody answered stays
as it is; only our own last line in it is brought to what the finding is called in this review.
"""

from collections.abc import Collection, Iterator
from typing import Final

from lxml.etree import _Element

from ai_prism.core import signature
from ai_prism.core.exporters.word.parts import Parts
from ai_prism.core.model import Review
from ai_prism.core.readers.word.names import STRICT, TRANSITIONAL, W
from ai_prism.core.readers.word.returned import W15, Threads, Told, ranges_in, told

_W16: Final = "http://schemas.microsoft.com/office/word/"
_PARAGRAPH: Final = f"{{{_W16}2016/wordml/cid}}paraId"
_DURABLE: Final = f"{{{_W16}2016/wordml/cid}}durableId"
_EXTENSIBLE: Final = f"{{{_W16}2018/wordml/cex}}durableId"
_MARKS: Final = (W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference")


def cleared(parts: Parts, root: _Element, data: bytes, review: Review) -> frozenset[str]:
    """Take out of a file those of our comments that nobody answered.

    Args:
        parts: the parts of the file.
        root: the root of the part with the text.
        data: the bytes of that part.
        review: what is to be exported; it knows which finding is which earlier one.

    Returns:
        The keys of the remarks that need no comment: their thread is there.
    """
    name = parts.name_of("comments")
    comments = None if name is None else parts.peek(name)
    if name is None or comments is None or not any(c.is_ours for c in told(comments)):
        return frozenset()
    comments = parts.tree_of(name)
    states_name = parts.name_of("commentsExtended")
    states = None if states_name is None else parts.tree_of(states_name)
    threads = Threads(comments, states, ranges_in(data.replace(STRICT, TRANSITIONAL)))
    answered = list(threads.answered())
    _take_out([c for c, answers in answered if not answers], parts, root, comments, states)
    return frozenset(_renamed([c for c, answers in answered if answers], comments, review))


def _take_out(
    unanswered: list[Told],
    parts: Parts,
    root: _Element,
    comments: _Element,
    states: _Element | None,
) -> None:
    ids = {comment.id for comment in unanswered}
    _remove(comments, [c for c in comments.iterfind(W + "comment") if c.get(W + "id") in ids])
    for mark in [mark for mark in root.iter(*_MARKS) if mark.get(W + "id") in ids]:
        _remove_mark(mark)
    paragraphs = {comment.paragraph for comment in unanswered if comment.paragraph}
    if states is not None:
        _remove(states, _named(states, W15 + "paraId", paragraphs))
    _take_out_names(parts, paragraphs)


def _take_out_names(parts: Parts, paragraphs: Collection[str]) -> None:
    """Take the comments that end in *paragraphs* out of the parts that name them once more."""
    name, more = parts.name_of("commentsIds"), parts.name_of("commentsExtensible")
    if name is None:
        return
    ids = parts.tree_of(name)
    gone = _named(ids, _PARAGRAPH, paragraphs)
    durable = {str(entry.get(_DURABLE)).upper() for entry in gone}
    _remove(ids, gone)
    if more is not None:
        extensible = parts.tree_of(more)
        _remove(extensible, _named(extensible, _EXTENSIBLE, durable))


def _named(root: _Element, attribute: str, names: Collection[str]) -> list[_Element]:
    return [entry for entry in root if (entry.get(attribute) or "").upper() in names]


def _remove(root: _Element, entries: list[_Element]) -> None:
    for entry in entries:
        root.remove(entry)


def _remove_mark(mark: _Element) -> None:
    """Take *mark* away, and the run that has nothing else in it."""
    parent = mark.getparent()
    if parent is None:
        return
    parent.remove(mark)
    run_parent = parent.getparent()
    is_empty = all(child.tag == W + "rPr" for child in parent)
    if parent.tag == W + "r" and is_empty and run_parent is not None:
        run_parent.remove(parent)


def _renamed(answered: list[Told], comments: _Element, review: Review) -> Iterator[str]:
    """Yield the keys of the threads that stay, our last line in each brought up to date."""
    now = {one.finding: one.now for one in review.comparison.answered} if review.comparison else {}
    known = {finding.id for finding in review.findings}
    by_id = {comment.get(W + "id"): comment for comment in comments.iterfind(W + "comment")}
    for comment in answered:
        of = comment.signature
        if of is None:
            continue
        finding = now.get(of.finding) or of.finding
        if finding in known:
            _sign(by_id[comment.id], signature.line(of.rule_id, finding, of.place))
            yield f"{finding}/{of.place}"


def _sign(comment: _Element, line: str) -> None:
    """Write *line* in the place of the one by which our *comment* is known."""
    for paragraph in comment.iter(W + "p"):
        texts = list(paragraph.iter(W + "t"))
        if signature.signed("".join(text.text or "" for text in texts)):
            texts[0].text = line
            for text in texts[1:]:
                text.text = ""
