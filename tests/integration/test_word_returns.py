"""A Word file with our comments comes back edited: what people made of them is read, and kept."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from docx import Document as WordDocument
from lxml import etree

from ai_prism.core.exporters import EXPORTERS, Order
from ai_prism.core.model import Answer, Answered, Document, Review
from ai_prism.core.readers import read
from support.reviews import a_finding, a_review, anchor_of, beside
from support.tools import need
from support.word_files import MAIN, convert

W = f"{{{MAIN}}}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
QUOTES = ["TBD", "rise considerably", "some day", "usually", "a vendor", "the team"]
TEXT = [
    "The budget is TBD for now.",
    "Costs rise considerably in autumn.",
    "We shall decide some day.",
    "It usually works in practice.",
    "There is a vendor for it.",
    "At last the team moves.",
]
REPLIED, RESOLVED, DELETED, GONE, CHANGED, IGNORED = range(6)

Edit = Callable[[dict[str, etree._Element]], None]


def findings_in(document: Document, quotes: list[str]) -> list:
    starts = {quote: document.text.index(quote) for quote in quotes if quote in document.text}
    return [
        a_finding(n, anchor_of(document, starts[quote], starts[quote] + len(quote)))
        for n, quote in enumerate(quotes)
        if quote in starts
    ]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Review]:
    """A document with our comments, and its review; the author has a comment of their own."""
    folder = tmp_path_factory.mktemp("returns")
    made = WordDocument()
    runs = [made.add_paragraph(text).runs[0] for text in TEXT]
    made.add_comment(runs[5], text="Which team?", author="The author", initials="A")
    made.save(folder / "plan.docx")
    document = read(folder / "plan.docx")
    review = a_review(document, *findings_in(document, QUOTES), a_finding(99))
    copy = folder / "copy.docx"
    copy.write_bytes(EXPORTERS["docx"].export(review, Order(original=folder / "plan.docx")))
    return copy, review


def edited(path: Path, to: Path, edit: Edit) -> Path:
    """Write the file at *path* to *to*, its parts changed by *edit*."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    trees = {
        name: etree.fromstring(parts[f"word/{name}.xml"])
        for name in ("document", "comments", "commentsExtended")
    }
    edit(trees)
    for name, tree in trees.items():
        parts[f"word/{name}.xml"] = etree.tostring(tree, encoding="UTF-8", xml_declaration=True)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return to


def comment_on(trees: dict[str, etree._Element], review: Review, number: int) -> etree._Element:
    id_ = review.findings[number].id
    return next(c for c in trees["comments"] if f"· {id_} ·" in "".join(c.itertext()))


def state_of(trees: dict[str, etree._Element], comment: etree._Element) -> etree._Element:
    last = comment.findall(W + "p")[-1].get(W14 + "paraId")
    return next(s for s in trees["commentsExtended"] if s.get(W15 + "paraId") == last)


def reply(trees: dict[str, etree._Element], to: etree._Element, words: str) -> None:
    """Answer a comment as Word does: a comment on the same words, tied to it by its paragraph."""
    answer = etree.SubElement(trees["comments"], W + "comment")
    answer.attrib.update({W + "id": "901", W + "author": "Editor"})
    answer.set(W + "date", "2026-06-01T10:00:00Z")
    line = etree.SubElement(answer, W + "p")
    line.set(W14 + "paraId", "00ABCDEF")
    etree.SubElement(etree.SubElement(line, W + "r"), W + "t").text = words
    state = etree.SubElement(trees["commentsExtended"], W15 + "commentEx")
    state.attrib.update({W15 + "paraId": "00ABCDEF", W15 + "done": "0"})
    state.set(W15 + "paraIdParent", state_of(trees, to).get(W15 + "paraId"))
    for mark in list(trees["document"].iter(W + "commentRangeStart", W + "commentRangeEnd")):
        if mark.get(W + "id") == to.get(W + "id"):
            twin = etree.Element(mark.tag)
            twin.set(W + "id", "901")
            mark.addnext(twin)
            if mark.tag == W + "commentRangeEnd":
                call = etree.Element(W + "r")
                etree.SubElement(call, W + "commentReference").set(W + "id", "901")
                twin.addnext(call)


def take_out(trees: dict[str, etree._Element], comment: etree._Element) -> None:
    trees["comments"].remove(comment)
    for mark in list(trees["document"].iter()):
        if mark.get(W + "id") == comment.get(W + "id") and "omment" in str(mark.tag):
            mark.getparent().remove(mark)


def rewrite(trees: dict[str, etree._Element], words: str, by: str) -> None:
    text = next(t for t in trees["document"].iter(W + "t") if t.text == words)
    text.text = by


