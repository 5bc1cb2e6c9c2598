"""`ai-prism watch`: review what is put into a folder, as it comes."""

import os
import time
from pathlib import Path
from typing import Final

import click

from ai_prism.cli.batch import reviewed
from ai_prism.cli.outcome import Exit, complain
from ai_prism.cli.single import Done, Wish, analyzer_for, isolated_reader
from ai_prism.cli.watched_folder import Ledger, Signature, WatchedFolder
from ai_prism.core.exporters import EXPORTERS, Order
from ai_prism.core.model import Party

#: So many are begun together; what comes meanwhile is seen after them.
_ROUND: Final = 64


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder for the reports.",
)
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
    default="html",
    show_default=True,
    help="How to report.",
)
@click.option(
    "--settle",
    type=click.FloatRange(min=0.0),
    default=3.0,
    show_default=True,
    metavar="SECONDS",
    help="A file that has not changed for so long is complete.",
)
@click.option("--once", is_flag=True, help="End when all that is there has been reviewed.")
def watch(
    folder: Path,
    output: Path,
    playbook: str | None,
    party: str,
    format_name: str,
    settle: float,
    once: bool,
) -> Exit:
    """Review each document that is put into FOLDER, or below, until it is interrupted.

    \b
    Exit codes: 130 interrupted; with --once 0 done, 2 something could not be
    reviewed, 3 a fault in AI-Prism.
    """
    if output.resolve().is_relative_to(folder.resolve()):
        raise click.BadParameter("reports would be reviewed there.", param_hint="--output")
    wish = Wish(
        playbook=playbook,
        party=Party(party),
        format_name=format_name,
        order=Order(),
        threshold=None,
    )
    analyzer_for(wish, isolated_reader())  # a playbook that there is not is told now
    output.mkdir(parents=True, exist_ok=True)
    with Ledger(output) as ledger:
        return _Watch(folder, output, wish, ledger).run(settle, once)


class _Watch:
    """The rounds over one folder."""

    def __init__(self, folder: Path, output: Path, wish: Wish, ledger: Ledger) -> None:
        self._folder = folder
        self._output = output
        self._wish = wish
        self._ledger = ledger
        self._worst = Exit.DONE

    def run(self, settle_seconds: float, once: bool) -> Exit:
        watched = WatchedFolder(self._folder, settle_seconds)
        pause = min(max(settle_seconds / 2, 0.05), 2.0)
        while True:
            complete, more_to_come = watched.look(time.monotonic())
            new = {p: s for p, s in complete.items() if not self._ledger.has(self._name(p), s)}
            for path, done in reviewed(list(new)[:_ROUND], self._wish, isolated_reader()):
                self._deliver(path, done, new[path])
            if once and not new and not more_to_come:
                return self._worst
            if len(new) <= _ROUND:
                time.sleep(pause)

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self._folder))

    def _deliver(self, path: Path, done: Done, signature: Signature) -> None:
        """Write what came of the document at *path*, unless it is another by now."""
        if Signature.of(path) != signature:
            return  # it changed under our hands, or is gone: it is taken up when it is complete
        name = self._name(path)
        # The whole name, so that no two documents have one report.
        report = self._output / f"{name}-review.{self._wish.format_name}"
        trouble = self._output / f"{name}-error.txt"
        report.parent.mkdir(parents=True, exist_ok=True)
        if done.report is not None:
            _write(report, done.report)
            click.echo(f"{click.format_filename(report)}")
        if done.exit is Exit.DONE:
            trouble.unlink(missing_ok=True)
        else:
            said = done.complaint or f"ai-prism: {name}: This could not be reviewed.\n"
            _write(trouble, said.encode(errors="replace"))
            complain(f"{name}: see {click.format_filename(trouble)}")
        self._worst = max(self._worst, done.exit)
        self._ledger.add(name, signature)


def _write(path: Path, data: bytes) -> None:
    """Write *data* to *path* so that nobody ever finds half of it there."""
    draft = path.with_name(f".{path.name}.tmp")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
