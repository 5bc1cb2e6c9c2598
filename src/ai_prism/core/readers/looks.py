"""How characters look, and how a block looks that is made of them."""

from collections.abc import Mapping
from typing import NamedTuple

from ai_prism.core.model import Style


class Look(NamedTuple):
    """How a run of characters looks."""

    size: float = 0.0  #: in points; 0 where the file does not say
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    capitals: bool = False
    hidden: bool = False
    font: str = ""
    colour: str = ""


def prevailing(characters: Mapping[Look, int], otherwise: Look) -> Look:
    """Return the look of most *characters* (how many by look), bold only if all of them are."""
    if not characters:
        return otherwise
    most = max(characters, key=lambda look: characters[look])
    return most._replace(
        bold=all(look.bold for look in characters),
        italic=all(look.italic for look in characters),
        underlined=all(look.underlined for look in characters),
    )


def style_of(
    look: Look,
    *,
    name: str = "",
    centred: bool = False,
    indent: float = 0.0,
    space_before: float = 0.0,
) -> Style:
    """Return the style of a block whose characters have *look*."""
    return Style(
        name=name,
        size=look.size,
        bold=look.bold,
        italic=look.italic,
        underlined=look.underlined,
        capitals=look.capitals,
        centred=centred,
        font=look.font,
        colour=look.colour,
        indent=indent,
        space_before=space_before,
    )
