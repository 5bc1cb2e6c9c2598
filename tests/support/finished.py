"""A review that is done, without a worker to do it."""

import io

from flask import Flask
from flask.testing import FlaskClient

from ai_prism.core.model import Review
from ai_prism.storage.work import Work


def finish(app: Flask, client: FlaskClient, review: Review, document: bytes) -> str:
    """Upload *document* as *client*, end it with *review*, and return the path of it."""
    sent = {"document": (io.BytesIO(document), review.document.name)}
    review_id = client.post("/upload", data=sent).json["task_id"]
    made = app.extensions["ai_prism"]
    work = Work(made.database, lease_seconds=60, attempts_limit=3)
    work.finish(work.claim(review_id), review)
    return f"/reviews/{review_id}"
