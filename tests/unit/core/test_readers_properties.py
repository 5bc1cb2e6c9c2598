"""For every format: the words that are written are read, in their order, at exact places."""

from email.message import EmailMessage
from typing import NamedTuple
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from ai_prism.core.readers import read
from ai_prism.core.sections import detect_sections
from support.documents import paragraph, write_word
from support.office import shape, text_row, write_open_document, write_slides, write_workbook


class Part(NamedTuple):
    """A heading of some level with the paragraphs under it."""

    level: int
    title: str
    paragraphs: list[str]


# Letters that every format and the fonts of every PDF have; no words that mean something.
_word = st.text(st.sampled_from("abdefghkmnoprstuwyzäöüßéñ"), min_size=2, max_size=9)
_title = st.lists(_word, min_size=1, max_size=5).map(lambda words: " ".join(words).capitalize())
_text = st.lists(_word, min_size=12, max_size=30).map(
    lambda words: f"{' '.join(words).capitalize()}."
)
_parts = st.builds(Part, st.integers(1, 3), _title, st.lists(_text, min_size=1, max_size=3))
_documents = st.lists(_parts, min_size=1, max_size=6)

_HEADINGS = "".join(
    f'<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="heading {level}"/></w:style>'
    for level in (1, 2, 3)
)


def _markup(parts, heading, text):
    return "".join(
        heading(part.level, escape(part.title)) + "".join(text(escape(p)) for p in part.paragraphs)
        for part in parts
    )


def _html(parts):
    return _markup(parts, "<h{0}>{1}</h{0}>\n".format, "<p>{}</p>\n".format)


def _docx(path, parts):
    body = _markup(parts, lambda level, title: paragraph(title, f"H{level}"), paragraph)
    write_word(path, body, styles=_HEADINGS)


def _odt(path, parts):
    heading = '<text:h text:outline-level="{}">{}</text:h>'.format
    write_open_document(path, _markup(parts, heading, "<text:p>{}</text:p>".format))


def _rtf(path, parts):
    body = _markup(
        parts,
        lambda level, title: rf"{{\pard\outlinelevel{level - 1}\b {title}\par}}",
        r"{{\pard {}\par}}".format,
    )
    encoded = "".join(c if ord(c) < 128 else rf"\u{ord(c)}?" for c in body)
    path.write_text(rf"{{\rtf1\ansi{{\fonttbl{{\f0 Arial;}}}}{encoded}}}")


def _txt(path, parts):
    marks = {1: "=", 2: "-", 3: "~"}
    heading = "{}\n{}\n\n".format
    body = _markup(
        parts,
        lambda level, title: heading(title, marks[level] * max(3, len(title))),
        "{}\n\n".format,
    )
    path.write_text(body)


def _pdf(path, parts):
    styles = getSampleStyleSheet()
    flow = []
    for part in parts:
        flow.append(Paragraph(part.title, styles[f"Heading{part.level}"]))
        flow += (Paragraph(text, styles["BodyText"]) for text in part.paragraphs)
    SimpleDocTemplate(str(path)).build(flow)


def _eml(path, parts):
    message = EmailMessage()
    message["Subject"] = parts[0].title
    message.set_content(_html(parts), subtype="html")
    path.write_bytes(bytes(message))


def _pptx(path, parts):
    slides = [
        shape(part.title, "title") + "".join(shape(text, "body") for text in part.paragraphs)
        for part in parts
    ]
    write_slides(path, *slides, title=False)


def _xlsx(path, parts):
    rows = []
    for part in parts:
        rows.append(text_row(len(rows) + 1, part.title))
        rows += (text_row(len(rows) + 1 + n, text) for n, text in enumerate(part.paragraphs))
    write_workbook(path, {"Sheet": "".join(rows)})


_WRITERS = {
    "docx": _docx,
    "odt": _odt,
    "rtf": _rtf,
    "html": lambda path, parts: path.write_text(f"<!doctype html>{_html(parts)}"),
    "md": lambda path, parts: path.write_text(
        _markup(parts, lambda level, title: f"{'#' * level} {title}\n\n", "{}\n\n".format)
    ),
    "txt": _txt,
    "pdf": _pdf,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "eml": _eml,
}
#: Formats in which the author marks headings and their levels.
_MARKED = {"docx", "odt", "rtf", "html", "md"}


def _written(parts):
    return [
        word for part in parts for text in (part.title, *part.paragraphs) for word in text.split()
    ]


@pytest.mark.parametrize("ending", _WRITERS)
@given(parts=_documents)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_is_written_is_read_at_exact_places(tmp_path, ending, parts):
    path = tmp_path / f"sample.{ending}"
    _WRITERS[ending](path, parts)

    document = read(path)
    sections = detect_sections(document)

    # A mail says its subject first, a workbook the name of its sheet.
    before = {"eml": parts[0].title.split(), "xlsx": ["Sheet"]}.get(ending, [])
    assert document.text.split() == [*before, *_written(parts)]
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end <= len(document.text)
        assert document.text[end : block.start].strip("\n\t") == ""
        end = block.end
    assert end == len(document.text)
    for section in sections:
        assert document.text.startswith(section.title, section.start)
        assert section.start + len(section.title) <= section.end <= len(document.text)
    if ending in _MARKED:
        assert [section.title for section in sections] == [part.title for part in parts]
