"""What people say of findings: one by one, by rule, and in findings of their own."""

from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response, request

from ai_prism.core.model import Decision, Finding, Level, Section
from ai_prism.storage.changes import Change
from ai_prism.storage.decisions import Remark, Ruling
from ai_prism.storage.tables import State
from ai_prism.web.bodies import KEPT, Line, body
from ai_prism.web.errors import InvalidRequest
from ai_prism.web.security import owner
from ai_prism.web.services import services
from ai_prism.web.status import RiskInShort, risk_in_short

blueprint = Blueprint("decisions", __name__)

Words = Annotated[str, msgspec.Meta(max_length=4_000, pattern=KEPT)]
Place = Annotated[int, msgspec.Meta(ge=0, le=2**31)]


class DecisionMade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a decision; without a suggestion that of the rule stands."""

    decision: Decision
    reason: Words = ""
    suggestion: Words | None = None


class DecisionsMade(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of one decision on several findings: of a rule, or with these ids."""

    decision: Decision
    reason: Words = ""
    rule: Line | None = None
    findings: Annotated[tuple[Line, ...], msgspec.Meta(max_length=2_000)] = ()


class OwnFinding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a finding of one's own about `document.text[start:end]`."""

    start: Place
    end: Place
    quote: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
    message: Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]
    title: Line = ""
    severity: Level = Level.MEDIUM
    suggestion: Words = ""


class FindingsChanged(msgspec.Struct, frozen=True, kw_only=True):
    """The findings that are new, or were decided on, after a version of the review."""

    task_id: str
    version: int
    state: State
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...]
    risk: RiskInShort | None
    found: int
    decided: int


@blueprint.get("/reviews/<review_id>/findings")
def changes(review_id: str) -> Response:
    """Return the findings that are newer than the version `since`."""
    since = max(request.args.get("since", 0, type=int), 0)
    return _answer(services().reviews.changes_since(review_id, owner(), since))


@blueprint.post("/reviews/<review_id>/findings")
def add(review_id: str) -> Response:
    """Add a finding of one's own."""
    made, who = services(), owner()
    before = made.reviews.summary(review_id, who).version
    sent = body(OwnFinding)
    remark = Remark(
        start=sent.start,
        end=sent.end,
        quote=sent.quote,
        message=sent.message,
        title=sent.title or "A reader's remark",
        severity=sent.severity,
        suggestion=sent.suggestion,
    )
    made.decisions.add(review_id, who, remark)
    return _changed(review_id, who, before, 201)


@blueprint.patch("/reviews/<review_id>/findings/<finding_id>")
def decide(review_id: str, finding_id: str) -> Response:
    """Accept or reject a finding, or open it again."""
    made, who = services(), owner()
    before = made.reviews.summary(review_id, who).version
    sent = body(DecisionMade)
    ruling = Ruling(decision=sent.decision, reason=sent.reason, suggestion=sent.suggestion)
    made.decisions.decide(review_id, who, [finding_id], ruling)
    return _changed(review_id, who, before)


@blueprint.patch("/reviews/<review_id>/findings")
def decide_several(review_id: str) -> Response:
    """Say the same of all open findings of a rule, or of the findings with these ids."""
    made, who = services(), owner()
    before = made.reviews.summary(review_id, who).version
    sent = body(DecisionsMade)
    ruling = Ruling(decision=sent.decision, reason=sent.reason)
    if (sent.rule is None) is (not sent.findings):
        raise InvalidRequest("Name either a rule or findings.")
    if sent.rule is not None:
        made.decisions.decide_rule(review_id, who, sent.rule, ruling)
    else:
        made.decisions.decide(review_id, who, sent.findings, ruling)
    return _changed(review_id, who, before)


def _changed(review_id: str, who: str, before: int, status: int = 200) -> Response:
    """Tell watchers, and answer with what changed after the version *before*."""
    made = services()
    change = made.reviews.changes_since(review_id, who, before)
    made.dispatcher.announce(change)
    response = _answer(change)
    response.status_code = status
    return response


def _answer(change: Change) -> Response:
    summary = services().reviews.summary(change.task_id, change.owner)
    changed: Any = FindingsChanged(
        task_id=change.task_id,
        version=change.version,
        state=change.state,
        findings=change.findings,
        sections=change.sections,
        risk=risk_in_short(summary.risk),
        found=summary.found,
        decided=summary.decided,
    )
    return Response(msgspec.json.encode(changed), mimetype="application/json")
