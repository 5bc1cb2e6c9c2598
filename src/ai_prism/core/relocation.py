"""The anchors of a review in the text as it is read now.

A newer reader may read a little more or less of a file than the one that made the review. Then
the quote is looked for, near its place, with the words around it.
"""

import msgspec

from ai_prism.core.model import Anchor


class Relocation:
    """Finds anchors of one text in another reading of the same file."""

    def __init__(self, reviewed: str, read: str) -> None:
        """Find anchors of the text *reviewed* in the text *read*."""
        self._is_same = reviewed == read
        self._text = read

    def of(self, anchor: Anchor) -> Anchor | None:
        """Return *anchor* where its words stand now; None where they stand nowhere."""
        if self._is_same:
            return anchor
        around = anchor.prefix + anchor.quote + anchor.suffix
        start = self._nearest(around, anchor.start - len(anchor.prefix)) if around else -1
        if start >= 0:
            start += len(anchor.prefix)
        else:
            start = self._nearest(anchor.quote, anchor.start)
        if start < 0:
            return None
        return msgspec.structs.replace(anchor, start=start, end=start + len(anchor.quote))

    def _nearest(self, words: str, place: int) -> int:
        """Return where *words* stand nearest to *place*, -1 for nowhere."""
        before = self._text.rfind(words, 0, max(0, place) + len(words))
        after = self._text.find(words, max(0, place))
        if before < 0 or after < 0:
            return max(before, after)
        return before if place - before <= after - place else after
