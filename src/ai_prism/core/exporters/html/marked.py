"""The text of a document with its findings marked in it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from ai_prism.core.model import Finding


def marked(text: str, findings: Sequence[Finding]) -> Iterator[str]:
    """Yield *text* as HTML, each marked stretch a link to the gravest of its findings."""
    begins: defaultdict[int, list[Finding]] = defaultdict(list)
    ends: defaultdict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        for anchor in finding.anchors:
            begins[anchor.start].append(finding)
            ends[anchor.end].append(finding)
    # A list, not a set: a finding may have places that overlap.
    open_findings: list[Finding] = []
    seen: set[str] = set()
    for start, end in pairwise(sorted({0, len(text), *begins, *ends})):
        for finding in ends[start]:
            open_findings.remove(finding)
        open_findings += begins[start]
        words = escape(text[start:end])
        if not open_findings:
            yield words
            continue
        finding = min(open_findings, key=lambda finding: finding.severity.rank)
        yield _mark(words, finding, is_first=finding.id not in seen)
        seen.add(finding.id)


def _mark(words: str, finding: Finding, *, is_first: bool) -> str:
    id_ = escape(finding.id)
    name = f' id="t-{id_}"' if is_first else ""
    title = escape(finding.title)
    return (
        f'<mark{name} data-severity="{finding.severity.value}" title="{title}">'
        f'<a href="#f-{id_}">{words}</a></mark>'
    )
