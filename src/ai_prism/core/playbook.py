"""Playbooks: the standard a kind of document is held to, as YAML.

Errors point into the author's file: line, what is wrong, what is allowed.
"""

from pathlib import Path

import msgspec

from ai_prism.core.model import Document
from ai_prism.core.rules import BaseRule


class Playbook(msgspec.Struct, frozen=True, kw_only=True):
    """A named set of rules."""

    name: str
    version: str
    title: str
    sha256: str
    rules: tuple[BaseRule, ...]


def load(name: str | Path) -> Playbook:
    """Return the built-in playbook called *name*, or the one in the file *name*.

    Raises:
        UnknownPlaybook: no built-in playbook has this name.
        InvalidPlaybook: the file breaks the format.
    """
    raise NotImplementedError


def choose(document: Document) -> Playbook:
    """Return the built-in playbook that suits *document*."""
    raise NotImplementedError
