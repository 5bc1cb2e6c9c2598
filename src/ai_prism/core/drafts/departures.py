"""What became of findings that an earlier draft had and this one has not.

A finding is called fixed only if somebody looked again as before: the same rule ran, over a
document read as far as the earlier one. Otherwise it is said that nobody knows.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec

from ai_prism.core.model import (
    Anchor,
    Baseline,
    Data,
    Decision,
    Departed,
    Document,
    Fate,
    Finding,
    Review,
)
from ai_prism.core.rules import normalised

#: So many letters beside them tell that short words stand where they stood.
_BESIDE: Final = 20


class Looked(Data):
    """How a draft was looked at."""

    rules: Mapping[str, int]  #: the versions of the rules that ran to their end, by id
    reviewer: str
    held_back: Collection[Finding] = ()  #: found, but too unsure or said by a graver one already


class Departures:
    """Tells what became of the findings of one draft in the next."""

    def __init__(
        self, earlier: Review, document: Document, looked: Looked, found: Sequence[Finding]
    ) -> None:
        """Compare with *earlier* what was *found* in *document* by who *looked* at it."""
        self._looked = looked
        self._reviewer_before = earlier.receipt.reviewer
        self._is_less_read = _is_less_read(document, earlier)
        self._words = _squeezed(document.text)
        self._held_back = {finding.fingerprint for finding in looked.held_back}
        self._cut_short = {f.rule_id for f in found if f.occurrences > max(1, len(f.anchors))}

    def of(self, finding: Finding) -> Departed:
        """Return what became of *finding*, which is none of those that were found."""
        stands = any(map(self._stands, finding.anchors[:1]))
        if doubt := self._doubt(finding, stands=stands):
            return Departed(finding=finding, fate=Fate.UNKNOWN, why=doubt)
        why = _reason(finding, stands=stands)
        if finding.decision is Decision.REJECTED:
            return Departed(finding=finding, fate=Fate.GONE, why=why)
        fixed = msgspec.structs.replace(finding, baseline=Baseline.FIXED)
        return Departed(finding=fixed, fate=Fate.FIXED, why=why)

    def _doubt(self, finding: Finding, *, stands: bool) -> str:
        """Return why nobody can say that it was mended; empty where nothing speaks against it."""
        by_model = finding.source.engine == "llm"
        version = finding.rule_version if by_model else self._looked.rules.get(finding.rule_id)
        doubts = {
            "The reviewer that found it did not look at this draft.": (
                by_model and self._looked.reviewer != self._reviewer_before
            ),
            "Its words stand; a language model does not remark the same twice.": (
                by_model and stands
            ),
            "The rule that found it did not run on this draft.": version is None,
            "Its words stand; the rule that found it has changed since.": (
                stands and version != finding.rule_version
            ),
            "It is still found, but another finding says it, or it is no longer sure enough.": (
                finding.fingerprint in self._held_back
            ),
            "It may be among the places of its rule that are counted but not shown.": (
                stands and finding.rule_id in self._cut_short
            ),
            "Less of this draft could be read than of the one before.": (
                bool(finding.anchors) and not stands and self._is_less_read
            ),
            "Its words were recognised in a picture, and may be read otherwise now.": (
                not stands and any(anchor.recognised for anchor in finding.anchors)
            ),
        }
        return next((doubt for doubt, holds in doubts.items() if holds), "")

    def _stands(self, anchor: Anchor) -> bool:
        """Whether the words of *anchor* are still there, short ones beside what stood there."""
        quote = _squeezed(anchor.quote)
        if len(quote) >= _BESIDE:
            return quote in self._words
        before, after = _squeezed(anchor.prefix)[-_BESIDE:], _squeezed(anchor.suffix)[:_BESIDE]
        return before + quote in self._words or quote + after in self._words


def _reason(finding: Finding, *, stands: bool) -> str:
    if not finding.anchors:
        return "What was missing is no longer missed."
    if stands:
        return "Its words stand as they did, but the rule finds no fault with them any more."
    return "Its words no longer stand there."


def _squeezed(words: str) -> str:
    """Return *words* without white space: how they are set on lines makes no difference."""
    return "".join(normalised(words).split())


def _is_less_read(document: Document, earlier: Review) -> bool:
    known = {problem.code for problem in earlier.problems}
    has_trouble = any(problem.code not in known for problem in document.problems)
    return document.coverage.read < earlier.coverage.read or has_trouble
