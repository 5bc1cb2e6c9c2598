"""PDF files: lines become paragraphs, lists and tables; furniture goes; damage has its code."""

import zlib
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from ai_prism.core.errors import Corrupt, Encrypted, NoText, TooLarge
from ai_prism.core.model import BlockKind, Cell
from ai_prism.core.progress import Stage, StageReached
from ai_prism.core.readers import read
from ai_prism.core.readers.pdf.fonts import told_by_name
from support.documents import LINE, lines, together, write_pdf
from support.tools import need


@pytest.fixture
def pdf(tmp_path):
    def read_pages(*pages, **options):
        return read(write_pdf(tmp_path / "a.pdf", pages, **options))

    return read_pages


def texts(document):
    return [document.text_of(block) for block in document.blocks]


def test_lines_are_joined_to_paragraphs_by_the_space_between(pdf):
    document = pdf(together(lines(LINE, "and so on."), lines(LINE, top=690)))

    assert texts(document) == [f"{LINE} and so on.", LINE]


def test_type_is_told_of_each_block(pdf):
    document = pdf(together(lines("Scope", size=16, bold=True), lines(LINE, top=700)))

    heading, body = (block.style for block in document.blocks)
    assert (heading.size, heading.bold, body.size, body.bold) == (16, True, 11, False)


def test_a_paragraph_goes_on_over_the_page_break(pdf):
    full = "The supplier keeps a record of every single delivery and shows it to the customer"
    document = pdf(lines(full, full, top=100), lines("whenever asked.", top=760))

    assert texts(document) == [f"{full} {full} whenever asked."]
    assert document.blocks[0].page == 1


def test_running_heads_and_page_numbers_are_taken_out(pdf):
    def page(number):
        return together(
            lines("Policy manual", top=810, size=9),
            lines(f"What page {number} says is not what the others say.", top=400),
            lines(f"Page {number} of 3", top=30, size=9),
        )

    document = pdf(page(1), page(2), page(3))

    furniture = [b for b in document.blocks if b.kind is BlockKind.FURNITURE]
    assert [document.text_of(block) for block in furniture] == ["Policy manual"]
    assert sum("says" in text for text in texts(document)) == 3
    assert "of 3" not in document.text


def test_what_changes_where_running_heads_stand_is_taken_out_with_them(pdf):
    def page(number):
        head = [
            lines("Cargo manual", "for harbours", "and their crews", top=810, size=8),
            lines("Document 4711", "Issue 3", top=810, left=450, size=8),
            lines("Ships" if number < 9 else f"Part {number * 'i'}", top=790, left=450, size=8),
        ]
        return together(*head, lines(f"What page {number} says.", top=700))

    document = pdf(*map(page, range(1, 11)))

    body = [block for block in document.blocks if block.kind is not BlockKind.FURNITURE]
    said = [sentence for block in body for sentence in document.text_of(block).split(". ")]
    assert [sentence.rstrip(".") for sentence in said] == [
        f"What page {number} says" for number in range(1, 11)
    ]


def test_a_word_divided_at_the_end_of_a_line_is_made_whole(pdf):
    document = pdf(lines("The cable was discon-", "nected. It was disconnected twice."))

    assert document.text == "The cable was disconnected. It was disconnected twice."


def test_a_real_hyphen_at_the_end_of_a_line_stays(pdf):
    document = pdf(lines("The service is self-", "hosted. We like self-hosted services."))

    assert document.text == "The service is self-hosted. We like self-hosted services."


def test_bullets_make_list_items(pdf):
    document = pdf(lines("Bring:", "• a pen", "• a book"))

    assert [(b.kind, document.text_of(b)) for b in document.blocks[1:]] == [
        (BlockKind.LIST_ITEM, "a pen"),
        (BlockKind.LIST_ITEM, "a book"),
    ]


def test_words_side_by_side_make_a_table(pdf):
    def table(canvas):
        canvas.setFont("Helvetica", 11)
        for row, cells in enumerate([("Item", "Price"), ("Pen", "2"), ("Book", "13")]):
            for column, text in enumerate(cells):
                canvas.drawString(72 + 200 * column, 700 - 20 * row, text)

    document = pdf(together(lines(LINE), table, lines(LINE, top=600)))

    assert document.text == f"{LINE}\n\nItem\tPrice\nPen\t2\nBook\t13\n\n{LINE}"
    assert document.blocks[-2].cell == Cell(table=0, row=2, column=1)


def test_two_columns_are_read_one_after_the_other(pdf):
    left = ["The left column speaks of", "the past and goes down to", "the very end of it."]
    right = ["The right column speaks of", "the future and goes down", "to the end as well."]

    document = pdf(together(lines(*left * 8), lines(*right * 8, left=320)))

    assert document.text.rindex("left column") < document.text.index("right column")
    assert all(block.kind is BlockKind.PARAGRAPH for block in document.blocks)


