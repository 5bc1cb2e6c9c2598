"""A draft beside the one before: what is new, what is the same, what was mended."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from ai_prism.core import restraint
from ai_prism.core.drafts.answers import answers_in
from ai_prism.core.drafts.carrying import own_findings, with_decision
from ai_prism.core.drafts.departures import Departures, Looked
from ai_prism.core.drafts.matching import same_findings
from ai_prism.core.model import Baseline, Comparison, Departed, Fate, Finding, Review
from ai_prism.core.subject import Subject

__all__ = ["Looked", "compared", "recounted"]


def compared(
    subject: Subject, found: Sequence[Finding], earlier: Review, looked: Looked
) -> tuple[tuple[Finding, ...], Comparison]:
    """Return the findings of a draft, in order, and how it stands to the draft before.

    Of the findings, those that the earlier draft had are unchanged and keep its decisions; those
    that people had added are among them if their words are still there.

    Args:
        subject: the draft.
        found: what was found in it.
        earlier: the review of the draft before.
        looked: how the draft was looked at.
    """
    own = [finding for finding in earlier.findings if finding.source.engine == "person"]
    others = [finding for finding in earlier.findings if finding.source.engine != "person"]
    pairs = same_findings(found, others)
    kept = [with_decision(f, pairs[f.id]) if f.id in pairs else f for f in found]
    departures = Departures(earlier, subject.document, looked, found)
    paired = {finding.id for finding in pairs.values()}
    departed = [departures.of(finding) for finding in others if finding.id not in paired]
    for one in own_findings(own, earlier.document.text, subject):
        if isinstance(one, Departed):
            departed.append(one)
        else:
            kept.append(one)
    findings = restraint.in_order(kept)
    copy, now = subject.document.returned, {pairs[id_].id: id_ for id_ in pairs}
    now |= {one.id: one.id for one in kept if one.source.engine == "person"}
    comparison = Comparison(
        name=earlier.document.name,
        sha256=earlier.document.sha256,
        started_at=earlier.receipt.started_at,
        departed=tuple(departed),
        answered=answers_in(copy, earlier.findings, now) if copy else (),
    )
    return findings, recounted(comparison, findings)


def recounted(comparison: Comparison, findings: Sequence[Finding]) -> Comparison:
    """Return *comparison* with the numbers of new, unchanged and fixed findings."""
    counts = Counter(finding.baseline for finding in findings)
    fates = Counter(one.fate for one in comparison.departed)
    return msgspec.structs.replace(
        comparison,
        new=counts[Baseline.NEW],
        unchanged=counts[Baseline.UNCHANGED],
        fixed=fates[Fate.FIXED],
    )
