"""One paragraph of a Word file: its words, how most of them look, and what hangs on it."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element

from ai_prism.core.readers.draft import Draft, Said
from ai_prism.core.readers.word.names import MATH, W, value
from ai_prism.core.readers.word.styles import Look, ParagraphStyle, Styles
from ai_prism.core.readers.xml import number

_P: Final = W + "p"
_R: Final = W + "r"
_T: Final = W + "t"
_RPR: Final = W + "rPr"
_PPR: Final = W + "pPr"
_TEXT_BOX: Final = W + "txbxContent"
_ALTERNATIVE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
#: Elements around runs whose content is read as if they were not there.
_TRANSPARENT: Final = {
    W + name
    for name in (
        "hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "dir", "bdo",
        "customXml",
    )
}  # fmt: skip
#: Signs of Wingdings that say something: boxes, ticks, crosses, arrows.
_SYMBOLS: Final = {
    "A8": "☐", "6F": "☐", "FE": "☑", "FD": "☒", "FC": "✓", "FB": "✗", "E0": "→", "E8": "→",
    "A7": "▪",
}  # fmt: skip
_DELETED: Final = {W + "del", W + "moveFrom"}


@dataclass(slots=True)
class Paragraph:
    """What one `w:p` says."""

    style: ParagraphStyle
    look: Look  #: of most of its characters; bold only if all of them are
    text: str = ""
    page: int = 1  #: where its first word stands
    notes: list[str] = field(default_factory=list)  #: ids of its footnotes and endnotes
    text_boxes: list[_Element] = field(default_factory=list)
    #: From where to where words in type of equal widths stand: code, most often.
    verbatim: list[tuple[int, int]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)  #: its words with the elements that say them


class ParagraphReader:
    """Reads the paragraphs of one file in their order, counting pages on the way."""

    def __init__(self, styles: Styles, draft: Draft, comments_read: Collection[str] = ()) -> None:
        """Read with *styles*; tell *draft* what is left out, comments but for *comments_read*."""
        self._comments_read = comments_read
        self.page = 1
        self._styles = styles
        self._draft = draft
        self._paragraph = Paragraph(ParagraphStyle(), Look())
        self._words: list[str] = []
        self._sayers: list[_Element] = []  #: the element that says each of the words
        self._measured = (0, 0)  #: so many of the words, and their length
        self._looks: dict[Look, int] = {}
        self._in_run: dict[str, Callable[[_Element], None]] = {
            W + "tab": lambda element: self._say("\t", element),
            W + "br": self._read_break,
            W + "cr": lambda element: self._say("\n", element),
            W + "noBreakHyphen": lambda element: self._say("\u2011", element),
            W + "ptab": lambda element: self._say("\t", element),
            W + "sym": self._read_symbol,
            W + "ruby": self._read_ruby,
            W + "lastRenderedPageBreak": self._turn_page,
            W + "footnoteReference": self._read_note,
            W + "endnoteReference": self._read_note,
            W + "commentReference": self._read_comment,
            W + "object": self._read_object,
            W + "drawing": self._read_drawing,
            W + "pict": self._read_drawing,
            "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent": (
                self._read_drawing
            ),
        }

    def read(self, element: _Element) -> Paragraph:
        """Return what the paragraph *element* says."""
        return self.read_parts(element.find(_PPR), element)

    def read_parts(self, properties: _Element | None, children: Iterable[_Element]) -> Paragraph:
        """Return what *children* say as one paragraph with *properties*."""
        style = self._style_with(properties)
        self._paragraph = Paragraph(style, style.look, page=self.page)
        self._words, self._sayers, self._looks = [], [], {}
        self._measured = (0, 0)
        self._read_children(children)
        self._paragraph.text = "".join(self._words)
        self._paragraph.said = list(zip(self._words, self._sayers, strict=True))
        self._paragraph.look = self._prevailing_look()
        return self._paragraph

    def outline_of(self, element: _Element) -> int:
        """Return the heading level of the paragraph *element*, 0 for body text."""
        return self._style_with(element.find(_PPR)).outline

    def _style_with(self, properties: _Element | None) -> ParagraphStyle:
        if properties is None:
            return self._styles.paragraph_style(None)
        style = self._styles.paragraph_style(value(properties, "pStyle"))
        return self._styles.with_paragraph(style, properties)

    def _say(self, words: str, element: _Element) -> None:
        self._words.append(words)
        self._sayers.append(element)

    def _read_children(self, children: Iterable[_Element]) -> None:
        for child in children:
            tag = child.tag
            if tag == _R:
                self._read_run(child)
            elif tag in _TRANSPARENT:
                self._read_children(child)
            elif tag in _DELETED:
                self._draft.skip(
                    "deleted text", "Text marked as deleted is left out.", self._place()
                )
            elif str(tag).startswith(MATH):
                self._say("".join(t.text or "" for t in child.iter(MATH + "t")), child)

    def _read_comment(self, reference: _Element) -> None:
        if reference.get(W + "id") not in self._comments_read:
            self._draft.skip(
                "comments", "Comments in the margin are not part of the text.", self._place()
            )

    def _read_run(self, run: _Element) -> None:
        properties = run.find(_RPR)
        look = self._paragraph.style.look
        if properties is not None:
            look = self._styles.with_run(look, properties)
        if look.hidden:
            self._draft.skip("hidden text", "Text set as hidden is left out.", self._place())
            return
        for child in run:
            if child.tag == _T:
                self._add_text(child, look)
            elif child.tag in self._in_run:
                self._in_run[child.tag](child)

    def _add_text(self, element: _Element, look: Look) -> None:
        text = element.text or ""
        if not self._looks:
            self._paragraph.page = self.page
        self._say(text, element)
        if look.is_fixed:
            end = self._length_so_far()
            self._paragraph.verbatim.append((end - len(text), end))
        if not text.isspace():
            self._looks[look] = self._looks.get(look, 0) + len(text)

    def _length_so_far(self) -> int:
        measured, length = self._measured
        length += sum(map(len, self._words[measured:]))
        self._measured = len(self._words), length
        return length

    def _read_break(self, element: _Element) -> None:
        # A break to a new page shows up again as lastRenderedPageBreak, which counts it.
        self._say("\n", element)

    def _turn_page(self, element: _Element) -> None:
        self.page += 1

    def _read_note(self, element: _Element) -> None:
        kind = "footnote" if element.tag == W + "footnoteReference" else "endnote"
        self._paragraph.notes.append(f"{kind} {number(element.get(W + 'id'))}")

    def _read_symbol(self, element: _Element) -> None:
        """Read a sign that is drawn with a font of signs: its code says nothing by itself."""
        is_known = element.get(W + "font", "").lower() == "wingdings"
        sign = _SYMBOLS.get(element.get(W + "char", "").upper()[-2:]) if is_known else None
        if sign:
            self._say(sign, element)
        else:
            self._draft.skip("symbol", "A sign of a special font is not read.", self._place())

    def _read_ruby(self, element: _Element) -> None:
        for base in element.iterfind(W + "rubyBase"):
            self._read_children(base)

    def _read_object(self, element: _Element) -> None:
        self._draft.skip("embedded object", "Embedded objects are not read.", self._place())

    def _read_drawing(self, element: _Element) -> None:
        boxes = list(_boxes_in(element))
        self._paragraph.text_boxes += boxes
        if not boxes and _is_picture(element):
            self._draft.skip("image", "Pictures are not read.", self._place())

    def _place(self) -> str:
        before = "".join(self._words).strip()
        return f"after “{before[-60:]}”" if before else self._draft.ending()

    def _prevailing_look(self) -> Look:
        if not self._looks:
            return self._paragraph.look
        if len(self._looks) == 1:
            return next(iter(self._looks))
        most = max(self._looks, key=lambda look: self._looks[look])
        return most._replace(
            bold=all(look.bold for look in self._looks),
            italic=all(look.italic for look in self._looks),
            underlined=all(look.underlined for look in self._looks),
        )


def _boxes_in(drawing: _Element) -> Iterator[_Element]:
    """Yield the text boxes of *drawing*, without those inside them, which are read with them."""
    for child in drawing:
        if child.tag == _TEXT_BOX:
            yield child
        elif child.tag != _ALTERNATIVE:
            yield from _boxes_in(child)


def _is_picture(drawing: _Element) -> bool:
    """Tell pictures from the lines and boxes that only decorate."""
    names = {"blip", "imagedata", "chart", "relIds"}
    return any(str(element.tag).rpartition("}")[2] in names for element in drawing.iter())
