"""Word files: styles, numbers, tables, notes, tracked changes, damage."""

import zipfile

import pytest
from docx import Document as WordDocument

from ai_prism.core.errors import Corrupt, NoText, TooLarge
from ai_prism.core.model import BlockKind, Cell
from ai_prism.core.readers import read
from support.documents import LINE, W, paragraph, write_word


def blocks_of(document):
    return [(block.kind, document.text_of(block)) for block in document.blocks]


def style(style_id, name, based_on="", properties="", run=""):
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{style_id}"><w:name w:val="{name}"/>{base}'
        f"<w:pPr>{properties}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


@pytest.mark.parametrize(
    ("styles", "level"),
    [
        (style("X", "heading 2"), 2),
        (style("X", "Überschrift 3"), 3),
        (style("X", "Título 1"), 1),
        (style("X", "Company Head", properties='<w:outlineLvl w:val="3"/>'), 4),
        (style("B", "heading 2") + style("X", "Company Head", based_on="B"), 2),
    ],
)
def test_a_heading_is_known_by_name_outline_level_and_inheritance(tmp_path, styles, level):
    body = paragraph("Scope", "X") + paragraph(LINE)

    document = read(write_word(tmp_path / "a.docx", body, styles=styles))

    assert document.blocks[0].kind is BlockKind.HEADING
    assert document.blocks[0].level == level
    assert document.blocks[1].kind is BlockKind.PARAGRAPH


def test_a_style_gives_its_look_and_a_run_changes_it(tmp_path):
    styles = style("X", "Loud", run='<w:b/><w:sz w:val="32"/>')
    body = paragraph("One", "X") + paragraph("Two", "X", run='<w:b w:val="0"/>')

    document = read(write_word(tmp_path / "a.docx", body, styles=styles))

    assert [(b.style.bold, b.style.size) for b in document.blocks] == [(True, 16), (False, 16)]


def test_a_paragraph_with_a_bold_beginning_is_not_bold(tmp_path):
    body = (
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Note</w:t></w:r>"
        "<w:r><w:t xml:space='preserve'> that this counts.</w:t></w:r></w:p>"
    )

    document = read(write_word(tmp_path / "a.docx", body))

    assert document.text == "Note that this counts."
    assert not document.blocks[0].style.bold


def test_computed_numbers_are_resolved(tmp_path):
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
        '<w:lvlText w:val="%1.%2"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>'
    )

    def item(text, level):
        place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>'
        return paragraph(text, properties=place)

    body = item("A", 0) + item("B", 1) + item("C", 1) + item("D", 0) + item("E", 1)

    document = read(write_word(tmp_path / "a.docx", body, numbering=numbering))

    assert [block.number for block in document.blocks] == ["1.", "1.a", "1.b", "2.", "2.a"]
    assert [block.level for block in document.blocks] == [1, 2, 2, 1, 2]
    assert document.text == "A\nB\nC\nD\nE"


def test_inserted_text_is_read_and_deleted_text_is_not(tmp_path):
    body = (
        "<w:p><w:r><w:t xml:space='preserve'>Pay </w:t></w:r>"
        "<w:del w:id='1'><w:r><w:delText>10</w:delText></w:r></w:del>"
        "<w:ins w:id='2'><w:r><w:t>20</w:t></w:r></w:ins></w:p>"
    )

    document = read(write_word(tmp_path / "a.docx", body))

    assert document.text == "Pay 20"
    assert [part.what for part in document.coverage.not_read] == ["deleted text"]


def test_hidden_text_is_left_out_and_said_to_be(tmp_path):
    body = paragraph("Seen.") + paragraph("Unseen.", run="<w:vanish/>")

    document = read(write_word(tmp_path / "a.docx", body))

    assert document.text == "Seen."
    assert [part.what for part in document.coverage.not_read] == ["hidden text"]


