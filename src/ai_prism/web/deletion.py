"""Deleting on the page: it can be taken back for a moment, and asks first where no script runs."""

from typing import Any

import msgspec
from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from ai_prism.storage.undo import UNDO_SECONDS
from ai_prism.web.errors import wants_page
from ai_prism.web.security import owner
from ai_prism.web.services import services

blueprint = Blueprint("deletion", __name__)


@blueprint.get("/reviews/<review_id>/deletion")
def ask(review_id: str) -> str:
    """Ask whether a review is to be deleted."""
    review = services().reviews.summary(review_id, owner())
    return render_template("deletion.html", review=review, undo_seconds=UNDO_SECONDS)


@blueprint.post("/reviews/<review_id>/deletion")
def discard(review_id: str) -> AnyResponse:
    """Let a review be gone; for a moment it can be brought back."""
    services().undo.discard(review_id, owner())
    restoration = url_for("deletion.restore", review_id=review_id)
    return _answer({"task_id": review_id, "seconds": UNDO_SECONDS, "restoration": restoration})


@blueprint.post("/reviews/<review_id>/restoration")
def restore(review_id: str) -> AnyResponse:
    """Bring back a review that was deleted a moment ago."""
    made, who = services(), owner()
    made.undo.restore(review_id, who)
    summary = made.reviews.summary(review_id, who)
    if not summary.is_final:
        made.dispatcher.send(review_id)  # its turn may have come and gone meanwhile
    return _answer({"task_id": review_id, "state": summary.state})


def _answer(body: dict[str, Any]) -> AnyResponse:
    if wants_page():
        return redirect(url_for("reviews.history"), 303)
    return Response(msgspec.json.encode(body), mimetype="application/json")
