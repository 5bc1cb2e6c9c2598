"""The server itself: it loads harper, then forks a child for each question that comes.

A question is three files: the passages as JSON, where their remarks go as JSON, and a line that
says when they are there. Forked, a child costs milliseconds and shares the word lists; it sees
nothing but its own question.
"""

import json
import os
import resource
import select
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any, Final, NoReturn

import harper

from ai_prism.core.language.child_process import read_whole

#: Harper needs 155 to 225 MB, and maps more; one bad input asked for 61 GB.
_MEMORY_BYTES: Final = 3 * 1024**3
#: The first unknown word of twelve letters or more costs 2.4 s of processor time, in which harper
#: makes a table. The server makes it ahead when nobody has asked for so long, or many are asking.
_QUIET_SECONDS: Final = 3.0
_MANY: Final = 2
_LONG_WORD: Final = "Xyzzyxyzzyxyzzy."
#: Of harper's 917 rules those that were right on 167 real documents, three times in four or more.
RELIABLE: Final = (
    "AnA",
    "Alongside",
    "ArriveTo",
    "DidPast",
    "PronounInflectionBe",
    "PronounVerbAgreement",
    "RegularIrregulars",
    "SomeOfThe",
    "SpellCheck",
    "Straightforward",
    "ThenThan",
    "ToTo",
)


def main() -> None:
    """Load, and answer until everybody who could ask has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for those who ask
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    # Made here, after the limits; it is not to be shared between threads.
    linter = harper.Linter()
    linter.set_lint_config({name: name in RELIABLE for name in linter.get_lint_config()})
    linter.organized_lints("Word lists are loaded with the first sentence.", dedup=False)
    requests = socket.socket(fileno=int(sys.argv[1]))
    answered = 0
    is_whole = False
    while True:
        if not is_whole and (answered >= _MANY or not _is_asked(requests)):
            linter.organized_lints(_LONG_WORD, dedup=False)
            is_whole = True
        _, files, _, _ = socket.recv_fds(requests, 1, 3)
        if not files:
            return
        # Harper has threads, for loading alone: what it does in a child needs none of them.
        if not os.fork():
            requests.close()
            _answer(linter, *files)
        for file in files:
            os.close(file)
        answered += 1


def _is_asked(requests: socket.socket) -> bool:
    return bool(select.select([requests], [], [], _QUIET_SECONDS)[0])


def _answer(linter: Any, question: int, answer: int, line: int) -> NoReturn:
    """Read, remark, write and say so; end with whoever asks."""
    try:
        asking = socket.socket(fileno=line)
        threading.Thread(target=_end_with, args=(asking,), daemon=True).start()
        passages: list[str] = json.loads(read_whole(question))
        rows = [row for n, text in enumerate(passages) for row in _rows(linter, n, text)]
        os.pwrite(answer, json.dumps(rows).encode(), 0)
        asking.send(b"!")
    finally:
        os._exit(0)  # and not as the server does; whoever asks knows by the line how it went


def _end_with(asking: socket.socket) -> None:
    asking.recv(1)  # nothing comes but the end; harper lets other threads run meanwhile
    os._exit(0)


def _rows(
    linter: Any, number: int, text: str
) -> Iterator[tuple[int, str, int, int, str, list[str]]]:
    # dedup would let one rule's remark hide another's on the same words.
    for rule, lints in linter.organized_lints(text, dedup=False).items():
        for lint in lints:
            span = lint.span
            words = [suggestion.replacement_text for suggestion in lint.suggestions]
            yield number, rule, span.start, span.end, lint.message, words


if __name__ == "__main__":
    main()
