"""The styles of an OpenDocument text, with what each inherits worked out."""

from typing import Final, NamedTuple

from lxml.etree import _Element

from ai_prism.core.readers import style_names
from ai_prism.core.readers.looks import Look
from ai_prism.core.readers.odt.names import FO, STYLE, TEXT, points
from ai_prism.core.readers.xml import number

_INHERITANCE_LIMIT: Final = 20
_NAME: Final = STYLE + "name"
_FAMILY: Final = STYLE + "family"
_PARAGRAPH: Final = "paragraph"


class ParagraphStyle(NamedTuple):
    """What a paragraph takes from its style."""

    name: str = ""  #: of the nearest style that has a name for people
    look: Look = Look()
    outline: int = 0  #: heading level from 1; 0 for body text
    list_style: str = ""
    indent: float = 0.0
    space_before: float = 0.0
    centred: bool = False
    new_page: bool = False


class Styles:
    """The styles of one file, each resolved when first asked for."""

    def __init__(self) -> None:
        """Begin without styles."""
        self._elements: dict[tuple[str, str], _Element] = {}
        self._base = ParagraphStyle()
        self._paragraph_styles: dict[str, ParagraphStyle] = {}
        self._looks: dict[tuple[str, Look], Look] = {}

    def add(self, parent: _Element | None) -> None:
        """Take the styles in *parent*, `office:styles` or `office:automatic-styles`."""
        for style in () if parent is None else parent:
            if style.tag == STYLE + "style":
                self._elements[style.get(_FAMILY, ""), style.get(_NAME, "")] = style
            elif style.tag == STYLE + "default-style" and style.get(_FAMILY) == _PARAGRAPH:
                self._base = _with_paragraph(self._base, style)

    def paragraph_style(self, name: str | None) -> ParagraphStyle:
        """Return the paragraph style called *name* in the file."""
        name = name or ""
        if name not in self._paragraph_styles:
            style = self._base
            for element in reversed(self._ancestry(_PARAGRAPH, name)):
                style = _with_paragraph(style, element)
            self._paragraph_styles[name] = style
        return self._paragraph_styles[name]

    def with_span(self, look: Look, name: str | None) -> Look:
        """Return *look* as changed by the character style called *name*."""
        key = (name or "", look)
        if key not in self._looks:
            for element in reversed(self._ancestry("text", key[0])):
                look = _with_text(look, element.find(STYLE + "text-properties"))
            self._looks[key] = look
        return self._looks[key]

    def _ancestry(self, family: str, name: str | None) -> list[_Element]:
        """Return the style and those it is based on, the nearest first."""
        found: list[_Element] = []
        while (family, name) in self._elements and len(found) < _INHERITANCE_LIMIT:
            found.append(self._elements[family, name or ""])
            name = found[-1].get(STYLE + "parent-style-name")
        return found


def _with_paragraph(style: ParagraphStyle, element: _Element) -> ParagraphStyle:
    changes: dict[str, object] = {}
    automatic = element.getparent()
    if automatic is None or not str(automatic.tag).endswith("automatic-styles"):
        changes["name"] = _name_of(element)
    outline = element.get(STYLE + "default-outline-level")
    if outline is not None:
        changes["outline"] = number(outline)
    elif heading := style_names.heading_level(_name_of(element)):
        changes["outline"] = heading
    if list_style := element.get(STYLE + "list-style-name"):
        changes["list_style"] = list_style
    changes["new_page"] = bool(element.get(STYLE + "master-page-name"))
    properties = element.find(STYLE + "paragraph-properties")
    if properties is not None:
        changes |= _of_paragraph(properties)
    changes["look"] = _with_text(style.look, element.find(STYLE + "text-properties"))
    return style._replace(**changes)  # type: ignore[arg-type]


def _name_of(element: _Element) -> str:
    name = element.get(_NAME, "").replace("_20_", " ")
    return element.get(STYLE + "display-name") or name


def _of_paragraph(properties: _Element) -> dict[str, object]:
    changes: dict[str, object] = {}
    if align := properties.get(FO + "text-align"):
        changes["centred"] = align == "center"
    if (indent := points(properties.get(FO + "margin-left"))) is not None:
        changes["indent"] = indent
    if (space := points(properties.get(FO + "margin-top"))) is not None:
        changes["space_before"] = space
    if properties.get(FO + "break-before") == "page":
        changes["new_page"] = True
    return changes


def _with_text(look: Look, properties: _Element | None) -> Look:
    if properties is None:
        return look
    changes: dict[str, object] = {}
    for attribute, value in properties.attrib.items():
        match str(attribute):
            case name if name == FO + "font-size":
                changes["size"] = _size(str(value), look.size)
            case name if name == FO + "font-weight":
                changes["bold"] = value in ("bold", "600", "700", "800", "900")
            case name if name == FO + "font-style":
                changes["italic"] = value in ("italic", "oblique")
            case name if name == STYLE + "text-underline-style":
                changes["underlined"] = value != "none"
            case name if name in (FO + "text-transform", FO + "font-variant"):
                changes["capitals"] = value in ("uppercase", "small-caps")
            case name if name == FO + "color":
                changes["colour"] = "" if value == "#000000" else str(value)
            case name if name == STYLE + "font-name":
                changes["font"] = str(value)
            case name if name == TEXT + "display":
                changes["hidden"] = value == "none"
    return look._replace(**changes) if changes else look  # type: ignore[arg-type]


def _size(value: str, inherited: float) -> float:
    if value.endswith("%"):
        return inherited * number(value[:-1], 100) / 100
    return points(value) or inherited
