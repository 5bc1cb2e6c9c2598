"""`ai-prism playbook`: see and check the standards that documents are held to."""

from pathlib import Path
from textwrap import indent

import click

from ai_prism.cli.outcome import Exit
from ai_prism.core import playbook as playbooks
from ai_prism.core.rule_examples import broken_promises


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
