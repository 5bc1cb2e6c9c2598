"""Presentations (pptx): the titles of slides as headings, their bullets, tables and notes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from lxml.etree import _Element

from ai_prism.core.errors import Corrupt, TooLarge
from ai_prism.core.model import BlockKind, Cell
from ai_prism.core.readers.archive import Archive
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.xml import number, switch

_P: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_PRESENTATION: Final = "ppt/presentation.xml"
_TITLES: Final = {"title", "ctrTitle"}
#: Placeholders whose paragraphs are bullets unless they say otherwise.
_BULLETED: Final = {"body", "obj", ""}
#: The same words on every slide, or none: dates and slide numbers.
_FURNITURE: Final = {"ftr", "hdr"}
_COMPUTED: Final = {"dt", "sldNum", "sldImg"}
_DEPTH_LIMIT: Final = 40
#: As of pages: nobody reviews more in one go.
_SLIDES_LIMIT: Final = 10_000


def read(path: Path, draft: Draft, pages: Callable[[int, int], None]) -> None:
    """Put the text of the presentation at *path* into *draft*, slide by slide."""
    with Archive(path, draft.name) as archive:
        presentation = archive.tree_of(_PRESENTATION)
        if presentation is None:
            raise Corrupt(f"“{draft.name}” holds no presentation.")
        targets = archive.targets_of(_PRESENTATION)
        ids = [slide.get(_R + "id", "") for slide in presentation.iter(_P + "sldId")]
        parts = [targets[identity][1] for identity in ids if identity in targets]
        if len(ids) > _SLIDES_LIMIT:
            raise TooLarge(f"“{draft.name}” has {len(ids)} slides, more than can be read.")
        draft.pages, draft.pages_read = len(ids), 0
        slides = _Slides(archive, draft)
        for page, part in enumerate(parts, start=1):
            try:
                slides.add(part, page)
                draft.pages_read += 1
            except Corrupt as error:
                draft.problem(error.code, error.message, f"slide {page}")
            pages(page, len(parts))
        properties = _title_of(archive)
        draft.title = draft.title or properties


def _title_of(archive: Archive) -> str:
    try:
        tree = archive.tree_of("docProps/core.xml")
    except Corrupt:
        return ""  # the title of the file is no part of its text
    return (tree.findtext(_TITLE) or "") if tree is not None else ""


class _Slides:
    """Puts slides into a draft, one after the other."""

    def __init__(self, archive: Archive, draft: Draft) -> None:
        self._archive = archive
        self._draft = draft
        self._page = 0
        self._layouts: dict[str, str] = {}
        self._depth_of_titles = 1
        self._furniture: set[str] = set()

    def add(self, part: str, page: int) -> None:
        slide = self._archive.tree_of(part)
        if slide is None:
            raise Corrupt(f"“{self._draft.name}” lacks its part {part}.")
        self._page = page
        if not switch(slide.get("show"), default=True):
            self._draft.skip("hidden slide", "Slides that are not shown are left out.", self._where)
            return
        targets = self._archive.targets_of(part)
        shapes = list(_shapes_in(slide.find(f"{_P}cSld/{_P}spTree")))
        # The title is read first, wherever it was drawn.
        shapes.sort(key=lambda shape: _placeholder_of(shape) not in _TITLES)
        level = self._level_of(targets)
        for shape in shapes:
            self._add_shape(shape, level)
        self._add_notes(targets)
        if any(kind.startswith("comments") for kind, _ in targets.values()):
            self._draft.skip("comments", "Comments are not part of the text.", self._where)

    @property
    def _where(self) -> str:
        return f"slide {self._page}"

    def _level_of(self, targets: dict[str, tuple[str, str]]) -> int:
        """Return how deep the title of a slide stands, by what its layout is for."""
        layout = next((part for kind, part in targets.values() if kind == "slideLayout"), "")
        if layout not in self._layouts:
            tree = self._archive.tree_of(layout)
            self._layouts[layout] = (tree.get("type") or "") if tree is not None else ""
        match self._layouts[layout]:
            case "title" if self._page == 1:
                self._depth_of_titles = 2
                return 1
            case "secHead":
                level, self._depth_of_titles = min(self._depth_of_titles, 2), 3
                return level
        return self._depth_of_titles

    def _add_shape(self, shape: _Element, level: int) -> None:
        placeholder = _placeholder_of(shape)
        if shape.tag == _P + "graphicFrame":
            self._add_frame(shape)
        elif shape.tag == _P + "pic":
            self._draft.skip("image", "Pictures are not read.", self._where)
        elif placeholder in _TITLES:
            text = " ".join(_text_of(p) for p in shape.iter(_A + "p"))
            if self._page == 1:
                self._draft.title = self._draft.title or text
            self._draft.add(BlockKind.HEADING, text, level=level, page=self._page)
        elif placeholder in _FURNITURE:
            self._add_furniture(shape)
        elif placeholder not in _COMPUTED:
            self._add_text(shape, is_bulleted=placeholder in _BULLETED)

    def _add_furniture(self, shape: _Element) -> None:
        text = "\n".join(_text_of(p) for p in shape.iter(_A + "p"))
        if text not in self._furniture:
            self._furniture.add(text)
            self._draft.add(BlockKind.FURNITURE, text, page=self._page)

    def _add_text(self, shape: _Element, *, is_bulleted: bool) -> None:
        counted: dict[int, int] = {}
        for paragraph in shape.iter(_A + "p"):
            properties = paragraph.find(_A + "pPr")
            depth = number(None if properties is None else properties.get("lvl")) + 1
            text = _text_of(paragraph)
            mark = _mark_of(properties, is_bulleted=is_bulleted)
            if mark == "1." and text.strip():
                counted = {at: count for at, count in counted.items() if at <= depth}
                counted[depth] = counted.get(depth, 0) + 1
                mark = f"{counted[depth]}."
            kind = BlockKind.LIST_ITEM if mark else BlockKind.PARAGRAPH
            self._draft.add(kind, text, level=depth if mark else 0, number=mark, page=self._page)

    def _add_frame(self, frame: _Element) -> None:
        table = frame.find(f"{_A}graphic/{_A}graphicData/{_A}tbl")
        if table is None:
            self._draft.skip("chart or diagram", "Charts and diagrams are not read.", self._where)
            return
        properties = table.find(_A + "tblPr")
        has_head = switch(None if properties is None else properties.get("firstRow"))
        table_number = self._draft.new_table()
        for row_place, row in enumerate(table.iterfind(_A + "tr")):
            for column, cell in enumerate(row.iterfind(_A + "tc")):
                place = Cell(
                    table=table_number,
                    row=row_place,
                    column=column,
                    header=has_head and row_place == 0,
                )
                text = "\n".join(_text_of(p) for p in cell.iter(_A + "p"))
                self._draft.add(BlockKind.CELL, text, page=self._page, cell=place)

    def _add_notes(self, targets: dict[str, tuple[str, str]]) -> None:
        part = next((part for kind, part in targets.values() if kind == "notesSlide"), "")
        notes = self._archive.tree_of(part)
        tree = None if notes is None else notes.find(f"{_P}cSld/{_P}spTree")
        for shape in _shapes_in(tree):
            if _placeholder_of(shape) == "body":
                text = "\n".join(_text_of(p) for p in shape.iter(_A + "p"))
                self._draft.add(BlockKind.FOOTNOTE, text, page=self._page)


def _shapes_in(tree: _Element | None, depth: int = 0) -> Iterator[_Element]:
    """Yield the shapes in *tree*, through groups."""
    for child in () if tree is None or depth > _DEPTH_LIMIT else tree:
        if child.tag in (_P + "sp", _P + "pic", _P + "graphicFrame"):
            yield child
        elif child.tag == _P + "grpSp":
            yield from _shapes_in(child, depth + 1)


def _placeholder_of(shape: _Element) -> str | None:
    """Return what *shape* holds the place for, None if it is no placeholder."""
    placeholder = shape.find(f"*/{_P}nvPr/{_P}ph")
    return None if placeholder is None else placeholder.get("type", "")


def _mark_of(properties: _Element | None, *, is_bulleted: bool) -> str:
    """Return the bullet of a paragraph, "1." where it is numbered, "" where it has neither."""
    children = () if properties is None else tuple(properties)
    tags = {str(child.tag).removeprefix(_A) for child in children}
    if "buNone" in tags:
        return ""
    if "buAutoNum" in tags:
        return "1."
    return "•" if is_bulleted or tags & {"buChar", "buBlip"} else ""


def _text_of(paragraph: _Element) -> str:
    words = paragraph.iter(_A + "t", _A + "br", _A + "tab")
    signs = {_A + "br": "\n", _A + "tab": "\t"}
    return "".join(signs.get(str(word.tag), word.text or "") for word in words)
