"""GET /openapi.json, and the same for people at /docs."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml
from flask import Blueprint, Response, render_template

from ai_prism import __version__
from ai_prism.core.exporters.json import ReviewReport, schema
from ai_prism.storage.questions import Question
from ai_prism.storage.summaries import ReviewSummary
from ai_prism.storage.webhooks import Webhook
from ai_prism.web.decisions import DecisionMade, DecisionsMade, FindingsChanged, OwnFinding
from ai_prism.web.errors import ProblemDocument
from ai_prism.web.page_images import PageShown
from ai_prism.web.questions import QuestionAsked
from ai_prism.web.reviews import ReviewSoFar
from ai_prism.web.status import Status
from ai_prism.web.uploads import Accepted

blueprint = Blueprint("openapi", __name__)

_ANSWERS: Final = (
    Accepted,
    Status,
    ReviewSummary,
    ReviewReport,
    ReviewSoFar,
    FindingsChanged,
    PageShown,
    Webhook,
    Question,
    ProblemDocument,
)
_BODIES: Final = (DecisionMade, DecisionsMade, OwnFinding, QuestionAsked)


@blueprint.get("/openapi.json")
def as_json() -> Response:
    """Describe the API for programs."""
    return Response(msgspec.json.encode(description()), mimetype="application/json")


@blueprint.get("/docs")
def as_page() -> str:
    """Describe the API for people."""
    return render_template("api.html", api=description())


@blueprint.get("/schema/review-1.json")
def review_schema() -> Response:
    """Return the JSON Schema of a review."""
    return Response(msgspec.json.encode(schema()), mimetype="application/schema+json")


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI description: the calls as written, the schemas as the model has them."""
    written = Path(__file__).with_name("openapi.yml").read_text(encoding="utf-8")
    api: dict[str, Any] = yaml.safe_load(written)
    api["info"]["version"] = __version__
    _, schemas = msgspec.json.schema_components(
        _ANSWERS + _BODIES, ref_template="#/components/schemas/{name}"
    )
    api["components"]["schemas"] = schemas
    return api
