"""OpenDocument texts: headings, computed numbers, tables, notes, and what is left out."""

import zipfile

import pytest

from ai_prism.core.errors import Corrupt, Encrypted, NoText, TooLarge
from ai_prism.core.model import BlockKind, Cell
from ai_prism.core.readers import read
from ai_prism.core.sections import detect_sections
from support.documents import LINE
from support.office import flat_open_document, write_open_document


@pytest.fixture
def document(tmp_path):
    def read_body(body, automatic="", **parts):
        return read(write_open_document(tmp_path / "a.odt", body, automatic, **parts))

    return read_body


def style(name, properties, family="paragraph", attributes=""):
    return (
        f'<style:style style:name="{name}" style:family="{family}" {attributes}>'
        f"{properties}</style:style>"
    )


def kinds_and_texts(document):
    return [(block.kind, document.text_of(block)) for block in document.blocks]


def test_blanks_count_as_one_and_marked_ones_as_they_are_marked(document):
    read_document = document(
        "<text:p>One\n   two<text:s text:c='3'/>three<text:tab/>four"
        "<text:line-break/>five\u00a0six</text:p>"
    )

    assert read_document.text == "One two   three\tfour\nfive\u00a0six"


def test_a_paragraph_with_the_style_of_a_heading_is_one(document):
    read_document = document(
        f"<text:p text:style-name='P1'>Scope</text:p><text:p>{LINE}</text:p>",
        style("P1", "", attributes="style:parent-style-name='Heading_20_2'")
        + style("Heading_20_2", "", attributes="style:display-name='Heading 2'"),
    )

    assert (read_document.blocks[0].kind, read_document.blocks[0].level) == (BlockKind.HEADING, 2)


def test_headings_are_numbered_as_the_outline_says(tmp_path):
    levels = "".join(
        f"<text:outline-level-style text:level='{level}' style:num-format='1'"
        f" text:display-levels='{level}'/>"
        for level in (1, 2)
    )
    body = "".join(
        f"<text:h text:outline-level='{level}'>{title}</text:h>"
        for level, title in [(1, "A"), (2, "B"), (2, "C"), (1, "D"), (2, "E")]
    )
    path = tmp_path / "a.fodt"
    path.write_text(
        flat_open_document(body, styles=f"<text:outline-style>{levels}</text:outline-style>")
    )

    numbers = [block.number for block in read(path).blocks]

    assert numbers == ["1", "1.1", "1.2", "2", "2.1"]


_LISTS = (
    "<text:list-style style:name='L1'>"
    "<text:list-level-style-number text:level='1' style:num-format='a' style:num-suffix=')'/>"
    "<text:list-level-style-bullet text:level='2' text:bullet-char='-'/></text:list-style>"
)


def item(text):
    return f"<text:list-item><text:p>{text}</text:p></text:list-item>"


def test_lists_carry_depth_and_number(document):
    read_document = document(
        f"<text:list text:style-name='L1'>{item('One')}"
        f"<text:list-item><text:p>Two</text:p><text:p>More</text:p><text:list>{item('Deep')}"
        "</text:list></text:list-item></text:list>"
        f"<text:p>Between</text:p><text:list text:style-name='L1'>{item('Again')}</text:list>"
        f"<text:list text:style-name='L1' text:continue-numbering='true'>{item('On')}</text:list>",
        _LISTS,
    )

    assert [(b.number, b.level, read_document.text_of(b)) for b in read_document.blocks] == [
        ("a)", 1, "One"),
        ("b)", 1, "Two"),
        ("", 0, "More"),
        ("•", 2, "Deep"),
        ("", 0, "Between"),
        ("a)", 1, "Again"),
        ("b)", 1, "On"),
    ]


def test_cells_know_their_place(document):
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    read_document = document(
        "<table:table><table:table-header-rows><table:table-row>"
        "<table:table-cell table:number-columns-spanned='2'><text:p>a</text:p></table:table-cell>"
        f"<table:covered-table-cell/>{cell.format('b')}</table:table-row></table:table-header-rows>"
        f"<table:table-row>{cell.format(1)}<table:table-cell/>{cell.format(2)}</table:table-row>"
        "</table:table>"
    )

    assert read_document.text == "a\t\tb\n1\t\t2"
    assert read_document.blocks[1].cell == Cell(table=0, row=0, column=2, header=True)
    assert read_document.blocks[3].cell == Cell(table=0, row=1, column=2)


def test_notes_follow_their_paragraph(document):
    note = (
        "<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>See there.</text:p></text:note-body></text:note>"
    )

    read_document = document(f"<text:p>Here{note} and on.</text:p>")

    assert kinds_and_texts(read_document) == [
        (BlockKind.PARAGRAPH, "Here and on."),
        (BlockKind.FOOTNOTE, "See there."),
    ]
    assert read_document.blocks[1].number == "1"


