"""One document of the command line: what it is to be reviewed with, and what came of it."""

from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from ai_prism.cli.documents import uri_of
from ai_prism.cli.outcome import Exit, guarded
from ai_prism.core import playbook as playbooks
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.errors import PrismError
from ai_prism.core.exporters import EXPORTERS, Order, text
from ai_prism.core.exporters.order import chosen
from ai_prism.core.model import Level, Party, Review
from ai_prism.core.progress import Progress
from ai_prism.core.readers import Read
from ai_prism.core.readers.isolation import IsolatedReader
from ai_prism.reviewers import load_reviewer
from ai_prism.settings import Settings


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What each document is to be reviewed with, and how reported."""

    playbook: str | None
    party: Party
    format_name: str
    order: Order
    threshold: Level | None  #: what ends with `Exit.FINDINGS`
    colour: bool = False
    previous: tuple[Review, ...] = ()  #: of earlier drafts
    is_of_one: bool = False  #: whether a single document is reviewed
    models: Settings | None = None  #: of the language models to ask; None: nobody is asked

    def earlier(self, name: str) -> Review | None:
        """Return the review of the earlier draft of the document called *name*.

        One document and one review belong together: drafts are often called differently.
        """
        if self.is_of_one and len(self.previous) == 1:
            return self.previous[0]
        return next((r for r in self.previous if r.document.name == name), None)


class Done(msgspec.Struct, frozen=True):
    """What came of one document."""

    exit: Exit
    report: bytes | None = None
    complaint: str = ""  #: what belongs on stderr


def analyzer_for(wish: Wish, read: Read) -> DocumentAnalyzer:
    """Return what reviews as *wish* has it, and reads with *read*.

    Raises:
        PrismError: the playbook, or what asks the models, cannot be had.
    """
    playbook = playbooks.load(wish.playbook) if wish.playbook else None
    if wish.models is None:
        return DocumentAnalyzer(playbook, read=read, party=wish.party)
    return DocumentAnalyzer(
        playbook,
        load_reviewer(wish.models),
        read=read,
        party=wish.party,
        at_once=wish.models.llm_slots,
    )


def isolated_reader() -> IsolatedReader:
    """Return what reads each document in a process that may die alone."""
    limits = Settings()
    return IsolatedReader(
        memory_bytes=limits.reading_memory_bytes, seconds=limits.review_limit_seconds
    )


def review_one(analyzer: DocumentAnalyzer, path: Path, wish: Wish, progress: Progress) -> Done:
    """Review one document; whatever goes wrong with it must not keep the others from theirs."""
    made: list[bytes | None] = []
    name = name_of(path)

    def analyze_and_report() -> Exit:
        try:
            result = analyzer.analyze(path, progress, name=name, earlier=wish.earlier(name))
        except PrismError as error:
            made.append(EXPORTERS[wish.format_name].refusal(_order(wish, path), error))
            raise
        made.append(_report(result, wish, path))
        severities = [finding.severity for finding in result.findings]
        return exit_of(severities, bool(result.problems), wish.threshold)

    code = guarded(analyze_and_report, path)
    return Done(code, made[0] if made else None)


def name_of(path: Path) -> str:
    """Return what people call the file at *path*."""
    return click.format_filename(path.name)  # a name need not be text; what is reported must


def _report(result: Review, wish: Wish, path: Path) -> bytes:
    if wish.colour:
        return text.export(chosen(result, wish.order.include), colour=True)
    return EXPORTERS[wish.format_name].export(result, _order(wish, path))


def _order(wish: Wish, path: Path) -> Order:
    return msgspec.structs.replace(wish.order, original=path, uri=uri_of(path))


def exit_of(severities: Iterable[Level], has_problems: bool, threshold: Level | None) -> Exit:
    """Return how a review with findings of these *severities* ends the command."""
    if threshold is None:
        return Exit.DONE
    if any(severity.rank <= threshold.rank for severity in severities):
        return Exit.FINDINGS
    # Who asks for a gate must not be let through by what nobody looked at.
    return Exit.NOT_REVIEWED if has_problems else Exit.DONE
