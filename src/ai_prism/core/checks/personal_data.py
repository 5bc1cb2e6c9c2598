"""Personal data that should not travel with a document: card, bank and insurance numbers."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from ai_prism.core.model import Finding, Level
from ai_prism.core.rules import BaseRule
from ai_prism.core.subject import Subject

_CARD: Final = re.compile(r"(?<![\w.-])[3-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{1,7}(?![\w-]|\.\d)")
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b")
_SOCIAL: Final = re.compile(r"(?i)(?:social security|ssn)[^\n\d]{0,40}(\d{3}-\d{2}-\d{4})(?![\w-])")
#: A mailbox that somebody has at home, and a number that is said to be somebody's own.
_MAILBOX: Final = re.compile(
    r"(?i)\b[\w.+-]{2,64}@(?:gmail|googlemail|hotmail|outlook|icloud|yahoo|gmx|aol|proton(?:mail)?"
    r"|live|web)\.(?:com|net|org|me|de|fr|es|it|co\.uk)\b"
)
_TELEPHONE: Final = re.compile(
    r"(?i)\b(?:private|personal|home|mobile|cell)\s(?:tele)?(?:phone\s)?(?:number|phone)?[^\n\d+]{0,20}"
    r"(?:\+\d|\(?0\d|\d{3}[ -])[\d ()/.-]{6,18}\d"
)
#: Numbers that payment services give out for tests.
_TEST_CARDS: Final = frozenset({"4242424242424242", "4111111111111111", "5555555555554444"})


class Rule(BaseRule, frozen=True):
    """Flags numbers whose checksum says what they are, and private mailboxes and telephones."""

    evidence_names = ("kind_of_data",)


def check(rule: Rule, subject: Subject) -> Iterator[Finding]:
    """Return a finding for each such number."""
    for kind, pattern, is_one in NUMBERS:
        for match, _ in subject.matches(pattern):
            if is_one(match[0]):
                yield rule.finding(subject, [match.span()], kind_of_data=kind)
    # Many people publish these themselves, so they are worth a look and no alarm.
    for kind, pattern in (("private e-mail address", _MAILBOX), ("telephone number", _TELEPHONE)):
        for match, _ in subject.matches(pattern):
            yield rule.finding(subject, [match.span()], severity=Level.LOW, kind_of_data=kind)


def _is_card(number: str) -> bool:
    digits = re.sub(r"[ -]", "", number)
    if not 13 <= len(digits) <= 19 or digits in _TEST_CARDS or len(set(digits)) < 4:
        return False
    doubled = [
        int(digit) * 2 - 9 * (int(digit) > 4) if place % 2 else int(digit)
        for place, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0


def _is_iban(number: str) -> bool:
    plain = re.sub(r"\s", "", number)
    moved = plain[4:] + plain[:4]
    return len(plain) >= 15 and int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


#: What each number is, how it is written, and whether a number so written is one.
NUMBERS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...]] = (
    ("payment card number", _CARD, _is_card),
    ("bank account number", _IBAN, _is_iban),
    ("social security number", _SOCIAL, bool),
)
