"""The gate that all workers share: rates and slots in Redis, the budget in the database.

What Redis forgets is only how busy a model is just now. What was spent is money, so it is booked
before a question is sent and set right when its answer is there.
"""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import msgspec
import redis
import sqlalchemy as sa

from ai_prism.core.errors import BudgetSpent
from ai_prism.core.llm.asking import ModelClosed
from ai_prism.core.llm.gates import CLOSED_SECONDS, FAILURES_TO_CLOSE
from ai_prism.core.model import Sent
from ai_prism.storage.database import Database, one_at_a_time
from ai_prism.storage.tables import spending

_PREFIX: Final = "ai-prism:model:"
#: A slot of a worker that died is free again after so long: longer than any question takes.
_SLOT_SECONDS: Final = 600
_LONGEST_PAUSE_SECONDS: Final = 1.0
_MINUTE_SECONDS: Final = 60.0

#: Takes what a question needs from the buckets of a model, or says how many milliseconds are
#: missing; all or nothing, so that nobody waits with half of it. A bucket holds a minute's worth
#: and fills evenly; one question that is larger than a bucket needs a full one.
_TAKE: Final = """
local told = redis.call('TIME')
local now = told[1] * 1000 + math.floor(told[2] / 1000)
local wait = 0
local levels = {}
for place, limit in ipairs({tonumber(ARGV[1]), tonumber(ARGV[2])}) do
    if limit > 0 then
        local kept = redis.call('HMGET', KEYS[place], 'level', 'at')
        local level, at = tonumber(kept[1]) or limit, tonumber(kept[2]) or now
        level = math.min(limit, level + (now - at) * limit / 60000)
        local need = math.min(limit, place == 1 and 1 or tonumber(ARGV[3]))
        if level < need then
            wait = math.max(wait, math.ceil((need - level) * 60000 / limit))
        end
        levels[place] = {level, need}
    end
end
local slots = tonumber(ARGV[4])
if slots > 0 then
    redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
    if redis.call('ZCARD', KEYS[3]) >= slots then wait = math.max(wait, 100) end
end
if wait > 0 then return wait end
for place, one in pairs(levels) do
    redis.call('HSET', KEYS[place], 'level', one[1] - one[2], 'at', now)
    redis.call('EXPIRE', KEYS[place], 120)
end
if slots > 0 then
    redis.call('ZADD', KEYS[3], now + tonumber(ARGV[6]) * 1000, ARGV[5])
    redis.call('EXPIRE', KEYS[3], ARGV[6])
end
return 0
"""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What may be sent; 0: no limit."""

    requests_per_minute: int = 0  #: to each model
    tokens_per_minute: int = 0  #: to each model
    at_once: int = 0  #: to each model
    review_tokens: int = 0
    review_dollars: float = 0.0
    day_tokens: int = 0
    day_dollars: float = 0.0


class ModelGate:
    """Lets the questions of one review through; made for each passage, and used in one thread."""

    def __init__(
        self,
        database: Database,
        client: "redis.Redis",
        limits: Limits,
        review_id: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keep *limits* for the review *review_id*; *sleep* waits, and what it raises ends that."""
        self._database = database
        self._redis = client
        self._take = client.register_script(_TAKE)
        self._limits = limits
        self._review_id = review_id
        self._sleep = sleep
        self._slot = uuid.uuid4().hex
        self._booked = 0

    def enter(self, model: str, tokens: int, patience: float) -> None:
        """Wait until a question of about *tokens* may be sent to *model*, and book them.

        Raises:
            ModelClosed: that will not be within *patience* seconds, or the model keeps failing.
            BudgetSpent: nothing more may be sent to any model.
        """
        deadline = time.monotonic() + patience
        while (wait := self._missing_seconds(model, tokens)) > 0:
            if time.monotonic() + wait > deadline:
                raise ModelClosed("it is asked as often as it may be")
            self._sleep(min(wait, _LONGEST_PAUSE_SECONDS))
        try:
            self._book(tokens)
        except BudgetSpent:
            with suppress(redis.RedisError):
                self._give_slot_back(model)
            raise

    def leave(self, model: str, sent: Sent, *, failed: bool) -> None:
        """Take that the question is over: set right what was booked, count what has failed."""
        used = sent.tokens_in + sent.tokens_out
        if books := self._books():
            with self._database.writing() as connection:
                for name in books:
                    _add(connection, name, used - self._booked, sent.price or 0.0)
        with suppress(redis.RedisError):  # a slot is free again by itself, in time
            self._give_slot_back(model)
            self._note(model, failed)

    def _ask_breaker(self, model: str) -> None:
        """Let one question through, to look, when a closed model's time is over."""
        failures, closed = _breaker(model)
        if int(self._redis.get(failures) or 0) < FAILURES_TO_CLOSE:
            return
        if not self._redis.set(closed, "1", nx=True, ex=int(CLOSED_SECONDS)):
            raise ModelClosed("it has failed too often just now")

    def _note(self, model: str, failed: bool) -> None:
        failures, closed = _breaker(model)
        if not failed:
            self._redis.delete(failures, closed)
        elif self._redis.incr(failures) >= FAILURES_TO_CLOSE:
            self._redis.set(closed, "1", ex=int(CLOSED_SECONDS))
            self._redis.expire(failures, int(20 * CLOSED_SECONDS))

    def _missing_seconds(self, model: str, tokens: int) -> float:
        """Return how long the question has to wait, at least; 0: it has what it needs."""
        limits = self._limits
        rates = [limits.requests_per_minute, limits.tokens_per_minute]
        keys = [f"{_PREFIX}{model}:{what}" for what in ("requests", "tokens", "slots")]
        try:
            self._ask_breaker(model)
            if not (any(rates) or limits.at_once):
                return 0.0
            told = self._take(
                keys=keys, args=[*rates, tokens, limits.at_once, self._slot, _SLOT_SECONDS]
            )
        except redis.RedisError:
            return _LONGEST_PAUSE_SECONDS  # nobody knows what may be sent before it is back
        return float(told) / 1000

    def _give_slot_back(self, model: str) -> None:
        if self._limits.at_once:
            self._redis.zrem(f"{_PREFIX}{model}:slots", self._slot)

    def _book(self, tokens: int) -> None:
        """Book *tokens* for the review and the day, both or none."""
        self._booked = tokens
        books = self._books()
        if not books:
            return
        with self._database.writing() as connection:
            for name, (most_tokens, most_dollars) in books.items():
                one_at_a_time(connection, name)
                spent = connection.execute(
                    sa.select(spending.c.tokens, spending.c.dollars).where(spending.c.name == name)
                ).one_or_none()
                before, dollars = (spent.tokens, spent.dollars) if spent else (0, 0.0)
                if most_tokens and before + tokens > most_tokens:
                    raise BudgetSpent(f"The budget of {most_tokens:,} tokens is spent ({name}).")
                if most_dollars and dollars >= most_dollars:
                    raise BudgetSpent(f"The budget of ${most_dollars:.2f} is spent ({name}).")
                _add(connection, name, tokens, 0.0)

    def _books(self) -> Mapping[str, tuple[int, float]]:
        """Return where it is booked, with what may be spent there; nowhere without a budget.

        Each booking is a commit, two for each passage.
        """
        limits = self._limits
        day = datetime.now(UTC).date().isoformat()
        books = {
            f"review {self._review_id}": (limits.review_tokens, limits.review_dollars),
            f"day {day}": (limits.day_tokens, limits.day_dollars),
        }
        return {name: most for name, most in books.items() if any(most)}


def _breaker(model: str) -> tuple[str, str]:
    """Return where it is counted how often *model* failed, and where it is closed."""
    return f"{_PREFIX}{model}:failures", f"{_PREFIX}{model}:closed"


def _add(connection: sa.Connection, name: str, tokens: int, dollars: float) -> None:
    more = {"tokens": spending.c.tokens + tokens, "dollars": spending.c.dollars + dollars}
    changed = connection.execute(sa.update(spending).where(spending.c.name == name).values(more))
    if not changed.rowcount:
        connection.execute(
            sa.insert(spending).values(name=name, tokens=max(0, tokens), dollars=dollars)
        )


def forget_spending(connection: sa.Connection, review_ids: Sequence[str]) -> None:
    """Forget what was spent on deleted reviews; what was spent on a day stays."""
    names = [f"review {review_id}" for review_id in review_ids]
    connection.execute(sa.delete(spending).where(spending.c.name.in_(names)))
