"""The interfaces that `fake_llm` speaks, each as the official client of its provider expects it.

Sources: the API references of OpenAI (chat completions), Anthropic (messages), Google (Gemini,
generateContent) and Amazon (Bedrock Runtime, Converse and its event stream encoding).
"""

import json
import re
import struct
import time
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

_PIECE = 16  #: letters in each piece of a stream


class Asked(NamedTuple):
    """What a request asks for, by whatever interface."""

    model: str
    words: str  #: all that it says
    tool: str | None  #: the tool whose call is to be the answer
    streams: bool

    @property
    def tokens(self) -> int:
        """About as many as a server counts."""
        return len(self.words) // 4


class Interface(Protocol):
    """How one provider's requests and answers look."""

    path: re.Pattern[str]
    stream_type: str
    is_chunked: bool  #: whether the pieces of a stream are told from each other by HTTP

    def asked(self, path: str, body: dict[str, Any]) -> Asked:
        """Return what *body*, sent to *path*, asks for."""

    def key(self, headers: Mapping[str, str]) -> str:
        """Return what the caller wants to be let in with."""

    def fault(self, status: int, code: str | None) -> dict[str, Any]:
        """Return the body of an answer that is none."""

    def whole(self, asked: Asked, text: str) -> dict[str, Any]:
        """Return the answer *text* at once."""

    def pieces(self, asked: Asked, text: str) -> Iterator[bytes]:
        """Return it in the pieces of a stream, of which the last say that it is whole."""