def test_a_footnote_follows_the_paragraph_it_hangs_on(tmp_path):
    body = (
        "<w:p><w:r><w:t>Text.</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
        + paragraph("More.")
    )
    notes = f'<w:footnote w:id="2">{paragraph("The note.")}</w:footnote>'

    document = read(write_word(tmp_path / "a.docx", body, footnotes=notes))

    assert blocks_of(document) == [
        (BlockKind.PARAGRAPH, "Text."),
        (BlockKind.FOOTNOTE, "The note."),
        (BlockKind.PARAGRAPH, "More."),
    ]


def test_cells_know_their_place_over_spans_and_merged_rows(tmp_path):
    def cell(text, properties=""):
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    body = (
        "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>"
        + cell("a", '<w:gridSpan w:val="2"/>')
        + cell("b", '<w:vMerge w:val="restart"/>')
        + "</w:tr><w:tr>"
        + cell("c")
        + cell("d")
        + cell("again", "<w:vMerge/>")
        + "</w:tr></w:tbl>"
    )

    document = read(write_word(tmp_path / "a.docx", body))

    assert document.text == "a\t\tb\nc\td"
    assert [block.cell for block in document.blocks] == [
        Cell(table=0, row=0, column=0, header=True),
        Cell(table=0, row=0, column=2, header=True),
        Cell(table=0, row=1, column=0),
        Cell(table=0, row=1, column=1),
    ]


def test_a_file_that_python_docx_writes_reads_the_same(tmp_path):
    word = WordDocument()
    word.add_heading("Plan", 1)
    word.add_paragraph("First.", style="List Bullet")
    table = word.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    word.save(tmp_path / "a.docx")

    document = read(tmp_path / "a.docx")

    assert blocks_of(document) == [
        (BlockKind.HEADING, "Plan"),
        (BlockKind.LIST_ITEM, "First."),
        (BlockKind.CELL, "left"),
        (BlockKind.CELL, "right"),
    ]


def test_pages_are_counted_where_word_left_its_breaks(tmp_path):
    turned = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Two.</w:t></w:r></w:p>"

    document = read(write_word(tmp_path / "a.docx", paragraph("One.") + turned))

    assert document.pages == 2
    assert [block.page for block in document.blocks] == [1, 2]


def test_a_damaged_part_is_a_problem_and_the_text_is_read(tmp_path):
    path = write_word(tmp_path / "a.docx", paragraph("Text."))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/styles.xml", "<w:styles")

    document = read(path)

    assert document.text == "Text."
    assert [(problem.code, problem.where) for problem in document.problems] == [
        ("corrupt", "word/styles.xml")
    ]


def test_text_before_the_damage_is_kept(tmp_path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f"<w:document {W}><w:body>{paragraph('Kept.')}{paragraph('Kept too.')}<w:p><w:",
        )

    document = read(path)

    assert document.text.startswith("Kept.")
    assert [problem.code for problem in document.problems] == ["corrupt"]


def test_a_text_that_is_no_xml_is_corrupt(tmp_path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "\x00\x01 not XML")

    with pytest.raises(Corrupt):
        read(path)


def test_a_file_without_words_has_no_text(tmp_path):
    with pytest.raises(NoText):
        read(write_word(tmp_path / "a.docx", "<w:p/>"))


def test_an_archive_that_unpacks_to_far_more_is_too_large(tmp_path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 20_000_000)

    with pytest.raises(TooLarge):
        read(path)


def test_entities_are_not_resolved(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("LEAKED")
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'
            f"<w:document {W}><w:body>{paragraph('before &x; after')}</w:body></w:document>",
        )

    document = read(path)

    assert "LEAKED" not in document.text


def test_words_in_type_of_equal_widths_are_verbatim(tmp_path):
    body = (
        "<w:p><w:r><w:t xml:space='preserve'>Run </w:t></w:r>"
        "<w:r><w:rPr><w:rFonts w:ascii='Consolas'/></w:rPr><w:t>make all</w:t></w:r>"
        "<w:r><w:t xml:space='preserve'> once.</w:t></w:r></w:p>"
    )

    document = read(write_word(tmp_path / "a.docx", body))

    [(start, end)] = document.blocks[0].verbatim
    assert document.text[start:end] == "make all"


