"""Our own comments in a Word file that has come back, and what people have made of them.

Word keeps threads and states in a part of its own. LibreOffice 7.4 keeps the states, but makes
of each answer a comment on the very same words, behind the one that it answers.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from lxml import etree

from ai_prism.core.model import Reply, Returned, ReturnedCopy
from ai_prism.core.readers.word.names import W
from ai_prism.core.signature import Signed, carried_codes, is_top, signed

W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15: Final = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_WORDS: Final = {W + "t": None, W + "tab": "\t", W + "br": "\n", W + "cr": "\n"}
#: Nobody reads the words of a comment on more; and many on a whole book cost no more than it does.
_MOST_PIECES: Final = 10_000
_PARAGRAPH_ID: Final = W14 + "paraId"


class Told(NamedTuple):
    """A comment of the file."""

    id: str
    author: str
    at: str
    lines: tuple[str, ...]
    paragraph: str  #: the id of its last paragraph, by which threads and states know it

    @property
    def signature(self) -> Signed | None:
        """The finding that it tells, if it is one of ours."""
        found = (signed(line) for line in reversed(self.lines))
        return None if self.is_top else next(filter(None, found), None)

    @property
    def is_top(self) -> bool:
        """Whether it is ours about the document as a whole."""
        return bool(self.lines) and is_top(self.lines[0])

    @property
    def is_ours(self) -> bool:
        """Whether we wrote it."""
        return self.is_top or self.signature is not None


class Threads:
    """The comments of a file, with who answers whom."""

    def __init__(
        self,
        comments: etree._Element,
        states: etree._Element | None,
        ranges: Mapping[str, tuple[int, str]],
    ) -> None:
        """Take the roots of the parts *comments* and *states*.

        Args:
            comments: the part with the comments.
            states: that with their threads and states, if there is one.
            ranges: where each comment begins, and the words that it is about.
        """
        self.all = [*told(comments)]
        self._ranges = ranges
        entries = [] if states is None else list(states.iter(W15 + "commentEx"))
        self._state = {str(entry.get(W15 + "paraId")).upper(): entry for entry in entries}

    def words_of(self, comment: Told) -> str:
        """Return the words that *comment* is about; empty if they are gone."""
        return self._ranges.get(comment.id, (0, ""))[1]

    def is_resolved(self, comment: Told) -> bool:
        """Whether somebody has marked *comment* as done."""
        state = self._state.get(comment.paragraph)
        return state is not None and state.get(W15 + "done") in ("1", "true")

    def answered(self) -> Iterator[tuple[Told, list[Told]]]:
        """Yield each comment of ours with the comments that answer it."""
        by_paragraph = {comment.paragraph: comment for comment in self.all if comment.paragraph}
        answers: dict[str, list[Told]] = {c.id: [] for c in self.all if c.is_ours}
        on_same_words: dict[tuple[int, str], Told] = {}
        for comment in self.all:
            place = self._ranges.get(comment.id)
            parent = self._parent_of(comment, by_paragraph)
            if comment.is_ours:
                if place:
                    on_same_words[place] = comment
            elif parent is not None:
                answers.get(parent.id, []).append(comment)
            elif place in on_same_words:
                answers[on_same_words[place].id].append(comment)
        for comment in self.all:
            if comment.id in answers:
                yield comment, answers[comment.id]

    def read_back(self) -> frozenset[str]:
        """Return the ids of our comments and of those that answer them."""
        threads = ((comment, *answers) for comment, answers in self.answered())
        return frozenset(comment.id for thread in threads for comment in thread)

    def _parent_of(self, comment: Told, by_paragraph: Mapping[str, Told]) -> Told | None:
        """Return the comment that begins the thread of *comment*, if it is an answer."""
        state = self._state.get(comment.paragraph)
        parent = None if state is None else state.get(W15 + "paraIdParent")
        return by_paragraph.get(str(parent).upper())


def returned(threads: Threads) -> ReturnedCopy | None:
    """Return what has come back of our comments; None where there are none."""
    answered = list(threads.answered())
    if not answered:
        return None
    carried = [codes for c, _ in answered if c.is_top for codes in map(carried_codes, c.lines)]
    return ReturnedCopy(
        comments=tuple(_returned(c, answers, threads) for c, answers in answered),
        carried=tuple(code for codes in carried for code in codes),
    )


def _returned(comment: Told, answers: list[Told], threads: Threads) -> Returned:
    of = comment.signature
    replies = [Reply(author=a.author, text="\n".join(a.lines), at=a.at) for a in answers]
    if of is not None and (added := _added_below(comment)):
        replies.insert(0, Reply(author="", text="\n".join(added)))
    return Returned(
        finding=of.finding if of else "",
        place=of.place if of else 0,
        words=threads.words_of(comment),
        is_resolved=threads.is_resolved(comment),
        replies=tuple(replies),
    )


def _added_below(comment: Told) -> list[str]:
    """Return the lines that somebody wrote into our comment, below its last one."""
    last = max(n for n, line in enumerate(comment.lines) if signed(line))
    return [line for line in comment.lines[last + 1 :] if line.strip()]


def ranges_in(data: bytes) -> dict[str, tuple[int, str]]:
    """Return where each comment begins, in characters, and what it is about, from the text part.

    Words that are marked as deleted are gone.
    """
    said: list[str] = []
    open_: dict[str, tuple[int, int]] = {}
    closed: dict[str, tuple[int, str]] = {}
    place = 0
    events = etree.iterparse(
        io.BytesIO(data), events=("start", "end"), resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False, remove_comments=True,
    )  # fmt: skip
    for event, element in events:
        if event == "end":
            if words := _said(element):
                said.append(words)
                place += len(words.strip())
            if element.tag in (W + "p", W + "tbl"):
                element.clear()
        elif element.tag == W + "commentRangeStart":
            open_[str(element.get(W + "id"))] = (place, len(said))
        elif element.tag == W + "commentRangeEnd":
            id_ = str(element.get(W + "id"))
            begun, first = open_.pop(id_, (place, len(said)))
            closed[id_] = (begun, "".join(said[first : first + _MOST_PIECES]))
    return closed


def _said(element: etree._Element) -> str:
    if element.tag == W + "p":
        return "\n"
    if element.tag not in _WORDS:
        return ""
    return _WORDS[element.tag] or element.text or ""


def told(comments: etree._Element) -> Iterator[Told]:
    """Yield the comments in the part with the root *comments*."""
    return map(_told, comments.iterfind(W + "comment"))


def _told(comment: etree._Element) -> Told:
    paragraphs = list(comment.iter(W + "p"))
    return Told(
        id=str(comment.get(W + "id")),
        author=comment.get(W + "author") or "",
        at=comment.get(W + "date") or "",
        lines=tuple("".join(map(_said, p.iter(*_WORDS))) for p in paragraphs),
        paragraph=(paragraphs[-1].get(_PARAGRAPH_ID) or "").upper() if paragraphs else "",
    )
