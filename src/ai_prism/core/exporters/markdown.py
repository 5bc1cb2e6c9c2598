"""A review as Markdown, to paste into an issue or a wiki."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.exporters import wording
from ai_prism.core.model import Finding, Party, Review, Section

#: Characters that Markdown or the HTML in it would take for mark-up. A document's words are shown,
#: never obeyed.
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&$@^])")
#: What would begin a list, a rule or a heading at the start of a line.
_OPENER: Final = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+=])(?=[\s+=-]|$)")


def export(review: Review) -> bytes:
    """Return *review* as a Markdown report."""
    return "\n".join([*_lines(review), ""]).encode()


def _lines(review: Review) -> Iterator[str]:
    yield f"# Review of {_plain(review.document.name)}"
    yield ""
    yield _plain(wording.verdict(review))
    yield ""
    if since := wording.since(review):
        yield _plain(since)
        yield ""
    yield from _facts(review)
    yield from _risk(review)
    yield from _register(review)
    sections = {section.id: section for section in review.sections}
    if review.findings:
        yield "## Findings"
        yield ""
    for number, finding in enumerate(review.findings, start=1):
        yield from _finding(number, finding, sections, wording.novelty(finding, review))
    yield from _departed(review)
    yield from _unseen(review)
    yield from _receipt(review)


def _facts(review: Review) -> Iterator[str]:
    chosen = "chosen by the user" if review.playbook.chosen == "user" else "chosen by AI-Prism"
    yield f"- Document: {_plain(wording.size(review.document))}"
    yield f"- Playbook: {_plain(review.playbook.name)} {_plain(review.playbook.version)}, {chosen}"
    if review.playbook.party is not Party.NEUTRAL:
        yield f"- Read for: the {review.playbook.party.value}"
    yield f"- Risk: **{review.risk.level.value}**, {review.risk.score} of 100"
    yield ""


def _risk(review: Review) -> Iterator[str]:
    if not review.risk.drivers:
        return
    yield "| What the risk comes from | Share |"
    yield "| --- | ---: |"
    for driver in review.risk.drivers:
        yield f"| {_plain(driver.title)} | {_plain(wording.share(driver))} |"
    yield ""


def _register(review: Review) -> Iterator[str]:
    if not review.risk.register:
        return
    numbers = {finding.id: number for number, finding in enumerate(review.findings, start=1)}
    yield "## Risk register"
    yield ""
    yield "| Risk | Findings | Likelihood | Impact | Level | Mitigation | Owner |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for entry in review.risk.register:
        evidence = ", ".join(str(numbers[id]) for id in entry.evidence if id in numbers)
        levels = f"{entry.likelihood.value} | {entry.impact.value} | {entry.level.value}"
        yield (
            f"| {_plain(entry.risk)} | {evidence} | {levels}"
            f" | {_plain(entry.mitigation)} | {_plain(entry.owner)} |"
        )
    yield ""


def _finding(
    number: int, finding: Finding, sections: dict[str, Section], novelty: str
) -> Iterator[str]:
    yield f"### {number}. {_plain(finding.title)} ({finding.severity.value})"
    yield ""
    if where := wording.place(finding, sections):
        yield _plain(where)
        yield ""
    shown = [_plain(quote) for quote in wording.quotes(finding.anchors)]
    shown += [f"against: {_plain(quote)}" for quote in wording.quotes(finding.related)]
    shown += [hidden] if (hidden := wording.hidden(finding)) else []
    if shown:
        # Two blanks at the end of a line keep the quotes on lines of their own.
        yield "  \n".join(f"> {words}" for words in shown)
        yield ""
    yield _plain(finding.message)
    yield ""
    if words := wording.weighed(finding):
        yield f"- What weighed most: {_plain(words)}"
    yield f"- Why: {_plain(finding.why)}"
    yield f"- Suggestion: {_plain(finding.suggestion)}"
    yield f"- Rule: `{finding.rule_id}`; finding `{finding.id}`"
    if novelty:
        yield f"- {novelty}"
    if decision := wording.decision(finding):
        yield f"- {_plain(decision)}"
    yield ""


def _departed(review: Review) -> Iterator[str]:
    for title, those in wording.departed(review).items():
        yield f"## {title}"
        yield ""
        yield from (f"- {_plain(wording.what_departed(one))} {_plain(one.why)}" for one in those)
        yield ""
    if answers := wording.answers(review):
        yield "## What came back of the comments"
        yield ""
        yield from (f"- {_plain(answer)}" for answer in answers)
        yield ""


def _unseen(review: Review) -> Iterator[str]:
    sentences = wording.unseen(review)
    if not sentences:
        return
    yield "## Not read or not checked"
    yield ""
    yield from (f"- {_plain(sentence)}" for sentence in sentences)
    yield ""


def _receipt(review: Review) -> Iterator[str]:
    receipt = review.receipt
    yield "## Receipt"
    yield ""
    yield f"- Document: sha256 `{review.document.sha256}`"
    yield f"- Playbook: sha256 `{receipt.playbook_sha256}`, {receipt.rules_run} rules"
    yield f"- AI-Prism {receipt.ai_prism}, Python {receipt.python}, {receipt.started_at}"
    yield f"- Reviewer: {_plain(wording.reviewer(receipt))}"


def _plain(words: str) -> str:
    """Return *words* as Markdown that shows exactly them, on one line."""
    escaped = _MARKUP.sub(r"\\\1", wording.one_line(words))
    return _OPENER.sub(lambda m: rf"{m[1]}\{m[2]}" if m[1] else rf"\{m[3]}", escaped)
