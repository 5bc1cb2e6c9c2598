"""Words that no dictionary has and that are one slip away from one it has."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from ai_prism.core.language import pass_over
from ai_prism.core.model import Finding
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Span, Subject

_VOWELS: Final = frozenset("aeiou")
#: In a short word one letter more or less makes another word.
_LONG: Final = 7
#: Names, jargon and abbreviations have capitals or are short.
_WORD: Final = re.compile(r"[a-z]{5,30}")
#: British and American spelling are both right.
_VARIANTS: Final = (
    ("isation", "ization"),
    ("is", "iz"),
    ("ys", "yz"),
    ("our", "or"),
    ("re", "er"),
    ("ll", "l"),
    ("ogue", "og"),
    ("ence", "ense"),
    ("ae", "e"),
    ("mme", "m"),
    ("ement", "ment"),
    ("ssed", "sed"),
    ("wards", "words"),
)
#: The dictionary has these too, and no review should.
_NOT_TO_BE_SAID: Final = re.compile(
    r"(?i)fuck|shit|cunt|bitch|whore|slut|nigg|fag|cock|dick|puss|bastard|wank|prick|twat|rape|anal|tits"
)


class Rule(BaseRule, frozen=True, kw_only=True):
    """Flags words written wrong at most `most_uses` times: more often, they are meant."""

    evidence_names = ("word", "right")

    most_uses: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 3


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return one finding for each word, with all its places."""
    places: dict[str, list[Span]] = {}
    rights: dict[str, str] = {}
    for lint in pass_over(subject).lints():
        word = subject.document.text[lint.start : lint.end]
        right = next(iter(lint.suggestions), "")
        if lint.rule != "SpellCheck" or not _WORD.fullmatch(word) or not _is_slip(word, right):
            continue
        is_part = "-" in subject.document.text[max(0, lint.start - 1) : lint.end + 1]
        if not is_part and not subject.is_quoted(lint.start, lint.end):
            places.setdefault(word, []).append((lint.start, lint.end))
            rights[word] = right
    for word, spans in places.items():
        if len(spans) <= rule.most_uses:
            fixes = [(start, end, rights[word]) for start, end in spans]
            yield rule.finding(subject, spans, fixes=fixes, word=word, right=rights[word])


def _is_slip(word: str, right: str) -> bool:
    """Return whether *word* is *right* with a slip that people make.

    Two letters swapped, one doubled or not, one lost or put in inside a long word, or one vowel
    for another. Any other difference is as often a word that the dictionary lacks.
    """
    if right[:1] != word[0] or not right.isalpha() or _NOT_TO_BE_SAID.search(right):
        return False
    if any(word.replace(*pair) == right.replace(*pair) for pair in _VARIANTS):
        return False
    first, last = _difference(word, right)
    here, there = word[first : len(word) - last], right[first : len(right) - last]
    if len(here) == len(there) == 1:
        return here in _VOWELS and there in _VOWELS and len(word) >= _LONG and last > 3
    if len(here) == len(there) == 2:
        return here == there[::-1]
    if {len(here), len(there)} != {0, 1}:
        return False
    letter = here or there
    longer = max(word, right, key=len)
    is_doubled = letter in (longer[first - 1 : first], longer[first + 1 : first + 2])
    return is_doubled or (len(word) >= _LONG and last > 1)


def _difference(one: str, other: str) -> tuple[int, int]:
    """Return how many letters the two words share at their beginning, and then at their end."""
    shorter = min(len(one), len(other))
    first = next((n for n in range(shorter) if one[n] != other[n]), shorter)
    rest = shorter - first
    last = next((n for n in range(rest) if one[-1 - n] != other[-1 - n]), rest)
    return first, last
