"""The styles of a Word file, with what each inherits worked out."""

from typing import Final, NamedTuple

from lxml.etree import _Element

from ai_prism.core.readers import style_names
from ai_prism.core.readers.word.names import VAL, W, switch, value
from ai_prism.core.readers.xml import number

_INHERITANCE_LIMIT: Final = 20
_TWIPS_PER_POINT: Final = 20


class Look(NamedTuple):
    """How a run of characters looks."""

    size: float = 10.0  #: Word's own default where a file says nothing
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    capitals: bool = False
    hidden: bool = False
    font: str = ""
    colour: str = ""

    @property
    def is_fixed(self) -> bool:
        """Whether all characters are equally wide, as code is set."""
        return style_names.is_fixed(self.font)


class ParagraphStyle(NamedTuple):
    """What a paragraph takes from its style."""

    name: str = ""
    look: Look = Look()
    outline: int = 0  #: heading level from 1; 0 for body text
    list_id: str = ""
    list_level: int = 0
    indent: float = 0.0
    space_before: float = 0.0
    centred: bool = False

    @property
    def contents_level(self) -> int:
        """The depth of a line in a table of contents, 0 for other paragraphs."""
        return style_names.contents_level(self.name)

    @property
    def is_title(self) -> bool:
        """Whether this is the style of the document's own title."""
        return style_names.is_title(self.name)

    @property
    def is_code(self) -> bool:
        """Whether this is a style for preformatted text."""
        return style_names.is_code(self.name, font="")

    @property
    def is_quote(self) -> bool:
        """Whether this is a style for quotations."""
        return style_names.is_quote(self.name)


class Styles:
    """The styles of one file, each resolved when first asked for."""

    def __init__(self, tree: _Element | None) -> None:
        """Read the part `styles.xml`; None where the file has none."""
        self._elements: dict[str, _Element] = {}
        self._paragraph_styles: dict[str, ParagraphStyle] = {}
        self._character_looks: dict[tuple[Look, str | None], Look] = {}
        self._base = ParagraphStyle()
        self._default_id = ""
        if tree is None:
            return
        defaults = tree.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._base = ParagraphStyle(look=self.with_run(Look(), defaults))
        for style in tree.iter(W + "style"):
            style_id = style.get(W + "styleId", "")
            self._elements[style_id] = style
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true"):
                self._default_id = style_id

    def paragraph_style(self, style_id: str | None) -> ParagraphStyle:
        """Return the style *style_id*, or the default one."""
        style_id = style_id if style_id in self._elements else self._default_id
        if style_id not in self._paragraph_styles:
            self._paragraph_styles[style_id] = self._resolve(style_id)
        return self._paragraph_styles[style_id]

    def with_paragraph(self, style: ParagraphStyle, properties: _Element) -> ParagraphStyle:
        """Return *style* as changed by a paragraph's own *properties* (`w:pPr`)."""
        changes: dict[str, object] = {}
        for element in properties:
            match str(element.tag).removeprefix(W):
                case "outlineLvl":
                    level = number(element.get(VAL), 9)
                    changes["outline"] = level + 1 if 0 <= level < 9 else 0
                case "numPr":
                    changes |= _list_of(element, style)
                case "ind":
                    left = element.get(W + "left") or element.get(W + "start")
                    changes["indent"] = number(left) / _TWIPS_PER_POINT
                case "spacing":
                    if before := element.get(W + "before"):
                        changes["space_before"] = number(before) / _TWIPS_PER_POINT
                case "jc":
                    changes["centred"] = element.get(VAL) == "center"
        return style._replace(**changes) if changes else style  # type: ignore[arg-type]

    def with_run(self, look: Look, properties: _Element | None) -> Look:
        """Return *look* as changed by a run's own *properties* (`w:rPr`)."""
        if properties is None or not len(properties):
            return look
        changes: dict[str, object] = {}
        for element in properties:
            match str(element.tag).removeprefix(W):
                case "rStyle":
                    look = self._with_character_style(look, element.get(VAL))
                case "b":
                    changes["bold"] = switch(element)
                case "i":
                    changes["italic"] = switch(element)
                case "u":
                    changes["underlined"] = switch(element)
                case "caps" | "smallCaps":
                    changes["capitals"] = switch(element)
                case "vanish":
                    changes["hidden"] = switch(element)
                case "sz":
                    changes["size"] = number(element.get(VAL), 20) / 2
                case "rFonts":
                    changes["font"] = element.get(W + "ascii") or look.font
                case "color":
                    changes["colour"] = element.get(VAL, "").replace("auto", "")
        return look._replace(**changes) if changes else look  # type: ignore[arg-type]

    def _resolve(self, style_id: str) -> ParagraphStyle:
        style = self._base
        for element in reversed(self._ancestry(style_id)):
            name = value(element, "name") or ""
            paragraph_properties = element.find(W + "pPr")
            if paragraph_properties is not None:
                style = self.with_paragraph(style, paragraph_properties)
            look = self.with_run(style.look, element.find(W + "rPr"))
            outline = style.outline or style_names.heading_level(name)
            style = style._replace(name=name, look=look, outline=outline)
        return style

    def _ancestry(self, style_id: str | None) -> list[_Element]:
        """Return the style and those it is based on, the nearest first."""
        found: list[_Element] = []
        while style_id in self._elements and len(found) < _INHERITANCE_LIMIT:
            found.append(self._elements[style_id])
            style_id = value(found[-1], "basedOn")
        return found

    def _with_character_style(self, look: Look, style_id: str | None) -> Look:
        known = self._character_looks.get((look, style_id))
        if known is None:
            known = look
            for element in reversed(self._ancestry(style_id)):
                known = self.with_run(known, element.find(W + "rPr"))
            self._character_looks[look, style_id] = known
        return known


def _list_of(element: _Element, style: ParagraphStyle) -> dict[str, object]:
    list_id = value(element, "numId") or style.list_id
    level = value(element, "ilvl")
    return {
        # The list 0 takes a paragraph out of the list that its style puts it in.
        "list_id": "" if list_id == "0" else list_id,
        "list_level": style.list_level if level is None else number(level),
    }
