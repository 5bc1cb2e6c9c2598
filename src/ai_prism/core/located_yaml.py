"""YAML from people we do not know: bounded, plain values only, and each value with its place.

No tags, anchors or aliases: what a file says is what stands in it, and it cannot grow on reading.
"""

import re
from typing import Any, Final, TypeAlias

import msgspec
import yaml

#: The largest built-in playbook is a tenth of this; reading this much takes about a second.
MOST_CHARACTERS: Final = 400_000
#: A rule's example is the deepest thing in a playbook, at 5.
MOST_DEPTH: Final = 12

#: Where a value stands, as the names and positions that lead to it from the top of the file.
Path: TypeAlias = tuple[str | int, ...]

#: The C parser is ten times faster; wheels without it exist.
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER: Final = re.compile(r"[-+]?\d{1,18}")
_DECIMAL: Final = re.compile(r"[-+]?\d{1,18}\.\d{1,18}")
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}


class Place(msgspec.Struct, frozen=True):
    """A line and column of a file, both from 1, as editors count."""

    line: int
    column: int

    def __str__(self) -> str:
        """Return the place as compilers write it."""
        return f"{self.line}:{self.column}"


class InvalidYaml(ValueError):
    """The text is not YAML that we accept; *place* says where."""

    def __init__(self, message: str, place: Place) -> None:
        """Keep what is wrong and where."""
        super().__init__(message)
        self.message = message
        self.place = place


class Located(msgspec.Struct, frozen=True):
    """A value read from YAML, and the place of everything in it."""

    value: Any
    values: dict[Path, Place]
    keys: dict[Path, Place]

    def at(self, path: Path) -> Any:
        """Return the value at *path*; None where there is none."""
        value = self.value
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def place(self, path: Path) -> Place:
        """Return where the value at *path* stands, or the nearest thing around it."""
        return _nearest(self.values, path)

    def key_place(self, path: Path) -> Place:
        """Return where the key that *path* ends in stands."""
        return self.keys.get(path) or self.place(path)


def parse(text: str) -> Located:
    """Return the plain values in *text*: mappings, lists, words, numbers, true, false and null.

    Raises:
        InvalidYaml: it is not YAML, too large, too deep, or uses tags, anchors or a key twice.
    """
    if len(text) > MOST_CHARACTERS:
        raise InvalidYaml(f"The file has more than {MOST_CHARACTERS:,} characters.", Place(1, 1))
    try:
        _look_over(text)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise InvalidYaml(_sentence(error), _place_of(error.problem_mark)) from error
    except yaml.YAMLError as error:
        raise InvalidYaml(f"This is not YAML: {error}.", Place(1, 1)) from error
    located = Located(value=None, values={}, keys={})
    return msgspec.structs.replace(located, value=_plain(node, (), located))


def _look_over(text: str) -> None:
    """Refuse what must not be composed; the event stream is flat, so depth cannot hurt here."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        place = _place_of(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InvalidYaml("Anchors (&) and aliases (*) are not allowed.", place)
        if getattr(event, "tag", None):
            raise InvalidYaml("Tags (!) are not allowed.", place)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH:
            raise InvalidYaml(f"Nesting goes deeper than {MOST_DEPTH} levels.", place)


def _plain(node: yaml.Node | None, path: Path, located: Located) -> Any:
    if node is None:
        return None
    located.values[path] = _place_of(node.start_mark)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, located)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, n), located) for n, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, located: Located) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in node.value:
        place = _place_of(key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            raise InvalidYaml("A key must be a word.", place)
        if key.value in mapping:
            raise InvalidYaml(f"The key “{key.value}” stands here twice.", place)
        located.keys[(*path, key.value)] = place
        mapping[key.value] = _plain(value, (*path, key.value), located)
    return mapping


def _scalar(node: yaml.Node) -> str | int | float | bool | None:
    """Return what a word stands for; unlike in YAML 1.1, `no` is a word and 1:30 no number."""
    words = str(node.value)
    if isinstance(node, yaml.ScalarNode) and node.style:  # quoted or a block: always words
        return words
    if words in _WORDS:
        return _WORDS[words]
    if _INTEGER.fullmatch(words):
        return int(words)
    if _DECIMAL.fullmatch(words):
        return float(words)
    return words


def _nearest(places: dict[Path, Place], path: Path) -> Place:
    for length in range(len(path), -1, -1):
        if place := places.get(path[:length]):
            return place
    return Place(1, 1)


def _place_of(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _sentence(error: yaml.MarkedYAMLError) -> str:
    what = ", ".join(part for part in (error.context, error.problem) if part)
    return f"This is not YAML: {what}."
