"""A rule is data, with its reason, its source and its own examples; a check is code for one kind.

A module of `checks` gives `Rule`, a subclass of `BaseRule` with the fields its kind adds, and
`check(rule, subject)`. The registry `checks.CHECKS` names them by kind.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, ClassVar, Protocol

import msgspec

from ai_prism.core.model import Anchor, Evidence, Finding, FindingKind, Fix, Level, Source
from ai_prism.core.subject import Span, Subject

#: Code points kept on each side of a quote: enough to find it again in an edited draft.
CONTEXT = 32
#: Places one finding shows; the rest are counted in `occurrences`.
PLACES_SHOWN = 5


class Examples(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Small documents, as Markdown, that a rule must flag and must let pass."""

    flags: tuple[str, ...]
    passes: tuple[str, ...]


class BaseRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every rule says; `title`, `message` and `suggestion` may name evidence: "{owner}"."""

    #: The computed values that the check gives, beside the `count` that every finding has.
    evidence_names: ClassVar[tuple[str, ...]] = ()

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
    kind: str  #: a key of CHECKS
    severity: Level
    category: str
    title: str
    message: str
    why: str
    suggestion: str
    source: str  #: where the rule comes from: a link, or a standard and its clause
    examples: Examples
    version: int = 1
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.9
    #: From here on the findings of one document are summed up in the last one.
    most_findings: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 20
    finding_kind: FindingKind = FindingKind.PROBLEM
    #: Languages it is made for, such as "en"; none means any.
    languages: tuple[str, ...] = ()

    def speaks(self, language: str) -> bool:
        """Return whether the rule can judge a document in *language*; unknown is tried."""
        return not self.languages or language.split("-")[0] in (*self.languages, "und", "")

    def finding(
        self,
        subject: Subject,
        spans: Sequence[Span],
        *,
        related: Sequence[Span] = (),
        fixes: Sequence[tuple[int, int, str]] = (),
        occurrences: int = 0,
        section_id: str | None = None,
        sureness: float = 1.0,
        severity: Level | None = None,
        likelihood: Level = Level.MEDIUM,
        weighed: Sequence[Span] = (),
        engine: str = "rules",
        **evidence: Evidence,
    ) -> Finding:
        """Return the finding that this rule makes of *spans* of the text.

        Args:
            subject: the document under review.
            spans: (start, end) of each place; the first few are shown, all are counted.
            related: places that the first one conflicts with.
            fixes: (start, end, replacement) of edits that mend it.
            occurrences: how often it occurs, when that is not the number of spans.
            section_id: the section spoken of, when no span tells.
            sureness: how sure this one is, as a share of the rule's confidence.
            severity: what is at stake in this one, when not what the rule says.
            likelihood: how likely it is to come true.
            weighed: the words in the spans that weighed most.
            engine: who found it.
            evidence: computed values, also put into the words of the rule.
        """
        words = {"count": occurrences or len(spans), **evidence}
        anchors = tuple(anchor(subject, *span) for span in spans[:PLACES_SHOWN])
        section = subject.section_at(spans[0][0]) if spans else None
        print_of_it = fingerprint(
            self.id,
            anchors[0].quote if anchors else str(sorted(evidence.items())),
            section.title if section else "",
        )
        return Finding(
            # The place makes the id differ where the same words stand twice in one section.
            id=digest(print_of_it, str(spans[0] if spans else section_id))[:16],
            fingerprint=print_of_it,
            rule_id=self.id,
            rule_version=self.version,
            kind=self.finding_kind,
            category=self.category,
            severity=severity or self.severity,
            confidence=round(self.confidence * sureness * _sureness_of(subject, spans), 3),
            title=self.title.format_map(words),
            message=self.message.format_map(words),
            why=self.why,
            suggestion=self.suggestion.format_map(words),
            fixes=tuple(
                Fix(anchor=anchor(subject, start, end), replacement=replacement)
                for start, end, replacement in fixes
            ),
            section_id=section_id or (section.id if section else None),
            anchors=anchors,
            weighed=tuple(anchor(subject, *span) for span in weighed[:PLACES_SHOWN]),
            related=tuple(anchor(subject, *span) for span in related[:PLACES_SHOWN]),
            evidence=evidence,
            occurrences=occurrences or max(1, len(spans)),
            likelihood=likelihood,
            source=Source(engine=engine, name=self.kind, version=str(self.version)),
        )


def _sureness_of(subject: Subject, spans: Sequence[Span]) -> float:
    """Return how sure the words of *spans* are; where they were recognised, they may be wrong."""
    return min((subject.sureness_at(start) for start, _ in spans), default=1.0)


class Check(Protocol):
    """The shape of a module in `checks`."""

    @property
    def Rule(self) -> type[Any]:  # the module's class, looked up by this name
        """The rule's data: a subclass of `BaseRule`."""

    def check(self, rule: Any, subject: Subject) -> Iterable[Finding] | Iterator[Finding]:
        """Return what *rule* finds in *subject*, in reading order."""


def anchor(subject: Subject, start: int, end: int) -> Anchor:
    """Return the anchor of the text from *start* to *end*, with its surroundings and page."""
    text = subject.document.text
    return Anchor(
        start=start,
        end=end,
        quote=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        page=subject.page_at(start),
        recognised=subject.sureness_at(start) < 1.0,
    )


def fingerprint(rule_id: str, quote: str, section_title: str) -> str:
    """Return what stays the same of a finding over drafts: rule, quote and section."""
    return digest(rule_id, normalised(quote), normalised(section_title))[:32]


def normalised(words: str) -> str:
    """Return *words* as fingerprints compare them: whatever their white space and capitals."""
    return re.sub(r"\s+", " ", words).strip().casefold()


def digest(*parts: str) -> str:
    """Return the SHA-256 of *parts* in hexadecimal; no two lists of parts have the same."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
