"""What each export says, and what a document must not make it do."""

import json

import msgspec
import pytest
from markdown_it import MarkdownIt

from ai_prism.core.exporters import EXPORTERS, Order, markdown, text, wording
from ai_prism.core.exporters import json as json_exporter
from ai_prism.core.model import (
    Anchor,
    Coverage,
    Document,
    Driver,
    Finding,
    FindingKind,
    Level,
    PlaybookUsed,
    Receipt,
    Review,
    Risk,
    Section,
)
from ai_prism.core.sections import detect_sections
from ai_prism.testing import a_document


def a_finding(document: Document, quote: str, **changes: object) -> Finding:
    start = document.text.index(quote)
    anchor = Anchor(start=start, end=start + len(quote), quote=quote)
    finding = Finding(
        id="f1",
        fingerprint="p1",
        rule_id="placeholder",
        rule_version=1,
        kind=FindingKind.PROBLEM,
        category="document-state",
        severity=Level.HIGH,
        confidence=0.9,
        title="Something is left to fill in",
        message="“TODO” still stands in the text.",
        why="A reader cannot tell what belongs here.",
        suggestion="Fill it in.",
        section_id=detect_sections(document)[0].id,
        anchors=(anchor,),
    )
    return msgspec.structs.replace(finding, **changes)


def a_review(document: Document, *findings: Finding, **changes: object) -> Review:
    review = Review(
        document=document,
        playbook=PlaybookUsed(name="general", version="1"),
        sections=detect_sections(document),
        findings=findings,
        risk=Risk(level=Level.MEDIUM, score=40, drivers=(Driver(title="Gaps", share=1.0),)),
        coverage=Coverage(),
        problems=(),
        receipt=Receipt(
            ai_prism="0.1.0",
            python="3.11.2",
            playbook_sha256="0" * 64,
            reviewer="none",
            started_at="2026-11-23T21:00:00+00:00",
            seconds={"reading": 0.1},
            rules_run=1,
        ),
    )
    return msgspec.structs.replace(review, **changes)


DOCUMENT = a_document("# Plan\n\nThe budget is TODO.\n", name="plan.md")
REVIEW = a_review(DOCUMENT, a_finding(DOCUMENT, "TODO"))


def test_json_is_one_line_in_the_order_of_its_contract() -> None:
    line = json_exporter.export(REVIEW)

    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert list(json.loads(line)) == [
        "schema",
        "document",
        "playbook",
        "sections",
        "findings",
        "risk",
        "coverage",
        "problems",
        "receipt",
        "comparison",
    ]


def test_json_tells_of_the_document_what_its_contract_names_and_no_blocks() -> None:
    document = json.loads(json_exporter.export(REVIEW))["document"]

    assert list(document) == [
        "name",
        "media_type",
        "sha256",
        "bytes",
        "pages",
        "words",
        "language",
        "text",
    ]
    assert document["text"] == DOCUMENT.text


def test_json_quotes_stand_where_it_says() -> None:
    report = json.loads(json_exporter.export(REVIEW))
    [anchor] = report["findings"][0]["anchors"]

    assert report["document"]["text"][anchor["start"] : anchor["end"]] == anchor["quote"] == "TODO"


def test_the_json_of_an_outline_holds_document_and_sections() -> None:
    outline = json.loads(json_exporter.export_outline(DOCUMENT, detect_sections(DOCUMENT)))

    assert list(outline) == ["schema", "document", "sections"]
    assert [section["title"] for section in outline["sections"]] == ["Plan"]


def test_text_shows_place_quote_and_reason() -> None:
    shown = text.export(REVIEW).decode()

    assert "1 finding: 1 high; everything was read and checked." in shown
    for words in ("Plan", "“TODO”", "A reader cannot tell", "Fill it in.", "40 of 100"):
        assert words in shown


def test_text_is_coloured_only_when_asked() -> None:
    assert b"\x1b[" not in text.export(REVIEW)
    assert b"\x1b[1;31mhigh" in text.export(REVIEW, colour=True)


def test_text_keeps_to_the_width_of_a_terminal() -> None:
    document = a_document("# Plan\n\n" + "word " * 200)
    finding = a_finding(document, "word " * 150, message="long words " * 60)

    lines = text.export(a_review(document, finding)).decode().splitlines()

    assert max(map(len, lines)) <= text.WIDTH


