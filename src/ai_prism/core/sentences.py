"""Where sentences end, for English and languages that punctuate like it."""

import re
from collections.abc import Iterator
from typing import Final

from ai_prism.core.word_lists import words

#: A mark that can end a sentence, what may close after it, white space, and what comes next.
_END: Final = re.compile(r"[.!?…]{1,4}[\"'”’)\]]{0,3}(\s{1,20})(?=(\S))")
_WORD_BEFORE: Final = re.compile(r"([\w.]{1,20})$")
_ABBREVIATIONS: Final = words(
    "mr mrs ms dr prof st no nos art arts sec secs fig figs eq eqs ch app vol vols ed eds pp p",
    "para paras e.g i.e cf vs viz etc al inc ltd co corp approx dept est jan feb mar apr jun jul",
    "aug sep sept oct nov dec u.s u.k u.n a.m p.m ca resp incl excl max min tel",
)
#: These end sentences as often as not: the next letter decides.
_EITHER: Final = words("etc inc ltd co corp a.m p.m al u.s u.k")


def split_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return (start, end) of each sentence of *text* from *start* to *end*."""
    begin = start
    for match in _END.finditer(text, start, end):
        if not _is_end(text, begin, match):
            continue
        yield begin, match.start(1)
        begin = match.end(1)
    if begin < end:
        yield begin, end


def _is_end(text: str, begin: int, match: re.Match[str]) -> bool:
    following = match[2]
    if following.islower():
        return False
    if text[match.start()] != ".":
        return True
    before = _WORD_BEFORE.search(text, max(begin, match.start() - 20), match.start())
    word = before[1].lower() if before else ""
    if word in _EITHER:
        return following.isupper()
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):  # "J. Doe": an initial
        return False
    opens = before is not None and before.start() == begin
    return not (opens and word.isdigit())  # "1. Item": a number, not a sentence
