"""Ask one rule of the built-in playbooks about a text."""

from ai_prism.core import checks, playbook
from ai_prism.core.model import Finding, Problem
from ai_prism.testing import a_subject

_RULES = {rule.id: rule for name in playbook.BUILT_IN for rule in playbook.load(name).rules}


def found(rule_id: str, markdown: str) -> tuple[Finding, ...]:
    """Return what the rule *rule_id* finds in *markdown*."""
    outcome = checks.run(_RULES[rule_id], a_subject(markdown))
    assert not isinstance(outcome, Problem), outcome.message
    return outcome
