"""The review of one document, from file to verdict."""

import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import ai_prism
from ai_prism.core import checks, drafts, language, playbook, readers, restraint, risk
from ai_prism.core.errors import ReviewerUnavailable
from ai_prism.core.llm import NoReviewer, Reviewer
from ai_prism.core.model import (
    Document,
    Finding,
    Party,
    PlaybookUsed,
    Problem,
    Receipt,
    Review,
    Section,
)
from ai_prism.core.playbook import Choice, Playbook
from ai_prism.core.progress import (
    DocumentRead,
    FindingsFound,
    Progress,
    SectionsFound,
    Stage,
    StageReached,
    ignore,
)
from ai_prism.core.readers import Read
from ai_prism.core.risk import RiskModel, clauses
from ai_prism.core.rules import BaseRule
from ai_prism.core.sections import detect_sections
from ai_prism.core.subject import Subject


class DocumentAnalyzer:
    """Reviews documents with one playbook, one reviewer and one risk model."""

    def __init__(
        self,
        playbook: Playbook | None = None,
        reviewer: Reviewer | None = None,
        risk_model: RiskModel | None = None,
        read: Read = readers.read,
        party: Party = Party.NEUTRAL,
    ) -> None:
        """Take what a review is made with; without a playbook each document gets the one it suits.

        Without a reviewer only the rules speak, and nothing leaves this machine. *read* is what
        reads the file: in this process, or with `IsolatedReader` in one that may die alone.
        *party* is whose eyes an agreement is read with.
        """
        self._read = read
        self._playbook = playbook
        self._reviewer = reviewer or NoReviewer()
        self._risk_model = risk_model or risk.FindingsRisk()
        self._party = party

    def analyze(
        self,
        path: Path,
        progress: Progress = ignore,
        *,
        name: str | None = None,
        earlier: Review | None = None,
    ) -> Review:
        """Return the review of the file at *path*, telling *progress* what happens meanwhile.

        Args:
            path: the file; its bytes decide what it is, its name helps.
            progress: called with each event; what it raises ends the analysis.
            name: what people call the document, where the path does not say.
            earlier: the review of an earlier draft, to be compared with.

        Raises:
            Unreadable: no text could be read; the subclass and its code say why.
        """
        started_at = datetime.now(UTC)
        clock = _StageClock()

        with clock.timing(Stage.READING):
            document = self._read(path, progress, name=name or path.name)
            progress(DocumentRead(document=document))
        with clock.timing(Stage.SECTIONS):
            sections = detect_sections(document)
            progress(SectionsFound(sections=sections))

        chosen = self._chosen(document, sections)
        standard = chosen.playbook
        subject = Subject(
            document,
            sections,
            party=self._party,
            clause_models=[model for kind in standard.clauses if (model := clauses.load(kind))],
            read_on=started_at.date(),
        )
        rules = tuple(rule for rule in standard.rules if rule.speaks(document.language))
        with clock.timing(Stage.CHECKS), _language_beside(rules, subject):
            findings, problems = _run_rules(rules, subject, progress)
        with clock.timing(Stage.REVIEWER):
            more, unread = _ask(self._reviewer, subject, progress)
        told = restraint.in_order(findings + more)
        findings = restraint.merged(restraint.sure_enough(told, standard.least_confidence))
        held_back = _without(told, findings)
        comparison = None
        if earlier:
            reviewer = "" if unread else self._reviewer.name
            looked = drafts.Looked(
                rules=_versions(rules, problems), reviewer=reviewer, held_back=held_back
            )
            findings, comparison = drafts.compared(subject, findings, earlier, looked)
        with clock.timing(Stage.RISK):
            verdict = self._risk_model.assess(subject, findings, standard.risk)
            progress(StageReached(stage=Stage.RISK, done=1, total=1))

        return Review(
            document=document,
            playbook=PlaybookUsed(
                name=standard.name,
                version=standard.version,
                chosen="user" if self._playbook else "detected",
                confidence=chosen.confidence,
                party=self._party,
            ),
            sections=verdict.sections,
            findings=findings,
            risk=verdict.document,
            coverage=document.coverage,
            problems=(
                *document.problems,
                *_not_applied(standard, rules, document),
                *problems,
                *unread,
            ),
            receipt=Receipt(
                ai_prism=ai_prism.__version__,
                python=platform.python_version(),
                playbook_sha256=standard.sha256,
                reviewer=self._reviewer.name,
                started_at=started_at.isoformat(timespec="seconds"),
                seconds=clock.seconds,
                rules_run=len(rules),
                rules_not_applied=len(standard.rules) - len(rules),
                findings_held_back=len(held_back),
            ),
            comparison=comparison,
        )

    def _chosen(self, document: Document, sections: Sequence[Section]) -> Choice:
        if self._playbook:
            return Choice(self._playbook, 1.0)
        return playbook.choose(document, sections)


