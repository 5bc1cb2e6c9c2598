"""A review as one HTML file: to send, to keep, to print. It loads nothing from anywhere."""

from collections.abc import Iterator
from html import escape
from typing import Final

from ai_prism.core.exporters import wording
from ai_prism.core.exporters.html.look import POLICY, SCRIPT, STYLE
from ai_prism.core.exporters.html.marked import marked
from ai_prism.core.model import Decision, Finding, Level, Party, Review, Section

_TOP: Final = 5


def export(review: Review) -> bytes:
    """Return *review* as one self-contained page."""
    return "\n".join([*_lines(review), ""]).encode()


def _lines(review: Review) -> Iterator[str]:
    name = _shown(review.document.name)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f"<title>{name}</title>"
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="referrer" content="no-referrer">'
    yield '<meta name="viewport" content="width=device-width">'
    yield f"<style>{STYLE}</style>\n</head>\n<body>"
    yield f'<h1 dir="auto">Review of {name}</h1>'
    yield from _verdict(review)
    yield from _top(review)
    yield from _findings(review)
    yield from _departed(review)
    yield from _register(review)
    yield from _unseen(review)
    yield '<h2>The text</h2>\n<div class="text" dir="auto">'
    yield "".join(marked(review.document.text, review.findings))
    yield "</div>"
    yield from _receipt(review)
    yield f"<script>{SCRIPT}</script>\n</body>\n</html>"


def _verdict(review: Review) -> Iterator[str]:
    risk = review.risk
    yield f'<section class="verdict" data-severity="{risk.level.value}">'
    yield f"<p><strong>Risk: {risk.level.value}, {risk.score} of 100.</strong>"
    yield f" {_shown(wording.verdict(review))}</p>"
    if since := wording.since(review):
        yield f'<p dir="auto">{_shown(since)}</p>'
    party = review.playbook.party
    read_for = f", read for the {party.value}" if party is not Party.NEUTRAL else ""
    facts = f"{wording.size(review.document)}; playbook {review.playbook.name}{read_for}"
    yield f'<p class="soft">{_shown(facts)}</p>'
    if risk.drivers:
        yield "<table><tr><th>What the risk comes from</th><th>Share</th></tr>"
        for driver in risk.drivers:
            yield f"<tr><td>{_shown(driver.title)}</td><td>{wording.share(driver)}</td></tr>"
        yield "</table>"
    yield "</section>"


def _top(review: Review) -> Iterator[str]:
    wanted = [finding for finding in review.findings if finding.decision is not Decision.REJECTED]
    if len(wanted) <= _TOP:
        return
    yield f"<h2>The {_TOP} to look at first</h2>\n<ol>"
    for finding in sorted(wanted, key=lambda finding: finding.severity.rank)[:_TOP]:
        level = finding.severity.value
        yield (
            f'<li data-severity="{level}"><span class="severity">{level}</span> '
            f'<a href="#f-{_shown(finding.id)}">{_shown(finding.title)}</a></li>'
        )
    yield "</ol>"


def _findings(review: Review) -> Iterator[str]:
    yield "<h2>Findings</h2>"
    yield from _filters()
    sections = {section.id: section for section in review.sections}
    for number, finding in enumerate(review.findings, start=1):
        yield from _finding(number, finding, sections, wording.novelty(finding, review))


def _filters() -> Iterator[str]:
    """Yield the form that the script acts on; hidden where no script runs."""
    yield "<form hidden><fieldset><legend>Show</legend>"
    for name, values in (("severity", Level), ("decision", Decision)):
        for value in values:
            box = f'<input type="checkbox" name="{name}" value="{value.value}" checked>'
            yield f"<label>{box} {value.value}</label>"
    yield '<label>with the words <input type="search" name="words"></label> <output></output>'
    yield "</fieldset></form>"


