"""The connection to the database: SQLite on one machine, PostgreSQL for more than one."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

#: Longer than any transaction of ours, shorter than a person waits: SQLite's busy handler is not
#: fair, and a writer was seen to wait for 1.4 s behind eight others.
BUSY_TIMEOUT_SECONDS = 10

#: What is raised when the database is locked, gone, or has no connection free: it may be back soon.
AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)

_SCRUB_SECONDS = 0.5

#: An arbitrary number of our own, so that two processes starting at once migrate one by one.
_MIGRATION_LOCK = 0x41_50_52_49


class Database:
    """Opens transactions; the engine behind it is shared by the threads of one process."""

    def __init__(self, url: str) -> None:
        """Connect lazily to *url*; nothing is opened before the first transaction."""
        self.url = sa.make_url(url)
        self._engine = _engine(self.url)
        self._turn = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a transaction that only reads: it never waits for a writer."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Open a transaction that writes; it commits at the end of the block, or not at all."""
        with self._in_turn(), self._engine.connect() as connection:
            # The options must stand before BEGIN is sent: see _begin_sqlite.
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Let the writers of this process wait for each other here, and not in SQLite.

        SQLite's waiting is a sleep that grows to a tenth of a second, and whoever looks at the
        right moment is next: among fifty uploads some were seen to wait for two seconds.
        """
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_TIMEOUT_SECONDS):
            raise sa.exc.TimeoutError("The database is busy.")
        try:
            yield
        finally:
            self._turn.release()

    def migrate(self) -> None:
        """Bring the tables to the newest revision; harmless when they are there already."""
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.writing() as connection:
            if not self.is_sqlite:
                lock = sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)
                connection.execute(sa.select(lock))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def scrub(self) -> None:
        """Leave nothing of what was deleted in SQLite's log; harmless and quick when it is clean.

        What is deleted is overwritten in the file itself (see `_set_up_sqlite`), but the log keeps
        the pages as they were. When somebody is just reading, the log stays until the next time.
        PostgreSQL does its own cleaning (autovacuum).
        """
        path = self.url.database
        if not self.is_sqlite or not path or not Path(path).exists():
            return
        # A connection of its own, which gives up soon: this holds writers up while it waits.
        plain = sqlite3.connect(path, timeout=_SCRUB_SECONDS, isolation_level=None)
        with closing(plain):
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Close every connection; the next transaction opens new ones."""
        self._engine.dispose()

    def forget(self) -> None:
        """Drop connections inherited over a fork without closing the parent's."""
        self._engine.dispose(close=False)
        self._turn = threading.Lock()


def one_at_a_time(connection: sa.Connection, name: str) -> None:
    """Let no other transaction that names *name* go on before this one has ended.

    PostgreSQL has to be told; SQLite lets one transaction write at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(name))))


def _engine(url: sa.URL) -> sa.Engine:
    # Parameters hold documents and findings, whose words are not to stand in a log.
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(
            url,
            hide_parameters=True,
            # A connection that died with a restarted server is noticed before use, not after.
            pool_pre_ping=True,
            pool_recycle=1800,
            # A request waits no longer for a free connection, or for a server that says nothing,
            # than for a locked SQLite.
            pool_timeout=BUSY_TIMEOUT_SECONDS,
            connect_args={"connect_timeout": BUSY_TIMEOUT_SECONDS},
        )
    engine = sa.create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}
    )
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late (before the first write, not the first
    # read), so it is turned off and _begin_sqlite sends BEGIN.
    connection.isolation_level = None
    # WAL lets readers and one writer work side by side; FULL makes a commit outlive a power cut,
    # which is what a 202 promises.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # A deleted document is overwritten with zeros, not only unlinked from the tables.
    connection.execute("PRAGMA secure_delete=ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    # IMMEDIATE takes the write lock at once. A deferred transaction that reads first and writes
    # later fails with "database is locked" without waiting when another wrote in between.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
