"""The Flask application: create_app puts the parts together, and nothing else."""

from flask import Flask

from ai_prism import __version__, celery_app
from ai_prism.settings import Settings
from ai_prism.web import (
    errors,
    health,
    openapi,
    pages,
    reviews,
    security,
    status,
    streams,
    uploads,
)
from ai_prism.web.services import Services

#: What a multipart body holds beside the document: field names, the playbook's name, boundaries.
_FORM_BYTES = 64 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Return the web application for *settings*, by default those of the environment."""
    settings = settings or Settings.from_environment()
    celery_app.configure(settings)

    app = Flask(__name__, template_folder="web/templates", static_folder="web/static")
    app.config.update(
        SECRET_KEY=security.secret_key(settings),
        SESSION_COOKIE_NAME="ai_prism",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=security.SESSION_SECONDS,
        MAX_CONTENT_LENGTH=settings.upload_limit_bytes + _FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=_FORM_BYTES,
    )
    app.jinja_env.globals["version"] = __version__
    app.extensions["ai_prism"] = Services(settings)

    security.init_app(app)
    errors.init_app(app)
    for blueprint in (
        pages.blueprint,
        uploads.blueprint,
        status.blueprint,
        streams.blueprint,
        reviews.blueprint,
        health.blueprint,
        openapi.blueprint,
    ):
        app.register_blueprint(blueprint)
    return app
