"""`ai-prism playbook`: see and check the standards that documents are held to."""

import re
from pathlib import Path
from textwrap import indent
from typing import Final

import click

from ai_prism.cli.outcome import Exit
from ai_prism.core import playbook as playbooks
from ai_prism.core.rule_examples import broken_promises

_BEGINNING: Final = """\
name: {name}
version: "1"
title: House rules
extends: {extends}
# without: [long-sentence]   # rules of that playbook that are not wanted
rules:
  - id: vague-deadline
    kind: phrase
    severity: medium
    category: accountability
    title: A deadline without a date
    message: "“{{phrase}}” sets no date."
    why: Nobody can be held to a deadline that is not written down.
    suggestion: Name the day.
    source: House rules, 1
    phrases: [as soon as possible, in due course]
    unless: [at the latest, no later than]
    examples:
      flags: [Deliver as soon as possible.]
      passes: [Deliver by 4 May 2027.]
"""


@click.group()
def playbook() -> None:
    """See and check playbooks, the standards documents are held to."""


@playbook.command("list")
def list_all() -> None:
    """List the playbooks that come with AI-Prism."""
    for name, title in playbooks.available().items():
        click.echo(f"{name:<20} {title}")


@playbook.command()
@click.argument("name", metavar="NAME|PATH")
def show(name: str) -> None:
    """Show the rules of a playbook, each with its reason."""
    standard = playbooks.load(name)
    click.echo(f"{standard.title} ({standard.name} {standard.version})")
    for rule in standard.rules:
        click.echo(f"\n{rule.severity.value:<8}{rule.id} ({rule.kind})")
        click.echo(click.wrap_text(rule.why, 79, " " * 8, " " * 8))


@playbook.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--extends", default="general", show_default=True, help="Playbook to build upon.")
def new(file: Path, extends: str) -> Exit:
    """Write a small playbook to begin with into FILE."""
    if file.exists():
        raise click.UsageError(f"{file} exists already.")
    text = _BEGINNING.format(name=_name_for(file), extends=extends)
    playbooks.parse(text, file.name)
    file.write_text(text, encoding="utf-8")
    click.echo(f"{file} is written. Change it, then run: ai-prism playbook check {file}")
    return Exit.DONE


def _name_for(file: Path) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")
    return plain if plain[:1].isalpha() else "house"


@playbook.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> Exit:
    """Check the playbook in FILE: its format, and that each rule keeps to its examples."""
    standard = playbooks.load(file)
    broken = broken_promises(standard)
    for promise in broken:
        click.echo(f"{file}: {promise.rule_id}: {promise.outcome}")
        click.echo(indent(promise.example, "    "))
    if broken:
        return Exit.FINDINGS
    click.echo(f"{file}: rules checked: {len(standard.rules)}; each keeps to its examples.")
    return Exit.DONE
