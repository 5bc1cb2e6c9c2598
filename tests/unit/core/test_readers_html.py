"""HTML pages: what a browser would show, block by block."""

import pytest

from ai_prism.core.model import BlockKind, Cell
from ai_prism.core.readers import read


@pytest.fixture
def page(tmp_path):
    def read_page(source, encoding="utf-8"):
        path = tmp_path / "page.html"
        path.write_bytes(source.encode(encoding))
        return read(path)

    return read_page


def test_scripts_styles_and_menus_are_left_out(page):
    document = page(
        "<html><head><title>The plan</title><style>p{}</style></head><body><nav>Menu</nav>"
        "<script>x()</script><p hidden>Hidden</p><!-- said --><p>Text.</p></body></html>"
    )

    assert document.text == "Text."
    assert document.title == "The plan"


def test_words_in_the_line_make_one_paragraph(page):
    document = page("<p>One <b>two</b>\n   <a href='#'>three</a>.<div>Four</div>five</p>")

    assert document.text == "One two three.\n\nFour\n\nfive"


def test_lists_carry_depth_and_number(page):
    document = page("<ol start=3><li>a<li>b<ul><li>c</ul></ol>")

    assert [(b.kind, b.level, b.number) for b in document.blocks] == [
        (BlockKind.LIST_ITEM, 1, "3."),
        (BlockKind.LIST_ITEM, 1, "4."),
        (BlockKind.LIST_ITEM, 2, "•"),
    ]


def test_cells_know_their_place(page):
    document = page(
        "<table><tr><th colspan=2>a</th><th>b</th></tr>"
        "<tr><td>1</td><td></td><td>2</td></tr></table>"
    )

    assert document.text == "a\t\tb\n1\t\t2"
    assert document.blocks[-1].cell == Cell(table=0, row=1, column=2)
    assert document.blocks[0].cell.header


def test_preformatted_text_keeps_its_lines(page):
    document = page("<pre>one\n  two</pre><blockquote><p>said</p></blockquote>")

    assert [(b.kind, document.text_of(b)) for b in document.blocks] == [
        (BlockKind.CODE, "one\n  two"),
        (BlockKind.QUOTE, "said"),
    ]


def test_the_declared_encoding_counts(page):
    document = page('<meta charset="iso-8859-1"><p>naïve</p>', encoding="iso-8859-1")

    assert document.text == "naïve"


def test_the_declared_language_counts(page):
    assert page('<html lang="nl-NL"><p>Ja.</p></html>').language == "nl"


def test_words_of_code_are_verbatim(page):
    document = page("<p>Set  <code>retry</code> to\n <kbd>3</kbd>.</p><p>No code.</p>")

    first, second = document.blocks
    assert document.text_of(first) == "Set retry to 3."
    assert [document.text[start:end] for start, end in first.verbatim] == ["retry", "3"]
    assert second.verbatim == ()


def test_what_is_left_out_is_said_with_its_place(page):
    document = page(
        "<p>One.</p><p style='visibility: hidden'>Two</p><iframe src='map.html'></iframe>"
        "<svg><text>Three</text></svg><p hidden></p>"
    )

    assert document.text == "One."
    assert [(part.what, part.where) for part in document.coverage.not_read] == [
        ("hidden text", "after “One.”"),
        ("embedded object", "map.html"),
        ("image", "after “One.”"),
    ]


def test_items_are_numbered_as_the_browser_does(page):
    document = page("<ol type=a start=2><li>x<li value=5>y<li>z</ol><ol type=odd><li>w</ol>")

    assert [block.number for block in document.blocks] == ["b.", "e.", "f.", "1."]


def test_a_cell_over_two_rows_moves_the_cells_below_it(page):
    document = page(
        "<table><caption>Prices</caption><tr><td rowspan=2>Pen<td>2<tr><td>3"
        "<tr><td>Ink<td>4</table>"
    )

    assert document.text_of(document.blocks[0]) == "Prices"
    places = [(block.cell.row, block.cell.column) for block in document.blocks if block.cell]
    assert places == [(0, 0), (0, 1), (1, 1), (2, 0), (2, 1)]


def test_soft_hyphens_divide_no_word(page):
    assert page("<p>termi&shy;nation</p>").text == "termination"


def test_a_flood_of_attributes_is_dropped_and_its_words_are_read(page):
    some = " ".join(f"attribute{number}=1" for number in range(5_000))
    flood = " ".join(f"attribute{number}=1" for number in range(10_000))

    assert page(f"<p>Seen.</p><p {some} hidden>Not seen.</p>").text == "Seen."
    assert page(f"<p {flood} hidden>Kept.</p>").text == "Kept."
