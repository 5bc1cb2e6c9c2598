"""The child process itself: passages as JSON on stdin, remarks as JSON on stdout.

It loads harper first and then waits, at the pipe it is given, until the passages are written.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import Any, Final

import harper

#: Harper needs 155 to 225 MB, and maps more; one bad input asked for 61 GB.
_MEMORY_BYTES: Final = 3 * 1024**3
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
    """Load, wait, read, remark, write, end."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    # Made here, after the limits; it is not to be shared between threads.
    linter = harper.Linter()
    linter.set_lint_config({name: name in RELIABLE for name in linter.get_lint_config()})
    linter.organized_lints("Word lists are loaded with the first sentence.", dedup=False)
    if not os.read(int(sys.argv[1]), 1):
        return  # whoever started this has gone
    passages: list[str] = json.load(sys.stdin)
    json.dump(
        [row for n, text in enumerate(passages) for row in _rows(linter, n, text)], sys.stdout
    )


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
