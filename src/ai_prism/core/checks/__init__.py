"""The checks by kind. To add one: a file here, a line in CHECKS, examples in its rules."""

import logging
from itertools import islice
from typing import Final

import msgspec

from ai_prism.core.checks import (
    acronym,
    acronym_twice,
    action,
    action_strength,
    ambiguous_date,
    audit_finding,
    cause_unaddressed,
    citation,
    clause,
    cross_reference,
    date_order,
    defined_term,
    duplicate_paragraph,
    empty_section,
    grammar,
    heading_number,
    impossible_date,
    list_count,
    long_sentence,
    missing_clause,
    missing_section,
    number_word,
    percent_sum,
    personal_data,
    phrase,
    placeholder,
    repeated_word,
    same_quantity,
    secret,
    section_lacks,
    spelling,
    stale_date,
    stated_duration,
    table_total,
    timeline_order,
    timeline_zone,
    version_conflict,
    wrong_weekday,
)
from ai_prism.core.model import Finding, Problem
from ai_prism.core.rules import PLACES_SHOWN, BaseRule, Check
from ai_prism.core.subject import Subject

#: A text of 100,000 doubled words is no text; making a finding of each would take seconds.
MOST_LOOKED_AT: Final = 2_000

#: These wait for a process of their own.
BY_LANGUAGE: Final = frozenset({"grammar", "spelling"})

_log = logging.getLogger(__name__)

CHECKS: Final[dict[str, Check]] = {
    "acronym": acronym,
    "acronym-twice": acronym_twice,
    "action": action,
    "action-strength": action_strength,
    "ambiguous-date": ambiguous_date,
    "audit-finding": audit_finding,
    "cause-unaddressed": cause_unaddressed,
    "citation": citation,
    "clause": clause,
    "cross-reference": cross_reference,
    "date-order": date_order,
    "defined-term": defined_term,
    "duplicate-paragraph": duplicate_paragraph,
    "empty-section": empty_section,
    "grammar": grammar,
    "heading-number": heading_number,
    "impossible-date": impossible_date,
    "list-count": list_count,
    "long-sentence": long_sentence,
    "missing-clause": missing_clause,
    "missing-section": missing_section,
    "number-word": number_word,
    "percent-sum": percent_sum,
    "personal-data": personal_data,
    "phrase": phrase,
    "placeholder": placeholder,
    "repeated-word": repeated_word,
    "same-quantity": same_quantity,
    "secret": secret,
    "section-lacks": section_lacks,
    "spelling": spelling,
    "stale-date": stale_date,
    "stated-duration": stated_duration,
    "table-total": table_total,
    "timeline-order": timeline_order,
    "timeline-zone": timeline_zone,
    "version-conflict": version_conflict,
    "wrong-weekday": wrong_weekday,
}


def run(rule: BaseRule, subject: Subject) -> tuple[Finding, ...] | Problem:
    """Return what *rule* finds in *subject*, or the problem that kept it from looking.

    A check that fails must never look like a document without faults, and must not keep the
    other checks from running; so this is one of the few places that catch everything.
    """
    try:
        found = CHECKS[rule.kind].check(rule, subject)
        return _capped(tuple(islice(found, MOST_LOOKED_AT)), rule.most_findings)
    except Exception as error:
        # The text of an exception can quote the document, which must not reach the log.
        _log.error("rule %s failed: %s", rule.id, type(error).__name__)
        return Problem(
            code="check_failed",
            message=f"The rule {rule.id} could not be run: {type(error).__name__}.",
            where=rule.id,
        )


def _capped(found: tuple[Finding, ...], most: int) -> tuple[Finding, ...]:
    """Return at most *most* findings; the last one then stands for all that are left."""
    if len(found) <= most:
        return found
    shown, rest = found[: most - 1], found[most - 1 :]
    places = [finding.anchors[0] for finding in rest if finding.anchors]
    last = msgspec.structs.replace(
        rest[0],
        message=f"{rest[0].message} There are {len(rest) - 1} more findings like this one.",
        anchors=tuple(places[:PLACES_SHOWN]),
        occurrences=sum(finding.occurrences for finding in rest),
    )
    return (*shown, last)
