"""The child process itself: passages as JSON in stdin, remarks as JSON in stdout, both files.

It loads harper first and then waits, at the pipe it is given, until passages are written; at the
other it says when its remarks are. So it does for as many documents as it is told.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import harper

from ai_prism.core.language.child_process import LAST, MORE, read_whole

#: Harper needs 155 to 225 MB, and maps more; one bad input asked for 61 GB.
_MEMORY_BYTES: Final = 3 * 1024**3
#: A child that has grown so large makes room for a fresh one before the next document.
_GROWN_BYTES: Final = 512 * 1024**2
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
    """Load; wait, read, remark and write for each document; end."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    # Made here, after the limits; it is not to be shared between threads.
    linter = harper.Linter()
    linter.set_lint_config({name: name in RELIABLE for name in linter.get_lint_config()})
    linter.organized_lints("Word lists are loaded with the first sentence.", dedup=False)
    waits, says, documents = (int(argument) for argument in sys.argv[1:])
    for left in reversed(range(documents)):
        if not os.read(waits, 1):
            return  # whoever started this has gone
        passages: list[str] = json.loads(read_whole(sys.stdin.fileno()))
        rows = [row for n, text in enumerate(passages) for row in _rows(linter, n, text)]
        os.pwrite(sys.stdout.fileno(), json.dumps(rows).encode(), 0)
        is_last = not left or _resident_bytes() > _GROWN_BYTES
        os.write(says, LAST if is_last else MORE)
        if is_last:
            return


def _resident_bytes() -> int:
    # Not `ru_maxrss`: a process inherits the peak of the one that started it.
    sizes = Path("/proc/self/statm").read_text(encoding="ascii")
    return int(sizes.split()[1]) * resource.getpagesize()


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
