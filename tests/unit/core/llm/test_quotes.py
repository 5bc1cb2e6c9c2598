"""A quote stands in the text word for word, or not at all."""

import pytest

from ai_prism.core.llm.quotes import locate

TEXT = (
    "The fee is “ten euros”,\n  due on\u00a0Friday. It’s the buy\u00ader’s duty. The fee is late."
)


def found(quote: str, start: int = 0, end: int = len(TEXT)) -> str | None:
    span = locate(TEXT, quote, start, end)
    return TEXT[slice(*span)] if span else None


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("The fee is", "The fee is"),
        ('"ten euros", due on Friday', "“ten euros”,\n  due on\u00a0Friday"),
        ("It's the buyer's duty", "It’s the buy\u00ader’s duty"),
        ("  due   on Friday. ", "due on\u00a0Friday."),
        ('"The fee is late."', "The fee is late."),  # a model sets its quote in marks
    ],
)
def test_white_space_and_quote_marks_are_forgiven(quote: str, words: str) -> None:
    assert found(quote) == words


@pytest.mark.parametrize(
    "quote",
    [
        "The fee is twenty euros",
        "the fee is",
        "The fee … late",
        "due Friday",
        "",
        " ",
        '""',
        ".",
        "T",
    ],
)
def test_another_word_is_another_quote(quote: str) -> None:
    assert found(quote) is None


def test_only_the_given_part_counts() -> None:
    second = TEXT.rindex("The fee")

    assert locate(TEXT, "The fee", 5, len(TEXT)) == (second, second + 7)
    assert locate(TEXT, "The fee is late", 0, second + 5) is None


def test_a_quote_as_long_as_the_text_points_at_nothing() -> None:
    text = "word " * 1000

    assert locate(text, text, 0, len(text)) is None
