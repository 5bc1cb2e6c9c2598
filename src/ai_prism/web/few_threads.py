"""Deep calls in few threads, so that the many which only wait stay small.

A thread keeps what its stack has once reached, some 30 KB for a request that asks the database. A
stream holds its thread for hours and looks into the database now and then: so it lets others look.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

_T = TypeVar("_T")

#: When the database is away each call takes its whole patience, and a queue of them has no end:
#: whoever has waited so long does better with a larger thread.
_PATIENCE_SECONDS: Final = 10.0


class FewThreads:
    """Threads that make calls for others; they begin with the first call."""

    def __init__(self, count: int, patience: float = _PATIENCE_SECONDS) -> None:
        """Make *count* calls at the same time; one waits *patience* seconds for its turn."""
        self._pool = ThreadPoolExecutor(count, "deep calls")
        self._patience = patience

    def run(self, call: Callable[..., _T], *args: Any) -> _T:
        """Return what *call* returns for *args*, or raise what it raises.

        A call whose turn has not come in time is made in the thread of the caller.
        """
        future = self._pool.submit(call, *args)
        wait([future], self._patience)
        if future.cancel():
            return call(*args)
        return future.result()


def begun_in(few: FewThreads, application: "WSGIApplication", path: str) -> "WSGIApplication":
    """Return *application*, whose answers to what is below *path* are begun in *few* threads.

    Their bodies are still iterated over in the thread of the request.
    """

    def begun(environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(path):
            return few.run(application, environ, start_response)
        return application(environ, start_response)

    return begun
