"""Clauses to check: by phrases, by a model, and weighed for the party who reads."""

from collections.abc import Mapping, Sequence

import pytest

from ai_prism.core import checks, playbook
from ai_prism.core.model import Finding, Level, Party, Problem
from ai_prism.core.risk.clauses import Clause, Standpoint
from ai_prism.core.sections import detect_sections
from ai_prism.core.subject import Subject
from ai_prism.testing import a_document

CONTRACT = playbook.load("contract")
AGREEMENT = "# Agreement\n\n" + "\n\n".join(
    f"## {n}. Part {n}\n\nWords shall be kept." for n in range(1, 7)
)


class FixedModel:
    """Says of the first place of some words that they are a clause."""

    thresholds: Mapping[str, float] = {"cuad:exclusivity": 0.5}

    def __init__(self, words: str, probability: float) -> None:
        self._words, self._probability = words, probability

    def clauses(self, subject: Subject) -> tuple[Clause, ...]:
        start = subject.document.text.index(self._words)
        span = (start, start + len(self._words))
        return (
            Clause(
                start=span[0],
                end=span[1],
                probabilities={"cuad:exclusivity": self._probability},
                words={"cuad:exclusivity": ((start, start + 4),)},
            ),
        )

    def presence(self, clauses: Sequence[Clause]) -> dict[str, float]:
        return {"cuad:governing-law": self._probability}

    def standpoints(self, subject: Subject, clauses: Sequence[Clause]) -> dict[str, Standpoint]:
        return {}


def found(
    rule_id: str, text: str, party: Party = Party.NEUTRAL, *models: FixedModel
) -> list[Finding]:
    rule = next(rule for rule in CONTRACT.rules if rule.id == rule_id)
    document = a_document(text)
    subject = Subject(document, detect_sections(document), party=party, clause_models=models)
    outcome = checks.run(rule, subject)
    assert not isinstance(outcome, Problem), outcome.message
    return list(outcome)


def test_what_other_sections_say_again_is_a_small_remark_that_hurts_where_it_stands() -> None:
    clause = "The Supplier has no duty to report incidents on its network."

    first, again = found(
        "duty-disclaimed", f"# Agreement\n\n## 1. Claims\n\n{clause}\n\n## 2. Harm\n\n{clause}"
    )

    assert (first.severity, first.impact) == (Level.MEDIUM, None)
    assert (again.severity, again.impact) == (Level.LOW, Level.MEDIUM)


def test_a_clause_is_quoted_whole_and_the_words_that_told_it_are_marked() -> None:
    sentence = "The Supplier shall indemnify the Customer against any and all claims."

    (finding,) = found("broad-indemnity", f"Before. {sentence} After.")

    assert finding.anchors[0].quote.strip() == sentence
    assert finding.weighed[0].quote in sentence
    assert finding.weighed[0].quote != sentence
    assert finding.source.engine == "rules"


def test_a_clause_longer_than_a_screen_is_quoted_around_its_words() -> None:
    filler = "and so on and so forth " * 60

    (finding,) = found(
        "broad-indemnity", f"Where {filler}the Supplier shall indemnify all {filler}."
    )

    assert len(finding.anchors[0].quote) <= 500
    assert "indemnify" in finding.anchors[0].quote


def test_what_a_model_is_sure_of_is_a_finding_with_its_probability() -> None:
    text = "Orders go to the Dealer alone."

    (finding,) = found("exclusivity", text, Party.NEUTRAL, FixedModel(text, 0.7))

    assert finding.source.engine == "model"
    assert finding.confidence == pytest.approx(0.7, abs=0.01)
    assert finding.weighed[0].quote == "Orde"
    assert found("exclusivity", text, Party.NEUTRAL, FixedModel(text, 0.3)) == []


def test_model_and_rule_on_the_same_words_are_one_finding() -> None:
    text = "The Dealer is the exclusive dealer of the Supplier."

    (finding,) = found("exclusivity", text, Party.NEUTRAL, FixedModel(text, 0.7))

    assert finding.occurrences == 1
    assert len(finding.weighed) == 2


@pytest.mark.parametrize(
    ("party", "level"),
    [
        (Party.NEUTRAL, Level.HIGH),
        (Party.SUPPLIER, Level.HIGH),
        (Party.CUSTOMER, Level.LOW),
        (Party.CONSUMER, Level.LOW),
    ],
)
def test_what_binds_the_other_side_is_no_risk_of_the_reader(party: Party, level: Level) -> None:
    (finding,) = found("broad-indemnity", "The Supplier shall indemnify the Customer.", party)

    assert finding.severity is level


def test_the_level_is_that_of_the_policy_and_modifiers_move_it() -> None:
    def level(words: str, party: Party = Party.NEUTRAL) -> Level:
        return found("one-sided-change", f"We may change the terms{words}.", party)[0].severity

    assert level("") is Level.MEDIUM
    assert level("", Party.CONSUMER) is Level.HIGH
    assert level(" without notice") is Level.HIGH
    assert level(" with 30 days' notice") is Level.LOW


def test_a_section_with_many_such_clauses_is_one_finding_that_counts_them() -> None:
    (finding,) = found(
        "sole-discretion", "## 4. Stock\n\n" + "It decides in its sole discretion.\n\n" * 9
    )

    assert finding.occurrences == 9
    assert len(finding.anchors) == 5


