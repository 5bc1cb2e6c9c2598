"""The storage on both databases: every test runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from ai_prism.storage.database import Database
from ai_prism.storage.files import Files
from ai_prism.storage.reviews import Reviews
from ai_prism.storage.tables import metadata
from support.postgres import postgres


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
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "files")


@pytest.fixture
def reviews(database: Database, files: Files) -> Reviews:
    return Reviews(database, files)
