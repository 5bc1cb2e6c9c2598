"""A document in pieces: every word of its sections once, in pieces that a model can read."""

from itertools import pairwise

from ai_prism.core.llm.passages import MOST_CHARACTERS, passages
from ai_prism.testing import a_subject

WORDS = "The gateway certificate expired overnight, and nobody noticed until Monday."


def test_a_section_is_read_without_its_subsections() -> None:
    subject = a_subject(f"# One\n\n{WORDS}\n\n## Two\n\n{WORDS}\n\n# Three\n\n{WORDS}\n")

    found = passages(subject)

    assert [passage.path for passage in found] == [("One",), ("One", "Two"), ("Three",)]
    assert [passage.text.count(WORDS) for passage in found] == [1, 1, 1]
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_every_passage_is_the_text_at_its_place() -> None:
    subject = a_subject(f"{WORDS}\n\n# One\n\n{WORDS}\n\n## Two\n\n{WORDS}")

    found = passages(subject)

    assert found[0].section_id is None
    assert all(subject.document.text[p.start : p.end] == p.text for p in found)


def test_a_heading_with_nothing_under_it_is_not_worth_a_question() -> None:
    subject = a_subject(
        f"# Only a heading with many, many, many, many words in it\n\n# B\n\n{WORDS}"
    )

    assert [passage.title for passage in passages(subject)] == ["B"]


def test_a_long_section_is_read_in_pieces_that_end_where_paragraphs_do() -> None:
    subject = a_subject("# Long\n\n" + f"{WORDS}\n\n" * 400)

    found = passages(subject)

    assert len(found) > 2
    assert all(len(passage.text) <= MOST_CHARACTERS for passage in found)
    assert all(passage.text.rstrip().endswith("Monday.") for passage in found)
    assert sum(passage.text.count(WORDS) for passage in found) == 400


def test_a_paragraph_longer_than_a_piece_is_read_whole_all_the_same() -> None:
    subject = a_subject("# Long\n\n" + f"{WORDS} " * 400)

    found = passages(subject)

    assert "".join(passage.text for passage in found).count("Monday") == 400
    assert all(len(passage.text) <= MOST_CHARACTERS for passage in found)


def test_a_document_without_sections_is_read_as_a_whole() -> None:
    subject = a_subject(WORDS, name="note.txt")

    assert [passage.text for passage in passages(subject)] == [WORDS]
