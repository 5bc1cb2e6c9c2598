"""Word files of many kinds: by our own builder, by python-docx, and by LibreOffice from others."""

import io
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from docx import Document as WordDocument
from PIL import Image

from support.documents import LINE, W, paragraph, write_word
from support.office import flat_open_document

R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(content)}</w:p>"


def cell(*content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(content)}</w:tc>"


def table(*rows: Sequence[str]) -> str:
    columns = "<w:gridCol/>" * max(len(row) for row in rows)
    lines = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{lines}</w:tbl>"


def write_whole_word(path: Path, body: str, **parts: str) -> Path:
    """Write a Word file that Word itself would open: with relations and types for each part."""
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD_TYPE}.{name}+xml"/>'
        for name in parts
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{name}" Target="{name}.xml"/>'
        for n, name in enumerate(parts, start=1)
    )
    packaged = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{packaged}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/word/document.xml" '
            f'ContentType="{_WORD_TYPE}.document.main+xml"/>'
            f"{overrides}</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{packaged}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{packaged}/relationships">{relations}</Relationships>',
        )
        archive.writestr(
            "word/document.xml", f"<w:document {W} {R}><w:body>{body}</w:body></w:document>"
        )
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return path


def comments_part(*texts: str) -> str:
    entries = "".join(
        f'<w:comment w:id="{n}" w:author="The author" w:date="2026-01-02T03:04:05Z">'
        f"{p(run(text))}</w:comment>"
        for n, text in enumerate(texts)
    )
    return f"<w:comments {W}>{entries}</w:comments>"


def notes_part(kind: str, *texts: str) -> str:
    edges = "".join(
        f'<w:{kind} w:type="{name}" w:id="{n}"><w:p><w:r><w:{name}/></w:r></w:p></w:{kind}>'
        for n, name in ((-1, "separator"), (0, "continuationSeparator"))
    )
    entries = "".join(
        f'<w:{kind} w:id="{n}">{p(run(text))}</w:{kind}>' for n, text in enumerate(texts, start=1)
    )
    return f"<w:{kind}s {W}>{edges}{entries}</w:{kind}s>"


def _commented(words: str, number: int) -> str:
    return (
        f'<w:commentRangeStart w:id="{number}"/>{run(words)}<w:commentRangeEnd w:id="{number}"/>'
        f'<w:r><w:commentReference w:id="{number}"/></w:r>'
    )


_TRACKED = (
    '<w:ins w:id="5" w:author="A" w:date="2026-01-01T00:00:00Z"><w:r><w:t xml:space="preserve">'
    "inserted words </w:t></w:r></w:ins>"
    '<w:del w:id="6" w:author="A" w:date="2026-01-01T00:00:00Z"><w:r><w:delText '
    'xml:space="preserve">deleted words </w:delText></w:r></w:del>'
)
_DELETED_END = '<w:rPr><w:del w:id="9" w:author="A" w:date="2026-01-01T00:00:00Z"/></w:rPr>'
_BOX = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:200pt;height:60pt">'
    "<v:textbox><w:txbxContent>" + p(run("Words in a box that stands aside.")) + "</w:txbxContent>"
    "</v:textbox></v:shape></w:pict></w:r>"
)
_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF x </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("section 4.2") + ""
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
_MATH = (
    '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
    "<m:r><m:t>a=b+c</m:t></m:r></m:oMath>"
)
_RUBY = (
    "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>kan</w:t></w:r></w:rt>"
    "<w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>"
)
_CONTROL = (
    '<w:sdt><w:sdtPr><w:alias w:val="Name"/></w:sdtPr><w:sdtContent>'
    + run("a controlled name")
    + "</w:sdtContent></w:sdt>"
)
_BLOCK_CONTROL = f"<w:sdt><w:sdtContent>{p(run(LINE))}{p(run('And more.'))}</w:sdtContent></w:sdt>"
_LINK = f'<w:hyperlink w:anchor="x">{run("the linked words")}</w:hyperlink>'
_SIGNS = (
    "<w:r><w:t>One</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t><w:noBreakHyphen/>"
    "<w:t>four</w:t><w:cr/><w:t>five</w:t></w:r>"
)
_MOVED = (
    '<w:moveFrom w:id="7" w:author="A" w:date="2026-01-01T00:00:00Z"><w:r><w:t>moved words</w:t>'
    '</w:r></w:moveFrom><w:moveTo w:id="8" w:author="A" w:date="2026-01-01T00:00:00Z"><w:r>'
    "<w:t>moved words</w:t></w:r></w:moveTo>"
)
_STATES = (
    '<w15:commentsEx xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
    '<w15:commentEx w15:paraId="0000ABCD" w15:done="1"/></w15:commentsEx>'
)
_TWO_LOOKS = p(run("Plain, "), run("bold ", "<w:b/>"), run("and slanted words.", "<w:i/>"))

