"""Whether the rules of a playbook do what their own examples promise."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from ai_prism.core import checks, readers
from ai_prism.core.checks import clause
from ai_prism.core.model import Data, Problem
from ai_prism.core.playbook import Playbook
from ai_prism.core.rules import BaseRule
from ai_prism.core.sections import detect_sections
from ai_prism.core.subject import Subject


class BrokenPromise(Data):
    """An example on which a rule does otherwise than it says."""

    rule_id: str
    example: str
    outcome: str  #: what happened, in a sentence


def broken_promises(playbook: Playbook) -> tuple[BrokenPromise, ...]:
    """Return the examples of *playbook* that do not hold, rule by rule."""
    # An example is a small Markdown document and is read like any other, so from a file.
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "example.md"
        return tuple(
            promise
            for rule in playbook.rules
            for promise in (*_broken(rule, page), *_broken_by_modifiers(rule))
        )


def _broken(rule: BaseRule, page: Path) -> Iterator[BrokenPromise]:
    promised = [(example, True) for example in rule.examples.flags]
    promised += [(example, False) for example in rule.examples.passes]
    for example, is_to_be_flagged in promised:
        found = checks.run(rule, _subject(example, page))
        if isinstance(found, Problem):
            yield BrokenPromise(rule_id=rule.id, example=example, outcome=found.message)
        elif bool(found) != is_to_be_flagged:
            outcome = "It is flagged and should pass." if found else "It passes and should not."
            yield BrokenPromise(rule_id=rule.id, example=example, outcome=outcome)


def _broken_by_modifiers(rule: BaseRule) -> Iterator[BrokenPromise]:
    """Return the sentences that a modifier of a clause takes otherwise than it says."""
    if not isinstance(rule, clause.Rule):
        return
    for modifier in (*rule.raised_by, *rule.lowered_by):
        promised = [(example, True) for example in modifier.examples.flags]
        promised += [(example, False) for example in modifier.examples.passes]
        for example, is_to_hold in promised:
            if modifier.stands_in(example) != is_to_hold:
                told = "does not hold" if is_to_hold else "holds"
                outcome = f"The modifier “{modifier.name}” {told} here."
                yield BrokenPromise(rule_id=rule.id, example=example, outcome=outcome)


def _subject(example: str, page: Path) -> Subject:
    page.write_text(example, encoding="utf-8")
    document = readers.read(page)
    return Subject(document, detect_sections(document))
