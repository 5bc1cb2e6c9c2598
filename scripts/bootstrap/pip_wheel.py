"""Fetch pip itself, where Python comes without it: one pinned wheel, checked by its hash."""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re
import ssl
import urllib.request
from pathlib import Path
from urllib.error import URLError
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

WHEEL = "pip-26.3-py3-none-any.whl"
SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
SECONDS_TO_ANSWER = 60


class DownloadFailed(Exception):
    """The wheel cannot be had; the message says why and what to do."""


def fetch_pip(folder: Path) -> Path:
    """Save the pinned wheel in *folder* and return its path.

    The package index is the one that pip would use: PIP_INDEX_URL, else PyPI.

    Raises:
        DownloadFailed: the index cannot be reached, lacks the wheel or gives another.
    """
    index = os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple"
    print(f"Fetching {WHEEL}, since this Python has no ensurepip ...", flush=True)
    try:
        page = f"{index.rstrip('/')}/pip/"
        wheel = _get(_address_of_wheel(page, _get(page).decode()))
    except (URLError, TimeoutError) as error:
        reason = getattr(error, "reason", error)
        raise DownloadFailed(
            f"{urlsplit(index).hostname} does not give pip ({reason}). With a network that needs"
            " a proxy set HTTPS_PROXY, with another package index PIP_INDEX_URL; or install"
            " Python's venv package (Debian: apt install python3-venv)."
        ) from error
    if hashlib.sha256(wheel).hexdigest() != SHA256:
        raise DownloadFailed(f"what {urlsplit(index).hostname} gave as {WHEEL} is not that file.")
    path = folder / WHEEL
    path.write_bytes(wheel)
    return path


def _address_of_wheel(page: str, listing: str) -> str:
    link = re.search(rf'href="([^"]{{0,2000}}{re.escape(WHEEL)})[#"]', listing)
    if link is None:
        raise DownloadFailed(f"{urlsplit(page).hostname} does not list {WHEEL}.")
    return urljoin(page, html.unescape(link.group(1)))


def _get(address: str) -> bytes:
    request = _request(address)
    trusted = ssl.create_default_context(cafile=os.environ.get("PIP_CERT"))
    try:
        return _read(request, trusted)
    except URLError as error:
        if not isinstance(error.reason, ssl.SSLCertVerificationError) or request.headers:
            raise
        # A new Debian has no certificates to know anyone by. The hash, not the connection, is
        # what the wheel is trusted for; pip then brings its own certificates.
        return _read(request, ssl._create_unverified_context())  # noqa: S323


def _request(address: str) -> urllib.request.Request:
    """Return a request for *address*, with the name and password in it moved to a header."""
    parts = urlsplit(address)
    if "@" not in parts.netloc:
        return urllib.request.Request(address)  # noqa: S310 - the index is the caller's choice
    credentials, _, host = parts.netloc.rpartition("@")
    token = base64.b64encode(unquote(credentials).encode()).decode()
    bare = urlunsplit(parts._replace(netloc=host))
    return urllib.request.Request(bare, headers={"Authorization": f"Basic {token}"})  # noqa: S310


def _read(request: urllib.request.Request, trust: ssl.SSLContext) -> bytes:
    opened = urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER, context=trust)  # noqa: S310
    with opened as answer:
        return bytes(answer.read())
