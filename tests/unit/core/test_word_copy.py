"""Comments in the Word file: which findings, what they say, tracked changes, damage."""

import zipfile
from copy import deepcopy

import msgspec
import pytest
from lxml import etree

from ai_prism.core.errors import Corrupt
from ai_prism.core.exporters import EXPORTERS, NoCopy, Order
from ai_prism.core.exporters.isolation import IsolatedExporter
from ai_prism.core.exporters.order import InvalidOrder
from ai_prism.core.model import Anchor, Decision, Fix
from ai_prism.core.readers import read
from ai_prism.testing import a_document
from support.documents import LINE, paragraph
from support.reviews import a_finding, a_review, anchor_of
from support.word_files import MAIN, STRICT_MAIN, p, run, write_whole_word

NS = f"{{{MAIN}}}"


def tree(data, part="word/document.xml"):
    with zipfile.ZipFile(data) as archive:
        return etree.fromstring(archive.read(part))


def comments(path):
    return [
        "\n".join("".join(paragraph.itertext()) for paragraph in comment)
        for comment in tree(path, "word/comments.xml")
    ]


@pytest.fixture
def reviewed(tmp_path):
    """Return a file, and a review of it with one finding on the word "record" and one on none."""
    path = write_whole_word(tmp_path / "a.docx", paragraph(LINE))
    document = read(path)
    start = document.text.index("record")
    finding = a_finding(1, anchor_of(document, start, start + 6))
    return path, a_review(document, finding, a_finding(2))


def exported(path, review, **order):
    copy = path.with_name("copy.docx")
    copy.write_bytes(EXPORTERS["docx"].export(review, Order(original=path, **order)))
    return copy


def decided(review, *decisions):
    findings = [
        msgspec.structs.replace(finding, decision=decision)
        for finding, decision in zip(review.findings, decisions, strict=True)
    ]
    return msgspec.structs.replace(review, findings=tuple(findings))


def test_a_comment_says_what_why_how_grave_and_what_to_do(reviewed):
    said = "\n".join(comments(exported(*reviewed)))

    for words in ("Medium: Title 1", "Message 1.", "Why: Reason 1.", "Suggestion: Suggestion 1."):
        assert words in said


def test_what_has_no_place_is_told_at_the_top(reviewed):
    top = comments(exported(*reviewed))[-1]

    assert "low risk, 7 of 100" in top
    assert "Low: Title 2" in top
    assert "Title 1" not in top


def test_what_left_the_machine_is_told_at_the_top(reviewed):
    path, review = reviewed
    words = "300 characters in 3 requests to llm.example (one)"
    receipt = msgspec.structs.replace(
        review.receipt, outbound=words, remarks_offered=3, remarks_verified=2
    )

    asked = comments(exported(path, msgspec.structs.replace(review, receipt=receipt)))[-1]

    assert f"{words}; 2 of 3 quotes verified" in asked
    assert "Reviewer:" not in comments(exported(path, review))[-1]


def test_while_nothing_is_decided_all_is_carried_and_that_is_said(reviewed):
    said = comments(exported(*reviewed))

    assert len(said) == 2
    assert "Nothing has been decided yet" in said[-1]


def test_once_something_is_decided_only_what_was_accepted_is_carried(reviewed):
    path, review = reviewed

    said = comments(exported(path, decided(review, Decision.REJECTED, Decision.ACCEPTED)))

    assert len(said) == 1
    assert "Title 2" in said[0]
    assert "1 of 2: accepted" in said[0]


def test_more_is_carried_when_it_is_asked_for(reviewed):
    path, review = reviewed
    review = decided(review, Decision.REJECTED, Decision.OPEN)
    order = Order.of("open,rejected")

    copy = exported(path, review, include=order.include)

    assert "Title 1" in comments(copy)[0]
    states = tree(copy, "word/commentsExtended.xml")
    assert [state.values()[-1] for state in states] == ["1", "0"]


@pytest.mark.parametrize("words", [("all", ""), ("", "untracked")])
def test_an_order_for_what_there_is_not_is_refused(words):
    with pytest.raises(InvalidOrder):
        Order.of(*words)


