"""The checks by kind. To add one: a file here, a line in CHECKS, examples in its rules."""

import logging
from typing import Final

from ai_prism.core.checks import empty_section, number_word, placeholder, repeated_word
from ai_prism.core.model import Finding, Problem
from ai_prism.core.rules import BaseRule, Check
from ai_prism.core.subject import Subject

_log = logging.getLogger(__name__)

CHECKS: Final[dict[str, Check]] = {
    "empty-section": empty_section,
    "number-word": number_word,
    "placeholder": placeholder,
    "repeated-word": repeated_word,
}


def run(rule: BaseRule, subject: Subject) -> tuple[Finding, ...] | Problem:
    """Return what *rule* finds in *subject*, or the problem that kept it from looking.

    A check that fails must never look like a document without faults, and must not keep the
    other checks from running; so this is one of the few places that catch everything.
    """
    try:
        return tuple(CHECKS[rule.kind].check(rule, subject))
    except Exception as error:
        # The text of an exception can quote the document, which must not reach the log.
        _log.error("rule %s failed: %s", rule.id, type(error).__name__)
        return Problem(
            code="check_failed",
            message=f"The rule {rule.id} could not be run: {type(error).__name__}.",
            where=rule.id,
        )