def _finding(
    number: int, finding: Finding, sections: dict[str, Section], novelty: str
) -> Iterator[str]:
    level, id_ = finding.severity.value, _shown(finding.id)
    yield (
        f'<article class="finding" id="f-{id_}" data-severity="{level}" '
        f'data-decision="{finding.decision.value}">'
    )
    yield f'<h3>{number}. {_shown(finding.title)} <span class="severity">{level}</span></h3>'
    if where := wording.place(finding, sections):
        yield f'<p class="soft" dir="auto">{_shown(where)}</p>'
    for place, quote in enumerate(wording.quotes(finding.anchors)):
        link = f' <a href="#t-{id_}">in the text</a>' if not place else ""
        yield f'<blockquote dir="auto">{_shown(quote)}{link}</blockquote>'
    for quote in wording.quotes(finding.related):
        yield f'<blockquote dir="auto">against: {_shown(quote)}</blockquote>'
    if more := wording.hidden(finding):
        yield f'<p class="soft">{_shown(more)}</p>'
    yield f"<p>{_shown(finding.message)}</p>\n<dl>"
    if words := wording.weighed(finding):
        yield f"<dt>What weighed most</dt><dd>{_shown(words)}</dd>"
    yield f"<dt>Why</dt><dd>{_shown(finding.why)}</dd>"
    yield f"<dt>Suggestion</dt><dd>{_shown(finding.suggestion)}</dd>"
    if decision := wording.decision(finding):
        yield f"<dt>Decision</dt><dd>{_shown(decision)}</dd>"
    if novelty:
        yield f"<dt>Drafts</dt><dd>{novelty}</dd>"
    rule = f"<code>{_shown(finding.rule_id)}</code>; finding <code>{id_}</code>"
    yield f"<dt>Rule</dt><dd>{rule}</dd></dl>\n</article>"


def _departed(review: Review) -> Iterator[str]:
    for title, those in wording.departed(review).items():
        yield f"<h2>{title}</h2>\n<ul>"
        for one in those:
            yield f'<li dir="auto">{_shown(wording.what_departed(one))} {_shown(one.why)}</li>'
        yield "</ul>"
    if answers := wording.answers(review):
        yield "<h2>What came back of the comments</h2>\n<ul>"
        yield from (f'<li dir="auto">{_shown(answer)}</li>' for answer in answers)
        yield "</ul>"


def _register(review: Review) -> Iterator[str]:
    if not review.risk.register:
        return
    heads = ("Risk", "Likelihood", "Impact", "Level", "Mitigation", "Owner")
    yield "<h2>Risk register</h2>\n<table><tr>"
    yield "".join(f"<th>{head}</th>" for head in heads) + "</tr>"
    for entry in review.risk.register:
        levels = (entry.likelihood.value, entry.impact.value, entry.level.value)
        cells = (entry.risk, *levels, entry.mitigation, entry.owner)
        yield "<tr>" + "".join(f"<td>{_shown(cell)}</td>" for cell in cells) + "</tr>"
    yield "</table>"


def _unseen(review: Review) -> Iterator[str]:
    sentences = wording.unseen(review)
    yield "<h2>Not read or not checked</h2>\n<ul>"
    yield from (f"<li>{_shown(sentence)}</li>" for sentence in sentences or ["Nothing."])
    yield "</ul>"


def _receipt(review: Review) -> Iterator[str]:
    receipt = review.receipt
    yield "<h2>Receipt</h2>\n<dl>"
    for name, words in (
        ("Document", f"sha256 {review.document.sha256}"),
        ("Playbook", f"sha256 {receipt.playbook_sha256}, {receipt.rules_run} rules"),
        ("AI-Prism", f"{receipt.ai_prism}, Python {receipt.python}, {receipt.started_at}"),
        ("Reviewer", wording.reviewer(receipt)),
    ):
        yield f"<dt>{name}</dt><dd>{_shown(words)}</dd>"
    yield "</dl>"


def _shown(words: str) -> str:
    """Return *words* as HTML that shows them and does nothing."""
    return escape(wording.one_line(words))