def test_bookmarks_make_headings_where_the_page_agrees(pdf):
    def bookmarked(canvas):
        lines("Scope", top=700)(canvas)
        canvas.bookmarkPage("scope")
        canvas.addOutlineEntry("Scope", "scope", level=0)

    document = pdf(together(bookmarked, lines(LINE, top=660)))

    assert document.blocks[0].kind is BlockKind.HEADING
    assert document.blocks[0].level == 1


def test_bookmarks_that_the_pages_do_not_know_are_left_aside(pdf):
    def bookmarked(canvas):
        canvas.bookmarkPage("there")
        for title in ("Chapter one", "Chapter two", "Chapter three"):
            canvas.addOutlineEntry(title, "there", level=0)

    document = pdf(together(bookmarked, lines(LINE)))

    assert [block.kind for block in document.blocks] == [BlockKind.PARAGRAPH]


def test_type_of_equal_widths_is_code_in_a_text_that_has_other_type(pdf):
    def code(canvas):
        canvas.setFont("Courier", 10)
        canvas.drawString(72, 650, "for line in lines:")
        canvas.drawString(84, 638, "print(line)")

    document = pdf(together(lines(LINE, LINE), code))

    assert document.blocks[-1].kind is BlockKind.CODE
    assert document.text.endswith("for line in lines:\nprint(line)")


def test_a_font_that_only_says_to_be_of_equal_widths_is_no_code(tmp_path):
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    def page(canvas):
        for top, size, text in ((740, 18, "Scope"), (715, 11, LINE), (700, 11, LINE)):
            canvas.setFont("Vera", size)
            canvas.drawString(72, top, text)

    path = write_pdf(tmp_path / "a.pdf", [page])
    plain, fixed = b"/Flags 4", b"/Flags 5"
    assert path.read_bytes().count(plain) == 1
    path.write_bytes(path.read_bytes().replace(plain, fixed))

    document = read(path)

    assert [(document.text_of(b), b.kind) for b in document.blocks] == [
        ("Scope", BlockKind.PARAGRAPH),
        (f"{LINE} {LINE}", BlockKind.PARAGRAPH),
    ]


def test_progress_is_told_page_by_page(tmp_path):
    path = write_pdf(tmp_path / "a.pdf", [lines(LINE), lines(LINE)])
    told = []

    read(path, told.append)

    assert told == [
        StageReached(stage=Stage.READING, done=1, total=2),
        StageReached(stage=Stage.READING, done=2, total=2),
    ]


def test_a_page_that_is_a_picture_is_listed_as_not_read(pdf, tmp_path):
    def picture(canvas):
        canvas.drawImage(_picture(tmp_path), 50, 50, 500, 700)

    document = pdf(lines(LINE), picture)

    assert [(part.what, part.where) for part in document.coverage.not_read] == [("page", "page 2")]
    assert document.coverage.read == 0.5


def test_a_scan_has_no_text(tmp_path):
    def picture(canvas):
        canvas.drawImage(_picture(tmp_path), 50, 50, 500, 700)

    with pytest.raises(NoText):
        read(write_pdf(tmp_path / "a.pdf", [picture]))


def test_a_password_is_said_to_be_missing(tmp_path):
    lock = StandardEncryption("secret", canPrint=1)
    path = write_pdf(tmp_path / "a.pdf", [lines(LINE)], encrypt=lock)

    with pytest.raises(Encrypted):
        read(path)


def test_a_pdf_that_is_only_protected_against_changes_is_read(tmp_path):
    lock = StandardEncryption("", ownerPassword="secret", canModify=0)
    path = write_pdf(tmp_path / "a.pdf", [lines(LINE)], encrypt=lock)

    assert read(path).text == LINE


