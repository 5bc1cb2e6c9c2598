"""`ai-prism review`: review documents on this machine, without the service."""

import os
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from ai_prism.cli.delivery import Delivery
from ai_prism.cli.outcome import Exit, guarded
from ai_prism.cli.progress_line import ProgressLine
from ai_prism.core import playbook as playbooks
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.exporters import EXPORTERS, Order, text
from ai_prism.core.exporters.order import chosen
from ai_prism.core.model import Level, Party, Review


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--playbook", metavar="NAME|PATH", help="The standard to hold the documents to.")
@click.option(
    "--party",
    type=click.Choice([party.value for party in Party]),
    default=Party.NEUTRAL.value,
    show_default=True,
    help="Whose eyes agreements are read with.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(EXPORTERS)),
    default="text",
    show_default=True,
    help="How to report; json gives one line for each document.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Write the reports to this file, or into this folder, instead of the terminal.",
)
@click.option(
    "--include",
    default="",
    metavar="DECISION,...",
    help="Only findings that are open, accepted or rejected.",
)
@click.option(
    "--changes",
    type=click.Choice(["tracked"]),
    default=None,
    help="Make fixes that need no thought as tracked changes (docx).",
)
@click.option(
    "--fail-on",
    type=click.Choice([level.value for level in Level]),
    help="Exit with 1 when there is a finding of this severity or a higher one.",
)
def review(
    files: Sequence[str],
    playbook: str | None,
    party: str,
    format_name: str,
    output: Path | None,
    include: str,
    changes: str | None,
    fail_on: str | None,
) -> Exit:
    """Review each FILE on this machine, without a server.

    \b
    Exit codes: 0 done, 1 findings at or above --fail-on, 2 something could not be
    reviewed, 3 a fault in AI-Prism, 130 interrupted.
    """
    paths = [Path(file) for file in files]
    analyzer = DocumentAnalyzer(playbooks.load(playbook) if playbook else None, party=Party(party))
    threshold = Level(fail_on) if fail_on else None
    order = Order.of(include, changes or "")
    with Delivery(format_name, output, paths) as delivery:
        return max(
            _review(analyzer, path, format_name, order, threshold, delivery) for path in paths
        )


def _review(
    analyzer: DocumentAnalyzer,
    path: Path,
    format_name: str,
    order: Order,
    threshold: Level | None,
    delivery: Delivery,
) -> Exit:
    """Review one document; whatever goes wrong with it must not keep the others from theirs."""

    def analyze_and_report() -> Exit:
        name = click.format_filename(path.name)  # a name need not be text; what is reported must
        with ProgressLine(name) as progress:
            result = analyzer.analyze(path, progress, name=name)
        wanted = msgspec.structs.replace(order, original=path)
        delivery.put(path, _report(result, format_name, wanted, delivery))
        return _outcome(result, threshold)

    return guarded(analyze_and_report, path)


def _report(result: Review, format_name: str, order: Order, delivery: Delivery) -> bytes:
    if format_name == "text" and delivery.is_watched and "NO_COLOR" not in os.environ:
        return text.export(chosen(result, order.include), colour=True)
    return EXPORTERS[format_name].export(result, order)


def _outcome(result: Review, threshold: Level | None) -> Exit:
    if threshold is None:
        return Exit.DONE
    if any(finding.severity.rank <= threshold.rank for finding in result.findings):
        return Exit.FINDINGS
    # Who asks for a gate must not be let through by what nobody looked at.
    return Exit.NOT_REVIEWED if result.problems else Exit.DONE
