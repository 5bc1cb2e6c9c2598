"""How our comments in a document sign themselves, so that an edited copy can be read back.

The words stand in the comment for everybody to see: programs that save a document anew keep what
a comment says, and not always who wrote it or what it is called inside.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

SIGNATURE: Final = "AI-Prism"

#: The end of an id tells a finding from the others of a review well enough, and is short.
_CODE: Final = 4
_LINE: Final = re.compile(rf"{SIGNATURE} · (\S.{{0,300}}?) · ([\w-]{{1,64}})(?: · (\d{{1,4}}))?")
_TOP: Final = re.compile(rf"{SIGNATURE}: (?:high|medium|low) risk, \d{{1,3}} of 100")
_CARRIED: Final = re.compile(rf"{SIGNATURE} · in this copy:((?: [\w-]{{1,{_CODE}}}){{1,5000}})")


class Signed(NamedTuple):
    """What a line at the end of a comment says."""

    rule_id: str
    finding: str
    place: int  #: which of the finding's places, from 1; 0 where it has none


def line(rule_id: str, finding: str, place: int = 0) -> str:
    """Return the line that says which finding a comment tells, and which of its places."""
    return f"{SIGNATURE} · {rule_id} · {finding}{f' · {place}' if place else ''}"


def signed(words: str) -> Signed | None:
    """Return what the line *words* says; None if it is no such line."""
    match = _LINE.fullmatch(words.strip())
    return match and Signed(match[1], match[2], int(match[3] or 0))


def is_top(words: str) -> bool:
    """Whether the comment that begins with *words* is ours about the document as a whole."""
    return _TOP.fullmatch(words.strip()) is not None


def carried(findings: Iterable[str]) -> str:
    """Return the line that says which findings a copy has comments on, by their ids."""
    return f"{SIGNATURE} · in this copy: {' '.join(map(code, findings))}"


def carried_codes(words: str) -> tuple[str, ...]:
    """Return the codes in the line *words* that `carried` has made; none if it is another."""
    match = _CARRIED.fullmatch(words.strip())
    return tuple(match[1].split()) if match else ()


def code(finding: str) -> str:
    """Return what a finding is called in that line."""
    return finding[-_CODE:]
