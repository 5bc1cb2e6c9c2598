"""What every test finds: an environment without our variables, and a service to start."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ai_prism.app import create_app
from ai_prism.core import language
from ai_prism.settings import PREFIX, Settings
from support.llm_server import ModelServer
from support.postgres import find_programs
from support.service import Service
from support.tools import need


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the reports in tests/golden anew; read the difference before committing it",
    )


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _language_loaded() -> Iterator[None]:
    """Load what looks at language once, as a worker does, and not for each review of a test."""
    with language.kept_loaded():
        yield


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The web application by itself, with an empty database and no worker."""
    app = create_app(Settings(data_dir=str(tmp_path)))
    app.extensions["ai_prism"].database.migrate()
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has used yet."""
    return app.test_client()


@pytest.fixture(scope="session")
def one_model_server() -> Iterator[ModelServer]:
    running = ModelServer()
    yield running
    running.stop()


@pytest.fixture
def model_server(one_model_server: ModelServer) -> ModelServer:
    """A server of language models that has seen nothing yet, and plans nothing."""
    one_model_server.plan()
    return one_model_server


@pytest.fixture
def start_service(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Return a function that makes a service with settings; it is stopped after the test."""
    made: list[Service] = []

    def make(**settings: object) -> Service:
        made.append(Service(tmp_path / f"service-{len(made)}", **settings))
        return made[-1]

    yield make
    for service in made:
        service.stop()


@pytest.fixture(scope="session")
def postgres_programs() -> Path:
    """Where PostgreSQL's programs are."""
    return need(find_programs(), "PostgreSQL")


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service with two slots, for tests that only use it."""
    running = Service(tmp_path_factory.mktemp("service")).start(slots=2)
    running.wait_until_ready()
    yield running
    running.stop()
