"""PDF files with our highlights: what lies under them are the words of the quotes."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pypdfium2.raw as raw
import pytest

from ai_prism.core.exporters import EXPORTERS, Order
from ai_prism.core.model import Document, Review
from ai_prism.core.page_images.rectangles import _bare
from ai_prism.core.readers import read
from support.annotations import annotations
from support.pdf_files import PDFS, need_writer, write_scan
from support.reviews import a_finding, a_review, anchor_of
from support.tools import need

#: The share of the quotes that are highlighted; the others, such as those that go on over a page,
#: have a note that quotes them.
LEAST = 0.9


class Pair(NamedTuple):
    original: Path
    copy: Path
    review: Review


@pytest.fixture(scope="module", params=PDFS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    need_writer(request.param)
    path = tmp_path_factory.mktemp("pdf") / "a.pdf"
    PDFS[request.param](path)
    return _copied(path, _review_of(read(path)))


def _copied(path: Path, review: Review) -> Pair:
    copy = path.with_name("copy.pdf")
    copy.write_bytes(EXPORTERS["pdf"].export(review, Order(original=path)))
    return Pair(path, copy, review)


def _review_of(document: Document) -> Review:
    """Return a review with a finding on some words of each block, at a border between words."""
    findings = []
    for number, block in enumerate(document.blocks[:40]):
        words = document.text_of(block).split(" ")
        first = len(words) // 3
        start = block.start + sum(len(word) + 1 for word in words[:first])
        end = start + len(" ".join(words[first : first + 6]))
        anchor = anchor_of(document, start, min(end, block.end))
        page = {"page": block.page}
        anchor = type(anchor)(**{f: getattr(anchor, f) for f in anchor.__struct_fields__} | page)
        findings.append(a_finding(number, anchor))
    return a_review(document, *findings, a_finding(9999))


def test_under_each_highlight_are_the_words_of_its_quote(pair: Pair) -> None:
    quotes = {f.id: f.anchors[0].quote for f in pair.review.findings if f.anchors}

    marked = {
        contents.rsplit(" · ", 2)[-2]: words
        for _, kind, contents, words in annotations(pair.copy)
        if kind == raw.FPDF_ANNOT_HIGHLIGHT
    }

    assert len(marked) >= LEAST * len(quotes)
    for id_, words in marked.items():
        assert _bare(words).lower() == _bare(quotes[id_]).lower()


def test_every_finding_is_told_and_the_text_is_the_same(pair: Pair) -> None:
    said = "\n".join(contents for _, _, contents, _ in annotations(pair.copy))

    for finding in pair.review.findings:
        assert finding.id in said
    assert read(pair.copy).text == pair.review.document.text


def test_the_bytes_of_the_original_stay_and_the_rest_is_the_same_each_time(pair: Pair) -> None:
    made = pair.copy.read_bytes()

    assert made.startswith(pair.original.read_bytes())
    assert EXPORTERS["pdf"].export(pair.review, Order(original=pair.original)) == made


def test_a_page_that_is_a_picture_gets_a_note_that_quotes_the_words(tmp_path: Path) -> None:
    need(shutil.which("tesseract"), "Tesseract")
    path = write_scan(tmp_path / "scan.pdf")
    document = read(path)

    pair = _copied(path, _review_of(document))

    notes = [contents for _, kind, contents, _ in annotations(pair.copy) if kind == 1]
    assert any("On: “" in contents for contents in notes)
    assert len(notes) == len(pair.review.findings)
