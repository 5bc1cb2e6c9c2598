"""Which documents the files and folders of a command line are."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

import click

from ai_prism.core.readers.identification import ENDINGS

#: What Word leaves beside a document while somebody has it open.
_LOCK: Final = "~$"
#: What Git tells its hooks of one repository; it would keep us from finding that of a document.
_OF_HOOKS: Final = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}


def documents_in(named: Sequence[str], changed_since: str | None = None) -> list[Path]:
    """Return the documents *named*, folders searched, each once and in a steady order.

    Args:
        named: files, taken whatever they are called, and folders.
        changed_since: only those that differ from this commit of their Git work tree.

    Raises:
        click.UsageError: Git is needed and does not know what is asked for.
    """
    found = dict.fromkeys(path for name in named for path in _below(Path(name)))
    if changed_since is None:
        return list(found)
    changed = _changed(list(found), changed_since)
    # What is not there stays in, to be complained of: a gate must not pass a mistyped name.
    return [path for path in found if path.resolve() in changed or not path.exists()]


def uri_of(path: Path) -> str:
    """Return what a program calls the document at *path*, with signs that a URI may have.

    A path from the root of its Git work tree, else from the working directory; outside of both a
    URI of the whole path. A link is called as it is, and not as what it leads to.
    """
    place = Path(os.path.abspath(path))  # noqa: PTH100 (resolve would follow links)
    roots = [folder for folder in place.parents if (folder / ".git").exists()][:1] or [Path.cwd()]
    if place.is_relative_to(roots[0]):
        return quote(os.fsencode(place.relative_to(roots[0])), safe="/")
    return place.as_uri()


def _below(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if Path(name).suffix.lower() in ENDINGS and not name.startswith((".", _LOCK)):
                yield Path(folder, name)


def _changed(paths: Sequence[Path], commit: str) -> set[Path]:
    """Return the files that differ from *commit* in the work trees that *paths* are in."""
    folders = {path.resolve().parent for path in paths}
    tops = {Path(_git(folder, "rev-parse", "--show-toplevel").rstrip("\n")) for folder in folders}
    changed: set[Path] = set()
    for top in tops:
        # A commit that is called like an option must not become one.
        names = _git(top, "diff", "--name-only", "-z", "--end-of-options", commit, "--")
        names += _git(top, "ls-files", "--others", "--exclude-standard", "-z")
        changed |= {(top / name).resolve() for name in names.split("\0") if name}
    return changed


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, check=False)  # nosec B603
    except FileNotFoundError:
        raise click.UsageError("--changed-since needs Git, which is not installed.") from None
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise click.UsageError(f"Git says of {folder}: {words}")
    return os.fsdecode(done.stdout)
