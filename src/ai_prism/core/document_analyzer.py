"""The review of one document, from file to verdict."""

import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import ai_prism
from ai_prism.core import checks, drafts, earned, language, playbook, readers, restraint, risk
from ai_prism.core.examination import Examination, Notes, subject_of
from ai_prism.core.llm import NoReviewer, Reviewer, ledger
from ai_prism.core.llm.asking_all import ask_all
from ai_prism.core.llm.evidence import merge
from ai_prism.core.llm.telling import Asked, tell
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
from ai_prism.core.risk import RiskModel
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
        at_once: int = 1,
    ) -> None:
        """Take what a review is made with; without a playbook each document gets the one it suits.

        Without a reviewer only the rules speak, and nothing leaves this machine. *read* is what
        reads the file: in this process, or with `IsolatedReader` in one that may die alone.
        *party* is whose eyes an agreement is read with. The reviewer is asked about so many
        passages *at_once*, in as many threads.
        """
        self._read = read
        self._playbook = playbook
        self._reviewer = reviewer or NoReviewer()
        self._risk_model = risk_model or risk.FindingsRisk()
        self._party = party
        self._at_once = at_once

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
        examination = self.examine(path, progress, name=name)
        clock = _StageClock(examination.notes.seconds)
        with clock.timing(Stage.REVIEWER):
            asked = ask_all(self._reviewer, examination, progress, self._at_once)
        return self.conclude(examination, asked, progress, seconds=clock.seconds, earlier=earlier)

    def examine(
        self, path: Path, progress: Progress = ignore, *, name: str | None = None
    ) -> Examination:
        """Return what can be said of the file at *path* without the reviewer; see `analyze`.

        Raises:
            Unreadable: no text could be read; the subclass and its code say why.
        """
        started_at = datetime.now(UTC)
        clock = _StageClock({})

        with clock.timing(Stage.READING):
            document = self._read(path, progress, name=name or path.name)
            progress(DocumentRead(document=document))
        with clock.timing(Stage.SECTIONS):
            sections = detect_sections(document)
            progress(SectionsFound(sections=sections))

        chosen = self._chosen(document, sections)
        subject = subject_of(document, sections, chosen.playbook, self._party, started_at.date())
        rules = tuple(rule for rule in chosen.playbook.rules if rule.speaks(document.language))
        with clock.timing(Stage.CHECKS), _language_beside(rules, subject):
            findings, problems = _run_rules(rules, subject, chosen.playbook.name, progress)
        return Examination(
            subject=subject,
            standard=chosen.playbook,
            findings=findings,
            notes=Notes(
                chosen="user" if self._playbook else "detected",
                confidence=chosen.confidence,
                problems=(*_not_applied(chosen.playbook, rules, document), *problems),
                rules=_versions(rules, problems),
                rules_run=len(rules),
                started_at=started_at,
                seconds=clock.seconds,
            ),
        )

    def conclude(
        self,
        examination: Examination,
        asked: Sequence[Asked] = (),
        progress: Progress = ignore,
        *,
        seconds: dict[str, float] | None = None,
        earlier: Review | None = None,
    ) -> Review:
        """Return the review that *examination* and what the reviewer was *asked* come to.

        *earlier* is the review of an earlier draft, to be compared with.
        """
        subject, standard, notes = examination.subject, examination.standard, examination.notes
        clock = _StageClock(seconds or notes.seconds)
        told = tell(asked, subject, self._reviewer.version)
        findings, more = merge(examination.findings, told.findings)
        all_told = restraint.in_order(findings + more)
        findings = restraint.merged(restraint.sure_enough(all_told, standard.least_confidence))
        held_back = _without(all_told, findings)
        comparison = None
        if earlier:
            reviewer = "" if told.problems else self._reviewer.name
            looked = drafts.Looked(rules=notes.rules, reviewer=reviewer, held_back=held_back)
            findings, comparison = drafts.compared(subject, findings, earlier, looked)
        with clock.timing(Stage.RISK):
            verdict = self._risk_model.assess(subject, findings, standard.risk)
            progress(StageReached(stage=Stage.RISK, done=1, total=1))

        return Review(
            document=subject.document,
            playbook=PlaybookUsed(
                name=standard.name,
                version=standard.version,
                chosen=notes.chosen,
                confidence=notes.confidence,
                party=subject.party,
            ),
            sections=verdict.sections,
            findings=findings,
            risk=verdict.document,
            coverage=subject.document.coverage,
            problems=(*subject.document.problems, *notes.problems, *told.problems),
            receipt=Receipt(
                ai_prism=ai_prism.__version__,
                python=platform.python_version(),
                playbook_sha256=standard.sha256,
                reviewer=self._reviewer.name,
                reviewer_version=self._reviewer.version,
                started_at=notes.started_at.isoformat(timespec="seconds"),
                seconds=clock.seconds,
                rules_run=notes.rules_run,
                rules_not_applied=len(standard.rules) - notes.rules_run,
                findings_held_back=len(held_back),
                outbound=ledger.said(told.sent),
                sent=told.sent,
                remarks_offered=told.offered,
                remarks_verified=told.verified,
                redacted=told.redacted,
                passages_reused=told.reused,
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
    rules: Sequence[BaseRule], subject: Subject, kind: str, progress: Progress
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
            found = earned.as_earned(rule, outcome, kind)
            findings += found
            progress(FindingsFound(findings=found))
        progress(StageReached(stage=Stage.CHECKS, done=done, total=len(rules)))
    return tuple(findings), tuple(problems)


class _StageClock:
    """Seconds spent in each stage, for the receipt."""

    def __init__(self, before: Mapping[str, float]) -> None:
        self.seconds = dict(before)

    @contextmanager
    def timing(self, stage: Stage) -> Iterator[None]:
        before = time.perf_counter()
        yield
        self.seconds[stage.value] = round(time.perf_counter() - before, 4)
