"""The gate that all workers share, with a real Redis and on both databases."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis
import sqlalchemy as sa

from ai_prism import redis_server
from ai_prism.core.errors import BudgetSpent, Cancelled
from ai_prism.core.llm.asking import ModelClosed
from ai_prism.core.llm.gates import FAILURES_TO_CLOSE
from ai_prism.redis_client import quick_client
from ai_prism.settings import Settings
from ai_prism.storage.database import Database
from ai_prism.storage.model_gate import Limits, ModelGate, forget_spending
from ai_prism.storage.tables import spending
from support.models import sent
from support.service import end, start_alone

Gates = Callable[..., ModelGate]


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("redis")))
    binary = redis_server.find_binary()
    assert binary is not None, redis_server.ADVICE
    process = start_alone(redis_server.command(binary, settings))
    assert redis_server.wait_until_answering(settings, process)
    yield settings.redis
    end(process)


@pytest.fixture
def client(redis_url: str) -> "Iterator[redis.Redis]":
    made = quick_client(Settings(redis_url=redis_url), decode_responses=True)
    for key in made.scan_iter("ai-prism:model:*"):
        made.delete(key)
    yield made
    made.close()


@pytest.fixture
def gates(database: Database, client: "redis.Redis") -> Gates:
    def make(review: str = "one", **limits: Any) -> ModelGate:
        return ModelGate(database, client, Limits(**limits), review)

    return make


def spent(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        rows = connection.execute(sa.select(spending)).mappings()
        return {row["name"].split()[0]: row["tokens"] for row in rows}


def test_without_limits_everything_passes(gates: Gates) -> None:
    for _ in range(20):
        gates().enter("small", 1_000_000, 0.0)


def test_requests_of_all_workers_share_a_minute_s_worth(gates: Gates) -> None:
    for _ in range(3):
        gates(requests_per_minute=3).enter("small", 1, 0.0)

    with pytest.raises(ModelClosed, match="as often as it may be"):
        gates("other", requests_per_minute=3).enter("small", 1, 0.0)
    gates(requests_per_minute=3).enter("large", 1, 0.0)


def test_who_has_the_patience_waits_and_is_let_go_when_the_review_is_cancelled(
    database: Database, client: "redis.Redis"
) -> None:
    def cancelled(seconds: float) -> None:
        raise Cancelled("The review was cancelled.")

    limits = Limits(requests_per_minute=1)
    ModelGate(database, client, limits, "one").enter("small", 1, 0.0)

    with pytest.raises(Cancelled):
        ModelGate(database, client, limits, "one", cancelled).enter("small", 1, 120.0)


def test_tokens_are_counted_as_well(gates: Gates) -> None:
    gates(tokens_per_minute=1000).enter("small", 900, 0.0)

    with pytest.raises(ModelClosed):
        gates(tokens_per_minute=1000).enter("small", 200, 0.0)


def test_a_question_larger_than_a_minute_s_worth_takes_all_of_it(gates: Gates) -> None:
    gates(tokens_per_minute=1000).enter("small", 5000, 0.0)

    with pytest.raises(ModelClosed):
        gates(tokens_per_minute=1000).enter("small", 100, 0.0)


def test_only_so_many_are_asked_at_once(gates: Gates) -> None:
    first, second = gates(at_once=1), gates(at_once=1)
    first.enter("small", 1, 0.0)
    passed = threading.Event()

    def wait() -> None:
        second.enter("small", 1, 30.0)
        passed.set()

    thread = threading.Thread(target=wait)
    thread.start()
    held_up = not passed.wait(0.3)
    first.leave("small", sent(), failed=False)

    assert passed.wait(30)
    thread.join()
    assert held_up


def test_a_model_that_keeps_failing_is_closed_for_all(gates: Gates) -> None:
    for _ in range(FAILURES_TO_CLOSE):
        gate = gates()
        gate.enter("small", 1, 0.0)
        gate.leave("small", sent(), failed=True)

    with pytest.raises(ModelClosed, match="failed too often"):
        gates("other").enter("small", 1, 0.0)


def test_what_is_booked_is_set_right_by_the_answer(gates: Gates, database: Database) -> None:
    gate = gates(review_tokens=10_000, day_tokens=10_000)
    gate.enter("small", 1000, 0.0)
    booked = spent(database)
    gate.leave("small", sent(), failed=False)

    assert booked == {"review": 1000, "day": 1000}
    assert spent(database) == {"review": 25, "day": 25}


def test_a_review_may_spend_so_many_tokens_and_another_its_own(gates: Gates) -> None:
    gates(review_tokens=1000).enter("small", 900, 0.0)

    with pytest.raises(BudgetSpent, match="1,000 tokens"):
        gates(review_tokens=1000).enter("small", 200, 0.0)
    gates("other", review_tokens=1000).enter("small", 200, 0.0)


def test_a_day_s_budget_is_for_all_and_a_refusal_books_nothing(
    gates: Gates, database: Database
) -> None:
    both = {"review_tokens": 10_000, "day_tokens": 1000}
    gates(**both).enter("small", 900, 0.0)

    with pytest.raises(BudgetSpent):
        gates("other", **both).enter("small", 200, 0.0)

    assert spent(database) == {"review": 900, "day": 900}


def test_money_is_counted_where_the_price_is_known(gates: Gates) -> None:
    gate = gates(review_dollars=0.5)
    gate.enter("small", 1, 0.0)
    gate.leave("small", msgspec.structs.replace(sent(), price=0.75), failed=False)

    with pytest.raises(BudgetSpent, match=r"\$0.50"):
        gates(review_dollars=0.5).enter("small", 1, 0.0)


def test_two_at_once_cannot_both_have_the_last_of_it(gates: Gates, database: Database) -> None:
    passed: list[int] = []

    def enter(n: int) -> None:
        try:
            gates(str(n), day_tokens=1000).enter("small", 400, 0.0)
        except BudgetSpent:
            return
        passed.append(n)

    threads = [threading.Thread(target=enter, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(passed) == 2


def test_what_a_deleted_review_spent_is_forgotten(gates: Gates, database: Database) -> None:
    gates(review_tokens=10_000, day_tokens=10_000).enter("small", 900, 0.0)

    with database.writing() as connection:
        forget_spending(connection, ["one"])

    assert spent(database) == {"day": 900}


def test_without_redis_nobody_is_asked_past_the_limits(database: Database, tmp_path: Path) -> None:
    away = quick_client(Settings(redis_url=f"unix://{tmp_path}/none.sock"), decode_responses=True)

    with pytest.raises(ModelClosed):
        ModelGate(database, away, Limits(at_once=1), "one").enter("small", 1, 0.0)
