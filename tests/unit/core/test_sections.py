"""Headings are found by evidence, and nest as the author meant."""

import pytest

from ai_prism.core.readers import read
from ai_prism.core.sections import detect_sections
from ai_prism.testing import a_document
from support.documents import LINE, paragraph, write_word

BOLD = "<w:b/>"


@pytest.fixture
def word(tmp_path):
    """Return the sections of a Word file without styles, made of its paragraphs."""

    def sections_of(*paragraphs):
        return detect_sections(read(write_word(tmp_path / "a.docx", "".join(paragraphs))))

    return sections_of


def bold(text):
    return paragraph(text, run=BOLD)


def sized(text, points):
    return paragraph(text, run=f'<w:sz w:val="{2 * points}"/>')


def body():
    return paragraph(f"{LINE} {LINE}")


def outline(sections):
    return [(section.title, section.level) for section in sections]


def plain(text):
    return detect_sections(a_document(text, name="sample.txt"))


def test_sections_nest_and_contain_their_children():
    document = a_document("# A\n\none\n\n## B\n\ntwo\n\n# C\n\nthree")

    first, second, third = detect_sections(document)

    assert document.text[first.start : first.end] == "A\n\none\n\nB\n\ntwo\n\n"
    assert document.text[second.start : second.end] == "B\n\ntwo\n\n"
    assert (third.start, third.end) == (first.end, len(document.text))


def test_levels_have_no_gaps():
    assert outline(detect_sections(a_document("## A\n\n#### B\n\n## C"))) == [
        ("A", 1),
        ("B", 2),
        ("C", 1),
    ]


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("3.2 Scope", "3.2"),
        ("Article IV Term", "IV"),
        ("§ 12 Haftung", "12"),
        ("A. Parties", "A"),
        ("Appendix B: Forms", "B"),
        ("Scope", ""),
        ("2027 was a good year", ""),
    ],
)
def test_a_typed_number_is_resolved(title, number):
    (section,) = detect_sections(a_document(f"# {title}\n\n{LINE}"))

    assert section.number == number
    assert section.title == title


def test_a_document_without_headings_has_no_sections():
    assert detect_sections(a_document(f"{LINE}\n\n{LINE}\n\n{LINE}")) == ()


def test_bold_lines_are_headings_without_any_style(word):
    sections = word(bold("Scope"), body(), bold("Term"), body(), bold("Liability"), body())

    assert [section.title for section in sections] == ["Scope", "Term", "Liability"]
    assert all("bold" in section.why for section in sections)
    assert all(section.confidence > 0.5 for section in sections)


def test_size_gives_levels(word):
    sections = word(
        sized("Manual", 20), body(), sized("Use", 14), body(), sized("Care", 14), body()
    )

    assert outline(sections) == [("Manual", 1), ("Use", 2), ("Care", 2)]


def test_numbers_give_levels_where_all_look_alike(word):
    sections = word(
        *(bold("1 Scope"), body(), bold("1.1 Goods"), body()),
        *(bold("1.1.1 Spare parts"), body(), bold("2 Term"), body()),
    )

    assert outline(sections) == [
        ("1 Scope", 1),
        ("1.1 Goods", 2),
        ("1.1.1 Spare parts", 3),
        ("2 Term", 1),
    ]


def test_the_table_of_contents_gives_levels_and_is_no_heading(word):
    sections = word(
        bold("Contents"),
        paragraph("Scope ........................ 1"),
        paragraph("    Goods ..................... 1"),
        paragraph("Term ......................... 2"),
        *(bold("Scope"), body(), bold("Goods"), body(), bold("Term"), body()),
    )

    assert outline(sections) == [("Scope", 1), ("Goods", 2), ("Term", 1)]


def test_what_looks_like_a_heading_but_is_none_is_left_out(word):
    sections = word(
        *(bold("Scope"), body(), bold("Term"), body(), bold("Liability"), body()),
        bold("Figure 3: The plant"),
        bold("Note:"),
        bold("The goods are delivered in boxes, and boxes are returned at once."),
    )

    assert [section.title for section in sections] == ["Scope", "Term", "Liability"]


