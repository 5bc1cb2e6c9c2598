"""Secrets and personal data kept back from a reviewer, and put again into what it says.

Each is replaced by a mark that says what stood there; the reviewer quotes the mark, and the quote
is the document's own words again before anybody looks for it. What has no form of its own, such as
a person's name, cannot be told and is sent.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ai_prism.core.checks.personal_data import NUMBERS
from ai_prism.core.checks.secret import SECRET
from ai_prism.core.llm import Remark
from ai_prism.core.subject import Span

#: The whole of it: the check for secrets needs only the first line. A lost last line ends it, too.
_KEY: Final = re.compile(
    r"-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[A-Za-z0-9+/=:,\s-]{0,10000}?-----END [A-Z ]{3,40}-----|[A-Za-z0-9+/=\s]{0,10000})"
)
_MAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
#: With a country or a long-distance prefix: other rows of digits are figures.
_TELEPHONE: Final = re.compile(
    r"(?<![\w.+])(?:\+\d{1,3}[ ()/.-]{0,3}|\(0\d{1,5}\)[ /-]{0,2}|0\d{2,5}[ /-])"
    r"\d(?:[\d ()/-]{4,16})\d(?!\w)|(?<![\w-])\(?\d{3}\)?[ -]\d{3}-\d{4}(?![\w-])"
)


class Redacted(msgspec.Struct, frozen=True):
    """Texts without what was kept back."""

    texts: tuple[str, ...]
    kept_back: dict[str, str]  #: what stood in the place of each mark

    def restored(self, words: str) -> str:
        """Return *words* with what was kept back in the place of its marks."""
        for mark, original in self.kept_back.items():
            words = words.replace(mark, original)
        return words

    def restored_remark(self, remark: Remark) -> Remark:
        """Return *remark* with the document's own words in its quotes.

        What it says about them keeps the marks: a suggestion need not repeat a password.
        """
        return msgspec.structs.replace(
            remark,
            quote=self.restored(remark.quote),
            conflicts_with=self.restored(remark.conflicts_with),
        )


def redact(texts: Sequence[str]) -> Redacted:
    """Return *texts* with a mark for each secret and each piece of personal data.

    The same words get the same mark, so that a reviewer sees that two places agree.
    """
    marks: dict[str, str] = {}
    redacted = tuple(_without(text, marks, texts) for text in texts)
    return Redacted(redacted, {mark: original for original, mark in marks.items()})


def _without(text: str, marks: dict[str, str], texts: Sequence[str]) -> str:
    """Return *text* with the *marks* of what was found in it, new ones included."""
    pieces, last = [], 0
    for (start, end), kind in _apart(_found(text)):
        original = text[start:end]
        if original not in marks:
            marks[original] = _mark(kind, len(marks) + 1, texts)
        pieces += [text[last:start], marks[original]]
        last = end
    return "".join([*pieces, text[last:]])


def _found(text: str) -> Iterator[tuple[Span, str]]:
    for match in _KEY.finditer(text):
        yield match.span(), "private key"
    for match in SECRET.finditer(text):
        yield match.span(), "secret"
    for kind, pattern, is_one in NUMBERS:
        for match in pattern.finditer(text):
            # The words before a number say what it is; only the number is kept back.
            number = match[match.lastindex or 0] if kind == "social security number" else match[0]
            if is_one(match[0]):
                yield (match.end() - len(number), match.end()), kind
    for kind, pattern in (("e-mail address", _MAIL), ("telephone number", _TELEPHONE)):
        for match in pattern.finditer(text):
            yield match.span(), kind


def _apart(found: Iterator[tuple[Span, str]]) -> Iterator[tuple[Span, str]]:
    """Return *found* in order; of two that overlap, the one that begins first or is longer."""
    last = 0
    for (start, end), kind in sorted(found, key=lambda one: (one[0][0], -one[0][1])):
        if start >= last:
            yield (start, end), kind
            last = end
        elif end > last:
            yield (last, end), kind
            last = end


def _mark(kind: str, number: int, texts: Sequence[str]) -> str:
    """Return a mark that *texts* do not hold already."""
    mark = f"[{kind} {number}]"
    while any(mark in text for text in texts):
        mark = f"[{mark[1:-1]}a]"
    return mark
