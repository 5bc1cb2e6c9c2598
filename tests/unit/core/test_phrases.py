"""Phrases: what they find, what they cannot say, and that they stay cheap."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_prism.core.phrases import InvalidPhrase, Phrases
from ai_prism.testing import a_subject


def found(phrase: str, text: str) -> list[str]:
    subject = a_subject(text)
    return [subject.document.text[slice(*span)] for span in Phrases([phrase]).found_in(subject)]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("as soon as possible", "Come As soon\nas possible.", ["As soon as possible"]),
        ("feasib*", "It is feasible; feasibility counts.", ["feasible", "feasibility"]),
        ("(sole|absolute) discretion", "At its absolute discretion.", ["absolute discretion"]),
        ("be (|very )fast", "It must be fast, be very fast.", ["be fast", "be very fast"]),
        ("keep ... long", "We keep your data for long.", ["keep your data for long"]),
        ("keep ... long", "We keep it. Not long.", []),
        ("at # percent", "Interest at 5 percent.", ["at 5 percent"]),
        ("don't", "We don’t.", ["don’t"]),
        ("TBD", "The tbd is TBD.", ["TBD"]),
        ("art", "The party parts; an art-like art.", ["art"]),
    ],
)
def test_a_phrase_finds_what_it_says(phrase: str, text: str, expected: list[str]) -> None:
    assert found(phrase, text) == expected


def test_code_in_a_sentence_is_no_phrase() -> None:
    assert found("sole discretion", "The flag `sole discretion` is set.") == []


@pytest.mark.parametrize(
    "phrase", ["", "  ", "(a+)+b", "[ab]", "a{3}", "(open", "shut)", "a)b(c", "*any", "(|so)fast"]
)
def test_what_is_no_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(InvalidPhrase):
        Phrases([phrase])


@given(st.text("aB ()|*#.'’-?é\n", max_size=20))
def test_whatever_is_taken_for_a_phrase_can_be_looked_for(phrase: str) -> None:
    try:
        phrases = Phrases([phrase])
    except InvalidPhrase:
        return

    list(phrases.found_in(a_subject(f"Some words. {phrase}")))
    phrases.stand_in(phrase)


def test_looking_for_phrases_costs_no_more_than_the_text_is_long() -> None:
    phrases = Phrases(["keep ... ... long", "keep (a|b) ... (c|d) ... e", "keep* ... keep* ... no"])

    def seconds(words: int) -> float:
        subject = a_subject("\n\n".join(["keep " * 100] * (words // 100)))
        before = time.perf_counter()
        list(phrases.found_in(subject))
        return time.perf_counter() - before

    assert seconds(40_000) < 20 * max(0.01, seconds(4_000))
