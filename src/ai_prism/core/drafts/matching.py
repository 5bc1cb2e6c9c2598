"""Which finding of a draft is which of the draft before.

The surest signs come first: the same fingerprint at a place with the same words around it, then
with the same on one side, then the same fingerprint, in reading order. What is left over may be
in a section that has got another title, be one of several places of which some were mended, or
tell of something that is missing.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from ai_prism.core.model import Finding
from ai_prism.core.rules import normalised

#: So many words on one side tell one place from another.
_BESIDE: Final = 2

#: What two findings have in common if they are one and the same.
_Signs: TypeAlias = Callable[[Finding], Iterator[Hashable]]


def same_findings(found: Sequence[Finding], before: Sequence[Finding]) -> dict[str, Finding]:
    """Return the finding of *before* that each of *found* is, by the ids of *found*.

    Each is at most one, and those with neither a fellow nor the same words in common are none.
    """
    pairs: dict[str, Finding] = {}
    found, before = _in_reading_order(found), _in_reading_order(before)
    for signs in _SIGNS:
        waiting = [finding for finding in found if finding.id not in pairs]
        taken = {finding.id for finding in pairs.values()}
        left = [finding for finding in before if finding.id not in taken]
        pairs |= _paired(waiting, left, signs)
    return pairs | _only_ones(found, before, pairs)


def _paired(
    found: Iterable[Finding], before: Iterable[Finding], signs: _Signs
) -> dict[str, Finding]:
    """Return the pairs that have a sign in common, the first with the first."""
    by_sign: defaultdict[Hashable, deque[Finding]] = defaultdict(deque)
    for finding in before:
        for sign in dict.fromkeys(signs(finding)):
            by_sign[sign].append(finding)
    pairs: dict[str, Finding] = {}
    taken: set[str] = set()
    for finding in found:
        fellows = (by_sign.get(sign, deque()) for sign in signs(finding))
        fellow = next(filter(None, (_next(waiting, taken) for waiting in fellows)), None)
        if fellow is not None:
            pairs[finding.id] = fellow
            taken.add(fellow.id)
    return pairs


def _next(waiting: deque[Finding], taken: set[str]) -> Finding | None:
    while waiting:
        finding = waiting.popleft()
        if finding.id not in taken:
            return finding
    return None


def _only_ones(
    found: Iterable[Finding], before: Iterable[Finding], pairs: Mapping[str, Finding]
) -> dict[str, Finding]:
    """Pair what is said to be missing by one rule, if each draft has one such remark left.

    Of several nobody can tell which is which: what they lack differs.
    """
    taken = {finding.id for finding in pairs.values()}
    now = _lacks(finding for finding in found if finding.id not in pairs)
    then = _lacks(finding for finding in before if finding.id not in taken)
    return {
        now[rule][0].id: then[rule][0]
        for rule in now.keys() & then.keys()
        if len(now[rule]) == len(then[rule]) == 1
    }


def _lacks(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    by_rule: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if not finding.anchors:
            by_rule[finding.rule_id].append(finding)
    return by_rule


def _in_place(finding: Finding) -> Iterator[Hashable]:
    around = [(normalised(a.prefix), normalised(a.suffix)) for a in finding.anchors[:1]]
    yield (finding.fingerprint, *around)


def _beside(finding: Finding) -> Iterator[Hashable]:
    for anchor in finding.anchors[:1]:
        yield finding.fingerprint, "before", *normalised(anchor.prefix).split()[-_BESIDE:]
        yield finding.fingerprint, "after", *normalised(anchor.suffix).split()[:_BESIDE]


def _print(finding: Finding) -> Iterator[Hashable]:
    yield finding.fingerprint


def _words_in_place(finding: Finding) -> Iterator[Hashable]:
    """Yield the words at each of its places with those on one side: the section may differ."""
    for anchor in finding.anchors:
        said = (finding.rule_id, normalised(anchor.quote))
        for side, words in (("before", anchor.prefix), ("after", anchor.suffix)):
            if words := normalised(words):
                yield (*said, side, words)


_SIGNS: Final[tuple[_Signs, ...]] = (_in_place, _beside, _print, _words_in_place)


def _in_reading_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.anchors[0].start if f.anchors else -1, f.id))
