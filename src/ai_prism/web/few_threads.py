"""Deep calls in few threads, so that the many which only wait stay small.

A thread keeps what its stack has once reached, some 30 KB for a request that asks the database. A
stream holds its thread for hours and looks into the database now and then: so it lets others look.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication

_T = TypeVar("_T")


class FewThreads:
    """Threads that make calls for others; they begin with the first call."""

    def __init__(self, count: int) -> None:
        """Make *count* calls at the same time at most."""
        self._pool = ThreadPoolExecutor(count, "deep calls")

    def run(self, call: Callable[..., _T], *args: Any) -> _T:
        """Return what *call* returns for *args*, or raise what it raises."""
        return self._pool.submit(call, *args).result()


def begun_in(few: FewThreads, application: "WSGIApplication", path: str) -> "WSGIApplication":
    """Return *application*, whose answers to what is below *path* are begun in *few* threads.

    Their bodies are still iterated over in the thread of the request.
    """

    def begun(environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(path):
            return few.run(application, environ, start_response)
        return application(environ, start_response)

    return begun
