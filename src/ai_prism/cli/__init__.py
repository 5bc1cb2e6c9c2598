"""The command line. Each command is a module here, imported when it is called, not before.

To add one: a file, a line in COMMANDS, a page in docs/reference/command-line.md.
"""

import os
import sys
from importlib import import_module
from typing import Final

import click

import ai_prism
from ai_prism.cli.outcome import Exit, guarded

#: The commands by name, as "module:command". Looked up late, so that `--version` answers at once
#: and reviewing a document never loads the web server.
COMMANDS: Final[dict[str, str]] = {
    "audit": "ai_prism.cli.audit:audit",
    "completion": "ai_prism.cli.completion:completion",
    "doctor": "ai_prism.cli.doctor:doctor",
    "migrate": "ai_prism.cli.service:migrate",
    "outline": "ai_prism.cli.outline:outline",
    "playbook": "ai_prism.cli.playbook:playbook",
    "review": "ai_prism.cli.review:review",
    "submit": "ai_prism.cli.submit:submit",
    "token": "ai_prism.cli.token:token",
    "up": "ai_prism.cli.service:up",
    "watch": "ai_prism.cli.watch:watch",
    "web": "ai_prism.cli.service:web",
    "worker": "ai_prism.cli.service:worker",
}


class _Commands(click.Group):
    """The commands of COMMANDS, and what each way to end means to the shell."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> None:
        invoke = super().invoke

        def command() -> Exit:
            return Exit.DONE if (code := invoke(ctx)) is None else Exit(code)

        try:
            code = guarded(command)
        except KeyboardInterrupt:
            code = Exit.INTERRUPTED
        except BrokenPipeError:
            # Who read our output has gone. What is still buffered must not fail once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = Exit.NOT_REVIEWED
        ctx.exit(code)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(ai_prism.__version__, prog_name="ai-prism", message="%(prog)s %(version)s")
def main() -> None:
    """Review documents: sections, findings with their evidence, and risk."""
