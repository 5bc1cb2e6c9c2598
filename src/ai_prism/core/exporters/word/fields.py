"""Fields: words that Word works out, such as "see section 4.2", and where each begins and ends.

LibreOffice 7.4 takes a comment inside a field for words of the document. So ours stand around it.
"""

from typing import Final

from lxml.etree import _Element

from ai_prism.core.readers.word.names import W

_SIMPLE: Final = W + "fldSimple"
_SIGN: Final = W + "fldChar"
_KIND: Final = W + "fldCharType"


class Fields:
    """The fields of one document; those that go on over paragraphs, as contents do, are none."""

    def __init__(self, root: _Element) -> None:
        """Find the fields below *root*."""
        self._by_run: dict[_Element, tuple[_Element, _Element]] = {}
        paragraphs = dict.fromkeys(
            ancestor for sign in root.iter(_SIGN) for ancestor in sign.iterancestors(W + "p")
        )
        for paragraph in paragraphs:
            self._look_through(paragraph)

    def around(self, run: _Element) -> tuple[_Element, _Element]:
        """Return the first and the last element of the field that *run* is in, or *run* itself."""
        for field in run.iterancestors(_SIMPLE):
            run = field
        return self._by_run.get(run, (run, run))

    def _look_through(self, paragraph: _Element) -> None:
        depth, members = 0, []
        for run in paragraph.iter(W + "r"):
            kinds = [sign.get(_KIND) for sign in run.iterchildren(_SIGN)]
            depth += kinds.count("begin")
            if depth:
                members.append(run)
            depth = max(0, depth - kinds.count("end"))
            if members and not depth:
                self._by_run |= dict.fromkeys(members, (members[0], members[-1]))
                members = []
