"""Checks of sections, references and numbering."""

import pytest
from msgspec.structs import replace

from ai_prism.core import checks, playbook
from ai_prism.core.model import Level, NotRead
from ai_prism.core.sections import detect_sections
from ai_prism.core.subject import Subject
from ai_prism.testing import a_document
from support.rules import found

NUMBERED = "# Plan\n\n## 1. Scope\n\n{}\n\n## 2. Costs\n\nNone.\n\n## 3. Risks\n\nNone."


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\n# First\n\nText.",
        "# Plan\n\n## Steps\n\n### One\n\nText.",
        "# Plan\n\n## Code\n\n```\nx = 1\n```",
        "# Plan\n\n## Table\n\n| a |\n|---|\n| b |",
        "# Plan\n\nText.\n\n## Schedule 1\n\n## Prices\n\nText.",
        "# Plan\n\nText.\n\n## 13.1 Standards\n\n## 13.1.1 Ours\n\nText.",
        "No headings at all.",
    ],
)
def test_sections_that_hold_something_pass(text: str) -> None:
    assert found("empty-section", text) == ()


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Diagram", Level.MEDIUM),
        ("Unresolved questions", Level.LOW),
        ("7. Open issues", Level.LOW),
        ("Open source", Level.MEDIUM),
    ],
)
def test_nothing_under_open_questions_is_an_answer(title: str, level: Level) -> None:
    [finding] = found("empty-section", f"# Plan\n\nText.\n\n## {title}")

    assert finding.severity is level


def test_an_empty_section_is_less_sure_where_pictures_were_not_read() -> None:
    document = a_document("# Plan\n\nText.\n\n## Diagram")
    rule = next(r for r in playbook.load("general").rules if r.id == "empty-section")
    coverage = document.coverage
    unread = NotRead(what="image", why="Pictures are not read.")
    pictured = replace(document, coverage=replace(coverage, not_read=(unread,)))

    [sure] = checks.run(rule, Subject(document, detect_sections(document)))
    [unsure] = checks.run(rule, Subject(pictured, detect_sections(pictured)))

    assert unsure.confidence < sure.confidence


@pytest.mark.parametrize(
    "text",
    [
        "See section 2, sections 1 to 3 and clause 3.",
        "See section 9 of the Data Protection Act 2018.",
        "See section 7 of that agreement, and Regulation (EU) 2016/679, Article 6.",
        "See RFC 2119, section 8.",
        "Under 17 U.S.C. § 6 notice is due.",
        "See section 512(c).",
        "In this section I say more.",
        "See [section 9](https://example.org/9) of the guide.",
        "See paragraph 9 and page 12.",
        "See `section 9`.",
        "The table A and the figure B are cut from wood.",
        "We schedule 2 meetings and exhibit 3 pictures.",
    ],
)
def test_references_that_lead_somewhere_pass(text: str) -> None:
    assert found("missing-reference", NUMBERED.format(text)) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("See section 4.", "section 4"),
        ("See sections 2 and 5.", "section 5"),
        ("See clause 7.2 above.", "section 7.2"),
        ("See section 4 of this document.", "section 4"),
        ("See Annex B.", "appendix B"),
        ("See paragraph 7.2.", "section 7.2"),
        ("See Schedule 3.", "schedule 3"),
        ("| What | Where |\n|---|---|\n| Fees | Section 6 |", "section 6"),
    ],
)
def test_references_that_lead_nowhere_are_named(text: str, said: str) -> None:
    [finding] = found("missing-reference", NUMBERED.format(text))

    assert finding.evidence["reference"] == said


def test_numbered_paragraphs_can_be_referred_to() -> None:
    text = "# Terms\n\n## 1. Fees\n\n1.1 The fee is due.\n\n1.2 See clause 1.1.\n\n## 2. Term\n\nA."

    assert found("missing-reference", text) == ()
    assert found("missing-reference", text.replace("clause 1.1", "clause 1.4")) != ()


def test_a_chapter_of_something_larger_may_refer_to_other_chapters() -> None:
    text = "# 13 Recovery\n\n## 13.1 Scope\n\nSee §5.3 and section 17.9.\n\n## 13.2 Costs\n\nNone."

    assert found("missing-reference", text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "See Table 10-1.\n\nTable 10-1: Prices\n\nTable 10-2: Places",
        "See tables 1 and 2 and Figure 4.\n\nTable 1: Prices\n\nTable 2: Places",
        "See Appendix A.\n\n# Appendix A\n\nText.",
        "The appendix is long. See the Appendix.\n\n# Appendix\n\nText.",
    ],
)
def test_captions_and_appendices_are_known(text: str) -> None:
    assert found("missing-reference", text) == ()


@pytest.mark.parametrize(
    "headings",
    [
        "1. A|2. B|3. C",
        "1. A|1.1 B|1.2 C|2. D|2.1 E",
        "A|B|C",
        "1. A|2. B|1. C|2. D",
        "2019|2021|2024",
        "3. A|4. B|5. C",
        "24 hours|26 weeks|3 places",
    ],
)
def test_numbers_that_run_on_pass(headings: str) -> None:
    text = "\n\n".join(f"## {heading}\n\nText." for heading in headings.split("|"))

    assert found("heading-number", text) == ()


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        ("1. A|2. B|4. C", "Heading 4 skips a number: after 2 comes 3."),
        ("1. A|2. B|2. C", "Heading 2 repeats a number: after 2 comes 3."),
        ("1. A|2. B|2.1 C|2.3 D", "Heading 2.3 skips a number: after 2.1 comes 2.2."),
    ],
)
def test_numbers_that_skip_or_repeat_are_named(headings: str, said: str) -> None:
    parts = [
        f"{'###' if '.' in heading.split()[0].rstrip('.') else '##'} {heading}\n\nText."
        for heading in headings.split("|")
    ]

    [finding] = found("heading-number", "\n\n".join(parts))

    assert finding.message == said
    assert len(finding.related) == 1


def test_alternatives_are_expected_of_proposals_only() -> None:
    manual = "# Design of the rule engine\n\n" + "\n\n".join(
        f"## {part}\n\nIt reads flags." for part in ("Overview", "Flags", "Measures", "Tables")
    )

    assert found("design-parts", manual) == ()