def test_a_long_quote_is_cut_with_a_sign_of_it() -> None:
    document = a_document("# Plan\n\n" + "word " * 200)

    shown = text.export(a_review(document, a_finding(document, "word " * 150))).decode()

    assert "word …”" in shown


@pytest.mark.parametrize("dangerous", ["\x1b[2J", "\x07", "\x9b31m", "\u202e"])
def test_a_document_cannot_act_where_it_is_shown(dangerous: str) -> None:
    finding = a_finding(DOCUMENT, "TODO", title=f"Title {dangerous}", message=f"Is {dangerous}")
    review = a_review(msgspec.structs.replace(DOCUMENT, name=f"a{dangerous}.md"), finding)

    for exporter in (text, markdown):
        assert dangerous not in exporter.export(review).decode()


def test_places_that_are_not_shown_are_counted() -> None:
    review = a_review(DOCUMENT, a_finding(DOCUMENT, "TODO", occurrences=8))

    assert "and 7 more places" in text.export(review).decode()
    assert "and 7 more places" in markdown.export(review).decode()


def _page(document: Document, finding: Finding) -> str:
    return EXPORTERS["html"].export(a_review(document, finding), Order()).decode()


def test_the_words_that_weighed_most_are_shown_unless_the_message_says_them() -> None:
    document = a_document("# Terms\n\nLosses of any kind are yours alone.")
    where = document.text.index("yours alone")
    weighed = (Anchor(start=where, end=where + len("yours alone"), quote="yours alone"),)
    silent = a_finding(document, "Losses of any kind", weighed=weighed)
    told = msgspec.structs.replace(silent, message="“yours alone”: all of it.")

    for exporter in (text, markdown):
        shown, left_out = (exporter.export(a_review(document, f)).decode() for f in (silent, told))
        assert "What weighed most: “yours alone”" in shown
        assert "What weighed most" not in left_out
    assert "<dt>What weighed most</dt><dd>“yours alone”</dd>" in _page(document, silent)
    assert "<dt>What weighed most</dt>" not in _page(document, told)


def test_the_conflicting_place_is_shown_with_the_first() -> None:
    other = Anchor(start=0, end=4, quote="Plan")
    review = a_review(DOCUMENT, a_finding(DOCUMENT, "TODO", related=(other,)))

    assert "against “Plan”" in text.export(review).decode()
    assert "against: Plan" in markdown.export(review).decode()


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "**bold** _it_ `code` ~~gone~~",
        "# no heading",
        "1. no list",
        "- no list",
        "--- no rule",
        "===",
        "| no | table |",
        "&copy; &#60;",
        "back\\slash",
        "![img](x.png)",
    ],
)
def test_markdown_shows_the_words_of_a_document_and_obeys_none(words: str) -> None:
    finding = a_finding(DOCUMENT, "TODO", message=words, why=words, suggestion=words)
    anchor = msgspec.structs.replace(finding.anchors[0], quote=words)
    review = a_review(DOCUMENT, msgspec.structs.replace(finding, anchors=(anchor,), title=words))

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(markdown.export(review).decode())

    shown = [
        "".join(child.content for child in token.children or ())
        for token in tokens
        if token.type == "inline"
    ]
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert words in shown
    assert f"Why: {words}" in shown
    assert kinds <= {"text", "text_special", "code_inline", "strong_open", "strong_close"}
    assert not any(token.type == "html_block" for token in tokens)


@pytest.mark.parametrize(
    ("number", "title", "shown"),
    [
        ("2", "Scope", "2 Scope"),
        ("4.1", "4.1 Overview", "4.1 Overview"),
        ("2", "Schedule 2: Service levels", "Schedule 2: Service levels"),
        ("A", "Appendix A. Measurements", "Appendix A. Measurements"),
        ("", "Scope", "Scope"),
        ("3.", "3. Goals", "3. Goals"),
    ],
)
def test_a_number_is_shown_once(number: str, title: str, shown: str) -> None:
    section = Section(id="s", title=title, level=1, start=0, end=9, number=number)

    assert wording.heading(section) == shown


def test_a_small_share_of_a_risk_is_not_shown_as_none() -> None:
    assert wording.share(Driver(title="Slips", share=0.004)) == "<1%"
    assert wording.share(Driver(title="Gaps", share=0.996)) == "100%"
