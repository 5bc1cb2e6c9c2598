"""The start page, and the playbooks one can choose from."""

from typing import Final

from flask import Blueprint, Response, jsonify, render_template, request

from ai_prism.core import playbook
from ai_prism.core.model import Party
from ai_prism.examples import EXAMPLES
from ai_prism.storage.drafts import previous
from ai_prism.web.security import owner
from ai_prism.web.services import services

blueprint = Blueprint("pages", __name__)

_RECENT = 5

_PARTIES: Final = {
    Party.NEUTRAL: "nobody's side",
    Party.SUPPLIER: "the supplier",
    Party.CUSTOMER: "the customer",
    Party.CONSUMER: "a consumer",
}


@blueprint.get("/")
def index() -> str:
    """Show where to drop a document, examples to try, and one's latest reviews.

    With `previous`, the id of a finished review, what is dropped is a new draft of its document.
    """
    made = services()
    earlier = request.args.get("previous", "")
    if earlier:
        earlier = previous(made.database, earlier, owner()).id
    return render_template(
        "index.html",
        earlier=made.reviews.summary(earlier, owner()) if earlier else None,
        reviews=made.reviews.history(owner(), limit=_RECENT),
        discarded=made.undo.discarded(owner()),
        examples=EXAMPLES,
        playbooks=_playbooks(),
        parties=_PARTIES,
        max_megabytes=made.settings.upload_limit_bytes // 1024**2,
    )


@blueprint.get("/playbooks")
def playbooks() -> Response:
    """List the playbooks by name."""
    return jsonify(_playbooks())


@blueprint.app_template_global()
def playbook_title(name: str) -> str:
    """Return what people call a playbook: its title, or the name of one that was sent along."""
    return playbook.available().get(name, name)


def _playbooks() -> list[dict[str, str]]:
    return [{"name": name, "title": title} for name, title in playbook.available().items()]