_BODIES: dict[str, str] = {
    "plain": paragraph(LINE) + paragraph("A second paragraph."),
    "looks": _TWO_LOOKS + p(run("x" * 40), run("y" * 40, '<w:color w:val="FF0000"/>')),
    "link": p(run("Before "), _LINK, run(" after.")),
    "table": table(
        [cell(p(run("First cell"))), cell(p(run("Second cell, longer")))],
        [cell(p(run("Third"), run(" cell", "<w:b/>"))), cell(p(run("a")), p(run("b c")))],
    ),
    "nested table": table([cell(table([cell(p(run("In"))), cell(p(run("side")))]), p(run("Out")))]),
    "merged cells": table(
        [cell(p(run("Top words")), properties='<w:vMerge w:val="restart"/>'), cell(p(run("R1")))],
        [cell(p(), properties="<w:vMerge/>"), cell(p(run("R2 words")))],
    ),
    "tracked": p(run("Kept words "), _TRACKED, run("at the end.")),
    "joined": p(run("Begins here "), properties=_DELETED_END) + p(run("and goes on.")),
    "moved": p(run("Here "), _MOVED, run(" stood.")),
    "control": p(run("Signed by "), _CONTROL, run(".")),
    "block control": _BLOCK_CONTROL,
    "simple field": p(run("See "), f'<w:fldSimple w:instr="REF x">{run("figure 3")}</w:fldSimple>'),
    "field": p(run("As "), _FIELD, run(" says, it is so.")),
    "signs": p(_SIGNS) + p(run("  blanks   at  both ends  ")),
    "heading": p(run("A  heading   with"), run(" blanks"), properties='<w:outlineLvl w:val="0"/>')
    + paragraph(LINE),
    "formula": p(run("It holds that "), _MATH, run(" for all.")),
    "ruby": p(run("The sign "), _RUBY, run(" is read so.")),
    "hidden": p(run("Seen "), run("unseen ", "<w:vanish/>"), run("and seen again.")),
    "emoji": p(run("Grüße 😀 an "), run("אבגד הוז", "<w:rtl/>"), run(" und 日本語 zuletzt.")),
    "box": p(run("Beside it "), _BOX, run("stands a box.")) + paragraph(LINE),
    "entities": p(run("Terms &amp; conditions &lt;draft&gt; &quot;as is&quot;")),
    "soft hyphens": p(run("Hyphen\u00adated and control\u00adled words")),
    "empty runs": p("<w:r/>", run(""), run("Only this."), run(""), "<w:r><w:rPr/></w:r>"),
    "long": "".join(p(run(f"Paragraph {n}: "), run(LINE, "<w:b/>")) for n in range(120)),
}


def _by_hand(body: str) -> Callable[[Path], object]:
    return lambda path: write_whole_word(path, body)


def _commented_by_author(path: Path) -> None:
    body = p(run("Words with "), _commented("a remark", 0), run(" of the author.")) + p(
        _commented("Another one", 1), run(" follows.")
    )
    write_whole_word(path, body, comments=comments_part("Is that so?", "And this?"))


def _with_states(path: Path) -> None:
    comments = comments_part("Done already.").replace(
        '<w:p><w:pPr></w:pPr><w:r><w:rPr></w:rPr><w:t xml:space="preserve">Done',
        '<w:p xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
        'w14:paraId="0000ABCD"><w:r><w:t xml:space="preserve">Done',
    )
    body = p(run("Here "), _commented("stands", 0), run(" a settled one."))
    write_whole_word(path, body, comments=comments, commentsExtended=_STATES)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    old = f"{OFFICE}/commentsExtended".encode()
    new = b"http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
    with zipfile.ZipFile(path, "w") as archive:  # this one stored, not deflated
        for name, data in parts.items():
            archive.writestr(name, data.replace(old, new))


