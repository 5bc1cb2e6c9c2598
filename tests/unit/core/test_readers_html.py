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