def test_bold_text_beside_set_headings_is_no_heading(tmp_path):
    styles = '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    text = "".join(
        [
            *(paragraph("Scope", "H1"), body(), bold("A loud remark"), body()),
            *(paragraph("Term", "H1"), body()),
        ]
    )

    sections = detect_sections(read(write_word(tmp_path / "a.docx", text, styles=styles)))

    assert [section.title for section in sections] == ["Scope", "Term"]


def test_computed_numbers_reach_the_section(tmp_path):
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="upperRoman"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    text = paragraph("Scope", "H1") + body() + paragraph("Term", "H1") + body()
    path = write_word(tmp_path / "a.docx", text, styles=styles, numbering=numbering)

    sections = detect_sections(read(path))

    assert [(section.number, section.title) for section in sections] == [
        ("I", "Scope"),
        ("II", "Term"),
    ]


def test_plain_text_has_headings_that_stand_alone():
    sections = plain(f"Delivery plan\n\n{LINE}\n{LINE}\n\nDates and places\n\n{LINE}\n{LINE}\n")

    assert outline(sections) == [("Delivery plan", 1), ("Dates and places", 2)]


def test_lines_of_a_list_are_no_headings():
    sections = plain(f"{LINE}\n\n- Pens\n- Books\n- Paper\n\n{LINE}\n")

    assert sections == ()


def test_what_stands_unnumbered_between_numbered_siblings_stays_inside():
    sections = plain(
        f"1. Scope\n\n{LINE}\n\n1.1 Goods\n\n{LINE}\n\nSummary\n\n{LINE}\n\n"
        f"1.2 Services\n\n{LINE}\n\n2. Term\n\n{LINE}\n"
    )

    assert outline(sections) == [
        ("1. Scope", 1),
        ("1.1 Goods", 2),
        ("Summary", 3),
        ("1.2 Services", 2),
        ("2. Term", 1),
    ]


def test_letters_hold_the_numbers_that_begin_anew_under_each():
    text = "\n\n".join(
        f"{title}\n\n{LINE} {LINE}"
        for title in ("A. Accounts", "1. Controls", "2. Security", "B. Content", "1. Rights")
    )

    levels = dict(outline(plain(text)))

    assert levels["A. Accounts"] == levels["B. Content"] == 1
    assert levels["1. Controls"] == levels["2. Security"] == levels["1. Rights"] == 2


def test_a_list_within_a_numbered_section_does_not_end_it():
    text = "\n\n".join(
        f"{title}\n\n{LINE} {LINE}"
        for title in ("1. Scope", "1.1 Who", "1. Get the form", "2. Sign the form", "1.2 Where")
    )

    levels = dict(outline(plain(text)))

    assert levels["1.1 Who"] == levels["1.2 Where"] == 2


def test_a_label_said_over_and_over_is_no_heading(word):
    parts = [paragraph("Methods", run='<w:b/><w:sz w:val="32"/>'), body()]
    for _ in range(12):
        parts += [paragraph("Typical usage", run="<w:b/><w:i/>"), body()]

    assert [title for title, _ in outline(word(*parts))] == ["Methods"]


def test_headings_in_a_typeface_of_their_own_outweigh_bold_text(word):
    coloured = '<w:color w:val="1F3864"/><w:rFonts w:ascii="Calibri"/>'
    parts = []
    for title in ("Scope", "Duties", "Records", "Access", "Review"):
        parts += [paragraph(title, run=f'{coloured}<w:b/><w:sz w:val="30"/>'), body()]
    parts += [paragraph("Bold words here", run=BOLD), body()]
    parts += [paragraph("Minor matters", run=coloured), body()]

    titles = [title for title, _ in outline(word(*parts))]

    assert "Minor matters" in titles
    assert "Bold words here" not in titles


def test_what_says_the_title_again_is_no_heading(word):
    said_again = paragraph("001. Incident commander. See the manual", run="<w:i/>")

    titles = [title for title, _ in outline(word(bold("Incident commander"), said_again, body()))]

    assert titles == ["Incident commander"]


def test_a_title_listed_once_is_found_once(word):
    contents = "".join(
        paragraph(f"{title}\t{page}") for page, title in enumerate(("Scope", "Duties", "Records"))
    )
    parts = [sized("Contents", 16), contents]
    for title in ("Scope", "Duties", "Records"):
        parts += [sized(title, 16), body()]
    parts += [paragraph("Scope"), body()]

    titles = [title for title, _ in outline(word(*parts))]

    assert titles.count("Scope") == 1
