"""What control words change about a paragraph and about characters."""

from typing import Final, NamedTuple

from ai_prism.core.readers.rtf.tokens import Token

_TWIPS_PER_POINT: Final = 20
_LEVELS: Final = 9
_SIZE_LIMIT: Final = 400
_UNDERLINES: Final = {"ul", "uld", "uldash", "uldashd", "uldashdd", "uldb", "ulth", "ulw", "ulwave"}


class ParagraphFormat(NamedTuple):
    """How a paragraph stands; what `\\pard` takes back."""

    style: int = 0
    outline: int = 0  #: heading level from 1; 0 where the paragraph itself does not say
    indent: float = 0.0
    first_line: float = 0.0
    space_before: float = 0.0
    centred: bool = False
    in_table: bool = False
    list_level: int = 0


class CharacterFormat(NamedTuple):
    """How characters look; what `\\plain` takes back."""

    font: int | None = None
    size: float = 12.0
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    capitals: bool = False
    hidden: bool = False
    deleted: bool = False
    colour: int = 0


def with_paragraph_word(format: ParagraphFormat, token: Token) -> ParagraphFormat | None:
    """Return *format* as *token* changes it, None if that says nothing about paragraphs."""
    value = token.value or 0
    match token.name:
        case "pard":
            return ParagraphFormat()
        case "s":
            return format._replace(style=value)
        case "outlinelevel":
            return format._replace(outline=value + 1 if 0 <= value < _LEVELS else -1)
        case "li" | "lin":
            return format._replace(indent=value / _TWIPS_PER_POINT)
        case "fi":
            return format._replace(first_line=value / _TWIPS_PER_POINT)
        case "sb":
            return format._replace(space_before=value / _TWIPS_PER_POINT)
        case "qc" | "ql" | "qr" | "qj":
            return format._replace(centred=token.name == "qc")
        case "intbl":
            return format._replace(in_table=True)
        case "itap":
            return format._replace(in_table=value > 0)
        case "ilvl":
            return format._replace(list_level=min(max(value, 0), _LEVELS - 1) + 1)
    return None


def with_character_word(format: CharacterFormat, token: Token) -> CharacterFormat | None:
    """Return *format* as *token* changes it, None if that says nothing about characters."""
    is_on = token.value != 0
    match token.name:
        case "plain":
            return CharacterFormat()
        case "f":
            return format._replace(font=token.value)
        case "fs":
            return format._replace(size=min(max(token.value or 24, 1), 2 * _SIZE_LIMIT) / 2)
        case "b":
            return format._replace(bold=is_on)
        case "i":
            return format._replace(italic=is_on)
        case "caps" | "scaps":
            return format._replace(capitals=is_on)
        case "v":
            return format._replace(hidden=is_on)
        case "deleted":
            return format._replace(deleted=is_on)
        case "cf":
            return format._replace(colour=token.value or 0)
        case "ulnone":
            return format._replace(underlined=False)
        case name if name in _UNDERLINES:
            return format._replace(underlined=is_on)
    return None
