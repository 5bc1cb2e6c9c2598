"""What verdicts teach: the traits of what was right speak for others, in later samples alone."""

from earning import Verdict, foretold, learned
from threadpoolctl import threadpool_limits

from ai_prism.core import earned

threadpool_limits(1)


def a_verdict(sample: int, is_right: bool, quote: str, rule: str = "auto-renewal") -> Verdict:
    traits = earned.traits_of(rule, "renewal", "contract", ("heading",), quote)
    return Verdict(sample, traits, is_right)


SEEN = [
    verdict
    for sample in (1, 2, 3)
    for _ in range(10)
    for verdict in (
        a_verdict(sample, True, "It renews by itself for a year."),
        a_verdict(sample, False, "The passport renews."),
    )
]


def chance(known: dict[str, float], quote: str) -> float:
    return earned.chance(known, a_verdict(0, True, quote).traits)


def test_the_words_of_what_was_right_speak_for_it() -> None:
    known = learned(SEEN)

    assert chance(known, "The passport renews.") < 0.3
    assert chance(known, "It renews by itself for a year.") > 0.7


def test_a_word_seen_twice_says_nothing_and_a_rule_seen_once_is_known() -> None:
    known = learned([*SEEN, *[a_verdict(3, True, "Rare.", rule="new-rule")] * 2])

    assert "rule/new-rule" in known
    assert "word/rare" not in known


def test_a_sample_is_told_by_those_before_it() -> None:
    turned = [
        Verdict(4, verdict.traits, not verdict.is_right) for verdict in SEEN if verdict.sample == 1
    ]

    told = list(foretold([*SEEN, *turned], first=4))

    assert len(told) == len(turned)
    assert all((chance > 0.5) is not verdict.is_right for verdict, chance in told)
