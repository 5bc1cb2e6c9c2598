"""Tells those who asked for it that a review has ended, one for each message."""

import logging
import time
from typing import Any, Final

import msgspec

from ai_prism import logs
from ai_prism.settings import Settings
from ai_prism.storage.database import AWAY, Database
from ai_prism.storage.webhooks import Telling, Webhooks
from ai_prism.webhooks.posting import NotAnswered, post
from ai_prism.webhooks.signing import headers
from ai_prism.webhooks.targets import Targets, WebhookRefused

_log = logging.getLogger(__name__)

_WELL: Final = range(200, 300)


class Courier:
    """What a worker process needs to tell others, made once and used by its threads."""

    def __init__(self, settings: Settings) -> None:
        """Work on the database that *settings* name, and tell whom they allow."""
        self._webhooks = Webhooks(Database(settings.database))
        self._targets = Targets(settings.webhook_targets)

    def deliver(self) -> None:
        """Tell the one whose turn it is, if there is any."""
        try:
            if telling := self._webhooks.claim():
                with logs.about(telling.review.id):
                    self._tell(telling)
        except AWAY as error:
            # What was told and not written down is told again, under the same id.
            _log.warning("nobody is told now: %s", error)

    def _tell(self, telling: Telling) -> None:
        answer, is_told = self._answer_to(telling)
        # Not the address: its path and query may be all that protects it.
        _log.info("telling of review %s: %s", telling.review.id, answer)
        if is_told:
            self._webhooks.told(telling, answer)
        else:
            self._webhooks.failed(telling, answer)

    def _answer_to(self, telling: Telling) -> tuple[str, bool]:
        body = msgspec.json.encode(message(telling))
        # The same for each try of the same end, so that whoever hears it twice can tell.
        message_id = f"{telling.review.id}.{round(telling.ended_at * 1000)}"
        try:
            target = self._targets.check(telling.url)
            address = self._targets.resolve(target)
            signed = headers(telling.secret, message_id, int(time.time()), body)
            status = post(target, address, body, signed)
        except WebhookRefused:
            return "refused", False
        except NotAnswered as error:
            return str(error), False
        except OSError as error:
            return type(error).__name__, False
        return str(status), status in _WELL


def message(telling: Telling) -> dict[str, Any]:
    """Return what is told: which review, how it ended, how much was found; no word of a document.

    Not even its name: whoever may know more asks for the review.
    """
    review = telling.review
    return {
        "type": "review.ended",
        "timestamp": telling.ended_at,
        "data": {
            "task_id": review.id,
            "state": review.state,
            "error": review.error.code if review.error else None,
            "counts": review.counts,
            "risk": review.risk.level if review.risk else None,
        },
    }
