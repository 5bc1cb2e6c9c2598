"""Markdown becomes the words a reader sees, block by block."""

from ai_prism.core.model import BlockKind, Cell
from ai_prism.testing import a_document


def blocks_of(markdown):
    document = a_document(markdown)
    return [(block.kind, document.text_of(block)) for block in document.blocks]


def test_inline_syntax_is_resolved_to_its_words():
    document = a_document("A *b* **c** `d` [e](http://f) ~~g~~ <b>h</b>")

    assert document.text == "A b c d e g h"


def test_a_soft_break_is_a_blank_and_a_hard_break_a_line_break():
    document = a_document("one\ntwo  \nthree<br>four")

    assert document.text == "one two\nthree\nfour"


def test_comments_are_not_text():
    document = a_document("seen <!-- unseen --> seen\n\n<!-- unseen\nneither -->\n\nseen")

    assert "unseen" not in document.text
    assert "neither" not in document.text


def test_front_matter_gives_the_title_and_no_text():
    document = a_document('---\ntitle: "The plan"\nowner: me\n---\n\nText.')

    assert document.title == "The plan"
    assert document.text == "Text."


def test_blocks_know_their_kind():
    found = blocks_of("# Head\n\nText.\n\n- one\n- two\n\n> quoted\n\n```\ncode\n```\n\n[^1]: note")

    assert found == [
        (BlockKind.HEADING, "Head"),
        (BlockKind.PARAGRAPH, "Text."),
        (BlockKind.LIST_ITEM, "one"),
        (BlockKind.LIST_ITEM, "two"),
        (BlockKind.QUOTE, "quoted"),
        (BlockKind.CODE, "code"),
        (BlockKind.FOOTNOTE, "note"),
    ]


def test_list_items_carry_their_depth_and_number():
    document = a_document("3. one\n4. two\n   - three")

    assert [(b.level, b.number) for b in document.blocks] == [(1, "3."), (1, "4."), (2, "-")]


def test_an_empty_list_item_does_not_make_the_next_paragraph_one():
    assert blocks_of("-\n\nText.") == [(BlockKind.PARAGRAPH, "Text.")]


def test_cells_know_their_place_and_stand_apart_by_tabs():
    document = a_document("| a | b |\n|---|---|\n| 1 |   |\n|   | 2 |")

    assert document.text == "a\tb\n1\n\t2"
    assert [block.cell for block in document.blocks] == [
        Cell(table=0, row=0, column=0, header=True),
        Cell(table=0, row=0, column=1, header=True),
        Cell(table=0, row=1, column=0),
        Cell(table=0, row=2, column=1),
    ]


def test_pictures_are_said_not_to_be_read():
    document = a_document("![the map](map.png) shows it")

    assert [(part.what, part.where) for part in document.coverage.not_read] == [
        ("image", "the map")
    ]


def test_control_characters_and_foreign_line_breaks_do_not_reach_the_text():
    document = a_document("one\x00\x07 two\r\nthree\u2028four")

    assert document.text == "one two three four"


def test_a_link_is_known_by_its_target_wherever_that_stands():
    document = a_document("See *the* [plan][1] & `a  b`.\n\nMore.\n\n[1]: https://example.org\n")

    assert document.text == "See the plan & a  b.\n\nMore."


def test_a_line_without_markup_says_what_is_written():
    document = a_document("Costs: 5 + 3 = 8 (50 %) | a^2 {x} $y$ #1 - ok?")

    assert document.text == "Costs: 5 + 3 = 8 (50 %) | a^2 {x} $y$ #1 - ok?"