def test_a_footer_that_only_counts_pages_is_left_out(tmp_path):
    body = paragraph("The text itself.")
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://x/footer" Target="footer1.xml"/>'
        '<Relationship Id="r2" Type="http://x/footer" Target="footer2.xml"/></Relationships>'
    )
    footer = (
        '<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:ftr>"
    )
    path = write_word(tmp_path / "a.docx", body)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/_rels/document.xml.rels", rels)
        archive.writestr("word/footer1.xml", footer.format("Page 3 of 12"))
        archive.writestr("word/footer2.xml", footer.format("Policy manual"))

    document = read(path)

    furniture = [b for b in document.blocks if b.kind is BlockKind.FURNITURE]
    assert [document.text_of(block) for block in furniture] == ["Policy manual"]


def test_text_boxes_within_text_boxes_are_read_once_each(tmp_path):
    opening = "<w:p><w:r><w:pict><w:txbxContent>"
    closing = "</w:txbxContent></w:pict></w:r></w:p>"
    body = opening * 40 + paragraph("Inside.") + closing * 40

    document = read(write_word(tmp_path / "a.docx", body))

    assert document.text == "Inside."


def in_paragraph(*runs):
    return f"<w:p>{''.join(runs)}</w:p>"


def test_a_paragraph_whose_end_is_deleted_goes_on_with_the_next(tmp_path):
    deleted = paragraph("The fee is", properties="<w:rPr><w:del w:id='1'/></w:rPr>")

    document = read(write_word(tmp_path / "a.docx", deleted + paragraph(" due.") + deleted))

    assert blocks_of(document) == [
        (BlockKind.PARAGRAPH, "The fee is due."),
        (BlockKind.PARAGRAPH, "The fee is"),
    ]


def test_a_level_that_a_list_overrides_is_counted_on_in_its_own_format(tmp_path):
    def level(format_, text):
        return (
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{format_}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
        )

    numbering = (
        f'<w:abstractNum w:abstractNumId="1">{level("decimal", "%1.")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        f"{level('upperRoman', '(%1)')}</w:lvlOverride></w:num>"
    )
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr>'.format
    body = paragraph("one", properties=listed(1)) + paragraph("two", properties=listed(2))

    document = read(write_word(tmp_path / "a.docx", body, numbering=numbering))

    assert [block.number for block in document.blocks] == ["1.", "(II)"]


def test_notes_are_numbered_in_their_order_whatever_their_id(tmp_path):
    def reference(id_):
        return f'<w:r><w:t>Word.</w:t><w:footnoteReference w:id="{id_}"/></w:r>'

    notes = "".join(
        f'<w:footnote w:id="{id_}">{paragraph(f"Note {id_}")}</w:footnote>' for id_ in (4, 7)
    )
    body = in_paragraph(reference(7), reference(4))

    document = read(write_word(tmp_path / "a.docx", body, footnotes=notes))

    assert [(block.number, document.text_of(block)) for block in document.blocks[1:]] == [
        ("1", "Note 7"),
        ("2", "Note 4"),
    ]


def test_signs_and_readings_are_read_and_the_rest_is_said_with_its_place(tmp_path):
    body = in_paragraph(
        "<w:r><w:t>Paid</w:t><w:sym w:font='Wingdings' w:char='F0FC'/></w:r>",
        "<w:r><w:ruby><w:rt><w:r><w:t>aloud</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t> word</w:t></w:r></w:rubyBase></w:ruby></w:r>",
        "<w:r><w:sym w:font='Symbol' w:char='F061'/></w:r>",
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>",
    )

    document = read(write_word(tmp_path / "a.docx", body + "<w:altChunk/>"))

    assert document.text == "Paid✓ word"
    assert [(part.what, part.where) for part in document.coverage.not_read] == [
        ("symbol", "after “Paid✓ word”"),
        ("hidden text", "after “Paid✓ word”"),
        ("embedded document", "after “Paid✓ word”"),
    ]
