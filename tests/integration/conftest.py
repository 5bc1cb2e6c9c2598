"""The storage on both databases: every test runs on SQLite and on PostgreSQL."""

import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.model import Party, Review
from ai_prism.storage.clock import Clock
from ai_prism.storage.database import Database
from ai_prism.storage.files import FilesInFolder
from ai_prism.storage.reviews import Reviews
from ai_prism.storage.tables import metadata
from ai_prism.storage.work import Work
from support.postgres import postgres
from support.storage import OWNER, TEXT, Accept, MakeWork


@pytest.fixture(scope="session")
def postgres_url(postgres_programs: Path) -> Iterator[str]:
    with postgres(postgres_programs) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with its tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    made = Database(url)
    made.migrate()
    yield made
    with made.writing() as connection:
        for table in (*reversed(metadata.sorted_tables), sa.Table("alembic_version", metadata)):
            connection.execute(sa.text(f"DROP TABLE {table.name}"))
        metadata.remove(metadata.tables["alembic_version"])
    made.close()


@pytest.fixture
def files(tmp_path: Path) -> FilesInFolder:
    return FilesInFolder(tmp_path / "files")


@pytest.fixture
def reviews(database: Database, files: FilesInFolder) -> Reviews:
    return Reviews(database, files)


@pytest.fixture
def accept(reviews: Reviews, files: FilesInFolder) -> Accept:
    """Return a function that takes in a small document and returns the review's id."""

    def make(
        owner: str = OWNER,
        key: str | None = None,
        text: bytes = TEXT,
        party: Party = Party.NEUTRAL,
    ) -> str:
        upload = files.receive(io.BytesIO(text), f"u{threading.get_ident()}", 10_000)
        return reviews.accept(
            upload,
            owner=owner,
            name="plan.md",
            media_type="text/markdown",
            party=party,
            idempotency_key=key,
        )

    return make


@pytest.fixture
def make_work(database: Database) -> MakeWork:
    def make(lease_seconds: float = 60, attempts_limit: int = 3, clock: Clock = time.time) -> Work:
        return Work(
            database,
            lease_seconds=lease_seconds,
            attempts_limit=attempts_limit,
            clock=clock,
        )

    return make


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Review:
    path = tmp_path_factory.mktemp("analysed") / "plan.md"
    path.write_bytes(TEXT)
    return DocumentAnalyzer().analyze(path)
