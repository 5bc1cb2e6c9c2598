"""Presentations: titles, bullets, tables and notes, slide by slide."""

import zipfile

import pytest

from ai_prism.core.errors import Corrupt, NoText, TooLarge
from ai_prism.core.model import BlockKind, Cell
from ai_prism.core.progress import StageReached
from ai_prism.core.readers import read, slides
from ai_prism.core.sections import detect_sections
from support.office import shape, write_slides


@pytest.fixture
def presented(tmp_path):
    def read_slides(*slides, **options):
        return read(write_slides(tmp_path / "a.pptx", *slides, **options))

    return read_slides


def kinds_and_texts(document):
    return [(block.kind, document.text_of(block)) for block in document.blocks]


def test_titles_are_headings_under_that_of_the_presentation(presented):
    document = presented(
        shape("Plan", "ctrTitle"), shape("Dates", "title"), shape("Costs", "title")
    )

    assert [(s.title, s.level, s.page) for s in detect_sections(document)] == [
        ("Plan", 1, 1),
        ("Dates", 2, 2),
        ("Costs", 2, 3),
    ]
    assert (document.pages, document.title) == (3, "Plan")


def test_a_title_is_read_first_wherever_it_was_drawn(presented):
    document = presented(shape("Point", "body") + shape("Title", "title"))

    assert document.text == "Title\n\nPoint"


def test_bullets_are_list_items_and_text_boxes_paragraphs(presented):
    document = presented(
        shape("A", "body")
        + shape("B", "body", "<a:buNone/>")
        + shape("One\nTwo", "body", "<a:buAutoNum/>")
        + shape("Free")
    )

    assert [(block.kind, block.number) for block in document.blocks] == [
        (BlockKind.LIST_ITEM, "•"),
        (BlockKind.PARAGRAPH, ""),
        (BlockKind.LIST_ITEM, "1."),
        (BlockKind.LIST_ITEM, "2."),
        (BlockKind.PARAGRAPH, ""),
    ]


def test_cells_know_their_place(presented):
    cell = "<a:tc><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    rows = "".join(f"<a:tr>{cell.format(a)}{cell.format(b)}</a:tr>" for a, b in ("ab", "12"))
    document = presented(
        "<p:graphicFrame><a:graphic><a:graphicData><a:tbl>"
        f'<a:tblPr firstRow="1"/>{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>'
    )

    assert document.text == "a\tb\n1\t2"
    assert document.blocks[0].cell == Cell(table=0, row=0, column=0, header=True)


def test_notes_are_read_after_their_slide(presented):
    document = presented(
        shape("Plan", "title"), shape("Dates", "title"), notes=shape("Say this.", "body")
    )

    assert kinds_and_texts(document) == [
        (BlockKind.HEADING, "Plan"),
        (BlockKind.FOOTNOTE, "Say this."),
        (BlockKind.HEADING, "Dates"),
    ]


def test_footers_are_furniture_and_slide_numbers_left_out(presented):
    slide = shape("Text") + shape("Secret", "ftr") + shape("7", "sldNum")

    document = presented(slide, slide)

    assert document.text == "Text\n\nSecret\n\nText"


def test_pictures_and_charts_are_listed_with_their_slide(presented):
    document = presented(shape("Text") + "<p:grpSp><p:pic/></p:grpSp><p:graphicFrame/>")

    assert [(part.what, part.where) for part in document.coverage.not_read] == [
        ("image", "slide 1"),
        ("chart or diagram", "slide 1"),
    ]


def test_progress_is_told_slide_by_slide(tmp_path):
    told = []

    read(write_slides(tmp_path / "a.pptx", shape("One"), shape("Two")), told.append)

    assert [event.done for event in told if isinstance(event, StageReached)] == [1, 2]


def test_a_damaged_slide_is_a_problem_and_the_others_are_read(presented):
    document = presented(shape("One"), "<broken", shape("Three"))

    assert document.text == "One\n\nThree"
    assert [(p.code, p.where) for p in document.problems] == [("corrupt", "slide 2")]
    assert document.coverage.read < 1


def test_slides_without_words_have_no_text(presented):
    with pytest.raises(NoText):
        presented("<p:pic/>")


def test_an_archive_whose_main_part_is_broken_is_corrupt(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.pptx", "w") as archive:
        archive.writestr("ppt/presentation.xml", "<broken")

    with pytest.raises(Corrupt):
        read(tmp_path / "a.pptx")


def test_more_slides_than_anybody_reviews_are_too_large(presented, monkeypatch):
    monkeypatch.setattr(slides, "_SLIDES_LIMIT", 2)

    with pytest.raises(TooLarge):
        presented(*[shape("Plan", "title")] * 3)


def test_a_presentation_of_damaged_slides_is_damaged_not_empty(presented):
    with pytest.raises(Corrupt, match=r"slides/0\.xml"):
        presented("<p:sp>" * 10)
