"""Rich Text: characters in all their spellings, styles, tables, notes, and what is left out."""

import time

import pytest

from ai_prism.core.errors import NoText, TooLarge
from ai_prism.core.model import BlockKind, Cell
from ai_prism.core.readers import read
from ai_prism.core.sections import detect_sections
from support.documents import LINE


@pytest.fixture
def document(tmp_path):
    def read_body(body, head=r"\ansi"):
        path = tmp_path / "a.rtf"
        source = body if isinstance(body, bytes) else body.encode("latin-1")
        path.write_bytes(b"{\\rtf1" + head.encode() + b" " + source + b"}")
        return read(path)

    return read_body


def kinds_and_texts(document):
    return [(block.kind, document.text_of(block)) for block in document.blocks]


@pytest.mark.parametrize(
    ("spelled", "text"),
    [
        (r"caf\'e9", "café"),
        (r"\u8364?5", "€5"),
        (r"\uc2\u8364\'80\'80 5", "€ 5"),
        (r"\uc0\u8364 5", "€5"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"\u8220\ldblquote a", "“a"),
        (r"a\~b\_c\{d\}\\", "a\u00a0b\u2011c{d}\\"),
        (r"\lquote a\rquote\emdash b", "‘a’—b"),
        ("a\\\r\nb", "a\n\nb"),
        ("one\r\ntwo \\b three\\b0\n four", "onetwo three four"),
        (r"a{\*\unknown b{c}}d", "ad"),
    ],
)
def test_characters_are_read_however_they_are_spelled(document, spelled, text):
    assert document(spelled + r"\par").text == text


def test_bytes_are_read_in_the_code_page_of_their_font(document):
    fonts = (
        r"\ansi\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}"
        r"{\f2\fcharset128 MS Mincho;}}"
    )

    read_document = document(rb"\f1\'cf\'eb\'e0\'ed \f2 \'8e\'91\f0  \'e4\par", fonts)

    assert read_document.text == "План 資 ä"


def test_headings_are_told_by_outline_level_and_by_the_name_of_their_style(document):
    read_document = document(
        r"{\stylesheet{Normal;}{\s3\b heading 3;}{\s4\outlinelevel1 Own;}{\*\cs5 x;}}"
        r"{\pard\outlinelevel0 A\par}{\pard\s3 B\par}{\pard\s4 C\par}{\pard\s4\outlinelevel9 D\par}"
    )

    assert [(block.kind, block.level) for block in read_document.blocks] == [
        (BlockKind.HEADING, 1),
        (BlockKind.HEADING, 3),
        (BlockKind.HEADING, 2),
        (BlockKind.PARAGRAPH, 0),
    ]


def test_headings_that_only_look_like_ones_are_found(document):
    read_document = document(
        "".join(
            rf"\pard\plain\b\fs32 {title}\par\pard\plain\fs22 {LINE} {LINE}\par"
            for title in ("Purpose", "Payment", "Term")
        )
    )

    assert [s.title for s in detect_sections(read_document)] == ["Purpose", "Payment", "Term"]


def test_the_look_of_a_paragraph_is_that_of_most_of_it(document):
    read_document = document(
        r"{\colortbl;\red192\green0\blue0;}\pard\qc\fs28{\b\cf1 All of it}\par"
        r"\pard\plain {\b Only} some\par"
    )

    first, second = read_document.blocks
    assert (first.style.size, first.style.bold, first.style.colour) == (14.0, True, "#c00000")
    assert first.style.centred
    assert not second.style.bold


def test_computed_and_typed_marks_make_list_items(document):
    read_document = document(
        r"{\listtext\pard\plain 1.\tab}\ls1\ilvl0 One\par"
        r"{\listtext\f3\u61623 ?\tab}\ls1\ilvl1 Deep\par"
        r"\pard\li360\fi-360 \bullet \tx360\tab Typed\par"
    )

    assert [
        (b.kind, b.level, b.number, read_document.text_of(b)) for b in read_document.blocks
    ] == [
        (BlockKind.LIST_ITEM, 1, "1.", "One"),
        (BlockKind.LIST_ITEM, 2, "•", "Deep"),
        (BlockKind.LIST_ITEM, 1, "•", "Typed"),
    ]


def test_cells_know_their_place(document):
    read_document = document(
        r"Before\par\trowd\trhdr\cellx1\cellx2\pard\intbl a\cell b\cell\row"
        r"\trowd\cellx1\cellx2\pard\intbl 1\par 2\cell\cell\row\pard After\par"
    )

    cells = [block for block in read_document.blocks if block.cell]
    assert read_document.text == "Before\n\na\tb\n1\n2\n\nAfter"
    assert cells[1].cell == Cell(table=0, row=0, column=1, header=True)
    assert cells[2].cell == Cell(table=0, row=1, column=0)


def test_a_table_of_one_cell_is_a_frame(document):
    read_document = document(r"\trowd\cellx1\pard\intbl Framed\cell\row\pard After\par")

    assert [block.kind for block in read_document.blocks] == [BlockKind.PARAGRAPH] * 2


def test_notes_boxes_and_running_heads_have_their_place(document):
    read_document = document(
        r"{\header\pard Secret\par}{\headerf\pard Secret\par}"
        r"Here{\super\chftn}{\footnote\pard See there.} and on"
        r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard Boxed\par}}}.\par"
    )

    assert kinds_and_texts(read_document) == [
        (BlockKind.FURNITURE, "Secret"),
        (BlockKind.PARAGRAPH, "Here and on."),
        (BlockKind.FOOTNOTE, "See there."),
        (BlockKind.PARAGRAPH, "Boxed"),
    ]


def test_fields_are_read_as_they_are_shown(document):
    read_document = document(r"See {\field{\*\fldinst HYPERLINK x}{\fldrslt{\ul the site}}}.\par")

    assert read_document.text == "See the site."


def test_what_is_left_out_is_listed(document):
    read_document = document(
        r"{\info{\title The plan}{\author Nobody}}Shown{\v Hidden}{\deleted Deleted}"
        r"{\*\annotation Comment}{\*\shppict{\pict\pngblip 89504e47}}{\nonshppict{\pict 00}}"
        r"{\object\objemb{\*\objdata 00}{\result Seen}}\par"
    )

    assert read_document.text == "ShownSeen"
    assert read_document.title == "The plan"
    assert {part.what for part in read_document.coverage.not_read} == {
        "hidden text",
        "deleted text",
        "comments",
        "image",
        "embedded object",
    }


def test_raw_bytes_are_passed_over(document):
    assert document(b"a{\\pict\\bin6 {{{{}\\}b\\par").text == "ab"


def test_a_file_that_breaks_off_is_a_problem_and_its_text_is_read(tmp_path):
    path = tmp_path / "a.rtf"
    path.write_text(r"{\rtf1 One\par{\b Tw")

    read_document = read(path)

    assert read_document.text == "One\n\nTw"
    assert [problem.code for problem in read_document.problems] == ["corrupt"]


def test_a_file_without_words_has_no_text(document):
    with pytest.raises(NoText):
        document(r"\par{\pict 00}")


def test_groups_without_end_are_refused(document):
    with pytest.raises(TooLarge):
        document("{" * 200_000)


def test_reading_costs_no_more_than_in_proportion(tmp_path):
    def seconds(times):
        path = tmp_path / f"{times}.rtf"
        path.write_text("{\\rtf1" + rf"\pard {{\b Some}} \u8220?words\'94 {LINE}\par" * times + "}")
        started = time.process_time()
        read(path)
        return time.process_time() - started

    seconds(100)

    assert seconds(8_000) < 30 * seconds(800)
