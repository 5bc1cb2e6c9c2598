"""What is deleted by age, what is never, and that nobody changes the audit log."""

import io
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from ai_prism.settings import Settings
from ai_prism.storage.audit import AuditEvent, AuditLog
from ai_prism.storage.database import Database
from ai_prism.storage.files import FilesInFolder
from ai_prism.storage.identities import Person, Sessions, Tokens, UnknownToken
from ai_prism.storage.quotas import Quotas, StorageQuota
from ai_prism.storage.retention import Retention
from ai_prism.storage.reviews import Reviews
from ai_prism.storage.tables import State
from ai_prism.storage.tables import reviews as reviews_table
from ai_prism.storage.tables import sessions as sessions_table

OWNER = "owner"
DAY_SECONDS = 24 * 3600

Accept = Callable[..., str]


@pytest.fixture
def accept(reviews: Reviews, files: FilesInFolder) -> Accept:
    def make(text: bytes = b"Some text.") -> str:
        upload = files.receive(io.BytesIO(text), "u", 10_000)
        return reviews.accept(upload, owner=OWNER, name="a.txt", media_type="text/plain")

    return make


@pytest.fixture
def retention(database: Database, files: FilesInFolder) -> Retention:
    return Retention(database, files, Settings(keep_days=10, audit_days=20))


def end(database: Database, review_id: str, state: State, days_ago: float) -> None:
    finished_at = time.time() - days_ago * DAY_SECONDS
    with database.writing() as connection:
        connection.execute(
            sa.update(reviews_table)
            .where(reviews_table.c.id == review_id)
            .values(state=state, finished_at=finished_at, created_at=finished_at)
        )


def an_event(days_ago: float = 0, review_id: str = "r") -> AuditEvent:
    return AuditEvent(
        at=time.time() - days_ago * DAY_SECONDS,
        who=OWNER,
        name="",
        action="reviews.show",
        review_id=review_id,
        address="192.0.2.7",
        outcome=200,
    )


def kept_files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "files").rglob("*") if path.is_file()}


def test_only_reviews_that_ended_long_ago_are_deleted_with_their_files(
    database: Database, reviews: Reviews, retention: Retention, accept: Accept, tmp_path: Path
) -> None:
    old = [accept(b"Text %d." % number) for number in range(3)]
    for review_id, state in zip(old, (State.SUCCESS, State.FAILURE, State.REVOKED), strict=True):
        end(database, review_id, state, days_ago=11)
    young, waiting = accept(), accept()
    end(database, young, State.SUCCESS, days_ago=9)
    end(database, waiting, State.PENDING, days_ago=100)
    forgotten: list[str] = []

    retention.delete_expired(forgotten.append)

    assert set(forgotten) == set(old)
    assert {review.id for review in reviews.history(OWNER)} == {young, waiting}
    assert kept_files(tmp_path) == {young, waiting}
    log = list(AuditLog(database).read())
    assert {(e.who, e.action, e.review_id) for e in log} == {
        ("retention", "delete_expired", review_id) for review_id in old
    }


def test_without_an_age_nothing_is_deleted(
    database: Database, files: FilesInFolder, reviews: Reviews, accept: Accept
) -> None:
    review_id = accept()
    end(database, review_id, State.SUCCESS, days_ago=10_000)

    Retention(database, files, Settings()).delete_expired(lambda _: None)

    assert [review.id for review in reviews.history(OWNER)] == [review_id]


def test_files_that_belong_to_no_review_go_after_a_day(
    database: Database,
    files: FilesInFolder,
    retention: Retention,
    accept: Accept,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    review_id = accept()
    files.receive(io.BytesIO(b"left behind"), "left", 100)
    stray = files.path("ab" * 32, "no-such-review")
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"left behind")

    retention.delete_expired(lambda _: None)
    young = kept_files(tmp_path)
    tomorrow = time.time() + DAY_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    retention.delete_expired(lambda _: None)

    assert young == {review_id, "left.part", "no-such-review"}
    assert kept_files(tmp_path) == {review_id}
    assert not stray.parent.exists()


def test_the_audit_log_goes_back_as_far_as_it_is_told(
    database: Database, retention: Retention
) -> None:
    log = AuditLog(database)
    log.write(an_event(days_ago=21, review_id="old"))
    log.write(an_event(days_ago=19, review_id="young"))

    retention.delete_expired(lambda _: None)

    assert [event.review_id for event in log.read()] == ["young"]


def test_the_audit_log_is_read_by_review_and_by_time(database: Database) -> None:
    log = AuditLog(database)
    for number in range(5):
        log.write(an_event(days_ago=5 - number, review_id=f"r{number % 2}"))

    assert [event.review_id for event in log.read(review_id="r1")] == ["r1", "r1"]
    since = datetime.now(UTC) - timedelta(days=2.5)
    assert len(list(log.read(since=since))) == 2


def test_the_database_refuses_to_change_the_audit_log(database: Database) -> None:
    AuditLog(database).write(an_event())

    with pytest.raises(sa.exc.DatabaseError, match="append-only"), database.writing() as connection:
        connection.execute(sa.text("UPDATE audit_events SET who = 'somebody else'"))


def test_a_token_is_known_until_it_is_revoked(database: Database) -> None:
    tokens = Tokens(database)
    secret = tokens.new("tester")
    who = tokens.person(secret)
    session = Sessions(database, hours=1).begin(who)

    tokens.revoke(tokens.all()[0].id)

    assert (who.owner, who.name) == ("token:tester", "tester")
    assert tokens.person(secret) is None
    assert Sessions(database, hours=1).person(session) is None
    with pytest.raises(UnknownToken):
        tokens.revoke(who.token_id)


def test_ended_sessions_are_forgotten(database: Database, retention: Retention) -> None:
    Sessions(database, hours=-1).begin(Person(owner=OWNER))
    living = Sessions(database, hours=1).begin(Person(owner=OWNER))

    retention.delete_expired(lambda _: None)

    with database.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(sessions_table)) == 1
    assert Sessions(database, hours=1).person(living) == Person(owner=OWNER)


def test_room_is_counted_in_the_transaction_that_takes_it(
    database: Database, files: FilesInFolder
) -> None:
    quotas = Quotas(database, Settings(stored_bytes_limit=15))
    limited = Reviews(database, files, quotas)
    first = files.receive(io.BytesIO(b"0123456789"), "first", 100)
    second = files.receive(io.BytesIO(b"012345"), "second", 100)
    kind = {"name": "a.txt", "media_type": "text/plain"}
    limited.accept(first, owner=OWNER, **kind)

    with pytest.raises(StorageQuota):
        limited.accept(second, owner=OWNER, **kind)
    again = files.receive(io.BytesIO(b"012345"), "again", 100)
    limited.accept(again, owner="somebody else", **kind)

    assert len(limited.history(OWNER)) == 1
