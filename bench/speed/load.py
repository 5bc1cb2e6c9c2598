"""Many clients that upload one document after the other, each over a connection it keeps.

Plain sockets and requests made beforehand: a client library would take more of the machine than
what is measured. In a process of its own, so that it does not wait for the caller's threads.
"""

import json
import multiprocessing
import os
import socket
import threading
import time
from pathlib import Path
from typing import NamedTuple

_BOUNDARY = b"a-boundary-of-the-bench"
#: So many last bytes are other ones in each upload: no two documents are alike.
_MARK_BYTES = 16


class Answers(NamedTuple):
    """What clients saw."""

    seconds: list[float]  #: of each upload, from the first byte sent to the last received
    lasted: float


def upload(port: int, document: Path, clients: int, seconds: float) -> Answers:
    """Return how long each upload of *document* took while *clients* did nothing else.

    Raises:
        RuntimeError: an answer was not 202.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_upload, (port, document, clients, seconds))


def _upload(port: int, document: Path, clients: int, seconds: float) -> Answers:
    head, body = _request(document)
    begun = time.perf_counter()
    taken: list[float] = []
    faults: list[str] = []
    until = begun + seconds
    arguments = (port, head, body, until, taken, faults)
    threads = [threading.Thread(target=_client, args=arguments) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(f"{len(faults)} uploads were not taken, such as: {faults[0]}")
    return Answers(taken, time.perf_counter() - begun)


def _request(document: Path) -> tuple[bytes, bytes]:
    part = (
        b"--"
        + _BOUNDARY
        + b'\r\nContent-Disposition: form-data; name="document"; filename="a.docx"'
        b"\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
    body = part + document.read_bytes()
    length = len(body) + len(_end())
    head = (
        b"POST /upload HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        b"Content-Type: multipart/form-data; boundary=%b\r\nContent-Length: %d\r\n%b\r\n"
    )
    return head % (_BOUNDARY, length, b"%b"), body[:-_MARK_BYTES]


def _end() -> bytes:
    return b"\r\n--" + _BOUNDARY + b"--\r\n"


def _client(
    port: int, head: bytes, body: bytes, until: float, taken: list[float], faults: list[str]
) -> None:
    cookie = b""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = connection.makefile("rb")
        while time.perf_counter() < until:
            mark = os.urandom(_MARK_BYTES // 2).hex().encode()
            begun = time.perf_counter()
            connection.sendall(head % cookie)
            connection.sendall(body)
            connection.sendall(mark + _end())
            status, cookie = _answer(answers, cookie)
            taken.append(time.perf_counter() - begun)
            if b" 202 " not in status:
                faults.append(status.decode())
                return


def _answer(answers: object, cookie: bytes) -> tuple[bytes, bytes]:
    status = answers.readline()
    length = 0
    while (line := answers.readline().strip()) != b"":
        name, _, value = line.partition(b": ")
        if name.lower() == b"content-length":
            length = int(value)
        if name.lower() == b"set-cookie":
            cookie = b"Cookie: " + value.partition(b";")[0] + b"\r\n"
    json.loads(answers.read(length) or b"{}")
    return status, cookie
