"""What the control words of Rich Text mean: where text belongs, and how it looks."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ai_prism.core.errors import Corrupt, TooLarge
from ai_prism.core.model import BlockKind
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.looks import Look
from ai_prism.core.readers.rtf.destinations import DESTINATIONS, OPTIONAL, Destination
from ai_prism.core.readers.rtf.flow import Flow, Paragraph, Words
from ai_prism.core.readers.rtf.formats import (
    CharacterFormat,
    ParagraphFormat,
    with_character_word,
    with_paragraph_word,
)
from ai_prism.core.readers.rtf.head import Head
from ai_prism.core.readers.rtf.tokens import Token

_SIGNS: Final = {"~": "\u00a0", "_": "\u2011", "{": "{", "}": "}", "\\": "\\"}
_CHARACTERS: Final = {
    "tab": "\t", "line": "\n", "bullet": "•", "emdash": "—", "endash": "–", "lquote": "‘",
    "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": "\u2003", "enspace": "\u2002",
    "qmspace": "\u2005", "nestcell": "\n", "zwj": "\u200d", "zwnj": "\u200c", "softline": "\n",
}  # fmt: skip
_PARAGRAPH_ENDS: Final = {"par", "sect", "page", "column"}
_CODE_PAGES: Final = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850", "ansi": "cp1252"}
_TABLES: Final = {Destination.FONTS, Destination.COLOURS, Destination.STYLES}
_FALLBACK_LIMIT: Final = 100
#: Word itself nests a few dozen groups at most.
_DEPTH_LIMIT: Final = 5_000
#: Symbol fonts keep their signs here; the one at 0xB7 is the bullet.
_SYMBOL_BULLETS: Final = str.maketrans(
    {"\uf0b7": "•", "\uf0a7": "•", "\uf0d8": "•", "\uf06f": "•", "\uf02d": "–"}
)


class _Group(NamedTuple):
    """What a group hands down to those inside it, and takes back at its end."""

    destination: Destination = Destination.TEXT
    paragraph: ParagraphFormat = ParagraphFormat()
    characters: CharacterFormat = CharacterFormat()
    fallback: int = 1  #: how many characters after `\\u` stand for it in old programs


class Interpreter:
    """Reads the tokens of one file into a draft."""

    def __init__(self, draft: Draft) -> None:
        """Fill *draft*."""
        self._draft = draft
        self._head = Head()
        self._flow = Flow(draft)
        self._group = _Group()
        self._groups: list[_Group] = []
        self._words = {destination: Words() for destination in Destination}
        self._hanging: list[tuple[BlockKind, str, str]] = []
        self._mark = ""
        self._notes = 0
        self._running_heads: set[str] = set()
        self._is_optional = False
        self._to_skip = 0
        self._bytes = bytearray()
        self._handlers: dict[str, Callable[[Token], None]] = {
            "open": self._open,
            "close": self._close,
            "word": self._word,
            "sign": self._sign,
            "bytes": self._text,
        }

    def read(self, tokens: Iterable[Token]) -> None:
        """Read all *tokens*; a file that breaks off is a problem, what it holds is read."""
        for token in tokens:
            if token.kind != "bytes" and self._bytes:
                self._decode()
            self._handlers[token.kind](token)
        self._decode()
        if self._groups:
            self._draft.problem(
                Corrupt.code, "The file breaks off; what followed is missing.", self._draft.ending()
            )
            self._group = self._group._replace(destination=Destination.TEXT)
        self._end_paragraph()
        self._flow.end_table()

    def _open(self, token: Token) -> None:
        if len(self._groups) >= _DEPTH_LIMIT:
            raise TooLarge(f"“{self._draft.name}” is nested deeper than can be read.")
        self._groups.append(self._group)
        self._is_optional = False
        self._to_skip = 0

    def _close(self, token: Token) -> None:
        self._to_skip = 0
        if not self._groups:
            return
        inner, self._group = self._group, self._groups.pop()
        if inner.destination is not self._group.destination:
            self._leave(inner)

    def _leave(self, inner: _Group) -> None:
        """Put what a destination has gathered to its place."""
        text, _ = self._words[inner.destination].take(Look())
        match inner.destination:
            case Destination.LIST_TEXT if self._group.destination is Destination.TEXT:
                self._mark = text.translate(_SYMBOL_BULLETS).strip()
            case Destination.NOTE:
                self._notes += 1
                self._hanging.append((BlockKind.FOOTNOTE, text.strip(), str(self._notes)))
            case Destination.TEXT_BOX:
                self._hanging.append((BlockKind.PARAGRAPH, text.strip(), ""))
            case Destination.RUNNING_HEAD if text.strip() not in self._running_heads:
                self._running_heads.add(text.strip())
                self._draft.add(BlockKind.FURNITURE, text)
            case Destination.TITLE:
                self._draft.title = self._draft.title or text

    def _word(self, token: Token) -> None:
        if self._to_skip and token.name in _CHARACTERS:
            self._to_skip -= 1
            return
        self._to_skip = 0
        if self._enter(token.name):
            return
        match self._group.destination:
            case Destination.NOTHING:
                return
            case table if table in _TABLES:
                self._head.take_word(table, token)
            case _:
                self._text_word(token)

    def _enter(self, name: str) -> bool:
        """Enter the destination called *name*, if it is one, and tell whether."""
        destination = DESTINATIONS.get(name)
        if self._is_optional:
            self._is_optional = False
            destination = OPTIONAL.get(name, destination or Destination.NOTHING)
        if destination is None:
            return False
        if self._group.destination is Destination.NOTHING:
            return True
        self._say_what_is_left_out(name)
        if destination is not Destination.SAME:
            self._group = self._group._replace(destination=destination)
        return True

    def _say_what_is_left_out(self, name: str) -> None:
        match name:
            case "pict":
                self._draft.skip("image", "Pictures are not read.", self._place())
            case "object":
                self._draft.skip("embedded object", "Embedded objects are not read.", self._place())
            case "annotation":
                self._draft.skip("comments", "Comments in the margin are not part of the text.")
            case "mmath":
                self._draft.skip("formula", "Formulas are not read.", self._place())

    def _text_word(self, token: Token) -> None:
        name, value = token.name, token.value
        if name in _CHARACTERS:
            self._add(_CHARACTERS[name])
        elif name == "u":
            self._add(chr((value or 0) & 0xFFFF))
            self._to_skip = self._group.fallback
        elif name == "uc":
            fallback = min(max(0, value or 0), _FALLBACK_LIMIT)
            self._group = self._group._replace(fallback=fallback)
        elif name in _PARAGRAPH_ENDS:
            self._end_line()
        elif name in ("cell", "row", "trowd", "trhdr"):
            self._table_word(name)
        elif name == "ansicpg":
            self._head.code_page = f"cp{value}"
        elif name in _CODE_PAGES:
            self._head.code_page = _CODE_PAGES[name]
        elif name == "deff":
            self._head.default_font = value or 0
        else:
            self._format_word(token)

    def _format_word(self, token: Token) -> None:
        group = self._group
        paragraph = with_paragraph_word(group.paragraph, token)
        if paragraph is not None:
            self._group = group._replace(paragraph=paragraph)
            return
        characters = with_character_word(group.characters, token)
        if characters is not None:
            self._group = group._replace(characters=characters)

    def _table_word(self, name: str) -> None:
        if self._group.destination is not Destination.TEXT:
            self._end_line()
            return
        match name:
            case "cell":
                self._end_paragraph(in_cell=True)
                self._flow.end_cell()
            case "row":
                self._flow.end_row()
            case "trowd":
                self._flow.begin_row()
            case "trhdr":
                self._flow.mark_as_head()

    def _sign(self, token: Token) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif token.name == "*":
            self._is_optional = True
        elif token.name in "\r\n":
            self._end_line()
        elif token.name in _SIGNS:
            self._add(_SIGNS[token.name])

    def _text(self, token: Token) -> None:
        data = token.data
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        self._bytes += data

    def _decode(self) -> None:
        """Take the bytes so far as text, in the code page of their font."""
        if not self._bytes:
            return
        data, self._bytes = bytes(self._bytes), bytearray()
        if self._group.destination is Destination.NOTHING:
            return
        if data.isascii():
            self._add(data.decode("ascii"))
            return
        code_page = self._head.font(self._group.characters.font).code_page
        try:
            text = data.decode(code_page or self._head.code_page, "replace")
        except LookupError:
            text = data.decode("cp1252", "replace")
        self._add(text)

    def _add(self, text: str) -> None:
        group = self._group
        characters = group.characters
        if group.destination in _TABLES:
            self._head.take_text(group.destination, text)
            return
        if characters.hidden or characters.deleted:
            self._skip_unseen(characters)
            return
        self._words[group.destination].add(text, self._look())

    def _skip_unseen(self, characters: CharacterFormat) -> None:
        if characters.deleted:
            self._draft.skip("deleted text", "Text marked as deleted is left out.")
        else:
            self._draft.skip("hidden text", "Text set as hidden is left out.")

    def _look(self) -> Look:
        characters = self._group.characters
        return Look(
            size=characters.size,
            bold=characters.bold,
            italic=characters.italic,
            underlined=characters.underlined,
            capitals=characters.capitals,
            font=self._head.font(characters.font).name,
            colour=self._head.colour(characters.colour),
        )

    def _end_line(self) -> None:
        if self._group.destination is Destination.TEXT:
            self._end_paragraph()
        else:
            self._add("\n")

    def _end_paragraph(self, *, in_cell: bool = False) -> None:
        text, look = self._words[Destination.TEXT].take(self._look())
        format = self._group.paragraph
        paragraph = Paragraph(
            text,
            look,
            format._replace(in_table=in_cell or format.in_table),
            self._head.style(format.style),
            self._mark if text.strip() else "",
            self._hanging,
        )
        self._hanging, self._mark = [], ""
        self._flow.add(paragraph)

    def _place(self) -> str:
        before = self._words[Destination.TEXT].ending()
        return f"after “{before}”" if before else self._draft.ending()