def test_what_is_deleted_hidden_or_said_in_the_margin_is_left_out(document):
    read_document = document(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Deleted</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Shown<office:annotation><text:p>Comment</text:p></office:annotation>"
        "<text:span text:style-name='T1'>Hidden</text:span>.</text:p>"
        "<text:section text:display='none'><text:p>Away</text:p></text:section>",
        style("T1", "<style:text-properties text:display='none'/>", family="text"),
    )

    assert read_document.text == "Shown."
    assert {part.what for part in read_document.coverage.not_read} == {
        "comments",
        "deleted text",
        "hidden text",
    }


def test_text_boxes_are_read_and_pictures_listed(document):
    read_document = document(
        "<text:p>Before<draw:frame><draw:text-box><text:p>Boxed</text:p></draw:text-box></draw:frame>"
        "<draw:frame><draw:image/></draw:frame></text:p>"
    )

    assert read_document.text == "Before\n\nBoxed"
    assert [part.what for part in read_document.coverage.not_read] == ["image"]


def test_a_table_of_contents_is_known(document):
    read_document = document(
        "<text:table-of-content><text:index-body><text:index-title><text:p>Contents</text:p>"
        "</text:index-title><text:p>Scope<text:tab/>3</text:p></text:index-body>"
        "</text:table-of-content><text:p>Text.</text:p>"
    )

    assert [block.kind for block in read_document.blocks][1:] == [
        BlockKind.CONTENTS,
        BlockKind.PARAGRAPH,
    ]


def test_headings_that_only_look_like_ones_are_found(document):
    bold = "<style:text-properties fo:font-weight='bold' fo:font-size='16pt'/>"
    body = "".join(
        f"<text:p><text:span text:style-name='T1'>{title}</text:span></text:p>"
        f"<text:p>{LINE} {LINE}</text:p>"
        for title in ("Purpose", "Payment", "Term")
    )
    base = "<style:text-properties fo:font-size='11pt'/>"

    read_document = document(
        body,
        style("T1", bold, family="text")
        + f"<style:default-style style:family='paragraph'>{base}</style:default-style>",
    )

    assert [s.title for s in detect_sections(read_document)] == ["Purpose", "Payment", "Term"]


def test_running_heads_are_furniture(tmp_path):
    path = tmp_path / "a.fodt"
    header = "<style:header><text:p>Secret</text:p></style:header>"
    masters = f"<style:master-page>{header}</style:master-page>"
    path.write_text(flat_open_document("<text:p>Text.</text:p>", masters=masters))

    assert kinds_and_texts(read(path)) == [
        (BlockKind.FURNITURE, "Secret"),
        (BlockKind.PARAGRAPH, "Text."),
    ]


def test_pages_are_counted_where_the_file_tells(document):
    read_document = document(
        "<text:p>One</text:p><text:soft-page-break/><text:p>Two<text:soft-page-break/></text:p>"
        "<text:p>Three</text:p>"
    )

    assert [block.page for block in read_document.blocks] == [1, 2, 3]
    assert read_document.pages == 3


def test_an_encrypted_file_is_refused(document):
    manifest = {"META-INF/manifest": "<m><manifest:encryption-data/></m>"}

    with pytest.raises(Encrypted):
        document("<text:p>Text.</text:p>", **manifest)


def test_a_damaged_end_is_a_problem_and_the_rest_is_read(tmp_path):
    path = tmp_path / "a.fodt"
    path.write_text(flat_open_document("<text:p>Text.</text:p><text:p>broken</text:q>"))

    read_document = read(path)

    assert read_document.text == "Text."
    assert [problem.code for problem in read_document.problems] == ["corrupt"]


def test_an_archive_without_text_part_is_corrupt(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")

    with pytest.raises(Corrupt):
        read(tmp_path / "a.odt")


def test_a_file_without_words_has_no_text(document):
    with pytest.raises(NoText):
        document("<text:p/>")


def test_a_part_that_unpacks_to_gigabytes_is_too_large(document):
    with pytest.raises(TooLarge):
        document("<text:p>Text.</text:p>", styles="<s>" + " " * 50_000_000 + "</s>")


def test_entities_do_not_expand(tmp_path):
    laughs = "<!DOCTYPE o [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>"
    path = tmp_path / "a.fodt"
    flat = flat_open_document("<text:p>Text &b;.</text:p>")
    path.write_text(flat.replace("<office:document ", f"{laughs}<office:document ", 1))

    assert "ha" not in read(path).text


def test_deep_nesting_is_bounded(document):
    depth = 60
    read_document = document(
        "<text:p>Text.</text:p>"
        + "<text:list><text:list-item>" * depth
        + "<text:p>Deep</text:p>"
        + "</text:list-item></text:list>" * depth
    )

    assert read_document.text == "Text."
    assert [part.what for part in read_document.coverage.not_read] == ["nested text"]
