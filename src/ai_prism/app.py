"""The Flask application: create_app puts the parts together, and nothing else."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ai_prism import __version__, celery_app
from ai_prism.settings import Settings
from ai_prism.web import (
    assets,
    audit,
    decisions,
    deletion,
    errors,
    health,
    identity,
    metrics,
    oidc,
    openapi,
    page_images,
    pages,
    questions,
    reviews,
    security,
    sign_in,
    status,
    streams,
    uploads,
)
from ai_prism.web.few_threads import begun_in
from ai_prism.web.services import Services

#: What a multipart body holds beside the document: field names, the playbook's name, boundaries.
_FORM_BYTES = 64 * 1024
#: Werkzeug (3.1) counts what it has just read, 64 KB of whatever file, and the end of what it read
#: before towards the memory of the form: a limit of 64 KB refused many a larger file.
_FORM_MEMORY_BYTES = 4 * _FORM_BYTES


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
        MAX_FORM_MEMORY_SIZE=_FORM_MEMORY_BYTES,
    )
    app.jinja_env.globals["version"] = __version__
    app.extensions["ai_prism"] = Services(settings)

    if settings.proxy_count:
        trusted = dict.fromkeys(("x_for", "x_proto", "x_host"), settings.proxy_count)
        app.wsgi_app = ProxyFix(app.wsgi_app, **trusted)  # type: ignore[method-assign]
    few = app.extensions["ai_prism"].few_threads
    app.wsgi_app = begun_in(few, app.wsgi_app, "/events")  # type: ignore[assignment, method-assign]
    assets.init_app(app)
    security.init_app(app)
    audit.init_app(app)
    identity.init_app(app)
    if settings.auth == "oidc":
        oidc.init_app(app, settings)
    errors.init_app(app)
    for blueprint in (
        pages.blueprint,
        uploads.blueprint,
        status.blueprint,
        streams.blueprint,
        reviews.blueprint,
        decisions.blueprint,
        questions.blueprint,
        page_images.blueprint,
        deletion.blueprint,
        health.blueprint,
        metrics.blueprint,
        openapi.blueprint,
        sign_in.blueprint,
    ):
        app.register_blueprint(blueprint)
    return app
