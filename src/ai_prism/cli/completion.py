"""`ai-prism completion`: what makes a shell complete our commands and options."""

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from ai_prism.cli import main
from ai_prism.cli.outcome import Exit

_SHELLS: dict[str, type[ShellComplete]] = {
    "bash": BashComplete,
    "zsh": ZshComplete,
    "fish": FishComplete,
}


@click.command()
@click.argument("shell", type=click.Choice(list(_SHELLS)))
def completion(shell: str) -> Exit:
    """Print what makes SHELL complete our commands: add it to its start-up file."""
    click.echo(_SHELLS[shell](main, {}, "ai-prism", "_AI_PRISM_COMPLETE").source())
    return Exit.DONE
