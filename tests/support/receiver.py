"""A real HTTP server to be told something: it keeps what comes, and answers as it is told to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

Answer: TypeAlias = Callable[[BaseHTTPRequestHandler], None]
#: The path, the headers and the body of a message.
Received: TypeAlias = tuple[str, dict[str, str], bytes]


class Receiver(ThreadingHTTPServer):
    """Takes messages on a free port of this machine."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        """Let *answer* write the answer to each message."""
        self.received: list[Received] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append((self.path, dict(self.headers), body))
                answer(self)

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)


@contextmanager
def receiving(answer: Answer) -> Iterator[Receiver]:
    """Run a receiver while the block runs."""
    with Receiver(answer) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        yield receiver
        receiver.shutdown()


def status(code: int, **headers: str) -> Answer:
    """Return what answers with a status, and *headers*."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()

    return answer
