"""Decoding in several threads at once, the first time that a type is met."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[3] / "src"

#: New types again and again, each met by four threads at once, which take turns all the time.
MEETING = """
import enum, sys, threading
import msgspec
from ai_prism.core.decoding import prepared

sys.setswitchinterval(1e-6)
together = threading.Barrier(4)
right = []

def meet(kind, made_ready):
    together.wait()
    said = b'{"one": {"level": "high"}, "many": [{"level": "low"}], "level": "high"}'
    right.append(msgspec.json.decode(said, type=made_ready(kind)).one.level == "high")

for _ in range(200):
    class Level(enum.StrEnum):
        HIGH = "high"
        LOW = "low"
    class Inner(msgspec.Struct):
        level: Level
    class Outer(msgspec.Struct):
        one: Inner
        many: list[Inner]
        level: Level = Level.LOW
    threads = [threading.Thread(target=meet, args=(Outer, MADE_READY)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(sum(right))
"""


def _meeting(made_ready: str) -> subprocess.CompletedProcess[str]:
    program = MEETING.replace("MADE_READY", made_ready)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def test_threads_that_meet_a_type_at_the_same_moment_all_get_what_was_sent() -> None:
    met = _meeting("prepared")

    assert (met.returncode, met.stdout) == (0, "800\n"), met.stderr


def test_the_threads_do_meet() -> None:
    """Without `prepared` they die of it; when they no longer do, it can go."""
    assert _meeting("lambda kind: kind").returncode != 0


def _decoded_types() -> Iterator[tuple[str, ast.expr]]:
    """Yield each type that a file of ours has decoded, with its place."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            place = f"{path.relative_to(SOURCE)}:{node.lineno}"
            if called in ("msgspec.json.decode", "msgspec.msgpack.decode"):
                yield from ((place, word.value) for word in node.keywords if word.arg == "type")
            elif called == "msgspec.convert":
                yield place, node.args[1]
            elif called == "msgspec.json.Decoder":
                yield place, node.args[0]


def test_every_type_that_is_decoded_is_prepared() -> None:
    found = list(_decoded_types())

    assert len(found) > 20
    assert [p for p, kind in found if not ast.unparse(kind).startswith("prepared(")] == []
