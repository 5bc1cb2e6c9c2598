"""`ai-prism review`: review documents on this machine, without the service."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import click

from ai_prism.cli.outcome import Exit, guarded
from ai_prism.cli.progress_line import ProgressLine
from ai_prism.core import playbook as playbooks
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.exporters import EXPORTERS, text
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
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the reports to this file instead of the terminal.",
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
    with _opened(output, paths) as out:
        return max(_review(analyzer, path, format_name, threshold, out) for path in paths)


def _opened(output: Path | None, sources: Sequence[Path]) -> IO[bytes]:
    if output is None:
        return click.open_file("-", "wb")
    if output.exists() and any(path.exists() and output.samefile(path) for path in sources):
        raise click.BadParameter("this is one of the documents.", param_hint="--output")
    return output.open("wb")


def _review(
    analyzer: DocumentAnalyzer,
    path: Path,
    format_name: str,
    threshold: Level | None,
    out: IO[bytes],
) -> Exit:
    """Review one document; whatever goes wrong with it must not keep the others from theirs."""

    def analyze_and_report() -> Exit:
        name = click.format_filename(path.name)  # a name need not be text; what is reported must
        with ProgressLine(name) as progress:
            result = analyzer.analyze(path, progress, name=name)
        out.write(_report(result, format_name, out))
        out.flush()
        return _outcome(result, threshold)

    return guarded(analyze_and_report, path)


def _report(result: Review, format_name: str, out: IO[bytes]) -> bytes:
    if format_name == "text":
        return text.export(result, colour=out.isatty() and "NO_COLOR" not in os.environ)
    return EXPORTERS[format_name].export(result)


def _outcome(result: Review, threshold: Level | None) -> Exit:
    if threshold is None:
        return Exit.DONE
    if any(finding.severity.rank <= threshold.rank for finding in result.findings):
        return Exit.FINDINGS
    # Who asks for a gate must not be let through by what nobody looked at.
    return Exit.NOT_REVIEWED if result.problems else Exit.DONE
