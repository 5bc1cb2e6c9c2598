"""`ai-prism review`: review documents on this machine, without the service."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ai_prism.cli.batch import reviewed
from ai_prism.cli.delivery import Delivery
from ai_prism.cli.documents import documents_in
from ai_prism.cli.outcome import Exit, complain
from ai_prism.cli.single import Wish
from ai_prism.core.exporters import EXPORTERS, Order, json
from ai_prism.core.model import Level, Party
from ai_prism.settings import Settings


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...")
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
    help="How to report; json gives one line for each document, sarif one log of all.",
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
    "--previous",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="REVIEW.json",
    help="Compare with this review of an earlier draft, a report as json.",
)
@click.option(
    "--changed-since",
    metavar="COMMIT",
    help="Only documents that differ from this commit of their Git work tree.",
)
@click.option(
    "--llm",
    "asks_models",
    is_flag=True,
    help="Ask the language models of AI_PRISM_LLM_MODELS, too: words of the documents go there.",
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
    previous: Path | None,
    changed_since: str | None,
    asks_models: bool,
    fail_on: str | None,
) -> Exit:
    """Review each FILE, and what is in each folder, on this machine, without a server.

    \b
    Exit codes: 0 done, 1 findings at or above --fail-on, 2 something could not be
    reviewed, 3 a fault in AI-Prism, 130 interrupted.
    """
    if not files and not changed_since:
        raise click.UsageError("Name a file or a folder.")
    paths = documents_in(files or ["."], changed_since)
    wish = Wish(
        playbook=playbook,
        party=Party(party),
        format_name=format_name,
        order=Order.of(include, changes or ""),
        previous=json.parse(previous.read_bytes()) if previous else (),
        is_of_one=len(paths) == 1,
        models=_models() if asks_models else None,
        threshold=Level(fail_on) if fail_on else None,
        colour=format_name == "text" and _is_watched(output) and "NO_COLOR" not in os.environ,
    )
    done_by_path = reviewed(paths, wish)
    # Only now: a mistyped option should not empty the file of the last run.
    with Delivery(format_name, output, paths) as delivery:
        worst = Exit.DONE
        for path, done in done_by_path:
            click.echo(done.complaint, err=True, nl=False)
            if done.report is not None:
                delivery.put(path, done.report)
            worst = max(worst, done.exit)
    if not paths:
        complain("There is nothing to review here.")
    return worst


def _models() -> Settings:
    """Return the settings of the models that are to be asked."""
    settings = Settings.from_environment()
    if not settings.llm_models:
        raise click.UsageError("--llm needs AI_PRISM_LLM_MODELS, the names of the models to ask.")
    return settings


def _is_watched(output: Path | None) -> bool:
    """Whether a person reads the reports on a terminal."""
    return output is None and sys.stdout.isatty()
