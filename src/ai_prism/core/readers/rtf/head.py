"""The head of a Rich Text file: its fonts, colours and styles, by their numbers."""

from dataclasses import dataclass, field
from typing import Final

from ai_prism.core.readers.rtf.destinations import Destination
from ai_prism.core.readers.rtf.formats import ParagraphFormat, with_paragraph_word
from ai_prism.core.readers.rtf.tokens import Token

_CODE_PAGES: Final = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "cp936",
    136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256",
    186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_BLACK: Final = (0, 0, 0)


@dataclass(slots=True)
class Font:
    """A font, and the code page of text that is set in it; empty where it does not say."""

    name: str = ""
    code_page: str = ""


@dataclass(slots=True)
class StyleEntry:
    """A style, and how it sets a paragraph."""

    name: str = ""
    format: ParagraphFormat = field(default_factory=ParagraphFormat)


class Head:
    """Fonts, colours and styles, taken from the control words and text that describe them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.code_page = "cp1252"
        self.default_font = 0
        self._fonts: dict[int, Font] = {}
        self._font = Font()
        self._colours: list[str] = []
        self._colour = {"red": 0, "green": 0, "blue": 0}
        self._styles: dict[int, StyleEntry] = {}
        self._style = StyleEntry()

    def font(self, number: int | None) -> Font:
        """Return the font called *number*, or the default one."""
        return self._fonts.get(self.default_font if number is None else number) or Font()

    def colour(self, number: int) -> str:
        """Return the colour called *number* as in "#c00000"; empty for black and automatic."""
        return self._colours[number] if 0 <= number < len(self._colours) else ""

    def style(self, number: int) -> StyleEntry:
        """Return the style called *number*."""
        return self._styles.get(number) or StyleEntry()

    def take_word(self, destination: Destination, token: Token) -> None:
        """Take a control word of the table of fonts, colours or styles."""
        if destination is Destination.FONTS:
            self._take_font_word(token)
        elif destination is Destination.COLOURS and token.name in self._colour:
            self._colour[token.name] = min(max(token.value or 0, 0), 255)
        elif destination is Destination.STYLES:
            self._style.format = (
                with_paragraph_word(self._style.format, token) or self._style.format
            )

    def take_text(self, destination: Destination, text: str) -> None:
        """Take text of the table of fonts, colours or styles; a semicolon ends each entry."""
        name, *ended = text.split(";")
        if destination is Destination.FONTS:
            self._font.name += name.strip()
        elif destination is Destination.COLOURS:
            for _ in ended:
                self._end_colour()
        elif destination is Destination.STYLES:
            self._style.name += name
            if ended:
                self._style.name = self._style.name.strip()
                self._styles[self._style.format.style] = self._style
                self._style = StyleEntry()

    def _take_font_word(self, token: Token) -> None:
        match token.name:
            case "f":
                self._font = self._fonts[token.value or 0] = Font()
            case "fcharset":
                self._font.code_page = _CODE_PAGES.get(token.value or 0, "")
            case "cpg":
                self._font.code_page = f"cp{token.value}"

    def _end_colour(self) -> None:
        red, green, blue = self._colour.values()
        colour = f"#{red:02x}{green:02x}{blue:02x}" if (red, green, blue) != _BLACK else ""
        self._colours.append(colour)
        self._colour = dict.fromkeys(self._colour, 0)
