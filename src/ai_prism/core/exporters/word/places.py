"""Where in the file each character of the text stands.

The reader itself says so while it reads: there is no second parser that could see another text.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from lxml.etree import _Element

from ai_prism.core.exporters.word.fields import Fields
from ai_prism.core.model import Anchor
from ai_prism.core.readers.draft import Said
from ai_prism.core.readers.word.names import W

_RUN: Final = W + "r"
_NOTES: Final = {W + "footnote", W + "endnote"}
_STORIES: Final = _NOTES | {W + "txbxContent", W + "sdtContent", W + "body"}


class Piece(NamedTuple):
    """Characters of the text, from *start*, with the element that says them from *offset* on."""

    start: int
    end: int
    element: _Element
    offset: int


class Place(NamedTuple):
    """A place between two characters of the file."""

    run: _Element  #: what stands in the flow of its paragraph: a run, or a formula
    element: _Element | None  #: the child of the run; None: a place before or after the whole run
    offset: int  #: in the child's text; for a whole run 0 is before it and 1 after it


class Range(NamedTuple):
    """From where to where words stand in the file."""

    start: Place
    end: Place
    is_exact: bool  #: whether these are the words and no others


class Places:
    """Collects, as the trace of a draft, which elements say which characters."""

    def __init__(self, root: _Element) -> None:
        """Begin with no text of the document below *root*."""
        calls = root.iter(W + "footnoteReference", W + "endnoteReference")
        self._calls = {(call.tag, call.get(W + "id")): call for call in calls}
        self._fields = Fields(root)
        self._pieces: list[Piece] = []
        self._starts: list[int] = []

    def trace(self, start: int, text: str, said: Sequence[Said]) -> None:
        """Take the *text* of a block that begins at *start* and was made from *said*."""
        for piece in _aligned(start, text, said):
            self._pieces.append(piece)
            self._starts.append(piece.start)

    def range_of(self, anchor: Anchor) -> Range | None:
        """Return where the words of *anchor* stand; None where nothing in the file says them."""
        first = max(0, bisect_right(self._starts, anchor.start) - 1)
        last = bisect_right(self._starts, anchor.end - 1)
        pieces = [piece for piece in self._pieces[first:last] if piece.end > anchor.start]
        if not pieces:
            return None
        # A range cannot lead from the body into a note or a text box, which are read amid it. Into
        # a content control it can, but LibreOffice 7.4 loses a letter over it.
        story = _story(pieces[0].element)
        end = next(piece for piece in reversed(pieces) if _story(piece.element) is story)
        begin = pieces[0]
        start_at = max(anchor.start, begin.start)
        end_at = min(anchor.end, end.end)
        if story.tag in _NOTES:
            return self._at_the_call_of(story)
        start_place = self._place(begin, start_at, is_end=False)
        end_place = self._place(end, end_at, is_end=True)
        is_whole = start_place.element is not None and end_place.element is not None
        covers = start_at == anchor.start and end_at == anchor.end
        return Range(start_place, end_place, is_exact=is_whole and covers)

    def _place(self, piece: Piece, at: int, *, is_end: bool) -> Place:
        """Return the place in the file of the character offset *at*, which *piece* covers."""
        runs = [ancestor for ancestor in piece.element.iterancestors() if ancestor.tag == _RUN]
        outermost = runs[-1] if runs else piece.element
        first, last = self._fields.around(outermost)
        is_plain = len(runs) == 1 and piece.element.getparent() is outermost
        if is_plain and first is last is outermost:
            return Place(outermost, piece.element, piece.offset + at - piece.start)
        # In a formula, below other words, in a text box or a field no comment can begin: the
        # outermost element stands for it.
        return Place(last if is_end else first, None, int(is_end))

    def _at_the_call_of(self, note: _Element) -> Range | None:
        """Return the place of the sign that calls *note*.

        LibreOffice 7.4 cannot open a file that has a comment in a note.
        """
        call = self._calls.get((f"{note.tag}Reference", note.get(W + "id")))
        run = None if call is None else call.getparent()
        if run is None:
            return None
        return Range(Place(run, None, 0), Place(run, None, 1), is_exact=False)


def _aligned(start: int, text: str, said: Sequence[Said]) -> Iterator[Piece]:
    """Yield the pieces of *text*, which is what was *said* without some white space and signs.

    The draft tidies what it is given: it drops blanks and unprintable signs, and turns one kind of
    white space into another. So the two are walked together, and what does not fit was dropped.
    """
    place = 0
    for words, element in said:
        offset = 0
        for part in _parts(words, text, place):
            length = len(part)
            if text.startswith(part, place) or (
                length == 1 and _fits(part, text[place : place + 1])
            ):
                if element is not None:
                    yield Piece(start + place, start + place + length, element, offset)
                place += length
            offset += length


def _parts(words: str, text: str, place: int) -> Iterator[str]:
    """Divide *words* no further than is needed to find them in *text* from *place* on."""
    core = words.strip()
    if text.startswith(words, place):
        yield words
    elif core and text.find(core, place, place + len(words)) >= 0:
        before, after = words.split(core, 1)
        yield from before
        yield core
        yield from after
    else:
        yield from words


def _fits(sign: str, shown: str) -> bool:
    return sign.isspace() and shown.isspace()


def _story(element: _Element) -> _Element:
    """Return what words may be commented on together: a text box, a note, a control, the body."""
    story = element
    for story in element.iterancestors():
        if story.tag in _STORIES:
            break
    return story
