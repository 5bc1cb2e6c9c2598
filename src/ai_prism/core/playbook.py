"""Playbooks: the standard a kind of document is held to, as YAML.

Errors point into the author's file: line, what is wrong, what is allowed. See `playbook_file`.
"""

from functools import cache
from pathlib import Path
from typing import Final

from ai_prism.core.errors import UnknownPlaybook
from ai_prism.core.model import Document
from ai_prism.core.playbook_file import Playbook, parse, read

__all__ = ["BUILT_IN", "Playbook", "available", "choose", "load", "parse"]

_FOLDER: Final = Path(__file__).parent / "playbooks"
#: The names of the playbooks that come with AI-Prism, the one for any document first.
BUILT_IN: Final = ("general",)


def load(name: str | Path) -> Playbook:
    """Return the built-in playbook called *name*, or the one in the file *name*.

    Raises:
        UnknownPlaybook: it is neither a built-in playbook nor a file.
        InvalidPlaybook: the file breaks the format; every fault is named with its place.
    """
    if str(name) in BUILT_IN:
        return _built_in(str(name))
    path = Path(name)
    if path.is_file():
        return read(path)
    raise UnknownPlaybook(
        f"There is no playbook “{name}”: it is neither a file nor one of {', '.join(BUILT_IN)}."
    )


def available() -> dict[str, str]:
    """Return the titles of the built-in playbooks by name."""
    return {name: _built_in(name).title for name in BUILT_IN}


def choose(document: Document) -> Playbook:
    """Return the built-in playbook that suits *document*: so far the general one suits all."""
    return _built_in("general")


@cache
def _built_in(name: str) -> Playbook:
    return read(_FOLDER / f"{name}.yml")
