"""One paragraph of an OpenDocument text: its words, how they look, and what hangs on it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element

from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.looks import Look, prevailing
from ai_prism.core.readers.odt.names import DRAW, OFFICE, TEXT, P
from ai_prism.core.readers.odt.styles import ParagraphStyle, Styles
from ai_prism.core.readers.xml import number

_STYLE_NAME: Final = TEXT + "style-name"
_BLANKS: Final = re.compile(r"[ \t\r\n]+")
_BLANKS_LIMIT: Final = 1000
#: Nobody nests this deep; files that do mean to exhaust the reader.
_DEPTH_LIMIT: Final = 100


@dataclass(slots=True)
class Paragraph:
    """What one `text:p` or `text:h` says."""

    style: ParagraphStyle
    look: Look
    text: str = ""
    page: int = 1  #: where its first word stands
    notes: list[_Element] = field(default_factory=list)
    text_boxes: list[_Element] = field(default_factory=list)


class ParagraphReader:
    """Reads the paragraphs of one file in their order, counting pages on the way."""

    def __init__(self, styles: Styles, draft: Draft) -> None:
        """Read with *styles*; tell *draft* what is left out."""
        self.page = 1
        self._styles = styles
        self._draft = draft
        self._paragraph = Paragraph(ParagraphStyle(), Look())
        self._words: list[str] = []
        self._characters: dict[Look, int] = {}
        self._depth = 0
        self._special: dict[str, Callable[[_Element, Look], None]] = {
            TEXT + "span": self._read_span,
            TEXT + "s": self._read_blanks,
            TEXT + "tab": lambda element, look: self._words.append("\t"),
            TEXT + "line-break": lambda element, look: self._words.append("\n"),
            TEXT + "soft-page-break": self._turn_page,
            TEXT + "note": lambda element, look: self._paragraph.notes.append(element),
            TEXT + "hidden-text": self._read_hidden,
            TEXT + "hidden-paragraph": self._read_hidden,
            TEXT + "ruby-text": lambda element, look: None,
            OFFICE + "annotation": self._read_comment,
        }

    def read(self, element: _Element) -> Paragraph:
        """Return what *element* says: a paragraph, or a drawing that stands in none."""
        style = self.style_of(element)
        if style.new_page and not self._draft.is_empty:
            self.page += 1
        paragraph = self._paragraph = Paragraph(style, style.look, page=self.page)
        self._words, self._characters, self._depth = [], {}, 0
        if style.look.hidden:
            self._read_hidden(element, style.look)
        elif str(element.tag).startswith(DRAW):
            self._read_drawing(element)
        else:
            self._read_content(element, style.look)
        paragraph.text = "".join(self._words)
        paragraph.look = prevailing(self._characters, style.look)
        return paragraph

    def style_of(self, element: _Element) -> ParagraphStyle:
        """Return the style of the paragraph *element*."""
        return self._styles.paragraph_style(element.get(_STYLE_NAME))

    def _read_content(self, element: _Element, look: Look) -> None:
        self._say(element.text, look)
        self._depth += 1
        if self._depth > _DEPTH_LIMIT:
            self._draft.skip("nested text", f"It is nested more than {_DEPTH_LIMIT} deep.")
        for child in element if self._depth <= _DEPTH_LIMIT else ():
            special = self._special.get(str(child.tag))
            if special:
                special(child, look)
            elif str(child.tag).startswith(DRAW):
                self._read_drawing(child)
            else:
                self._read_content(child, look)
            self._say(child.tail, look)
        self._depth -= 1

    def _say(self, text: str | None, look: Look) -> None:
        """Take *text*, in which any blanks count as one."""
        words = _BLANKS.sub(" ", text or "")
        if words.startswith(" ") and self._ends_blank():
            words = words[1:]
        if words:
            self._add(words, look)

    def _add(self, text: str, look: Look) -> None:
        if not self._characters:
            self._paragraph.page = self.page
        self._words.append(text)
        if text.strip():
            self._characters[look] = self._characters.get(look, 0) + len(text)

    def _ends_blank(self) -> bool:
        return not self._words or self._words[-1][-1:] in (" ", "\n", "\t")

    def _read_span(self, element: _Element, look: Look) -> None:
        look = self._styles.with_span(look, element.get(_STYLE_NAME))
        if look.hidden:
            self._read_hidden(element, look)
        else:
            self._read_content(element, look)

    def _read_blanks(self, element: _Element, look: Look) -> None:
        self._words.append(" " * min(number(element.get(TEXT + "c"), 1), _BLANKS_LIMIT))

    def _turn_page(self, element: _Element, look: Look) -> None:
        self.page += 1

    def _read_hidden(self, element: _Element, look: Look) -> None:
        self._draft.skip("hidden text", "Text set as hidden is left out.")

    def _read_comment(self, element: _Element, look: Look) -> None:
        self._draft.skip("comments", "Comments in the margin are not part of the text.")

    def _read_drawing(self, drawing: _Element) -> None:
        """Find text boxes in *drawing*, a frame, shape or group; say what else is in it."""
        tags = {str(element.tag).removeprefix(DRAW) for element in drawing.iter()}
        boxes = dict.fromkeys(box for box in drawing.iter() if box.find(P) is not None)
        # A box inside another is read with it.
        self._paragraph.text_boxes += [
            box for box in boxes if not any(other in boxes for other in box.iterancestors())
        ]
        if tags & {"object", "object-ole"}:
            self._draft.skip("embedded object", "Embedded objects are not read.", self._place())
        elif "image" in tags:
            self._draft.skip("image", "Pictures are not read.", self._place())

    def _place(self) -> str:
        before = "".join(self._words[-20:]).strip()
        return f"after “{before[-60:]}”" if before else self._draft.ending()
