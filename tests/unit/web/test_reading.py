"""How a document is laid out for reading."""

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_prism.core.model import (
    Anchor,
    Block,
    BlockKind,
    Cell,
    Document,
    Finding,
    FindingKind,
    Level,
    Section,
)
from ai_prism.core.sections import detect_sections
from ai_prism.testing import a_document
from ai_prism.web.reading import (
    PAINTED_CHARACTERS,
    Line,
    Passage,
    Run,
    Shape,
    in_reading_order,
    passages,
)

REPORT = """# Report

It happened on Monday. It lasted two hours.

## Causes

- a worn seal
- a missing check

| Part | Age |
|------|-----|
| seal | 9 y |

> Somebody said so.
"""


def a_finding(id_: str, start: int, end: int, text: str, severity: Level = Level.LOW) -> Finding:
    return Finding(
        id=id_,
        fingerprint=id_,
        rule_id="sample",
        rule_version=1,
        kind=FindingKind.PROBLEM,
        category="sample",
        severity=severity,
        confidence=1.0,
        title="A sample",
        message="This is a sample.",
        why="To see it.",
        suggestion="",
        anchors=(Anchor(start=start, end=end, quote=text[start:end]),),
    )


def about(id_: str, words: str, document: Document, severity: Level = Level.LOW) -> Finding:
    start = document.text.index(words)
    return a_finding(id_, start, start + len(words), document.text, severity)


def read(document: Document, *findings: Finding) -> tuple[Passage, ...]:
    return passages(document, findings, detect_sections(document))


def lines(set_passages: tuple[Passage, ...]) -> list[Line]:
    return [
        line
        for passage in set_passages
        for line in (*passage.lines, *(cell for row in passage.rows for cell in row))
    ]


def runs(set_passages: tuple[Passage, ...]) -> list[Run]:
    return [run for line in lines(set_passages) for run in line.runs]


def marked(set_passages: tuple[Passage, ...]) -> list[Run]:
    return [run for run in runs(set_passages) if run.findings]


def a_bare_document(text: str, *blocks: Block) -> Document:
    return Document(
        name="sample", media_type="text/plain", sha256="", bytes=0, text=text, blocks=blocks
    )


def test_blocks_of_a_kind_are_set_together() -> None:
    shapes = [passage.shape for passage in read(a_document(REPORT))]

    assert shapes == [
        Shape.HEADING,
        Shape.PARAGRAPH,
        Shape.HEADING,
        Shape.LIST,
        Shape.TABLE,
        Shape.QUOTE,
    ]


def test_a_list_keeps_its_items_and_a_table_its_rows() -> None:
    _, _, _, a_list, table, _ = read(a_document(REPORT))

    assert [line.runs[0].text for line in a_list.lines] == ["a worn seal", "a missing check"]
    assert [[cell.runs[0].text for cell in row] for row in table.rows] == [
        ["Part", "Age"],
        ["seal", "9 y"],
    ]
    assert [cell.header for row in table.rows for cell in row] == [True, True, False, False]


def test_a_heading_carries_its_section_and_level() -> None:
    document = a_document(REPORT)
    sections = detect_sections(document)

    headings = [p.lines[0] for p in passages(document, (), sections) if p.shape is Shape.HEADING]

    assert [heading.sections for heading in headings] == [(section,) for section in sections]
    assert [heading.level for heading in headings] == [1, 2]


def test_a_paragraph_that_opens_with_a_title_stays_a_paragraph() -> None:
    text = "Payment. The customer pays within thirty days."
    document = a_bare_document(text, Block(kind=BlockKind.PARAGRAPH, start=0, end=len(text)))
    section = Section(id="s1", title="Payment.", level=2, start=0, end=len(text))

    (passage,) = passages(document, (), [section])

    assert passage.shape is Shape.PARAGRAPH
    assert passage.lines[0].sections == (section,)


def test_the_words_of_a_finding_are_marked_and_no_others() -> None:
    document = a_document(REPORT)
    finding = about("f1", "two hours", document, Level.HIGH)

    found = marked(read(document, finding))

    assert found == [
        Run("two hours", findings=("f1",), severity=Level.HIGH, begins=("f1",)),
    ]


def test_white_space_is_no_mark_by_itself() -> None:
    document = a_document(REPORT)
    whole = about("f1", "two hours", document, Level.HIGH)
    words = [about("f1", word, document).anchors[0] for word in ("two", "hours")]
    weighed = msgspec.structs.replace(whole, weighed=tuple(words))

    found = marked(read(document, weighed))

    assert [run.text for run in found] == ["two ", "hours"]


def test_every_place_of_a_finding_can_be_jumped_to() -> None:
    document = a_document(REPORT)
    finding = about("f1", "two hours", document)
    other = about("other", "It lasted", document).anchors[0]
    conflicting = msgspec.structs.replace(finding, related=(other,))

    found = marked(read(document, conflicting))

    assert [(run.text, run.begins, run.related) for run in found] == [
        ("It lasted", ("f1.1",), True),
        ("two hours", ("f1",), False),
    ]