def _not_applied(
    standard: Playbook, rules: Sequence[BaseRule], document: Document
) -> tuple[Problem, ...]:
    """Say how many rules of *standard* are for other languages than the document's."""
    left_out = len(standard.rules) - len(rules)
    if not left_out:
        return ()
    message = (
        f"{left_out} of {len(standard.rules)} rules were not applied: they are made for other"
        f" languages, and the document is in “{document.language}”."
    )
    return (Problem(code="rules_not_applied", message=message, where=standard.name),)


def _without(told: Sequence[Finding], kept: Sequence[Finding]) -> tuple[Finding, ...]:
    ids = {finding.id for finding in kept}
    return tuple(finding for finding in told if finding.id not in ids)


def _versions(rules: Sequence[BaseRule], problems: Sequence[Problem]) -> dict[str, int]:
    """Return the versions of those of *rules* that ran to their end."""
    failed = {problem.where for problem in problems}
    return {rule.id: rule.version for rule in rules if rule.id not in failed}


def _language_beside(rules: Sequence[BaseRule], subject: Subject) -> AbstractContextManager[None]:
    asked = any(rule.kind in checks.BY_LANGUAGE for rule in rules)
    return language.beside(subject) if asked else nullcontext()


def _run_rules(
    rules: Sequence[BaseRule], subject: Subject, progress: Progress
) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    findings: list[Finding] = []
    problems: list[Problem] = []
    # They wait for a process that runs beside the others, so they come last.
    ordered = sorted(rules, key=lambda rule: rule.kind in checks.BY_LANGUAGE)
    for done, rule in enumerate(ordered, start=1):
        outcome = checks.run(rule, subject)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        elif outcome:
            findings += outcome
            progress(FindingsFound(findings=outcome))
        progress(StageReached(stage=Stage.CHECKS, done=done, total=len(rules)))
    return tuple(findings), tuple(problems)


def _ask(
    reviewer: Reviewer, subject: Subject, progress: Progress
) -> tuple[tuple[Finding, ...], tuple[Problem, ...]]:
    findings: list[Finding] = []
    problems: list[Problem] = []
    if isinstance(reviewer, NoReviewer):
        return (), ()
    total = len(subject.sections)
    progress(StageReached(stage=Stage.REVIEWER, done=0, total=total))
    for done, section in enumerate(subject.sections, start=1):
        try:
            found = tuple(reviewer.review(subject.document, section))
        except ReviewerUnavailable as error:
            problems.append(Problem(code=error.code, message=error.message, where=section.title))
            found = ()
        found = _with_evidence(found, subject.document)
        if found:
            findings += found
            progress(FindingsFound(findings=found))
        progress(StageReached(stage=Stage.REVIEWER, done=done, total=total))
    return tuple(findings), tuple(problems)


def _with_evidence(found: tuple[Finding, ...], document: Document) -> tuple[Finding, ...]:
    """Return those of *found* whose every quote stands in the text where it says."""
    return tuple(
        finding
        for finding in found
        if finding.anchors
        and all(document.text[a.start : a.end] == a.quote for a in finding.anchors)
    )


class _StageClock:
    """Seconds spent in each stage, for the receipt."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timing(self, stage: Stage) -> Iterator[None]:
        before = time.perf_counter()
        yield
        self.seconds[stage.value] = round(time.perf_counter() - before, 4)