def _with_notes(kind: str) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        call = f'<w:r><w:{kind}Reference w:id="1"/></w:r>'
        body = p(run("A claim"), call, run(" that a note supports.")) + paragraph(LINE)
        write_whole_word(path, body, **{f"{kind}s": notes_part(kind, "The note says more of it.")})

    return write


def _strict(path: Path) -> None:
    _commented_by_author(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    strict_office = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            data = data.replace(MAIN.encode(), STRICT_MAIN.encode())
            archive.writestr(name, data.replace(OFFICE.encode(), strict_office))


def _bare(path: Path) -> None:
    """Write the least that a reader takes: no relations at all."""
    write_word(path, paragraph(LINE) + paragraph("The end."))


def _by_python_docx(path: Path) -> None:
    document = WordDocument()
    document.add_heading("A report", 0)
    document.add_heading("Scope", 1)
    text = document.add_paragraph("It covers ")
    text.add_run("all deliveries").bold = True
    text.add_run(" of the year.")
    document.add_paragraph("First point", style="List Bullet")
    document.add_paragraph("Second point", style="List Number")
    grid = document.add_table(rows=2, cols=2, style="Table Grid")
    for place, one in enumerate(c for row in grid.rows for c in row.cells):
        one.text = f"Cell number {place}"
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    document.add_picture(io.BytesIO(picture.getvalue()))
    document.sections[0].header.paragraphs[0].text = "Confidential draft"
    document.save(str(path))


def _commented_by_python_docx(path: Path) -> None:
    document = WordDocument()
    text = document.add_paragraph("The supplier ")
    words = text.add_run("shall deliver")
    text.add_run(" on time.")
    document.add_comment(words, text="By when?", author="The author", initials="TA")
    document.save(str(path))


_RTF = (
    r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\pard\b Delivery plan\par}"
    rf"{{\pard {LINE} {{\i slanted}} words.\par}}}}"
)
_HTML = (
    f"<!doctype html><h1>Plan</h1><p>{LINE} <b>Bold</b> and <a href='https://example.com'>linked"
    "</a> words.</p><ul><li>one</li><li>two</li></ul><table><tr><td>a</td><td>b</td></tr></table>"
)
_OPEN_BODY = (
    '<text:h text:outline-level="1">Plan</text:h>'
    f"<text:p>{LINE}<text:note text:note-class='footnote'><text:note-citation>1"
    "</text:note-citation><text:note-body><text:p>A note from there.</text:p>"
    "</text:note-body></text:note></text:p>"
)

#: How each file is written, by a name that says what is in it.
BUILDERS: dict[str, Callable[[Path], object]] = {
    **{name: _by_hand(body) for name, body in _BODIES.items()},
    "author's comments": _commented_by_author,
    "comments with states": _with_states,
    "footnotes": _with_notes("footnote"),
    "endnotes": _with_notes("endnote"),
    "strict": _strict,
    "bare": _bare,
    "python-docx": _by_python_docx,
    "python-docx comments": _commented_by_python_docx,
}
#: What LibreOffice makes Word files of.
SOURCES: dict[str, Callable[[Path], object]] = {
    "rtf.rtf": lambda path: path.write_text(_RTF),
    "html.html": lambda path: path.write_text(_HTML),
    "odt.fodt": lambda path: path.write_text(flat_open_document(_OPEN_BODY)),
    "text.txt": lambda path: path.write_text(f"Plan\n\n{LINE}\n\nThe end.\n"),
}


def convert(files: Sequence[Path], ending: str, folder: Path) -> None:
    """Have LibreOffice convert *files* into *folder*, in one go."""
    profile = (folder / "profile").resolve().as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless",
         "--convert-to", ending, "--outdir", str(folder), *map(str, files)],
        check=True, capture_output=True, timeout=110,
    )  # fmt: skip
