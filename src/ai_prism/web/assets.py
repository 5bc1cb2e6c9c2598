"""Style sheets that browsers keep: their address changes with their content.

A page is not painted before its style sheets are there, and asking whether each is still the same
costs as much as the page while a long one is being written. Scripts are asked after as before:
they import each other by name, and they wait for the end of the page anyway.
"""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

_KEPT = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Give the templates of *app* `asset`, and let browsers keep what it addresses."""
    folder = Path(app.static_folder or "")

    @cache
    def digest(name: str) -> str:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]

    app.jinja_env.globals["asset"] = lambda name: url_for("static", filename=name, v=digest(name))
    app.after_request(_keep)


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = _KEPT
    return response
