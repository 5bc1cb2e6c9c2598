"""Writing together: what many threads bring at the same time goes into one transaction.

A commit waits for the disk, whether it holds one row or a hundred. So whoever comes while another
waits for its turn to write leaves its row with that one, and is told when it is on disk ("group
commit": DeWitt et al., Implementation Techniques for Main Memory Database Systems, 1984).
"""

import threading
from typing import Any

import sqlalchemy as sa

from ai_prism.storage.database import Database


class _Batch:
    """Rows that are written by whoever brought the first of them."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.error: BaseException | None = None
        self.is_over = threading.Event()


class WritingTogether:
    """Adds rows to one table, for all threads of a process."""

    def __init__(self, database: Database, table: sa.Table) -> None:
        """Add to *table* of *database*."""
        self._database = database
        self._insert = sa.insert(table)
        self._lock = threading.Lock()
        self._open = _Batch()

    def add(self, row: dict[str, Any]) -> None:
        """Add *row*, and return when it is committed.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: it is not; neither are those that were to go with it.
        """
        with self._lock:
            batch = self._open
            batch.rows.append(row)
            is_first = len(batch.rows) == 1
        if is_first:
            self._write(batch)
        else:
            batch.is_over.wait()
            if batch.error is not None:
                raise batch.error

    def _write(self, batch: _Batch) -> None:
        try:
            with self._database.writing() as connection:
                connection.execute(self._insert, self._closed(batch).rows)
        except BaseException as error:
            batch.error = error
            raise
        finally:
            self._closed(batch)  # nobody joins one that is over
            batch.is_over.set()

    def _closed(self, batch: _Batch) -> _Batch:
        """Let nobody add to *batch* any more; whoever comes now begins another."""
        with self._lock:
            if self._open is batch:
                self._open = _Batch()
        return batch
