"""What is wrong with a playbook, in words its author can act on: place, fault, what is allowed."""

import re
from string import Formatter
from typing import Any, Final

import msgspec

from ai_prism.core.located_yaml import Located, Path, Place
from ai_prism.core.rules import BaseRule

_STEP: Final = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]")
_UNKNOWN: Final = re.compile(r"unknown field `(.+)`")
_MISSING: Final = re.compile(r"missing required field `(.+)`")

_NO_PHRASE: Final = re.compile(r"“(.*)” is no phrase")


def explained(error: str, located: Located, path: Path, kind: type[Any]) -> str:
    """Return msgspec's *error* about the value at *path*, with its place and what is allowed.

    Args:
        error: such as "Expected `int`, got `str` - at `$.version`".
        located: the file.
        path: where the value that was converted stands.
        kind: the type it was to become.
    """
    message, _, where = error.partition(" - at `$")
    steps = [name or int(number) for name, number in _STEP.findall(where)]
    kind = _type_at(kind, steps)
    path = (*path, *steps)
    fields = ", ".join(sorted(getattr(kind, "__struct_fields__", ())))
    if unknown := _UNKNOWN.search(message):
        place = located.key_place((*path, unknown[1]))
        return f"{place}: There is no field “{unknown[1]}”; allowed: {fields}."
    if missing := _MISSING.search(message):
        return f"{located.place(path)}: The field “{missing[1]}” is missing."
    if "enum value" in message:
        return not_allowed(located, path, [str(value) for value in kind])
    if invalid := _NO_PHRASE.match(message):
        return f"{_place_of(invalid[1], located, path)}: {message}."
    name = f"“{path[-1]}”: " if path else ""
    return f"{located.place(path)}: {name}{message}."


def not_allowed(located: Located, path: Path, allowed: list[str]) -> str:
    """Return the fault of a value at *path* that is none of those *allowed*."""
    value = located.at(path)
    fault = "is missing" if value is None else f"cannot be “{value}”"
    return f"{located.place(path)}: “{path[-1]}” {fault}; allowed: {', '.join(allowed)}."


def wrong_words(rule: BaseRule, located: Located, path: Path) -> list[str]:
    """Return a fault for each place in the words of *rule* that no computed value can fill.

    Only bare names: "{a.b}" or "{a:>9999}" would let a playbook reach into our objects or memory.
    """
    allowed = ("count", *rule.evidence_names)
    faults = []
    for field in ("title", "message", "suggestion"):
        try:
            parts = list(Formatter().parse(getattr(rule, field)))
        except ValueError as error:
            faults.append(f"{located.place((*path, field))}: “{field}”: {error}.")
            continue
        for _, name, form, conversion in parts:
            if name is not None and (name not in allowed or form or conversion):
                faults.append(
                    f"{located.place((*path, field))}: “{field}” cannot name “{{{name}}}”; "
                    f"allowed: {', '.join(f'{{{value}}}' for value in allowed)}."
                )
    return faults


def _place_of(words: str, located: Located, path: Path) -> Place:
    """Return where *words* stand as a value somewhere under *path*."""
    for place in located.values:
        if place[: len(path)] == path and located.at(place) == words:
            return located.place(place)
    return located.place(path)


def _type_at(kind: Any, steps: list[str | int]) -> Any:
    """Return the type of the field that *steps* lead to from *kind*, as far as it is a struct."""
    for step in steps:
        fields = getattr(kind, "__struct_fields__", ())
        if step not in fields:
            return None
        kind = next(field.type for field in msgspec.structs.fields(kind) if field.name == step)
    return kind