def test_findings_are_read_in_the_order_of_the_document() -> None:
    document = a_document(REPORT)
    late, early = about("late", "two hours", document), about("early", "It lasted", document)
    whole = msgspec.structs.replace(late, id="whole", anchors=(), section_id=None)
    section = Section(id="s1", title="any", level=1, start=10**6, end=10**6 + 3)
    last = msgspec.structs.replace(whole, id="last", section_id="s1")

    ordered = in_reading_order([last, late, early, whole], [section])

    assert [finding.id for finding in ordered] == ["whole", "early", "late", "last"]


def test_where_findings_overlap_the_gravest_comes_first() -> None:
    document = a_document(REPORT)
    slight = about("slight", "It lasted two hours", document)
    grave = about("grave", "two hours", document, Level.HIGH)

    found = marked(read(document, slight, grave))

    assert [(run.text, run.findings, run.severity) for run in found] == [
        ("It lasted ", ("slight",), Level.LOW),
        ("two hours", ("grave", "slight"), Level.HIGH),
    ]
    assert [run.begins for run in found] == [("slight",), ("grave",)]


def test_a_finding_over_several_blocks_begins_once() -> None:
    document = a_document(REPORT)
    start = document.text.index("a worn seal")
    end = document.text.index("missing") + len("missing")
    finding = a_finding("f1", start, end, document.text)

    found = marked(read(document, finding))

    assert [run.text for run in found] == ["a worn seal", "a missing"]
    assert [run.begins for run in found] == [("f1",), ()]


def test_a_place_that_a_finding_conflicts_with_is_marked_as_related() -> None:
    document = a_document(REPORT)
    finding = about("f1", "Monday", document)
    other = about("", "two hours", document).anchors[0]

    found = marked(read(document, msgspec.structs.replace(finding, related=(other,))))

    assert [(run.text, run.related) for run in found] == [("Monday", False), ("two hours", True)]


def test_of_a_remark_about_pages_only_the_beginning_is_painted() -> None:
    document = a_document("word " * 1000)
    finding = a_finding("f1", 0, len(document.text), document.text)

    painted = marked(read(document, finding))

    assert sum(len(run.text) for run in painted) == PAINTED_CHARACTERS


def test_a_page_is_told_where_it_begins() -> None:
    text = "one two three"
    blocks = (
        Block(kind=BlockKind.PARAGRAPH, start=0, end=3, page=1),
        Block(kind=BlockKind.PARAGRAPH, start=4, end=7, page=1),
        Block(kind=BlockKind.PARAGRAPH, start=8, end=13, page=2),
    )

    assert [passage.page for passage in read(a_bare_document(text, *blocks))] == [1, None, 2]


def test_merged_cells_leave_the_columns_in_line() -> None:
    text = "left right"
    blocks = (
        Block(kind=BlockKind.CELL, start=0, end=4, cell=Cell(table=0, row=0, column=0)),
        Block(kind=BlockKind.CELL, start=5, end=10, cell=Cell(table=0, row=0, column=2)),
    )

    (table,) = read(a_bare_document(text, *blocks))

    assert [len(cell.runs) for cell in table.rows[0]] == [1, 0, 1]


def test_text_that_no_block_holds_is_shown_all_the_same() -> None:
    document = a_bare_document(
        "before block after", Block(kind=BlockKind.PARAGRAPH, start=7, end=12)
    )

    assert [run.text.strip() for run in runs(read(document))] == ["before", "block", "after"]


@given(
    text=st.text(alphabet="abc #-|>\n\t1.", max_size=300),
    spans=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 40)), max_size=12),
)
def test_every_character_appears_once_whatever_is_marked(
    text: str, spans: list[tuple[int, int]]
) -> None:
    document = a_document(text)
    size = len(document.text)
    findings = [
        a_finding(
            f"f{place}", start, min(start + length, size), document.text, list(Level)[place % 3]
        )
        for place, (start, length) in enumerate(spans)
        if start < size
    ]

    found = runs(read(document, *findings))

    assert "".join("".join(run.text for run in found).split()) == "".join(document.text.split())
    assert {id_ for run in found for id_ in run.begins} >= {
        finding.id for finding in findings if finding.anchors[0].quote.strip()
    }


@pytest.mark.parametrize("separator", ["\n\n", " "], ids=["many blocks", "one block"])
def test_two_hundred_thousand_words_with_four_thousand_findings_take_seconds(
    separator: str,
) -> None:
    sentence = "a sentence of some words"
    text = separator.join([sentence] * 40_000)
    document = a_bare_document(text, *_blocks(text, separator))
    step = 10 * (len(sentence) + len(separator))
    findings = [
        a_finding(f"f{place}", place, place + 10, text) for place in range(0, len(text), step)
    ]

    before = time.perf_counter()
    found = marked(passages(document, findings, ()))

    assert len(found) == 4_000
    # Half a second here; whatever grows faster than linearly would take minutes.
    assert time.perf_counter() - before < 10


def _blocks(text: str, separator: str) -> list[Block]:
    if separator == " ":
        return [Block(kind=BlockKind.PARAGRAPH, start=0, end=len(text))]
    blocks, start = [], 0
    for piece in text.split(separator):
        blocks.append(Block(kind=BlockKind.PARAGRAPH, start=start, end=start + len(piece)))
        start += len(piece) + len(separator)
    return blocks
