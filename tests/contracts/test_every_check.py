"""What every check owes: evidence word for word, and nothing out of code or quotations."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_prism.core import checks, playbook
from ai_prism.core.model import Finding, FindingKind, Problem
from ai_prism.core.rules import PLACES_SHOWN, BaseRule
from ai_prism.core.subject import Subject
from ai_prism.testing import a_subject

#: A rule that several playbooks inherit is the same rule.
RULES = list(dict.fromkeys(r for name in playbook.BUILT_IN for r in playbook.load(name).rules))
EXAMPLES = [text for rule in RULES for text in (*rule.examples.flags, *rule.examples.passes)]
#: These speak of headings, which code cannot hold; keys are looked for in code too.
#: These start a process for each document: too dear for hundreds of made-up ones.
#: A playbook may give a rule another level; here it is the same one.
BY_ID = {rule.id: rule for rule in RULES}
AT_ONCE = [rule for rule in BY_ID.values() if rule.kind not in checks.BY_LANGUAGE]
ABOUT_SECTIONS = (
    "empty-section",
    "heading-number",
    "missing-section",
    "section-lacks",
    "audit-finding",
)
ABOUT_WORDS = [rule for rule in RULES if rule.kind not in (*ABOUT_SECTIONS, "secret")]


def of_rule(rule: BaseRule) -> str:
    return rule.id


paragraphs = st.one_of(
    st.sampled_from(EXAMPLES),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(["# Über 𝒳\n", "```\nTBD the the\n```", "> TBD the the", "- ☃ @kim\n- TBD"]),
)
documents = st.lists(paragraphs, max_size=6).map("\n\n".join)


@settings(max_examples=60, deadline=None)
@given(documents)
def test_every_quote_stands_in_the_text_where_the_finding_says(markdown: str) -> None:
    subject = a_subject(markdown)

    for rule in AT_ONCE:
        found = checks.run(rule, subject)
        assert not isinstance(found, Problem), found.message
        for finding in found:
            for place in (*finding.anchors, *finding.related):
                assert subject.document.text[place.start : place.end] == place.quote
                assert place.quote
            assert finding.anchors or finding.kind is FindingKind.MISSING


@settings(max_examples=60, deadline=None)
@given(documents)
def test_no_two_findings_of_a_document_share_an_id(markdown: str) -> None:
    subject = a_subject(markdown)

    ids = [finding.id for rule in AT_ONCE for finding in _run(rule, subject)]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("rule", ABOUT_WORDS, ids=of_rule)
def test_code_is_left_alone(rule: BaseRule) -> None:
    for text in rule.examples.flags:
        assert _run(rule, a_subject(f"~~~~\n{text}\n~~~~")) == ()


@pytest.mark.parametrize("rule", ABOUT_WORDS, ids=of_rule)
def test_quotations_are_left_alone(rule: BaseRule) -> None:
    for text in rule.examples.flags:
        if not text.lstrip().startswith(("|", "#")) and "\n#" not in text:
            quoted = "\n".join(f"> {line}" for line in text.splitlines())
            assert _run(rule, a_subject(quoted)) == ()


@pytest.mark.parametrize("rule", RULES, ids=of_rule)
def test_a_document_with_nothing_in_it_has_no_findings(rule: BaseRule) -> None:
    assert _run(rule, a_subject("")) == ()
    assert _run(rule, a_subject("All is well.")) == ()


@pytest.mark.parametrize("rule", RULES, ids=of_rule)
def test_a_check_gives_the_values_that_it_says_it_gives(rule: BaseRule) -> None:
    for text in rule.examples.flags:
        for finding in _run(rule, a_subject(text)):
            assert set(finding.evidence) == set(rule.evidence_names)


@pytest.mark.parametrize("rule", RULES, ids=of_rule)
def test_a_finding_shows_a_few_places_and_counts_all(rule: BaseRule) -> None:
    for text in rule.examples.flags:
        subject = a_subject("\n\n".join([text] * 30))
        for finding in _run(rule, subject):
            assert len(finding.anchors) <= PLACES_SHOWN
            assert finding.occurrences >= len(finding.anchors)


@pytest.mark.parametrize("rule", AT_ONCE, ids=of_rule)
def test_no_rule_floods_a_review(rule: BaseRule) -> None:
    subject = a_subject("\n\n".join(f"{text}\n\n{n}" for n in range(40) for text in EXAMPLES[:40]))

    assert len(_run(rule, subject)) <= rule.most_findings


@pytest.mark.parametrize("rule", RULES, ids=of_rule)
def test_the_same_document_gives_the_same_findings(rule: BaseRule) -> None:
    text = "\n\n".join(rule.examples.flags)

    assert _run(rule, a_subject(text)) == _run(rule, a_subject(text))


def _run(rule: BaseRule, subject: Subject) -> tuple[Finding, ...]:
    found = checks.run(rule, subject)
    assert not isinstance(found, Problem), found.message
    return found


@pytest.mark.parametrize("kind", checks.CHECKS)
def test_each_check_says_what_it_must_not_flag(kind: str) -> None:
    spared = [text for rule in RULES if rule.kind == kind for text in rule.examples.passes]

    assert len(spared) >= 2
    for text in spared:
        assert text.strip()
