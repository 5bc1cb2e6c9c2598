"""Playbooks: the standard a kind of document is held to, as YAML.

Errors point into the author's file: line, what is wrong, what is allowed. See `playbook_file`.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from ai_prism.core import kinds, playbook_file
from ai_prism.core.errors import UnknownPlaybook
from ai_prism.core.model import Document, Section
from ai_prism.core.playbook_file import Playbook

__all__ = [
    "BUILT_IN",
    "Choice",
    "Playbook",
    "as_sent",
    "available",
    "choose",
    "load",
    "name_of",
    "own_or_built_in",
    "parse",
]

_FOLDER: Final = Path(__file__).parent / "playbooks"
#: The names of the playbooks that come with AI-Prism, the one for any document first.
BUILT_IN: Final = (
    "general",
    "incident-report",
    "contract",
    "nda",
    "data-processing",
    "terms-of-service",
    "privacy-policy",
    "policy",
    "design-document",
    "audit-report",
)
#: These are only there for others to extend.
_BASES: Final = ("clauses", "hazards")
#: No name can begin so, as names have no line breaks.
_OWN: Final = "\n"
#: A document that shows less of any kind than this is held to what any document is held to.
_LEAST_CONFIDENCE: Final = 0.55


class Choice(msgspec.Struct, frozen=True):
    """The playbook that suits a document, and how sure that is."""

    playbook: Playbook
    confidence: float


def load(name: str | Path) -> Playbook:
    """Return the built-in playbook called *name*, or the one in the file *name*.

    Raises:
        UnknownPlaybook: it is neither a built-in playbook nor a file.
        InvalidPlaybook: the file breaks the format; every fault is named with its place.
    """
    if built_in := _built_in(str(name)):
        return built_in
    path = Path(name)
    if path.is_file():
        return playbook_file.read(path, _built_in)
    raise UnknownPlaybook(
        f"There is no playbook “{name}”: it is neither a file nor one of {', '.join(BUILT_IN)}."
    )


def parse(text: str, file_name: str = "playbook.yml") -> Playbook:
    """Return the playbook that *text* spells out; it may extend a built-in one.

    Raises:
        InvalidPlaybook: the text breaks the format; every fault is named with its place.
    """
    return playbook_file.parse(text, file_name, _built_in)


def as_sent(text: str) -> str:
    """Return how the *text* of somebody's own playbook is kept where else a name stands."""
    return f"{_OWN}{text}"


def own_or_built_in(kept: str) -> Playbook:
    """Return the playbook of a name, or of a text kept by `as_sent`.

    Raises:
        UnknownPlaybook: there is none of that name.
        InvalidPlaybook: the text breaks the format.
    """
    return parse(kept.removeprefix(_OWN)) if kept.startswith(_OWN) else load(kept)


def name_of(kept: str) -> str:
    """Return what to call a playbook that is kept by name or by text, without reading it."""
    return "your own" if kept.startswith(_OWN) else kept


def available() -> dict[str, str]:
    """Return the titles of the built-in playbooks by name."""
    return {name: load(name).title for name in BUILT_IN}


def choose(document: Document, sections: Sequence[Section]) -> Choice:
    """Return the built-in playbook of the kind of *document*, or the one for any document."""
    playbooks = [load(name) for name in BUILT_IN]
    signs = {p.name: p.recognised_by for p in playbooks if p.recognised_by}
    wider = {p.name: p.extends for p in playbooks if p.extends in signs}
    kind, confidence = kinds.recognise(document, sections, signs, wider)
    if confidence < _LEAST_CONFIDENCE:
        return Choice(playbooks[0], 1 - confidence)
    # Terms of service are a contract, too; what the title says is the closer word.
    closer = (p for p in playbooks if p.extends == kind and p.name in signs)
    for playbook in closer:
        if kinds.says_it_outright(document, sections, signs[playbook.name]):
            return Choice(playbook, confidence)
    return Choice(load(kind), confidence)


@cache
def _built_in(name: str) -> Playbook | None:
    """Return the built-in playbook called *name*; None where there is none."""
    is_there = name in BUILT_IN or name in _BASES
    return playbook_file.read(_FOLDER / f"{name}.yml", _built_in) if is_there else None
