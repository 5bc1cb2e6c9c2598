"""One POST, to a real server on this machine."""

import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest

from ai_prism.webhooks import posting
from ai_prism.webhooks.posting import NotAnswered, post
from ai_prism.webhooks.targets import Target
from support.receiver import Receiver, receiving, status


def target_of(receiver: Receiver) -> Target:
    return Target(scheme="http", host="hooks.example", port=receiver.server_port, path="/a?b=c")


def test_it_connects_to_the_address_and_asks_for_the_host() -> None:
    with receiving(status(204)) as receiver:
        answered = post(target_of(receiver), "127.0.0.1", b"{}", {"webhook-id": "one"})

    assert answered == 204
    ((path, headers, body),) = receiver.received
    assert (path, body) == ("/a?b=c", b"{}")
    assert headers["Host"] == f"hooks.example:{receiver.server_port}"
    assert headers["webhook-id"] == "one"
    assert headers["Content-Type"] == "application/json"


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with receiving(status(200)) as other:
        elsewhere = f"http://127.0.0.1:{other.server_port}/"
        with receiving(status(307, Location=elsewhere)) as receiver:
            assert post(target_of(receiver), "127.0.0.1", b"{}", {}) == 307

    assert other.received == []


def test_who_never_comes_to_an_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "_SECONDS", 0.5)
    is_over = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            while not is_over.wait(0.05):
                request.wfile.write(b"H")

    with receiving(drip) as receiver, pytest.raises(NotAnswered):
        post(target_of(receiver), "127.0.0.1", b"{}", {})
    is_over.set()


def test_what_is_no_http_and_nobody_at_all_are_no_answers() -> None:
    with receiving(lambda request: request.wfile.write(b"hello\r\n\r\n")) as receiver:
        target = target_of(receiver)
        with pytest.raises(NotAnswered, match="BadStatusLine"):
            post(target, "127.0.0.1", b"{}", {})

    with pytest.raises(NotAnswered, match="ConnectionRefusedError"):
        post(target, "127.0.0.1", b"{}", {})
