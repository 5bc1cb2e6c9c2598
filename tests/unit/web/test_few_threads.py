"""Answers are begun in few threads, and go on in the thread of their request."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from ai_prism.web.few_threads import FewThreads, begun_in


@Request.application
def application(request: Request) -> Response:
    """Tell in which thread an answer is begun, and in which its body is made."""
    begun = threading.current_thread().name

    def body() -> Iterator[str]:
        yield f"{begun}, {threading.current_thread().name}"

    return Response(body())


@pytest.mark.parametrize(
    ("path", "is_elsewhere"), [("/events", True), ("/events/1", True), ("/", False)]
)
def test_only_the_begin_of_an_answer_is_made_elsewhere(path: str, is_elsewhere: bool) -> None:
    client = Client(begun_in(FewThreads(2), application, "/events"))

    begun, went_on = client.get(path).text.split(", ")

    here = threading.current_thread().name
    assert went_on == here
    assert (begun != here) is is_elsewhere


def test_no_more_calls_are_made_at_once_than_there_are_threads() -> None:
    few, together, done = FewThreads(3), threading.Barrier(3), []

    def call(number: int) -> int:
        together.wait(10)  # with fewer than three at once nobody would come through
        done.append(threading.current_thread())
        return number

    with ThreadPoolExecutor(9) as many:
        assert list(many.map(lambda n: few.run(call, n), range(9))) == list(range(9))

    assert len(set(done)) == 3


def test_a_call_whose_turn_does_not_come_is_made_by_the_caller() -> None:
    few, begun, end = FewThreads(1, patience=0.05), threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        end.wait(10)

    with ThreadPoolExecutor(1) as other:
        held = other.submit(few.run, hold)
        assert begun.wait(10)
        made_in = few.run(threading.current_thread)
        end.set()
        held.result(10)

    assert made_in is threading.current_thread()


def test_what_a_call_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        FewThreads(1).run(lambda: 1 // 0)
