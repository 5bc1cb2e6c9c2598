"""What checks look up about a document."""

from ai_prism.testing import a_subject

OUTLINE = "# Plan\n\nAbove.\n\n## Costs\n\n### Travel\n\nNone.\n\n## Risks\n\nMany."


def test_the_sections_around_a_place_are_told_innermost_first() -> None:
    subject = a_subject(OUTLINE)

    around = subject.sections_around(subject.document.text.index("None."))

    assert [section.title for section in around] == ["Travel", "Costs", "Plan"]


def test_nothing_is_around_a_place_before_the_first_heading() -> None:
    subject = a_subject("First.\n\n# Plan\n\nThen.")

    assert list(subject.sections_around(0)) == []


def test_the_blocks_of_a_section_are_those_under_its_heading() -> None:
    subject = a_subject(OUTLINE)
    costs = subject.sections[1]

    blocks = [subject.document.text_of(block) for block in subject.blocks_of(costs)]

    assert blocks == ["Travel", "None."]


def test_words_in_quotation_marks_are_quoted_and_those_beside_are_not() -> None:
    subject = a_subject("Write “TBD here” or TBD there.")
    text = subject.document.text

    first, second = text.index("TBD"), text.rindex("TBD")

    assert subject.is_quoted(first, first + 3)
    assert not subject.is_quoted(second, second + 3)


def test_code_inside_a_sentence_is_known_by_its_place() -> None:
    subject = a_subject("  The type `type` is a type.\n\n- and `this` too")
    text = subject.document.text

    code = [text[start:end] for block in subject.document.blocks for start, end in block.verbatim]

    assert code == ["type", "this"]
    assert [subject.is_code(n, n + 4) for n in (4, 9, 19)] == [False, True, False]


def test_the_cells_of_a_row_are_one_line() -> None:
    subject = a_subject("First.\n\n| a | b |\n|---|---|\n| c | d |\n\nLast.")

    lines = [subject.document.text[start:end] for start, end in subject.lines]

    assert lines == ["First.", "a\tb", "c\td", "Last."]


def test_the_block_after_the_last_is_none() -> None:
    subject = a_subject("First.\n\nLast.")
    first, last = subject.document.blocks

    assert subject.block_after(first) == last
    assert subject.block_after(last) is None


def test_a_title_that_only_its_look_tells_is_no_prose() -> None:
    text = "Delivery plan\n\n" + "The goods are delivered in boxes and boxes are returned. " * 3
    subject = a_subject(text, name="sample.txt")

    assert [section.title for section in subject.sections] == ["Delivery plan"]
    assert len(subject.prose) == 1
    assert len(subject.sentences) == 3