def test_a_corrupt_pdf_is_refused(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n" + b"nothing of the kind " * 50)

    with pytest.raises(Corrupt):
        read(path)


@pytest.mark.parametrize("times_packed", [1, 2])
def test_a_stream_that_unpacks_to_far_more_is_too_large(tmp_path, times_packed):
    stream = b" " * 60_000_000
    for _ in range(times_packed):
        stream = zlib.compress(stream, 9)
    filters = b"/FlateDecode " * times_packed
    path = tmp_path / "a.pdf"
    path.write_bytes(
        b"%PDF-1.7\n1 0 obj\n<</Filter[" + filters + b"]>>stream\n" + stream + b"\nendstream\n"
    )

    with pytest.raises(TooLarge):
        read(path)


def test_a_word_divided_by_a_typographic_hyphen_is_made_whole(pdf):
    line = "Whoever signs it keeps a copy for ten years and hands it out on writ\u2010"
    document = pdf(_unicode_lines(line, "ten request."))

    assert texts(document)[0].endswith("on written request.")


@pytest.mark.parametrize(("rotation", "turn"), [(0, 90), (90, 90), (180, 180), (270, 270)])
def test_a_page_on_its_side_reads_like_any_other(pdf, rotation, turn):
    page = together(lines("Scope", size=16, bold=True, top=400), lines(LINE, "and so on.", top=370))

    def draw(canvas):
        canvas.setPageRotation(rotation)
        canvas.translate(300, 400)
        canvas.rotate(turn)
        canvas.translate(-300, -400)
        page(canvas)

    assert texts(pdf(draw)) == ["Scope", f"{LINE} and so on."]


def test_code_among_words_is_verbatim_and_does_not_hide_a_heading(pdf):
    def draw(canvas):
        for top, font, size in ((740, "Helvetica-Bold", 14), (710, "Helvetica", 11)):
            text = canvas.beginText(72, top)
            text.setFont(font, size)
            text.textOut("The ")
            text.setFont("Courier", size - 2)
            text.textOut("retention_days ")
            text.setFont(font, size)
            text.textOut("setting")
            canvas.drawText(text)

    document = pdf(together(draw, lines(LINE, LINE, top=690)))

    heading, body = document.blocks[:2]
    assert (heading.style.size, heading.style.bold) == (14, True)
    assert [document.text[start:end] for start, end in body.verbatim] == ["retention_days"]


def test_tags_make_headings_where_the_page_agrees(tmp_path):
    document = read(_tagged_pdf(tmp_path / "a.pdf"))

    assert [(document.text_of(b), b.kind, b.level) for b in document.blocks] == [
        ("Scope", BlockKind.HEADING, 1),
        ("This applies to all of us.", BlockKind.PARAGRAPH, 0),
        ("Duties", BlockKind.HEADING, 2),
        ("These are the duties that we have.", BlockKind.PARAGRAPH, 0),
    ]


def test_forms_that_draw_each_other_without_end_are_too_large(tmp_path):
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    objects.append("<</Type/Page/Parent 2 0 R/Resources<</XObject<</X 4 0 R>>>>>>")
    for number in range(4, 14):
        objects.append(
            "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 60"
            f"/Resources<</XObject<</X {number + 1} 0 R>>>>>>stream\n{'/X Do ' * 10}\nendstream"
        )

    with pytest.raises(TooLarge):
        read(_raw_pdf(tmp_path / "a.pdf", objects))


def test_forms_that_draw_each_other_in_a_ring_are_too_large(tmp_path):
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    objects.append("<</Type/Page/Parent 2 0 R/Resources<</XObject<</X 4 0 R>>>>>>")
    for other in (5, 4):
        objects.append(
            "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 11"
            f"/Resources<</XObject<</X {other} 0 R>>>>>>stream\n/X Do /X Do\nendstream"
        )

    with pytest.raises(TooLarge):
        read(_raw_pdf(tmp_path / "a.pdf", objects))


def _unicode_lines(*texts):
    """Draw *texts* in a font that has all of Unicode's hyphens."""
    font = need(next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None), "the font DejaVu")
    pdfmetrics.registerFont(TTFont("DejaVu", font))

    def draw(canvas):
        canvas.setFont("DejaVu", 11)
        for place, text in enumerate(texts):
            canvas.drawString(72, 740 - 13 * place, text)

    return draw


def _tagged_pdf(path):
    pieces = [
        ("H1", 16, "Scope"),
        ("P", 11, "This applies to all of us."),
        ("H2", 13, "Duties"),
        ("P", 11, "These are the duties that we have."),
    ]
    content = "".join(
        f"/{tag} <</MCID {place}>> BDC BT /F {size} Tf"
        f" 72 {700 - 40 * place} Td ({text}) Tj ET EMC\n"
        for place, (tag, size, text) in enumerate(pieces)
    )
    first = 8
    kids = " ".join(f"{first + place} 0 R" for place in range(len(pieces)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/StructParents 0"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        f"<</Type/StructTreeRoot/K[7 0 R]/ParentTree<</Nums[0 [{kids}]]>>>>",
        f"<</Type/StructElem/S/Document/P 6 0 R/K[{kids}]>>",
        *(
            f"<</Type/StructElem/S/{tag}/P 7 0 R/Pg 3 0 R/K {place}>>"
            for place, (tag, _, _) in enumerate(pieces)
        ),
    ]
    return _raw_pdf(path, objects)


def _raw_pdf(path, objects):
    """Write a PDF of *objects*, numbered from 1, the first of them its catalogue."""
    body, places = "%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    path.write_text(
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    )
    return path


def _picture(folder):
    """Return the path of a picture without text, which is no blank sheet either."""
    path = folder / "picture.png"
    if not path.exists():
        with PdfDocument.new() as blank:
            grey = (90, 90, 90, 255)
            blank.new_page(50, 70).render(fill_color=grey).to_pil().save(path)
    return str(path)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("CMBX12", (True, False, False)),
        ("SFBX1200", (True, False, False)),
        ("CMSSBX10", (True, False, False)),
        ("CMB10", (True, False, False)),
        ("CMBXTI10", (True, True, False)),
        ("SFTI1095", (False, True, False)),
        ("SFTT1095", (False, False, True)),
        ("NimbusMonL-Regu", (False, False, True)),
        ("SFRM1000", (False, False, False)),
        ("CMR12", (False, False, False)),
    ],
)
def test_the_names_of_typefaces_of_tex_tell_their_weight(name, told):
    assert told_by_name(name) == told