class OpenAI:
    """Chat completions."""

    path = re.compile(r"/v1/chat/completions")
    stream_type = "text/event-stream"
    is_chunked = False

    def asked(self, path: str, body: dict[str, Any]) -> Asked:
        tools = body.get("tools") or [None]
        tool = tools[0] and tools[0]["function"]["name"]
        words = _words(body["messages"])
        return Asked(body["model"], words, tool, bool(body.get("stream")))

    def key(self, headers: Mapping[str, str]) -> str:
        return headers.get("Authorization", "")

    def fault(self, status: int, code: str | None) -> dict[str, Any]:
        return {"error": {"message": "planned", "type": "planned", "code": code}}

    def whole(self, asked: Asked, text: str) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": text}
        if asked.tool:
            function = {"name": asked.tool, "arguments": text}
            call = {"id": "call-1", "type": "function", "function": function}
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
        return self._completion(asked, "chat.completion", {"message": message}, text)

    def pieces(self, asked: Asked, text: str) -> Iterator[bytes]:
        for piece in _split(text):
            told = self._completion(
                asked, "chat.completion.chunk", {"delta": {"content": piece}}, text
            )
            told["choices"][0]["finish_reason"] = None
            yield _event({**told, "usage": None})
        yield _event(self._completion(asked, "chat.completion.chunk", {"delta": {}}, text))
        yield b"data: [DONE]\n\n"

    def _completion(
        self, asked: Asked, kind: str, part: dict[str, Any], text: str
    ) -> dict[str, Any]:
        reason = "tool_calls" if asked.tool else "stop"
        usage = {"prompt_tokens": asked.tokens, "completion_tokens": len(text) // 4}
        return {
            "id": "chatcmpl-1",
            "object": kind,
            "created": int(time.time()),
            "model": asked.model,
            "choices": [{"index": 0, "finish_reason": reason, "logprobs": None, **part}],
            "usage": {**usage, "total_tokens": sum(usage.values())},
        }


class Anthropic:
    """Messages."""

    path = re.compile(r"/v1/messages")
    stream_type = "text/event-stream"
    is_chunked = False

    def asked(self, path: str, body: dict[str, Any]) -> Asked:
        tools = body.get("tools") or [{"name": None}]
        words = _words([body.get("system"), body["messages"]])
        return Asked(body["model"], words, tools[0]["name"], bool(body.get("stream")))

    def key(self, headers: Mapping[str, str]) -> str:
        return headers.get("Authorization", "")

    def fault(self, status: int, code: str | None) -> dict[str, Any]:
        return {"type": "error", "error": {"type": code or "planned", "message": "planned"}}

    def whole(self, asked: Asked, text: str) -> dict[str, Any]:
        content: dict[str, Any] = {"type": "text", "text": text}
        if asked.tool:
            content = {"type": "tool_use", "id": "toolu_1", "name": asked.tool}
            content["input"] = _object(text)
        return self._message(asked, [content], "tool_use" if asked.tool else "end_turn", text)

    def pieces(self, asked: Asked, text: str) -> Iterator[bytes]:
        yield _named("message_start", message=self._message(asked, [], None, ""))
        yield _named("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for piece in _split(text):
            delta = {"type": "text_delta", "text": piece}
            yield _named("content_block_delta", index=0, delta=delta)
        yield _named("content_block_stop", index=0)
        ended = {"stop_reason": "end_turn", "stop_sequence": None}
        yield _named("message_delta", delta=ended, usage={"output_tokens": len(text) // 4})
        yield _named("message_stop")

    def _message(
        self, asked: Asked, content: list[dict[str, Any]], reason: str | None, text: str
    ) -> dict[str, Any]:
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": asked.model,
            "content": content,
            "stop_reason": reason,
            "stop_sequence": None,
            "usage": {"input_tokens": asked.tokens, "output_tokens": len(text) // 4},
        }


class Google:
    """Gemini's generateContent."""

    path = re.compile(r"/v1beta/models/(.+):(generateContent|streamGenerateContent)")
    stream_type = "text/event-stream"
    is_chunked = False

    def asked(self, path: str, body: dict[str, Any]) -> Asked:
        matched = self.path.fullmatch(urlsplit(path).path)
        assert matched
        declared = [d for tool in body.get("tools", []) for d in tool["functionDeclarations"]]
        words = _words([body.get("systemInstruction"), body["contents"]])
        tool = declared[0]["name"] if declared else None
        return Asked(matched[1], words, tool, matched[2] == "streamGenerateContent")

    def key(self, headers: Mapping[str, str]) -> str:
        return headers.get("X-Goog-Api-Key", "")

    def fault(self, status: int, code: str | None) -> dict[str, Any]:
        return {"error": {"code": status, "message": "planned", "status": code or "PLANNED"}}

    def whole(self, asked: Asked, text: str) -> dict[str, Any]:
        part: dict[str, Any] = {"text": text}
        if asked.tool:
            part = {"functionCall": {"name": asked.tool, "args": _object(text)}}
        return self._response(asked, part, "STOP", text)

    def pieces(self, asked: Asked, text: str) -> Iterator[bytes]:
        for piece in _split(text):
            yield _event(self._response(asked, {"text": piece}, None, text))
        yield _event(self._response(asked, {"text": ""}, "STOP", text))

    def _response(
        self, asked: Asked, part: dict[str, Any], reason: str | None, text: str
    ) -> dict[str, Any]:
        usage = {"promptTokenCount": asked.tokens, "candidatesTokenCount": len(text) // 4}
        candidate: dict[str, Any] = {"content": {"role": "model", "parts": [part]}, "index": 0}
        if reason:
            candidate["finishReason"] = reason
        return {
            "candidates": [candidate],
            "usageMetadata": {**usage, "totalTokenCount": sum(usage.values())},
            "modelVersion": asked.model,
            "responseId": "response-1",
        }


class Bedrock:
    """Converse."""

    path = re.compile(r"/model/(.+)/(converse|converse-stream)")
    stream_type = "application/vnd.amazon.eventstream"
    is_chunked = True  # its client waits for 64 KB or the end of one

    def asked(self, path: str, body: dict[str, Any]) -> Asked:
        matched = self.path.fullmatch(path)
        assert matched
        tools = body.get("toolConfig", {}).get("tools", [])
        tool = tools[0]["toolSpec"]["name"] if tools else None
        words = _words([body.get("system"), body["messages"]])
        return Asked(unquote(matched[1]), words, tool, matched[2] == "converse-stream")

    def key(self, headers: Mapping[str, str]) -> str:
        return headers.get("Authorization", "")

    def fault(self, status: int, code: str | None) -> dict[str, Any]:
        return {"__type": code or "Planned", "message": "planned"}

    def whole(self, asked: Asked, text: str) -> dict[str, Any]:
        content: dict[str, Any] = {"text": text}
        if asked.tool:
            call = {"toolUseId": "tool-1", "name": asked.tool, "input": _object(text)}
            content = {"toolUse": call}
        return {
            "output": {"message": {"role": "assistant", "content": [content]}},
            "stopReason": "tool_use" if asked.tool else "end_turn",
            **self._account(asked, text),
        }

    def pieces(self, asked: Asked, text: str) -> Iterator[bytes]:
        yield _frame("messageStart", {"role": "assistant"})
        for piece in _split(text):
            delta = {"delta": {"text": piece}, "contentBlockIndex": 0}
            yield _frame("contentBlockDelta", delta)
        yield _frame("contentBlockStop", {"contentBlockIndex": 0})
        yield _frame("messageStop", {"stopReason": "end_turn"})
        yield _frame("metadata", self._account(asked, text))

    def _account(self, asked: Asked, text: str) -> dict[str, Any]:
        usage = {"inputTokens": asked.tokens, "outputTokens": len(text) // 4}
        total = {"totalTokens": sum(usage.values())}
        return {"usage": {**usage, **total}, "metrics": {"latencyMs": 1}}


INTERFACES: tuple[Interface, ...] = (OpenAI(), Anthropic(), Google(), Bedrock())


def _words(said: object) -> str:
    """Return all words that stand in *said*, which each interface wraps in its own way."""
    if isinstance(said, str):
        return said
    if isinstance(said, dict):
        inside = [said.get(name) for name in ("content", "parts", "text", "toolResult")]
        return "\n".join(filter(None, map(_words, inside)))
    return "\n".join(filter(None, map(_words, said))) if isinstance(said, list) else ""


def _object(text: str) -> dict[str, Any]:
    """Return the argument of a call: a server makes an object of what the model writes."""
    try:
        made = json.loads(text)
    except ValueError:
        made = None
    return made if isinstance(made, dict) else {"words": text}


def _split(text: str) -> Iterator[str]:
    return (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))


def _event(told: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(told).encode() + b"\n\n"


def _named(name: str, **told: object) -> bytes:
    return b"event: " + name.encode() + b"\n" + _event({"type": name, **told})


def _frame(name: str, told: dict[str, Any]) -> bytes:
    """Return a message of Amazon's event stream: lengths, headers, payload, check sums."""
    headers = b"".join(
        struct.pack("B", len(key))
        + key.encode()
        + b"\x07"
        + struct.pack(">H", len(value))
        + value.encode()
        for key, value in (
            (":event-type", name),
            (":content-type", "application/json"),
            (":message-type", "event"),
        )
    )
    payload = json.dumps(told).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    told_so_far = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return told_so_far + struct.pack(">I", zlib.crc32(told_so_far))
