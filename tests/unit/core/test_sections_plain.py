"""In plain text nothing but words, numbers and places tells headings from text."""

import pytest

from ai_prism.core.sections import detect_sections
from ai_prism.core.sections.contents import find_contents
from ai_prism.testing import a_document
from support.documents import LINE


def outline(*blocks):
    """Return (title, level) of each section of the text that *blocks* make up."""
    sections = detect_sections(a_document("\n\n".join(blocks), name="sample.txt"))
    return [(section.title, section.level) for section in sections]


def titles(*blocks):
    return [title for title, _ in outline(*blocks)]


def test_what_a_kind_of_document_usually_has_at_the_top_stands_there():
    found = outline(
        *("A faster cache", LINE, "Motivation", LINE, "Proposed solution", LINE),
        *("Detailed design", "Wire format", LINE, "Eviction of old entries", LINE),
        *("Source compatibility", LINE, "Alternatives considered", LINE),
        *("Acknowledgments", LINE),
    )

    assert [title for title, level in found if level == 2] == [
        *("Motivation", "Proposed solution", "Detailed design", "Source compatibility"),
        *("Alternatives considered", "Acknowledgments"),
    ]
    assert [title for title, level in found if level == 3] == [
        *("Wire format", "Eviction of old entries"),
    ]


def test_a_heading_right_before_another_opens_a_part():
    found = outline(
        *(
            "Handbook for harbours",
            LINE,
            "Ships",
            "Arrival of ships",
            LINE,
            "Mooring of ships",
            LINE,
        ),
        *("Cargo", "Loading of cargo", LINE, "Weighing of cargo", LINE),
    )

    assert found == [
        *(
            ("Handbook for harbours", 1),
            ("Ships", 2),
            ("Arrival of ships", 3),
            ("Mooring of ships", 3),
        ),
        *(("Cargo", 2), ("Loading of cargo", 3), ("Weighing of cargo", 3)),
    ]


def test_a_list_of_the_sections_at_the_start_says_which_are_at_the_top():
    listed = ["What we keep", "How long we keep it", "Who may ask", "Changes of this notice"]
    found = outline(
        *("Notice to guests", LINE, "\n".join(f"- {title}" for title in listed)),
        *(listed[0], LINE, "Names", LINE, "Places", LINE, listed[1], LINE),
        *(listed[2], LINE, listed[3], LINE),
    )

    assert [title for title, level in found if level == 2] == listed
    assert [title for title, level in found if level == 3] == ["Names", "Places"]


@pytest.mark.parametrize(("before", "after"), [(0, 40), (80, 0)])
def test_a_list_that_sums_up_one_part_says_nothing_of_what_is_at_the_top(before, after):
    listed = ["Learn faster", "Sail further", "Carry more", "Waste less"]
    text = " ".join([LINE] * 4)
    document = a_document(
        "\n\n".join(
            [
                *("Plan for the year", LINE, "\n".join(f"- {title}" for title in listed)),
                *("Motivation", LINE, *([text] * before), "Goals", LINE),
                *(part for title in listed for part in (title, LINE)),
                *("Timeline", LINE, *([text] * after)),
            ]
        ),
        name="sample.txt",
    )

    assert not find_contents(document).places


def test_many_short_lines_in_a_row_are_no_headings():
    names = ["Ada Example", "Ben Example", "Cem Example", "Dora Example", "Emil Example"]

    found = titles("Report", LINE, "Contributors", *names, "Results", LINE)

    assert found == ["Report", "Contributors", "Results"]


@pytest.mark.parametrize(
    "line",
    [
        "(a - b) = tolerance * a",
        "POINT(43.58 -79.54)",
        "https://example.org/a/page",
        "(There is no change to this part)",
        "“Are we there yet”",
        "7.  Return of the keys",
    ],
)
def test_what_is_no_title_is_left_out(line):
    assert titles("Manual", LINE, "Use", LINE, line, LINE, "Care", LINE) == [
        *("Manual", "Use", "Care")
    ]


def test_questions_vouch_for_longer_ones():
    long = "What happens if I am away for longer than the three weeks that are agreed upon?"
    short = ["Who may ask?", "Where do I ask?", "When do I ask?", "How do I ask?"]

    found = titles("Leave", *(part for title in [*short, long] for part in (title, LINE)))

    assert found == ["Leave", *short, long]


def test_a_name_is_no_numbered_part():
    (section,) = detect_sections(a_document(f"# Parth Example\n\n{LINE}"))

    assert section.number == ""


def test_a_line_that_stands_alone_is_surely_a_heading():
    document = a_document(
        f"Ships and boats\n\n{LINE} {LINE}\n\nCargo\n\n{LINE}\n", name="sample.txt"
    )

    assert all(section.confidence > 0.8 for section in detect_sections(document))


def test_hundreds_of_headings_nest_as_a_few_do():
    def parts(count):
        for n in range(count):
            yield from (f"Harbour of the year {1600 + n}", f"How was {1600 + n} paid?", LINE)
            yield from (f"How was {1600 + n} built?", LINE)

    few, many = outline(*parts(4)), outline(*parts(100))

    assert len(many) == 25 * len(few) > 0
    assert [level for _, level in many[: len(few)]] == [level for _, level in few]
