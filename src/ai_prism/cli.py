"""The command line: `ai-prism review` and what else works without the service.

Libraries that take long to load are imported inside the commands, so that `--version`, `--help`
and completion answer at once.
"""

import os
import sys
import time
import traceback
from collections.abc import Sequence
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

import ai_prism
from ai_prism.core.errors import PrismError
from ai_prism.core.exporters import EXPORTERS, json, text
from ai_prism.core.model import Level, Review
from ai_prism.core.progress import Event, FindingsFound, StageReached

if TYPE_CHECKING:
    from ai_prism.core.document_analyzer import DocumentAnalyzer


class Exit(IntEnum):
    """What the command line tells the shell; of several documents the highest counts."""

    DONE = 0
    FINDINGS = 1  #: there are findings at or above `--fail-on`
    NOT_REVIEWED = 2  #: something could not be read, checked or written; also a wrong option
    OUR_FAULT = 3  #: a fault in AI-Prism
    INTERRUPTED = 130  #: Ctrl-C, as shells count it


#: The commands of the service, as "module:command": imported when called, not before.
SERVICE_COMMANDS: Final[dict[str, str]] = {}


class _Commands(click.Group):
    """A group that knows the service's commands and what each way to end means to the shell."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *SERVICE_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SERVICE_COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = SERVICE_COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except PrismError as error:
            _complain(error)
            code = Exit.NOT_REVIEWED
        except KeyboardInterrupt:
            code = Exit.INTERRUPTED
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click knows what to do with these
        except Exception:
            _admit()
            code = Exit.OUR_FAULT
        ctx.exit(code)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(ai_prism.__version__, prog_name="ai-prism", message="%(prog)s %(version)s")
def main() -> None:
    """Review documents: sections, findings with their evidence, and risk."""


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--playbook", metavar="NAME|PATH", help="The standard to hold the documents to.")
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
    files: tuple[str, ...],
    playbook: str | None,
    format_name: str,
    output: Path | None,
    fail_on: str | None,
) -> None:
    """Review each FILE on this machine, without a server.

    \b
    Exit codes: 0 done, 1 findings at or above --fail-on, 2 something could not be
    reviewed, 3 a fault in AI-Prism, 130 interrupted.
    """
    from ai_prism.core import playbook as playbooks
    from ai_prism.core.document_analyzer import DocumentAnalyzer

    paths = [Path(file) for file in files]
    analyzer = DocumentAnalyzer(playbooks.load(playbook) if playbook else None)
    threshold = Level(fail_on) if fail_on else None
    with _opened(output, paths) as out:
        outcomes = [_review(analyzer, path, format_name, threshold, out) for path in paths]
    sys.exit(max(outcomes))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["tree", "json"]),
    default="tree",
    show_default=True,
    help="An indented tree to read, or JSON with `document` and `sections`.",
)
def outline(file: Path, format_name: str) -> None:
    """Show the sections of FILE."""
    from ai_prism.core import readers
    from ai_prism.core.sections import detect_sections

    try:
        document = readers.read(file)
    except OSError as error:
        raise click.BadParameter(_why_not_opened(file, error), param_hint="FILE") from error
    exporter = json if format_name == "json" else text
    click.echo(exporter.export_outline(document, detect_sections(document)), nl=False)


@main.group()
def playbook() -> None:
    """See and check playbooks, the standards documents are held to."""


@playbook.command("list")
def list_playbooks() -> None:
    """List the playbooks that come with AI-Prism."""
    from ai_prism.core import playbook as playbooks

    for name, title in playbooks.available().items():
        click.echo(f"{name:<20} {title}")


@playbook.command()
@click.argument("name", metavar="NAME|PATH")
def show(name: str) -> None:
    """Show the rules of a playbook, each with its reason."""
    from ai_prism.core import playbook as playbooks

    standard = playbooks.load(name)
    click.echo(f"{standard.title} ({standard.name} {standard.version})")
    for rule in standard.rules:
        click.echo(f"\n{rule.severity.value:<8}{rule.id} ({rule.kind})")
        click.echo(click.wrap_text(rule.why, 79, " " * 8, " " * 8))


def _review(
    analyzer: "DocumentAnalyzer",
    path: Path,
    format_name: str,
    threshold: Level | None,
    out: IO[bytes],
) -> Exit:
    """Review one document; whatever goes wrong with it must not keep the others from theirs."""
    try:
        with _ProgressLine(path.name) as progress:
            result = analyzer.analyze(path, progress)
    except PrismError as error:
        _complain(error, path)
        return Exit.NOT_REVIEWED
    except OSError as error:
        click.echo(f"ai-prism: {_why_not_opened(path, error)}", err=True)
        return Exit.NOT_REVIEWED
    except Exception:
        _admit(path)
        return Exit.OUR_FAULT
    out.write(_report(result, format_name, out))
    out.flush()
    return _outcome(result, threshold)


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


def _opened(output: Path | None, sources: Sequence[Path]) -> IO[bytes]:
    if output is None:
        return click.open_file("-", "wb")
    if output.exists() and any(path.exists() and output.samefile(path) for path in sources):
        raise click.BadParameter("it is one of the documents.", param_hint="--output")
    try:
        return output.open("wb")
    except OSError as error:
        raise click.BadParameter(_why_not_opened(output, error), param_hint="--output") from error


def _why_not_opened(path: Path, error: OSError) -> str:
    return f"{path}: {error.strerror or type(error).__name__}."


def _complain(error: PrismError, path: Path | None = None) -> None:
    where = f"{path}: " if path else ""
    click.echo(f"ai-prism: {where}{error.message} {error.advice}".rstrip(), err=True)


def _admit(path: Path | None = None) -> None:
    where = f" on {path}" if path else ""
    click.echo(traceback.format_exc(), err=True, nl=False)
    click.echo(
        f"ai-prism {ai_prism.__version__}: this is a fault of ours{where}. "
        "Please report it with the lines above.",
        err=True,
    )


class _ProgressLine:
    """One line on the terminal that says how far a review is; silent where nobody watches."""

    #: A terminal shows no more changes than this, and drawing costs more than many a check.
    SECONDS_BETWEEN: Final = 0.05

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen_by_someone = sys.stderr.isatty()
        self._findings = 0
        self._drawn_at = 0.0

    def __enter__(self) -> "_ProgressLine":
        return self

    def __exit__(self, *_: object) -> None:
        self._draw("")

    def __call__(self, event: Event) -> None:
        if isinstance(event, FindingsFound):
            self._findings += len(event.findings)
        elif isinstance(event, StageReached) and self._is_time():
            self._draw(
                f"{self._name}: {event.stage.value} {event.done} of {event.total}, "
                f"{self._findings} findings"
            )

    def _is_time(self) -> bool:
        now = time.monotonic()
        if now - self._drawn_at < self.SECONDS_BETWEEN:
            return False
        self._drawn_at = now
        return True

    def _draw(self, words: str) -> None:
        if self._seen_by_someone:
            # To the start of the line, and clear what stood there.
            click.echo(f"\r\x1b[K{words[:78]}", err=True, nl=False)
