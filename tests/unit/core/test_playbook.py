"""Playbooks say where they are wrong: line, column, what, and what is allowed."""

from pathlib import Path

import pytest

from ai_prism.core import playbook
from ai_prism.core.errors import InvalidPlaybook, UnknownPlaybook
from ai_prism.core.model import Level

GOOD = """\
name: mine
version: "1"
title: My documents
rules:
  - id: nothing-open
    kind: placeholder
    severity: high
    category: completeness
    title: Open
    message: "“{placeholder}” is open."
    why: It is not finished.
    suggestion: Finish it.
    source: us
    examples:
      flags: ["It is TBD."]
      passes: ["It is done."]
"""


def fault_of(text: str) -> str:
    with pytest.raises(InvalidPlaybook) as caught:
        playbook.parse(text, "mine.yml")
    return caught.value.message


def test_a_playbook_keeps_its_name_version_title_and_rules() -> None:
    mine = playbook.parse(GOOD)

    assert (mine.name, mine.version, mine.title) == ("mine", "1", "My documents")
    assert [rule.id for rule in mine.rules] == ["nothing-open"]
    assert mine.rules[0].severity is Level.HIGH


def test_the_hash_is_of_the_content_and_not_of_its_layout() -> None:
    mine = playbook.parse(GOOD)

    assert playbook.parse("# a comment\n" + GOOD).sha256 == mine.sha256
    assert playbook.parse(GOOD.replace("source: us", "source: you")).sha256 != mine.sha256


def test_an_unknown_field_is_named_with_its_place_and_the_fields_there_are() -> None:
    fault = fault_of(GOOD.replace("    source: us\n", "    source: us\n    urgency: 3\n"))

    assert fault.startswith("mine.yml:14:5: There is no field “urgency”; allowed: category, ")


def test_a_field_that_is_missing_is_named() -> None:
    fault = fault_of(GOOD.replace("    why: It is not finished.\n", ""))

    assert fault == "mine.yml:5:5: The field “why” is missing."


def test_a_wrong_severity_is_answered_with_those_allowed() -> None:
    fault = fault_of(GOOD.replace("severity: high", "severity: grave"))

    assert fault == "mine.yml:7:15: “severity” cannot be “grave”; allowed: high, medium, low."


def test_an_unknown_kind_is_answered_with_those_there_are() -> None:
    fault = fault_of(GOOD.replace("kind: placeholder", "kind: magic"))

    assert fault.startswith("mine.yml:6:11: “kind” cannot be “magic”; allowed: ")
    assert "placeholder" in fault


def test_a_value_of_the_wrong_type_is_shown_in_its_place() -> None:
    fault = fault_of(GOOD.replace("title: Open\n", "title: [Open]\n"))

    assert fault.startswith("mine.yml:9:12: “title”: Expected `str`")


@pytest.mark.parametrize("field", ["flags", "passes"])
def test_a_rule_without_examples_is_refused(field: str) -> None:
    text = GOOD.replace('flags: ["It is TBD."]', "flags: []") if field == "flags" else GOOD
    text = text.replace('passes: ["It is done."]', "passes: []") if field == "passes" else text

    assert "Give at least one example." in fault_of(text)


def test_two_rules_of_one_id_are_refused() -> None:
    rule = GOOD[GOOD.index("  - id:") :]

    assert "The id “nothing-open” stands in this file twice." in fault_of(GOOD + rule)


def test_words_that_name_a_value_the_check_does_not_give_are_refused() -> None:
    fault = fault_of(GOOD.replace("{placeholder}", "{owner}"))

    assert fault.startswith("mine.yml:10:14: ")
    assert "owner" in fault


def test_every_fault_is_named_at_once() -> None:
    text = GOOD + GOOD[GOOD.index("  - id:") :].replace("kind: placeholder", "kind: magic")
    text = text.replace("severity: high", "severity: grave", 1)

    assert len(fault_of(text).splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "mine.yml:2:1: This is not YAML"),
        ("name: a\nname: b\n", "mine.yml:2:1: The key “name” stands here twice."),
        ("a: &x 1\nb: *x\n", "mine.yml:1:4: Anchors (&) and aliases (*) are not allowed."),
        ("a: !!python/name:os.system ''", "mine.yml:1:4: Tags (!) are not allowed."),
        ("[" * 5000, "mine.yml:1:13: Nesting goes deeper than 12 levels."),
        ("", "mine.yml:1:1: "),
        ("a: " + "x" * 400_000, "mine.yml:1:1: The file has more than 400,000 characters."),
        ("a: \x00", "mine.yml:1:1: This is not YAML"),
        ("name: a\nversion: '1'\ntitle: t\nrules: []\n", "mine.yml:4:8: Give 1 to 1,000 rules."),
        ("- a", "mine.yml:1:1: "),
    ],
    ids=["broken", "twice", "alias", "tag", "deep", "empty", "large", "control", "none", "list"],
)
def test_what_is_no_playbook_is_refused_with_its_place(text: str, said: str) -> None:
    assert fault_of(text).startswith(said)


def test_a_limit_of_zero_is_refused() -> None:
    fault = fault_of(GOOD.replace("rules:\n", "risk:\n  high_from: 0\nrules:\n"))

    assert fault.startswith("mine.yml:5:14: “high_from”: Expected `int` >= 1.")


def test_a_playbook_is_loaded_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(GOOD, encoding="utf-8")

    assert playbook.load(file).name == "mine"


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_bytes(b"name: \xff\xfe")

    with pytest.raises(InvalidPlaybook, match=r"mine\.yml: The file is not UTF-8 text"):
        playbook.load(file)


def test_a_name_that_no_playbook_has_is_unknown() -> None:
    with pytest.raises(UnknownPlaybook, match="general"):
        playbook.load("no-such-thing")


def test_the_built_in_playbooks_are_listed_with_their_titles() -> None:
    assert playbook.available()["general"] == "Any document"


def test_a_playbook_that_extends_another_adds_replaces_and_leaves_out_rules() -> None:
    base = playbook.load("general")
    text = GOOD.replace("rules:", "extends: general\nwithout: [secret]\nrules:", 1)
    mine = playbook.parse(text.replace("id: nothing-open", "id: placeholder"))

    ids = [rule.id for rule in mine.rules]

    assert set(ids) == {rule.id for rule in base.rules} - {"secret"}
    assert len(ids) == len(set(ids))
    assert next(rule for rule in mine.rules if rule.id == "placeholder").source == "us"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("rules:", "extends: ../secrets\nrules:", "There is no built-in playbook “../secrets”"),
        ("rules:", "extends: general\nwithout: [nonesuch]\nrules:", "has no rule “nonesuch”"),
        ("rules:", "without: [secret]\nrules:", "has no rule “secret”"),
    ],
)
def test_what_cannot_be_extended_is_told_with_its_place(old: str, new: str, fault: str) -> None:
    message = fault_of(GOOD.replace(old, new, 1))

    assert message.startswith("mine.yml:4:") or message.startswith("mine.yml:5:")
    assert fault in message


def test_a_phrase_that_could_take_for_ever_is_refused_with_its_place() -> None:
    text = GOOD.replace("kind: placeholder", "kind: phrase\n    phrases: ['(a+)+b']")

    assert fault_of(text).startswith("mine.yml:7:")
