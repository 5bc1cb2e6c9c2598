"""A server that speaks as OpenAI's does, for tests: in a process of its own, over real HTTP.

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
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any, Final

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
    """Answers chat completions, and the test."""

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
        elif self.path == "/v1/chat/completions":
            self._complete(body)
        else:
            self._json(404, {"error": {"message": "no such path"}})

    def _take(self, body: dict[str, Any]) -> None:
        with STATE.lock:
            STATE.plan = body.get("plan", [])
            STATE.seconds = body.get("seconds", 0.0)
            STATE.seen = []
            STATE.most_at_once = 0
        self._json(200, {})

    def _complete(self, body: dict[str, Any]) -> None:
        with STATE.lock:
            step = STATE.next_step(body["model"])
            STATE.seen.append({"body": body, "key": self.headers["Authorization"]})
            STATE.at_once += 1
            STATE.most_at_once = max(STATE.most_at_once, STATE.at_once)
            seconds = step.get("seconds", STATE.seconds)
        try:
            time.sleep(seconds)
            self._answer(step, body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the caller has given up
        finally:
            with STATE.lock:
                STATE.at_once -= 1

    def _answer(self, step: dict[str, Any], body: dict[str, Any]) -> None:
        if "status" in step:
            error = {"message": "planned", "type": "planned", "code": step.get("code")}
            self._json(step["status"], {"error": error}, step.get("headers", {}))
        elif step.get("cut") and body.get("stream"):
            self._speak(body, _told(body), pieces=2)
        elif step.get("cut"):
            self._begin(200, "application/json", {"Content-Length": "1000"})
            self.wfile.write(b'{"id": "half')
            self.close_connection = True
        else:
            planned = step.get("text") or (_ASKED in str(body["messages"]) and _told(body))
            text = planned or json.dumps(step.get("answer") or _review(body))
            self._speak(body, text, pause=step.get("pause", 0.0))

    def _speak(
        self, body: dict[str, Any], text: str, pause: float = 0.0, pieces: int | None = None
    ) -> None:
        if not body.get("stream"):
            message = _message(body, text)
            self._json(200, _completion(body, "chat.completion", "message", message, text))
            return
        self._begin(200, "text/event-stream", {"Connection": "close"})
        self.close_connection = True
        for piece in islice(_pieces(body, text), pieces):
            self.wfile.write(b"data: " + json.dumps(piece).encode() + b"\n\n")
            time.sleep(pause)
        if pieces is None:
            self.wfile.write(b"data: [DONE]\n\n")

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


def _told(body: dict[str, Any]) -> str:
    """Return what a careless model would answer: one quote that is there, and one that is not."""
    said = "\n".join(str(message.get("content")) for message in body["messages"])
    inside = _FENCE.search(said)
    found = _STATEMENT.search(_LABEL.sub("", inside[2]) if inside else "")
    quote = found[0] if found else ""
    return f"It says <q>{quote}</q> and also <q>what nobody ever wrote down</q>."


def _review(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a careful model would say of what it was sent."""
    said = [message.get("content") for message in body["messages"]]
    inside = _FENCE.search("\n".join(words for words in said if isinstance(words, str)))
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


def _message(body: dict[str, Any], text: str) -> dict[str, Any]:
    if not body.get("tools"):
        return {"role": "assistant", "content": text}
    function = {"name": body["tools"][0]["function"]["name"], "arguments": text}
    call = {"id": "call-1", "type": "function", "function": function}
    return {"role": "assistant", "content": None, "tool_calls": [call]}


def _completion(
    body: dict[str, Any], kind: str, part: str, content: object, text: str
) -> dict[str, Any]:
    asked = len(json.dumps(body["messages"])) // 4
    usage = {"prompt_tokens": asked, "completion_tokens": len(text) // 4}
    usage["total_tokens"] = sum(usage.values())
    reason = "tool_calls" if body.get("tools") else "stop"
    return {
        "id": "chatcmpl-1",
        "object": kind,
        "created": int(time.time()),
        "model": body["model"],
        "choices": [{"index": 0, part: content, "finish_reason": reason, "logprobs": None}],
        "usage": usage,
    }


def _pieces(body: dict[str, Any], text: str) -> Iterator[dict[str, Any]]:
    """Return *text* in the pieces that a stream brings it in, the account last."""
    for start in range(0, len(text), 16):
        piece = _completion(
            body, "chat.completion.chunk", "delta", {"content": text[start : start + 16]}, text
        )
        piece["choices"][0]["finish_reason"] = None
        yield {**piece, "usage": None}
    yield _completion(body, "chat.completion.chunk", "delta", {}, text)


def main() -> None:
    """Serve on a free port of this machine, and say which."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
