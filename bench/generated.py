"""Documents of any size for the measurements: made up, but set as offices set theirs.

Each page of a PDF has a running head and a number; there are headings on three levels, words in
bold and in type of equal widths, bullets, tables and, on every fifth page, two columns. The same
seed gives the same words.
"""

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

_TEXT = """
the of and to in a is that for it as was with be by on not he his but at are this have from
which one had were all their there been if more when will would who so no out up said what its
about than into them can only other time new some could these two may first then do any service
supplier customer contract notice delivery record incident review policy system access period
report request written agreement section control change process service-level responsible
maintenance confidential information obligation termination availability measure
"""
#: What a text is drawn from, each as likely as any other.
WORDS = _TEXT.split()
_LEFT, _RIGHT, _TOP, _FOOT = 64.0, 531.0, 770.0, 70.0
_GUTTER = 24.0
#: About as many words as stand on a page of a Word file.
_WORDS_PER_PAGE = 450

_WORD_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def write_pdf(path: Path, pages: int) -> None:
    """Write a PDF of so many *pages* to *path*."""
    canvas = Canvas(str(path), pagesize=A4)
    writer = _PageWriter(canvas, random.Random(pages))
    for number in range(1, pages + 1):
        writer.page(number)
    canvas.save()


def write_docx(path: Path, pages: int, changed: int = 0) -> None:
    """Write a Word file of about so many *pages* to *path*; the *changed* one has other words."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="heading {level}"/>'
        f'<w:rPr><w:b/><w:sz w:val="{36 - 4 * level}"/></w:rPr></w:style>'
        for level in (1, 2, 3)
    )
    body = "".join(
        _word_page(number, random.Random(-number if number == changed else number))
        for number in range(1, pages + 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.wordprocessingml.document.main+xml"/><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.wordprocessingml.styles+xml"/></Types>',
        )
        archive.writestr("_rels/.rels", _relations("officeDocument", "word/document.xml"))
        archive.writestr("word/_rels/document.xml.rels", _relations("styles", "styles.xml"))
        archive.writestr("word/styles.xml", f"<w:styles {_WORD_NAMESPACE}>{styles}</w:styles>")
        archive.writestr(
            "word/document.xml",
            f"<w:document {_WORD_NAMESPACE}><w:body>{body}</w:body></w:document>",
        )


def _relations(kind: str, target: str) -> str:
    """Return the relations of a part of a Word file that has one of this *kind*, to *target*."""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="{target}"/></Relationships>'
    )


def write_md(path: Path, headings: int) -> None:
    """Write a Markdown file with so many *headings* to *path*, some words under each."""
    chance = random.Random(headings)
    with path.open("w", encoding="utf-8") as file:
        for number in range(headings):
            level = 1 if number % 50 == 0 else 2 if number % 10 == 0 else 3
            file.write(f"{'#' * level} {_title(chance)}\n\n{sentence(chance, 12)}\n\n")


class _PageWriter:
    """Sets one page after the other."""

    def __init__(self, canvas: Canvas, chance: random.Random) -> None:
        self._canvas = canvas
        self._chance = chance
        self._chapter = self._section = 0
        self._left, self._right, self._y = _LEFT, _RIGHT, _TOP

    def page(self, number: int) -> None:
        self._furniture(number)
        self._left, self._right, self._y = _LEFT, _RIGHT, _TOP
        if number % 10 == 1:
            self._chapter, self._section = self._chapter + 1, 0
            self._heading(f"{self._chapter} {_title(self._chance)}", 20)
        if number % 5 == 0:
            middle = (_LEFT + _RIGHT) / 2
            for left, right in ((_LEFT, middle - _GUTTER / 2), (middle + _GUTTER / 2, _RIGHT)):
                self._left, self._right, self._y = left, right, _TOP
                self._column()
        else:
            self._column(table=number % 4 == 0)
        self._canvas.showPage()

    def _furniture(self, number: int) -> None:
        self._canvas.setFont("Helvetica", 8)
        self._canvas.drawString(_LEFT, 805, "Handbook of the services - internal")
        self._canvas.drawRightString(_RIGHT, 40, f"Page {number}")

    def _column(self, *, table: bool = False) -> None:
        self._section += 1
        self._heading(f"{self._chapter}.{self._section} {_title(self._chance)}", 14)
        self._paragraph(70)
        if table:
            self._table()
        self._heading(_title(self._chance), 11)
        for _ in range(3):
            self._line(f"\u2022 {sentence(self._chance, 6)}")
        self._y -= 8
        while self._y > _FOOT + 60:
            self._paragraph(self._chance.randint(30, 90))

    def _heading(self, text: str, size: float) -> None:
        self._y -= size
        self._canvas.setFont("Helvetica-Bold", size)
        self._canvas.drawString(self._left, self._y, text[: int((self._right - self._left) / size)])
        self._y -= 0.9 * size

    def _paragraph(self, words: int) -> None:
        self._canvas.setFont("Times-Roman", 10)
        line: list[str] = []
        width, room = 0.0, self._right - self._left
        for word in sentence(self._chance, words).split():
            step = stringWidth(f"{word} ", "Times-Roman", 10)
            if width + step > room:
                self._line(" ".join(line))
                line, width = [], 0.0
            line.append(word)
            width += step
        self._line(" ".join(line))
        self._y -= 6

    def _line(self, text: str) -> None:
        """Draw one line, every tenth with a word in bold and one as code is set."""
        if self._y < _FOOT:
            return
        runs = [("Times-Roman", text)]
        if self._chance.random() < 0.1:
            words = text.split(" ")
            middle = len(words) // 2
            runs = [
                ("Times-Roman", " ".join(words[:middle]) + " "),
                ("Times-Bold", " ".join(words[middle : middle + 1]) + " "),
                ("Courier", " ".join(words[middle + 1 : middle + 2]) + " "),
                ("Times-Roman", " ".join(words[middle + 2 :])),
            ]
        drawn = self._canvas.beginText(self._left, self._y)
        for font, run in runs:
            drawn.setFont(font, 10)
            drawn.textOut(run)
        self._canvas.drawText(drawn)
        self._y -= 12

    def _table(self) -> None:
        self._y -= 6
        for row in range(6):
            self._canvas.setFont("Helvetica-Bold" if row == 0 else "Helvetica", 9)
            for column in range(4):
                cell = f"{self._chance.choice(WORDS)} {self._chance.randint(1, 999)}"
                self._canvas.drawString(self._left + 115 * column, self._y, cell)
            self._y -= 14
        self._y -= 6


def _word_page(number: int, chance: random.Random) -> str:
    return "".join(_word_blocks(number, chance))


def _word_blocks(number: int, chance: random.Random) -> Iterator[str]:
    if number % 10 == 1:
        yield _word_paragraph(_title(chance), "H1")
    yield _word_paragraph(_title(chance), "H2")
    for part in range(4):
        if part == 2:
            yield _word_paragraph(_title(chance), "H3")
        yield _word_paragraph(sentence(chance, _WORDS_PER_PAGE // 5))
    if number % 4 == 0:
        cells = "".join(f"<w:tc>{_word_paragraph(chance.choice(WORDS))}</w:tc>" for _ in range(4))
        yield f"<w:tbl>{f'<w:tr>{cells}</w:tr>' * 6}</w:tbl>"


def _word_paragraph(text: str, style: str = "") -> str:
    """Return a paragraph in three runs, as Word leaves them after some editing."""
    words = escape(text).split(" ")
    third = max(1, len(words) // 3)
    runs = "".join(
        f'<w:r><w:rPr><w:lang w:val="en-GB"/></w:rPr>'
        f'<w:t xml:space="preserve">{" ".join(words[start : start + third])} </w:t></w:r>'
        for start in range(0, len(words), third)
    )
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}</w:pPr>{runs}</w:p>"


def _title(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(2, 5))).capitalize()


def sentence(chance: random.Random, words: int) -> str:
    """Return a made-up sentence of so many *words*."""
    """Return so many *words* in sentences of about fifteen."""
    chosen = chance.choices(WORDS, k=words)
    for place in range(0, words, 15):
        chosen[place] = chosen[place].capitalize()
        end = min(place + 14, words - 1)
        chosen[end] += "."
    return " ".join(chosen)
