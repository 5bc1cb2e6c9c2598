"""How a command ends: its exit code, and what it says on the way out."""

import traceback
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

import click

import ai_prism
from ai_prism.core.errors import PrismError
from ai_prism.settings import InvalidSettings


class Exit(IntEnum):
    """What a command tells the shell; where it did several things, the highest counts."""

    DONE = 0
    FINDINGS = 1  #: there are findings at or above `--fail-on`
    NOT_REVIEWED = 2  #: something could not be read, checked or written; also a wrong option
    OUR_FAULT = 3  #: a fault in AI-Prism
    INTERRUPTED = 130  #: Ctrl-C, as shells count it


def guarded(deed: Callable[[], Exit], path: Path | None = None) -> Exit:
    """Return how *deed* ended, and say on stderr what went wrong.

    Args:
        deed: what to do.
        path: the file it is about, to be named where it is not plain from the error.
    """
    try:
        return deed()
    except PrismError as error:
        complain(f"{f'{path}: ' if path else ''}{error.message}", error.advice)
        return Exit.NOT_REVIEWED
    except InvalidSettings as error:
        complain(str(error))
        return Exit.NOT_REVIEWED
    except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise  # click knows what to do with these
    except OSError as error:
        complain(f"{error.filename or path or 'ai-prism'}: {error.strerror or error}.")
        return Exit.NOT_REVIEWED
    except Exception:
        click.echo(traceback.format_exc(), err=True, nl=False)
        complain(
            f"{f'{path}: ' if path else ''}This is a fault in AI-Prism {ai_prism.__version__}.",
            "Please report it with the lines above; look first whether they quote the document.",
        )
        return Exit.OUR_FAULT


def complain(message: str, advice: str = "") -> None:
    """Say on stderr what is wrong and what to do about it."""
    between = "\n" if "\n" in message else " "
    words = f"ai-prism: {message}{between}{advice}".rstrip()
    # A file's name may hold what moves the cursor, or is no text at all.
    click.echo("".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in words), err=True)
