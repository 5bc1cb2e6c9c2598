"""`ai-prism submit`: have documents reviewed by a running service, and bring the reports back."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import click
import msgspec

from ai_prism.cli.delivery import Delivery
from ai_prism.cli.documents import documents_in
from ai_prism.cli.outcome import Exit, complain, guarded
from ai_prism.cli.progress_line import ProgressLine
from ai_prism.cli.remote import Remote, Told
from ai_prism.cli.single import exit_of, name_of
from ai_prism.cli.transport import ServerRefused
from ai_prism.core.decoding import prepared
from ai_prism.core.exporters import EXPORTERS, Order
from ai_prism.core.model import Level, Party


class _Finding(msgspec.Struct):
    severity: Level


class _Review(msgspec.Struct):
    """What a threshold is about."""

    findings: list[_Finding]
    problems: list[dict[str, str]]


class _Wanted(NamedTuple):
    format_name: str
    query: str
    threshold: Level | None


def _checked(_context: click.Context, _option: click.Parameter, url: str) -> str:
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise click.BadParameter("name an address such as https://prism.example.org.")
    return url


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--server",
    required=True,
    envvar="AI_PRISM_SERVER",
    show_envvar=True,
    callback=_checked,
    metavar="URL",
    help="The service that reviews.",
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with the token for it; else AI_PRISM_TOKEN has it, if one is needed.",
)
@click.option("--playbook", default="", metavar="NAME", help="One of the playbooks of the service.")
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
    help="How to report.",
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
    "--fail-on",
    type=click.Choice([level.value for level in Level]),
    help="Exit with 1 when there is a finding of this severity or a higher one.",
)
def submit(
    files: Sequence[str],
    server: str,
    token_file: Path | None,
    playbook: str,
    party: str,
    format_name: str,
    output: Path | None,
    include: str,
    fail_on: str | None,
) -> Exit:
    """Have each FILE, and what is in each folder, reviewed by a running service.

    \b
    Exit codes: as of `ai-prism review`. When it is interrupted the reviews go on,
    and their addresses are printed.
    """
    paths = documents_in(files)
    Order.of(include)  # a mistyped word is told before anything is sent
    query = f"?{urlencode({'include': include})}" if include else ""
    wanted = _Wanted(format_name, query, Level(fail_on) if fail_on else None)
    remote = Remote(server, _token(token_file))
    fields = {name: word for name, word in (("playbook", playbook), ("party", party)) if word}
    with Delivery(format_name, output, paths) as delivery:
        return _Submission(remote, wanted, delivery).run(paths, fields)


def _token(file: Path | None) -> str:
    return (file.read_text().strip() if file else "") or os.environ.get("AI_PRISM_TOKEN", "")


class _Submission:
    """Documents on their way to a service, and reports on theirs back."""

    def __init__(self, remote: Remote, wanted: _Wanted, delivery: Delivery) -> None:
        self._remote = remote
        self._wanted = wanted
        self._delivery = delivery
        self._under_way: dict[str, Path] = {}

    def run(self, paths: Sequence[Path], fields: dict[str, str]) -> Exit:
        """Send all first: the service works on one while the others come."""
        try:
            codes = [guarded(partial(self._send, path, fields), path) for path in paths]
            for review_id, path in tuple(self._under_way.items()):
                codes.append(guarded(partial(self._bring, path, review_id), path))
                del self._under_way[review_id]
        except KeyboardInterrupt:
            for review_id, path in self._under_way.items():
                complain(f"{path}: The review goes on: {self._remote.page(review_id)}")
            raise
        return max(codes, default=Exit.DONE)

    def _send(self, path: Path, fields: dict[str, str]) -> Exit:
        name = name_of(path)
        with ProgressLine(name) as line:
            line.show(f"{name}: sending")
            review_id = self._remote.send(path, fields, lambda why: line.show(f"{name}: {why}"))
        self._under_way[review_id] = path
        return Exit.DONE

    def _bring(self, path: Path, review_id: str) -> Exit:
        name, last = name_of(path), Told()
        with ProgressLine(name) as line:
            for last in self._remote.follow(review_id):
                line.show(f"{name}: {last.progress.words}")
            if last.state != "SUCCESS":
                raise ServerRefused(_why(last))
            report = self._remote.report(review_id, self._wanted.format_name, self._wanted.query)
            code = self._code(review_id)
        self._delivery.put(path, report)
        return code

    def _code(self, review_id: str) -> Exit:
        if self._wanted.threshold is None:
            return Exit.DONE
        review = msgspec.json.decode(self._remote.report(review_id, "json"), type=prepared(_Review))
        severities = [finding.severity for finding in review.findings]
        return exit_of(severities, bool(review.problems), self._wanted.threshold)


def _why(last: Told) -> str:
    if last.error:
        return f"{last.error.message} {last.error.advice}".rstrip()
    return "The review was cancelled."
