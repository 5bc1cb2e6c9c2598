"""The catalogue names every rule that is built, and no rule that is not."""

import re
from pathlib import Path

from ai_prism.core import playbook

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "catalogue.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| \d", line)
]
RULES = {rule.id for name in playbook.BUILT_IN for rule in playbook.load(name).rules}


def test_each_of_the_132_things_has_one_row() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 133))


def test_each_thing_is_built_or_left_out_for_a_reason() -> None:
    assert [row for row in ROWS if bool(row[2]) == bool(row[3])] == []


def test_what_is_said_to_be_built_is_built_and_nothing_built_is_left_unsaid() -> None:
    said = set(re.findall(r"`([a-z-]+)`", PAGE))

    assert said == RULES
