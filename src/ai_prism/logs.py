"""What is written to the terminal of a process: lines for people, or JSON for what collects them.

In JSON each line that is about a review has its id in `review_id`, in the web server as in the
workers; the broker's message has the same id, so one search shows the whole way of a document.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

_FOR_PEOPLE: Final = "%(asctime)s %(process)d %(name)s %(levelname)s %(message)s"
_CHATTY: Final = ("alembic", "kombu", "celery")

_review: ContextVar[str] = ContextVar("review", default="")


def to_terminal(log_format: str) -> None:
    """Write what happens in this process to the terminal, as *log_format* says: text or json."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if log_format == "json" else logging.Formatter(_FOR_PEOPLE))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Said of ours too: Celery raises the level of all others in a worker.
    logging.getLogger("ai_prism").setLevel(logging.INFO)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def about(review_id: str) -> Iterator[None]:
    """Let what is logged in the block say that it is about this review."""
    before = _review.set(review_id)
    try:
        yield
    finally:
        _review.reset(before)


def from_now_on_about(review_id: str) -> None:
    """Let what this thread logs be about this review, or about none if the id is empty."""
    _review.set(review_id)


class JsonLines(logging.Formatter):
    """One JSON object a line, whatever the message has in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as a line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if review_id := _review.get():
            line["review_id"] = review_id
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)
