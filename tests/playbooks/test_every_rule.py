"""Every rule of every built-in playbook keeps what its own examples promise."""

from collections import Counter

import pytest

from ai_prism.core import checks, playbook
from ai_prism.core.model import Problem
from ai_prism.core.rules import BaseRule
from ai_prism.testing import a_subject

#: A rule that several playbooks inherit is the same rule.
RULES = list(
    {
        rule: (name, rule) for name in playbook.BUILT_IN for rule in playbook.load(name).rules
    }.values()
)
FLAGS = [(rule, text) for _, rule in RULES for text in rule.examples.flags]
PASSES = [(rule, text) for _, rule in RULES for text in rule.examples.passes]


def named(value: object) -> str:
    return value.id if isinstance(value, BaseRule) else ascii(value)[1:40]


@pytest.mark.parametrize(("rule", "text"), FLAGS, ids=named)
def test_a_rule_flags_what_it_says_it_flags(rule: BaseRule, text: str) -> None:
    found = checks.run(rule, a_subject(text))

    assert not isinstance(found, Problem)
    assert {finding.rule_id for finding in found} == {rule.id}


@pytest.mark.parametrize(("rule", "text"), PASSES, ids=named)
def test_a_rule_lets_pass_what_it_says_it_lets_pass(rule: BaseRule, text: str) -> None:
    found = checks.run(rule, a_subject(text))

    assert found == ()


@pytest.mark.parametrize(("rule", "text"), FLAGS, ids=named)
def test_the_words_of_a_finding_are_all_filled_in(rule: BaseRule, text: str) -> None:
    for finding in checks.run(rule, a_subject(text)):
        for words in (finding.title, finding.message, finding.why, finding.suggestion):
            assert words.strip()
            assert "{count}" not in words


@pytest.mark.parametrize("name", playbook.BUILT_IN)
def test_no_two_rules_of_a_playbook_share_an_id(name: str) -> None:
    ids = Counter(rule.id for rule in playbook.load(name).rules)

    assert [id for id, count in ids.items() if count > 1] == []


@pytest.mark.parametrize(("name", "rule"), RULES, ids=named)
def test_a_rule_is_short_where_people_read_it_in_a_margin(name: str, rule: BaseRule) -> None:
    assert len(rule.title) <= 60
    assert len(rule.message) <= 200
    assert rule.why.endswith(".")
    assert rule.suggestion.endswith(".")
    assert rule.source


def test_every_kind_of_check_is_used_by_a_built_in_playbook() -> None:
    used = {rule.kind for _, rule in RULES}

    assert used == set(checks.CHECKS)
