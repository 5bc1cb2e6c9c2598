"""POST /upload: take the document, keep it for good, answer with the task id."""

import logging
import time
import uuid
from typing import IO, Final

import msgspec
from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ai_prism import examples, tracing
from ai_prism.core import playbook, readers
from ai_prism.core.errors import InvalidPlaybook, PrismError, UnknownPlaybook
from ai_prism.core.located_yaml import MOST_CHARACTERS
from ai_prism.core.model import Party
from ai_prism.storage.drafts import Previous, previous
from ai_prism.storage.files import Upload
from ai_prism.web import audit, identity
from ai_prism.web.errors import InvalidRequest, wants_page
from ai_prism.web.security import owner
from ai_prism.web.services import Services, services
from ai_prism.webhooks.signing import Hook, secret_for

blueprint = Blueprint("uploads", __name__)

_log = logging.getLogger(__name__)

#: As in the column of the table.
_KEY_LETTERS: Final = 255

#: After so long a first look at the state is worthwhile.
_RETRY_AFTER_SECONDS = 1

_LONGEST_NAME = 255


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """What a program is told of an upload that is kept and queued."""

    task_id: str
    links: dict[str, str]  #: self, status, events, review
    #: What the messages to the webhook are signed with, where one was asked for.
    webhook_secret: str | msgspec.UnsetType = msgspec.UNSET
    status: str = "queued"
    state: str = "PENDING"


class NoDocument(PrismError):
    """The upload has no document in it."""

    code = "no_document"
    advice = "Send the file as the multipart field named document."


class UnknownExample(PrismError):
    """No example has the name asked for."""

    code = "unknown_example"
    advice = "Choose one of the examples on the start page."


class UnknownParty(PrismError):
    """An agreement cannot be read for the party asked for."""

    code = "unknown_party"
    advice = "Name one of these, or leave the party out to read for nobody's side."


class _Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How a document is to be read."""

    playbook: str
    party: Party
    previous: Previous | None  #: the draft before it
    hook: Hook | None  #: whom to tell of its end


@blueprint.post("/upload")
def create() -> AnyResponse:
    """Accept a document and queue its review."""
    begun = time.monotonic()
    made, who = services(), owner()
    idempotency_key = _idempotency_key()
    review_id = made.reviews.sent_before(who, idempotency_key)
    if review_id is None:
        made.quotas.check(who, audit.address(), identity.is_newcomer())
        wanted = _wanted(made, who)
        name, stream = _document()
        review_id = _accept(made, stream, name, who, wanted, idempotency_key)
        tracing.begin(review_id, time.monotonic() - begun)
    audit.about(review_id)
    _log.info("review %s is taken in", review_id)
    response = redirect(url_for("reviews.show", review_id=review_id), 303)
    if not wants_page():
        response = _queued(review_id, _hook(made, who))
    # Only when the answer is on its way: a request never waits for the broker.
    response.call_on_close(lambda: made.dispatcher.send(review_id))
    return response


def _wanted(made: Services, who: str) -> _Wanted:
    """Return how the document is to be read; a draft like the one before, where nothing is said."""
    named = request.form.get("previous", "")
    before = previous(made.database, named, who) if named else None
    playbook_before = before.playbook if before else ""
    party_before = before.party if before else Party.NEUTRAL
    chosen = request.form.get("playbook")
    return _Wanted(
        playbook=_guidelines() or (playbook_before if chosen is None else _known_playbook(chosen)),
        party=_known_party(request.form.get("party", party_before)),
        previous=before,
        hook=_hook(made, who),
    )


def _hook(made: Services, who: str) -> Hook | None:
    """Return whom to tell of the end of the review; None where nobody was named.

    Raises:
        WebhookRefused: it may not be told.
    """
    url = request.form.get("webhook", "").strip()
    if not url:
        return None
    made.webhook_targets.check(url)
    return Hook(url=url, secret=secret_for(current_app.config["SECRET_KEY"], who, url))


def _document() -> tuple[str, IO[bytes]]:
    if "example" in request.form:
        return _example(request.form["example"])
    sent = request.files.get("document")
    if sent is None or not sent.filename:
        raise NoDocument("The upload holds no document.")
    return _plain_name(sent.filename), sent.stream


def _idempotency_key() -> str | None:
    """Return what says that this upload is one sent before; an empty key says nothing.

    Raises:
        InvalidRequest: it is longer than the database keeps.
    """
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > _KEY_LETTERS:
        raise InvalidRequest(f"The Idempotency-Key is longer than {_KEY_LETTERS} characters.")
    return key or None


def _example(name: str) -> tuple[str, IO[bytes]]:
    try:
        return name, examples.path(name).open("rb")
    except KeyError:
        raise UnknownExample(f"There is no example called {name}.") from None


def _plain_name(name: str) -> str:
    """Return the last part of *name* without control characters; it is shown, never opened."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[-_LONGEST_NAME:] or "document"


def _guidelines() -> str:
    """Return the text of the playbook sent along, checked; nothing where none was sent.

    Raises:
        InvalidPlaybook: it breaks the format; the message names file, line and column.
    """
    sent = request.files.get("guidelines")
    if sent is None or not sent.filename:
        return ""
    name = _plain_name(sent.filename)
    try:
        # One byte more than is allowed, so that a longer file is refused and not cut.
        text = sent.stream.read(4 * MOST_CHARACTERS + 1).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidPlaybook(f"{name}: The file is not UTF-8 text.") from None
    playbook.parse(text, name)
    return playbook.as_sent(text)


def _known_playbook(name: str) -> str:
    # Not `playbook.load`, which takes paths too: whoever uploads must not name files of ours.
    if name and name not in playbook.BUILT_IN:
        raise UnknownPlaybook(f"There is no playbook called {name}.")
    return name


def _known_party(name: str) -> Party:
    try:
        return Party(name)
    except ValueError:
        raise UnknownParty(
            f"A document cannot be read for “{name}”, only for {', '.join(Party)}."
        ) from None


def _accept(
    made: Services,
    stream: IO[bytes],
    name: str,
    who: str,
    wanted: _Wanted,
    idempotency_key: str | None,
) -> str:
    with stream:
        limit = made.settings.upload_limit_bytes
        upload = made.files.receive(stream, str(uuid.uuid4()), limit)
    try:
        return made.reviews.accept(
            upload,
            owner=who,
            name=name,
            media_type=_media_type(upload, name),
            playbook=wanted.playbook,
            party=wanted.party,
            previous=wanted.previous,
            hook=wanted.hook,
            idempotency_key=idempotency_key,
        )
    finally:
        made.files.discard(upload)


def _media_type(upload: Upload, name: str) -> str:
    """Return what the upload is.

    Raises:
        Unreadable: no reader will read it, as far as a first look can tell.
    """
    return readers.identify(upload.path, name)


def _queued(review_id: str, hook: Hook | None) -> Response:
    links = {
        "self": url_for("reviews.show", review_id=review_id),
        "status": url_for("status.show", review_id=review_id),
        "events": url_for("streams.review_events", review_id=review_id),
        "review": url_for("reviews.show", review_id=review_id),
    }
    secret = hook.secret if hook else msgspec.UNSET
    accepted = Accepted(task_id=review_id, links=links, webhook_secret=secret)
    response = Response(msgspec.json.encode(accepted), 202, mimetype="application/json")
    response.headers["Location"] = links["status"]
    response.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    return response