@pytest.fixture(scope="module")
def second(first: tuple[Path, Review], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy as people have edited it: each comment met with another answer."""
    copy, review = first

    def edit(trees: dict[str, etree._Element]) -> None:
        reply(trees, comment_on(trees, review, REPLIED), "It is two million.")
        state_of(trees, comment_on(trees, review, RESOLVED)).set(W15 + "done", "1")
        take_out(trees, comment_on(trees, review, DELETED))
        rewrite(trees, QUOTES[GONE], "")
        rewrite(trees, QUOTES[CHANGED], "the firm of Smith")

    return edited(copy, tmp_path_factory.mktemp("second") / "plan 2.docx", edit)


@pytest.fixture(scope="module")
def resaved(second: Path) -> Path:
    """The same file as LibreOffice saves it."""
    need(shutil.which("soffice"), "LibreOffice")
    convert([second], "docx:MS Word 2007 XML", folder := second.parent / "resaved")
    return folder / second.name


@pytest.fixture(params=["edited", "resaved"])
def returned(request: pytest.FixtureRequest, second: Path, resaved: Path) -> Path:
    return second if request.param == "edited" else resaved


def compared_with(first: tuple[Path, Review], path: Path) -> Review:
    document = read(path)
    return beside(first[1], a_review(document, *findings_in(document, QUOTES)))


def answers_by_finding(review: Review) -> dict[str, Answered]:
    return {one.finding: one for one in review.comparison.answered}


def test_each_comment_says_what_people_made_of_it(
    first: tuple[Path, Review], returned: Path
) -> None:
    review = compared_with(first, returned)

    told = answers_by_finding(review)
    assert [told[f.id].answer for f in first[1].findings[:6]] == [
        Answer.REPLIED,
        Answer.RESOLVED,
        Answer.DELETED,
        Answer.WORDS_GONE,
        Answer.WORDS_CHANGED,
        Answer.IGNORED,
    ]
    (answer,) = told[first[1].findings[REPLIED].id].replies
    assert (answer.author, answer.text) == ("Editor", "It is two million.")
    assert told[first[1].findings[RESOLVED].id].is_resolved
    assert told[first[1].findings[IGNORED].id].now == first[1].findings[IGNORED].id


def test_our_comments_are_neither_text_nor_comments_left_in_the_document(
    first: tuple[Path, Review], returned: Path
) -> None:
    document = read(returned)

    assert "AI-Prism" not in document.text
    assert "two million" not in document.text
    # The author's own comment is one, and not ours to read.
    (part,) = document.coverage.not_read
    assert part.what == "comments"


def test_without_a_list_of_what_was_in_the_copy_nothing_is_called_deleted(
    first: tuple[Path, Review], second: Path, tmp_path: Path
) -> None:
    def without_the_top(trees: dict[str, etree._Element]) -> None:
        top = next(c for c in trees["comments"] if "in this copy" in "".join(c.itertext()))
        take_out(trees, top)

    review = compared_with(first, edited(second, tmp_path / "no-top.docx", without_the_top))

    assert first[1].findings[DELETED].id not in answers_by_finding(review)
    assert Answer.REPLIED in {one.answer for one in review.comparison.answered}


def test_a_file_that_never_had_our_comments_brings_nothing_back(tmp_path: Path) -> None:
    made = WordDocument()
    run = made.add_paragraph("The budget is TBD.").runs[0]
    made.add_comment(run, text="AI-Prism is a program.", author="AI-Prism")
    made.save(tmp_path / "own.docx")

    document = read(tmp_path / "own.docx")

    assert document.returned is None
    assert [part.what for part in document.coverage.not_read] == ["comments"]


def comments_of(path: Path) -> list[etree._Element]:
    with zipfile.ZipFile(path) as archive:
        return list(etree.fromstring(archive.read("word/comments.xml")))


def said(comment: etree._Element) -> str:
    return "".join(comment.itertext())


def test_the_next_copy_keeps_what_people_wrote_and_says_nothing_twice(
    first: tuple[Path, Review], returned: Path, tmp_path: Path
) -> None:
    review = compared_with(first, returned)
    copy = tmp_path / "next.docx"
    copy.write_bytes(EXPORTERS["docx"].export(review, Order(original=returned)))

    before, after = comments_of(returned), comments_of(copy)
    theirs = [etree.tostring(c) for c in before if c.get(W + "author") != "AI-Prism"]
    assert [etree.tostring(c) for c in after if c.get(W + "author") != "AI-Prism"] == theirs
    assert len(theirs) == 2
    for finding in review.findings:
        assert sum(f"· {finding.id} ·" in said(c) for c in after) == 1
    assert sum("in this copy" in said(c) for c in after) == 1
    again = read(copy)
    assert again.text == review.document.text
    back = {c.finding: c for c in again.returned.comments}
    assert [r.text for r in back[review.findings[0].id].replies] == ["It is two million."]
    with zipfile.ZipFile(copy) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    marks = [m.get(W + "id") for m in root.iter(W + "commentRangeStart")]
    assert len(marks) == len(set(marks))
    assert set(marks) <= {c.get(W + "id") for c in after}
    WordDocument(str(copy))


def test_a_thread_follows_its_finding_to_what_it_is_called_now(
    first: tuple[Path, Review], second: Path, tmp_path: Path
) -> None:
    document = read(second)
    found = findings_in(document, QUOTES)
    moved = [msgspec.structs.replace(f, id=f"moved-{n}") for n, f in enumerate(found)]
    review = beside(first[1], a_review(document, *moved))
    copy = tmp_path / "moved.docx"
    copy.write_bytes(EXPORTERS["docx"].export(review, Order(original=second)))

    back = {c.finding: c for c in read(copy).returned.comments if c.finding}

    assert set(back) == {finding.id for finding in review.findings}
    assert [r.text for r in back["moved-0"].replies] == ["It is two million."]


def test_the_same_draft_gives_the_same_copy(first: tuple[Path, Review], second: Path) -> None:
    review = compared_with(first, second)
    order = Order(original=second)

    assert EXPORTERS["docx"].export(review, order) == EXPORTERS["docx"].export(review, order)
