"""Uploads one document and follows its event stream, noting when what came."""

import json
import time
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from support.service import Client, Service

_FINAL = ("SUCCESS", "FAILURE", "REVOKED")


class Followed(NamedTuple):
    """When what came, by the wall clock of this machine; and the review."""

    accepted: float
    first_event: float
    first_finding: float
    ended: float
    review: dict[str, Any]

    @property
    def analysis(self) -> float:
        """What the worker's own stages took, in seconds."""
        return sum(self.review["receipt"]["seconds"].values())

    @property
    def whole(self) -> float:
        """From the 202 to the end."""
        return self.ended - self.accepted


def follow(service: Service, client: Client, path: Path) -> Followed:
    """Return how the review of *path* went.

    Raises:
        RuntimeError: it did not end as a success.
    """
    review_id = client.upload(path)
    accepted = time.time()
    first_event = first_finding = ended = 0.0
    limits = httpx.Timeout(5, read=900)
    with client.stream("GET", f"/events/{review_id}", timeout=limits) as stream:
        for line in stream.iter_lines():
            if not line.startswith("data: "):
                continue
            now, event = time.time(), json.loads(line.removeprefix("data: "))
            state = event.get("state")
            if state is None:
                continue
            if state not in ("PENDING", "RETRY"):
                first_event = first_event or now
            if event.get("findings"):
                first_finding = first_finding or now
            if state in _FINAL:
                ended = now
    if state != "SUCCESS":
        raise RuntimeError(f"{path.name} ended as {state}; see {service.folder / 'log.txt'}")
    return Followed(accepted, first_event, first_finding, ended, client.review(review_id))
