"""What many threads write at the same time: all of it or nothing, in few transactions."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import pytest
import sqlalchemy as sa

from ai_prism.storage.database import Database
from ai_prism.storage.tables import audit_events
from ai_prism.storage.together import WritingTogether

MANY = 40
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def a_row(number: int, **others: object) -> dict[str, Any]:
    return {
        "at": float(number),
        "who": "somebody",
        "name": "",
        "action": "reviews.show",
        "review_id": str(number),
        "address": "127.0.0.1",
        "outcome": 200,
    } | others


def at_once(
    together: WritingTogether,
    rows: list[dict[str, Any]],
    held: AbstractContextManager[object] | None = None,
) -> list[Future[None]]:
    """Add each of *rows* in a thread of its own, all of them begun while *held* is."""
    begun = threading.Semaphore(0)

    def add(row: dict[str, Any]) -> None:
        begun.release()
        together.add(row)

    with ThreadPoolExecutor(len(rows)) as pool, held or nullcontext():
        added = [pool.submit(add, row) for row in rows]
        for _ in rows:
            begun.acquire()
    return added


def kept(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(sa.select(audit_events.c.review_id)))


@contextmanager
def commits() -> Iterator[list[sa.Connection]]:
    """Collect the transactions that are committed meanwhile."""
    seen: list[sa.Connection] = []

    def note(connection: sa.Connection) -> None:
        seen.append(connection)

    sa.event.listen(sa.Engine, "commit", note)
    yield seen
    sa.event.remove(sa.Engine, "commit", note)


def test_what_many_write_is_all_there(database: Database) -> None:
    together = WritingTogether(database, audit_events)

    for added in at_once(together, [a_row(number) for number in range(MANY)]):
        added.result()

    assert sorted(map(int, kept(database))) == list(range(MANY))


@only_sqlite
def test_who_comes_while_another_waits_is_written_with_it(database: Database) -> None:
    together = WritingTogether(database, audit_events)
    rows = [a_row(number) for number in range(MANY)]

    with commits() as seen:
        at_once(together, rows, held=database.writing())

    assert sorted(map(int, kept(database))) == list(range(MANY))
    assert len(seen) < MANY / 2


@only_sqlite
def test_who_was_to_be_written_with_a_row_that_fails_is_told(database: Database) -> None:
    together = WritingTogether(database, audit_events)
    rows = [a_row(number, who=None) for number in range(MANY)]

    added = at_once(together, rows, held=database.writing())

    assert {type(one.exception()) for one in added} == {sa.exc.IntegrityError}
    together.add(a_row(MANY))
    assert kept(database) == [str(MANY)]
