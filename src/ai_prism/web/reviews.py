"""One's reviews: the list, one review as a page, as JSON or as a report, and what is done to it."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ai_prism.core.errors import PrismError, Unreadable
from ai_prism.core.exporters import EXPORTERS, Order, wording
from ai_prism.core.model import Finding, Section
from ai_prism.core.page_images import WITH_PAGES, NoPages
from ai_prism.reviewers import listed
from ai_prism.storage.changes import Error, Progress
from ai_prism.storage.files import FileGone, StoreAway
from ai_prism.storage.listing import Question, Sort
from ai_prism.storage.summaries import StoredReview
from ai_prism.storage.tables import State
from ai_prism.web.errors import wants_page
from ai_prism.web.history import by_document
from ai_prism.web.overview import overview_of, sources_of
from ai_prism.web.page_images import Sheet, sheets
from ai_prism.web.pieces import streamed
from ai_prism.web.reading import Passage, each_passage, in_reading_order, leaves, places_of
from ai_prism.web.security import owner
from ai_prism.web.services import services

blueprint = Blueprint("reviews", __name__)

_SORTS: Final = {Sort.NEWEST: "newest first", Sort.NAME: "by name", Sort.RISK: "riskiest first"}


class UnknownFormat(PrismError):
    """No exporter writes this format."""

    code = "unknown_format"


class NotReady(PrismError):
    """The review has not ended in a success, so there is no report of it."""

    code = "not_ready"
    advice = "Wait until the review is done; what was found so far is on its page."


class ReviewSoFar(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of a review that has not ended in a success."""

    task_id: str
    state: State
    progress: Progress
    error: Error | None
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]


@blueprint.get("/reviews")
def history() -> str | Response:
    """Show one's reviews that are asked for, the newest first where nothing else is said."""
    question = Question.of(request.args.get("q", ""), request.args.get("sort", ""))
    own = services().reviews.history(owner(), question=question)
    if not wants_page():
        return _json(own)
    return render_template(
        "reviews.html",
        documents=by_document(own),
        discarded=services().undo.discarded(owner()),
        question=question,
        sorts=_SORTS,
    )


@blueprint.get("/reviews/<review_id>")
def show(review_id: str) -> Response:
    """Show a review: what there is of it now, or all of it once it is done."""
    stored = services().reviews.find(review_id, owner())
    if not wants_page():
        return _report(stored, "json") if stored.review else _json(_so_far(stored))
    pages, why_not = _sheets(stored)
    passages = None if pages else _leaves(stored)
    values = _seen(stored) | {"passages": passages, "sheets": pages, "no_pages": why_not}
    return streamed("review.html", values)


@blueprint.get("/reviews/<review_id>/overview")
def overview(review_id: str) -> str:
    """Show what a decision changes on the page of a review: verdict, outline, register."""
    return render_template("overview.html", **_seen(services().reviews.find(review_id, owner())))


@blueprint.get("/reviews/<review_id>/report.<format_name>")
def report(review_id: str, format_name: str) -> Response:
    """Return the finished review as a file."""
    if format_name not in EXPORTERS:
        raise UnknownFormat(f"There is no report as {format_name}.")
    order = Order.of(request.args.get("include", ""), request.args.get("changes", ""))
    stored = services().reviews.find(review_id, owner())
    response = _report(stored, format_name, order)
    stem = stored.summary.name.rsplit(".", 1)[0]
    if format_name == "html":
        # Its own script and style are let through by the policy that it carries in itself.
        response.headers["Content-Security-Policy"] = "sandbox allow-scripts"
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{stem}-review.{format_name}"
    )
    return response


@blueprint.get("/reviews/<review_id>/webhook")
def webhook(review_id: str) -> Response:
    """Say whom a review tells of its end, and how far that is."""
    return _json(services().webhooks.of_review(review_id, owner()))


@blueprint.delete("/reviews/<review_id>")
def delete(review_id: str) -> AnyResponse:
    """Remove a review with all that is kept of it, at once and for good."""
    made = services()
    made.reviews.delete(review_id, owner())
    made.dispatcher.forget(review_id)
    return Response(status=204)


