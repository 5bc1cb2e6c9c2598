"""Who is told of the end of a review, on both databases."""

import io
from collections.abc import Callable

import pytest

from ai_prism.core.errors import Corrupt
from ai_prism.core.model import Review
from ai_prism.storage.database import Database
from ai_prism.storage.files import Files
from ai_prism.storage.news import News
from ai_prism.storage.reviews import Reviews, UnknownReview
from ai_prism.storage.webhooks import NoWebhook, Webhooks, WebhookState
from ai_prism.webhooks.signing import Hook
from support.storage import OWNER, TEXT, Accept, MakeWork

HOOK = Hook(url="https://hooks.example/a", secret="whsec_" + "a" * 44)


@pytest.fixture
def now() -> list[float]:
    """The time by the clock of the courier, which a test may set."""
    return [2_000_000_000.0]


@pytest.fixture
def webhooks(database: Database, now: list[float]) -> Webhooks:
    return Webhooks(database, clock=lambda: now[0])


@pytest.fixture
def hooked(reviews: Reviews, files: Files) -> str:
    """A review that has a webhook."""
    upload = files.receive(io.BytesIO(TEXT), "hooked", 10_000)
    return reviews.accept(upload, owner=OWNER, name="a.md", media_type="text/markdown", hook=HOOK)


@pytest.fixture
def fail(make_work: MakeWork) -> Callable[[str], None]:
    """Return a function that ends a review as a failure."""

    def failed(review_id: str) -> None:
        work = make_work()
        work.fail(work.claim(review_id), Corrupt("It is damaged."), News())

    return failed


def test_an_end_is_told_once(
    webhooks: Webhooks, hooked: str, make_work: MakeWork, analysed: Review
) -> None:
    assert webhooks.claim() is None
    assert webhooks.of_review(hooked, OWNER).state is WebhookState.WAITING
    work = make_work()
    work.finish(work.claim(hooked), analysed)
    assert webhooks.due() == 1

    telling = webhooks.claim()

    assert telling is not None
    assert (telling.review.id, telling.url, telling.attempts) == (hooked, HOOK.url, 1)
    assert webhooks.claim() is None, "somebody else has it"
    webhooks.told(telling, "204")
    assert webhooks.due() == 0
    told = webhooks.of_review(hooked, OWNER)
    assert (told.state, told.last_answer) == (WebhookState.TOLD, "204")


def test_what_was_not_answered_is_tried_again_and_at_last_given_up(
    webhooks: Webhooks, hooked: str, fail: Callable[[str], None], now: list[float]
) -> None:
    fail(hooked)
    pauses = []
    while webhooks.of_review(hooked, OWNER).state is WebhookState.DUE:
        telling = webhooks.claim()
        assert telling is not None
        webhooks.failed(telling, "500")
        waited = 0.0
        while webhooks.due() == 0 and waited < 100_000:
            now[0] += 1.0 + waited / 10
            waited += 1.0 + waited / 10
        pauses.append(waited)

    given_up = webhooks.of_review(hooked, OWNER)
    assert (given_up.state, given_up.attempts) == (WebhookState.GIVEN_UP, 7)
    assert pauses[:-1] == sorted(pauses[:-1])
    assert 4 <= pauses[0] <= 8
    assert webhooks.claim() is None


def test_whoever_died_while_telling_holds_up_nobody_for_long(
    webhooks: Webhooks, hooked: str, fail: Callable[[str], None], now: list[float]
) -> None:
    fail(hooked)
    first = webhooks.claim()
    now[0] += 61
    second = webhooks.claim()
    assert first
    assert second
    assert second.attempts == 2

    webhooks.failed(first, "TimeoutError")  # it was only slow: its word does not count any more
    webhooks.told(second, "200")

    assert webhooks.of_review(hooked, OWNER).state is WebhookState.TOLD


def test_a_review_that_is_run_again_is_told_of_again(
    webhooks: Webhooks, reviews: Reviews, hooked: str, fail: Callable[[str], None]
) -> None:
    fail(hooked)
    first = webhooks.claim()
    assert first is not None
    webhooks.failed(first, "500")

    reviews.retry(hooked, OWNER)
    assert webhooks.due() == 0
    fail(hooked)

    second = webhooks.claim()
    assert second is not None
    assert second.attempts == 1
    assert second.ended_at != first.ended_at


def test_one_that_has_gone_for_good_is_not_asked_again(
    webhooks: Webhooks, hooked: str, fail: Callable[[str], None]
) -> None:
    fail(hooked)
    telling = webhooks.claim()
    assert telling is not None

    webhooks.failed(telling, "410")

    assert webhooks.of_review(hooked, OWNER).state is WebhookState.GIVEN_UP


def test_nobody_is_told_of_a_review_that_was_deleted_or_asks_for_nothing(
    webhooks: Webhooks,
    reviews: Reviews,
    hooked: str,
    accept: Accept,
    fail: Callable[[str], None],
) -> None:
    plain = accept()
    for review_id in (hooked, plain):
        fail(review_id)
    reviews.delete(hooked, OWNER)

    assert webhooks.claim() is None
    with pytest.raises(NoWebhook):
        webhooks.of_review(plain, OWNER)
    for review_id, owner in ((plain, "a stranger"), (hooked, OWNER)):
        with pytest.raises(UnknownReview):
            webhooks.of_review(review_id, owner)