def test_a_fix_becomes_a_tracked_change_only_on_request(reviewed):
    path, review = reviewed
    anchor = review.findings[0].anchors[0]
    fixed = msgspec.structs.replace(
        review.findings[0], fixes=(Fix(anchor=anchor, replacement="log"),)
    )
    review = msgspec.structs.replace(review, findings=(fixed,))

    untouched = exported(path, review)
    assert tree(untouched).findall(f".//{NS}ins") == []
    changed = tree(exported(path, review, tracked=True))

    assert ["".join(e.itertext()) for e in changed.iter(f"{NS}ins")] == ["log"]
    assert ["".join(e.itertext()) for e in changed.iter(f"{NS}del")] == ["record"]
    assert read(path.with_name("copy.docx")).text == LINE.replace("record", "log")


def test_a_change_keeps_the_look_and_leaves_no_marks_of_ours(tmp_path):
    body = p(run("a "), run("wrong", "<w:b/>"), run("ly", "<w:i/>"), run(" word"))
    path = write_whole_word(tmp_path / "a.docx", body)
    document = read(path)
    anchor = anchor_of(document, 2, 9)
    fix = Fix(anchor=anchor, replacement="rightly")
    review = a_review(document, a_finding(1, anchor, fixes=[fix]))

    copy = exported(path, review, tracked=True)

    changed = tree(copy)
    assert changed.find(f".//{NS}ins//{NS}b") is not None
    assert [e for e in changed.iter(etree.Element) if not str(e.tag).startswith("{")] == []
    assert read(copy).text == "a rightly word"


def test_the_words_are_found_where_another_reading_has_put_them(tmp_path):
    path = write_whole_word(tmp_path / "a.docx", paragraph(LINE))
    document = read(path)
    start = document.text.index("record")
    moved = Anchor(start=start + 9, end=start + 15, quote="record", prefix="keeps a ")
    before = msgspec.structs.replace(document, text="Formerly " + document.text)
    review = a_review(before, a_finding(1, moved))

    changed = tree(exported(path, review))

    begin = changed.find(f".//{NS}commentRangeStart")
    assert "".join(begin.getnext().itertext()) == "record"


def test_a_pdf_comes_back_as_itself_and_not_as_word():
    printed = msgspec.structs.replace(a_document("Some words."), media_type="application/pdf")

    with pytest.raises(NoCopy):
        EXPORTERS["docx"].export(a_review(printed), Order())


def test_a_damaged_original_is_refused_by_its_code(reviewed, tmp_path):
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 nothing of use")

    with pytest.raises(Corrupt):
        EXPORTERS["docx"].export(reviewed[1], Order(original=broken))


def test_words_that_name_the_strict_namespace_make_no_file_strict(tmp_path):
    path = write_whole_word(tmp_path / "a.docx", paragraph(f"See {STRICT_MAIN} for more."))

    copy = exported(path, a_review(read(path), a_finding(1)))

    assert tree(copy).tag == f"{NS}document"
    assert STRICT_MAIN in "".join(tree(copy).itertext())


def test_an_archive_that_would_grow_when_it_is_copied_is_refused(reviewed):
    path, review = reviewed
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("junk.bin", bytes(100_000), zipfile.ZIP_STORED)
        for number in range(100):
            again = deepcopy(archive.getinfo("junk.bin"))
            again.filename = f"junk{number}.bin"
            archive.filelist.append(again)

    with pytest.raises(Corrupt):
        EXPORTERS["docx"].export(review, Order(original=path))


def test_a_process_of_its_own_exports_the_same(reviewed):
    path, review = reviewed
    isolated = IsolatedExporter(memory_bytes=2 * 1024**3, seconds=60)

    made = isolated("docx", review, Order(original=path))

    assert made == EXPORTERS["docx"].export(review, Order(original=path))


def test_a_refusal_comes_back_from_there_with_its_code(reviewed, tmp_path):
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 nothing of use")
    isolated = IsolatedExporter(memory_bytes=2 * 1024**3, seconds=60)

    with pytest.raises(Corrupt):
        isolated("docx", reviewed[1], Order(original=broken))