@blueprint.post("/reviews/<review_id>/cancellation")
def cancel(review_id: str) -> AnyResponse:
    """Stop a review, keeping what it found."""
    made, who = services(), owner()
    made.reviews.cancel(review_id, who)
    return _changed(review_id, who)


@blueprint.post("/reviews/<review_id>/retry")
def retry(review_id: str) -> AnyResponse:
    """Run a failed or cancelled review again."""
    made, who = services(), owner()
    made.reviews.retry(review_id, who)
    made.dispatcher.send(review_id)
    return _changed(review_id, who)


def _seen(stored: StoredReview) -> dict[str, Any]:
    """Return what the templates show of a review, but for its text."""
    outcome, whole = stored.outcome, stored.review
    return {
        "review": stored.summary,
        "document": stored.document,
        "sections": stored.sections,
        "findings": in_reading_order(stored.findings, stored.sections)
        if stored.summary.is_final
        else stored.findings,
        "overview": overview_of(stored),
        "sources": sources_of(stored),
        "risk": outcome and outcome.risk,
        "since": wording.since(whole) if whole else "",
        "departed": wording.departed(whole) if whole else {},
        "answered": stored.comparison.answered if stored.comparison else (),
        "answer_words": wording.ANSWERS,
        "coverage": stored.coverage,
        "problems": stored.problems,
        "receipt": outcome and outcome.receipt,
        "standard": outcome and outcome.playbook,
        "places_of": places_of,
        "report_formats": _formats(stored),
        "has_pages": bool(stored.summary.pages) and stored.summary.media_type in WITH_PAGES,
        "has_reviewer": services().settings.has_reviewer,
        "models": ", ".join(filter(None, listed(services().settings.llm_models))),
    }


def _leaves(stored: StoredReview) -> Iterator[tuple[Passage, ...]] | None:
    """Return the text with its marks once it stands still: marks that come late move the text."""
    document = stored.document
    if document is None or not document.text.strip() or not stored.summary.is_final:
        return None
    return leaves(each_passage(document, stored.findings, stored.sections))


def _sheets(stored: StoredReview) -> tuple[tuple[Sheet, ...], str]:
    """Return the pages to show in the place of the text, if they are asked for; or why not."""
    if request.args.get("view") != "pages" or not stored.summary.is_final:
        return (), ""
    try:
        kept = services().reviews.kept_file(stored.summary.id, owner())
        return sheets(kept, stored.sections), ""
    except (Unreadable, NoPages, FileGone, StoreAway) as error:
        return (), error.message


def _changed(review_id: str, who: str) -> AnyResponse:
    made = services()
    change = made.reviews.changes_since(review_id, who, 0)
    made.dispatcher.announce(change)
    if wants_page():
        return _see("reviews.show", review_id=review_id)
    response = _json({"task_id": review_id, "state": change.state})
    response.status_code = 202
    return response


def _see(endpoint: str, **values: Any) -> AnyResponse:
    return redirect(url_for(endpoint, **values), 303)


def _report(stored: StoredReview, format_name: str, order: Order | None = None) -> Response:
    if stored.review is None:
        raise NotReady("The review is not done.")
    exporter, order = EXPORTERS[format_name], order or Order()
    if exporter.is_copy:
        sha256 = stored.review.document.sha256
        with services().files.at_hand(sha256, stored.summary.id) as original:
            order = msgspec.structs.replace(order, original=original)
            made = services().export(format_name, stored.review, order)
    else:
        made = exporter.export(stored.review, order)
    return Response(made, mimetype=exporter.media_type)


def _formats(stored: StoredReview) -> list[tuple[str, str, bool]]:
    """Return the formats that suit, with what people call them, and whether they are copies."""
    media_type = stored.summary.media_type
    suit = {name: made for name, made in EXPORTERS.items() if made.suits(media_type)}
    return [(name, made.title, made.is_copy) for name, made in suit.items()]


def _so_far(stored: StoredReview) -> ReviewSoFar:
    return ReviewSoFar(
        task_id=stored.summary.id,
        state=stored.summary.state,
        progress=stored.summary.progress,
        error=stored.summary.error,
        sections=stored.sections,
        findings=stored.findings,
    )


def _json(data: Any) -> Response:
    return Response(msgspec.json.encode(data), mimetype="application/json")
