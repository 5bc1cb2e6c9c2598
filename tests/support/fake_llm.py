"""A server that speaks as those of language models do, for tests: a process, over real HTTP.

It answers in the shape that it is asked for (tool call, JSON by schema, JSON in text; at once or as
a stream), from the words it is sent: a sentence with "at once" is a fault to remark on. A test can
give it a plan: what to do wrong with the next requests. It keeps what it was sent.

    python -m support.fake_llm
"""

import json
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

from support.fake_interfaces import INTERFACES, Asked, Interface

_FENCE: Final = re.compile(r"(=== document [0-9a-f]{16} ===)\n(.*?)\n\1", re.S)
_SENTENCE: Final = re.compile(r"[A-Z][^.\n“”:]*?at once[^.\n]*\.")
#: What each part stands under is ours, not the document's.
_LABEL: Final = re.compile(r"^\(Under: .*\)$", re.M)
#: What stands before a person's question.
_ASKED: Final = "The reader asks:"
_STATEMENT: Final = re.compile(r"[A-Z][^.\n]{20,200}\.")


class State:
    """What the server was told to do, and what it saw."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.plan: list[dict[str, Any]] = []
        self.seconds = 0.0
        self.seen: list[dict[str, Any]] = []
        self.at_once = 0
        self.most_at_once = 0

    def next_step(self, model: str) -> dict[str, Any]:
        """Return what is planned for this request, if anything."""
        for place, step in enumerate(self.plan):
            if step.get("model", model) == model:
                step["times"] = step.get("times", 1) - 1
                if step["times"] <= 0:
                    del self.plan[place]
                return step
        return {}


STATE = State()


class Handler(BaseHTTPRequestHandler):
    """Answers questions by whichever interface they come, and the test."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Tell the test what came."""
        with STATE.lock:
            told: dict[str, Any] = {"seen": STATE.seen, "at_once": STATE.at_once}
            told["most_at_once"] = STATE.most_at_once
            self._json(200, told)

    def do_POST(self) -> None:
        """Answer a question, or take a plan."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/plan":
            self._take(body)
            return
        path = urlsplit(self.path).path
        interface = next((each for each in INTERFACES if each.path.fullmatch(path)), None)
        if interface is None:
            self._json(404, {"error": {"message": "no such path"}})
        else:
            self._complete(interface, interface.asked(path, body), body)

    def _take(self, body: dict[str, Any]) -> None:
        with STATE.lock:
            STATE.plan = body.get("plan", [])
            STATE.seconds = body.get("seconds", 0.0)
            STATE.seen = []
            STATE.most_at_once = 0
        self._json(200, {})

    def _complete(self, interface: Interface, asked: Asked, body: dict[str, Any]) -> None:
        with STATE.lock:
            step = STATE.next_step(asked.model)
            STATE.seen.append({"body": body, "key": interface.key(self.headers)})
            STATE.at_once += 1
            STATE.most_at_once = max(STATE.most_at_once, STATE.at_once)
            seconds = step.get("seconds", STATE.seconds)
        try:
            time.sleep(seconds)
            self._answer(step, interface, asked)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the caller has given up
        finally:
            with STATE.lock:
                STATE.at_once -= 1

    def _answer(self, step: dict[str, Any], interface: Interface, asked: Asked) -> None:
        if "status" in step:
            fault = interface.fault(step["status"], step.get("code"))
            self._json(step["status"], fault, step.get("headers", {}))
        elif step.get("cut") and asked.streams:
            self._speak(interface, asked, _told(asked.words), pieces=4)
        elif step.get("cut"):
            self._begin(200, "application/json", {"Content-Length": "1000"})
            self.wfile.write(b'{"id": "half')
            self.close_connection = True
        else:
            planned = step.get("text") or (_ASKED in asked.words and _told(asked.words))
            text = planned or json.dumps(step.get("answer") or _review(asked.words))
            self._speak(interface, asked, text, pause=step.get("pause", 0.0))

    def _speak(
        self,
        interface: Interface,
        asked: Asked,
        text: str,
        pause: float = 0.0,
        pieces: int | None = None,
    ) -> None:
        if not asked.streams:
            self._json(200, interface.whole(asked, text))
            return
        how = {"Transfer-Encoding": "chunked"} if interface.is_chunked else {"Connection": "close"}
        self._begin(200, interface.stream_type, how)
        self.close_connection = True
        for piece in islice(interface.pieces(asked, text), pieces):
            chunk = b"%x\r\n%b\r\n" % (len(piece), piece)
            self.wfile.write(chunk if interface.is_chunked else piece)
            time.sleep(pause)
        if interface.is_chunked and pieces is None:
            self.wfile.write(b"0\r\n\r\n")

    def _json(self, status: int, told: object, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(told).encode()
        self._begin(
            status, "application/json", {"Content-Length": str(len(data)), **(headers or {})}
        )
        self.wfile.write(data)

    def _begin(self, status: int, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _told(words: str) -> str:
    """Return what a careless model would answer: one quote that is there, and one that is not."""
    inside = _FENCE.search(words)
    found = _STATEMENT.search(_LABEL.sub("", inside[2]) if inside else "")
    quote = found[0] if found else ""
    return f"It says <q>{quote}</q> and also <q>what nobody ever wrote down</q>."


def _review(words: str) -> dict[str, Any]:
    """Return what a careful model would say of what it was sent."""
    inside = _FENCE.search(words)
    text = inside[2] if inside else ""
    remarks = [
        {
            "quote": match[0].strip(),
            "category": "accountability",
            "severity": "medium",
            "kind": "problem",
            "title": "Nobody knows when that is",
            "message": "It names no day.",
            "why": "It can be put off for ever.",
            "suggestion": "Name a day.",
            "confidence": 0.9,
            "conflicts_with": "",
        }
        for match in _SENTENCE.finditer(text)
    ]
    return {
        "remarks": remarks,
        "summary": " ".join(text.split())[:80],
        "statements": _STATEMENT.findall(text)[:2],
    }


def main() -> None:
    """Serve on a free port of this machine, and say which."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