def test_an_addendum_on_data_lacks_what_it_is_there_for_and_no_more() -> None:
    addendum = "# Data processing addendum\n\nThe Processor shall keep the data secret."
    rules = [r for r in playbook.load("data-processing").rules if r.kind == "missing-clause"]
    subject = Subject(document := a_document(addendum), detect_sections(document))

    missing = [rule.id for rule in rules if checks.run(rule, subject)]

    assert missing == [rule.id for rule in rules if rule.id.startswith("dpa-")]


def test_a_whole_agreement_lacks_a_law_and_a_model_may_know_better() -> None:
    assert len(found("missing-law", AGREEMENT)) == 1
    assert found("missing-law", AGREEMENT, Party.NEUTRAL, FixedModel("Words", 0.9)) == []


@pytest.mark.parametrize("title", ["Amendment No. 3", "Purchase Order", "Travel Policy", "Annex B"])
def test_what_leans_on_another_text_lacks_nothing(title: str) -> None:
    assert found("missing-law", AGREEMENT.replace("Agreement", title, 1)) == []


def test_a_playbook_changes_levels_without_writing_the_rules_anew() -> None:
    text = """
name: house
version: "1"
title: House
extends: contract
levels:
  governing-law: high
  auto-renewal: {supplier: medium}
"""
    rules = {rule.id: rule for rule in playbook.parse(text).rules}

    assert rules["governing-law"].level_for(Party.CUSTOMER) is Level.HIGH
    assert rules["auto-renewal"].level_for(Party.SUPPLIER) is Level.MEDIUM
    assert rules["auto-renewal"].level_for(Party.CUSTOMER) is Level.MEDIUM


class _Certain(FixedModel):
    """Is sure that some words limit liability."""

    thresholds: Mapping[str, float] = {"cuad:cap-on-liability": 0.5}

    def clauses(self, subject: Subject) -> tuple[Clause, ...]:
        (clause,) = super().clauses(subject)
        return (
            Clause(
                start=clause.start,
                end=clause.end,
                probabilities={"cuad:cap-on-liability": 0.9},
                words={},
            ),
        )


def test_a_clause_says_what_else_speaks_for_it() -> None:
    words = "The Supplier is not liable for damage, including its negligence."

    bare, sure = (
        found("liability-limited", text, Party.NEUTRAL, *models)[0].evidence["signs"]
        for text, models in (
            (f"{AGREEMENT}\n\n## 9. Rest\n\nThe Supplier is not liable for damage.", ()),
            (f"{AGREEMENT}\n\n## 9. Liability\n\n{words}", (_Certain(words, 0.9),)),
        )
    )

    assert (bare, sure) == ((), ("model", "heading", "raised"))


def test_what_each_side_promises_in_its_own_sentence_binds_both() -> None:
    each = "We will indemnify you against all claims.\n\nYou will indemnify us against all claims."

    levels = {
        f.severity for f in found("broad-indemnity", f"{AGREEMENT}\n\n## 9. Claims\n\n{each}")
    }

    assert levels == {Level.LOW}


@pytest.mark.parametrize(
    "list_of_one",
    ["if:\n\n- you breach the rules.", "if the member:\n\n9.1.1. breaches the rules."],
)
def test_conditions_in_a_list_belong_to_the_clause_that_leads_to_them(list_of_one: str) -> None:
    text = f"{AGREEMENT}\n\n## 9. End\n\nWe may terminate your account {list_of_one}"

    (finding,) = found("one-sided-termination", text)

    assert finding.severity is Level.LOW


def test_notice_in_the_next_sentence_makes_a_change_milder_and_notice_of_others_does_not() -> None:
    change = f"{AGREEMENT}\n\n## 9. Change\n\nWe may change the terms at our sole discretion."
    notice = "You are told at least 30 days before."
    others = "Access may end without notice. So it is. It stays so."

    alone, bounded, far = (
        found("one-sided-change", f"{change} {more}")[0]
        for more in ("", notice, f"{others} {notice}")
    )

    assert alone.severity.rank < bounded.severity.rank
    assert far.severity is alone.severity


@pytest.mark.parametrize(
    "words",
    [
        "This does not affect our liability for death or personal injury.",
        "We are liable without limitation for injury, and not liable without limit.",
    ],
)
def test_what_is_not_limited_is_no_limit_of_liability(words: str) -> None:
    assert found("liability-limited", f"{AGREEMENT}\n\n## 9. Liability\n\n{words}") == []


def test_a_side_that_is_named_by_its_name_is_known_by_whom_it_acts_on() -> None:
    both = AGREEMENT + (
        "\n\n## 7. Indemnity\n\nAcme agrees to indemnify the Customer against any claim that its"
        " products infringe a patent.\n\nThe Customer agrees to indemnify Acme against all claims."
    )
    alone = both.replace(
        "The Customer agrees to indemnify Acme", "The Customer agrees to thank Acme"
    )

    told = found("broad-indemnity", both)[0]

    assert "both-sides" in told.evidence["lowered"]
    assert "both-sides" not in found("broad-indemnity", alone)[0].evidence["lowered"]
    assert told.severity is Level.LOW


def test_a_list_of_what_survives_is_none_of_its_clauses() -> None:
    survives = (
        AGREEMENT
        + "\n\n## 7. End\n\nThe following provisions shall survive termination: Indemnity,"
        " and all terms that require you to pay a termination fee."
    )
    due = survives.replace("The following provisions shall survive termination: Indemnity,", "You")

    assert found("penalty", survives) == []
    assert len(found("penalty", due)) == 1
