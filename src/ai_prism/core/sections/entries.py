"""Headings of plain text as they compare: the words of each, its form, and the text below it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from ai_prism.core.model import Document
from ai_prism.core.sections.candidates import Candidate
from ai_prism.core.sections.numbering import Number
from ai_prism.core.sections.titles import is_closing, key_of
from ai_prism.core.sections.usual import usual_outline_of

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_COUNTER: Final = re.compile(r"\b(?:\d+|[IVX]+|[A-Z])\b")
_CODE: Final = re.compile(r"[_()\[\]{}]|[a-z][A-Z]|\w\.\w")
_ANNOUNCES: Final = re.compile(
    r"\b(?:following|below|sections?|these|each|several|two|three|four|five"
    r"|folgend\w*|siguientes?|suivante?s?)\b",
    re.I,
)
#: Words that say nothing of what a section is about.
_EMPTY: Final = frozenset(
    word
    for language in (
        "a an and are as at be by can do for from how if in into is it its of on or our that the",
        "this to we what when where which who why will with you your not",
        "der die das und ein eine für von zu den im des",
        "el la los las de del en y para por con un una le les et du au aux",
    )
    for word in language.split()
)
#: Of the text of a section, so much is asked what it is about; in characters.
_ASKED: Final = 3000
#: So many letters of a word tell it, whatever its ending.
_STEM: Final = 6
_FEWEST_IN_A_SERIES: Final = 3
_SHORT_TEXT: Final = 600
_FEWEST_LETTERS: Final = 6


@dataclass(slots=True)
class Entry:
    """A heading with what tells of its depth."""

    number: Number | None
    listed: int  #: its level in the table of contents, 0 if it is not in it
    key: str
    words: frozenset[str]  #: those of the title that say something
    stems: frozenset[str]
    first: str
    length: int  #: in words
    case: str  #: "capitals", "title", "sentence" or "" where it cannot be told
    asks: bool
    is_gerund: bool
    is_code: bool
    is_closing: bool
    is_top: bool  #: documents of this kind usually have it at the top
    usual_parents: frozenset[str]  #: or within one of these
    comes_again: bool
    series: frozenset[str]  #: the forms of title that it shares with others
    series_ends: int  #: the place of the last heading that is of one of them
    #: The text below it down to the next heading: its length in characters, and its words.
    text_length: int
    text_key: str
    text_stems: Counter[str]
    text_words: int
    announces: float

    def names(self, other: "Entry") -> bool:
        """Whether its text holds the title of the *other*."""
        return len(other.key) > _FEWEST_LETTERS and other.key in self.text_key


@dataclass(frozen=True)
class Entries:
    """All headings of a document."""

    rows: Sequence[Entry]
    usual_text: float  #: the usual length of the text below a heading, in characters
    sureness: float  #: that the document is of a kind whose usual titles are known
    stems: Counter[str]
    words: int

    @classmethod
    def of(cls, headings: Sequence[Candidate], document: Document) -> "Entries":
        """Return the *headings* of *document*, in reading order, as they compare."""
        ends = [*(heading.block.start for heading in headings[1:]), len(document.text)]
        texts = [
            document.text[heading.block.end : end].strip()
            for heading, end in zip(headings, ends, strict=True)
        ]
        usual, sureness = usual_outline_of([heading.key for heading in headings])
        titles = Counter(heading.key for heading in headings)
        forms = [_forms(heading.title) for heading in headings]
        sizes = Counter(form for two in forms for form in two)
        last = {form: place for place, two in enumerate(forms) for form in two}
        rows = []
        for place, (heading, text) in enumerate(zip(headings, texts, strict=True)):
            series = frozenset(form for form in forms[place] if sizes[form] >= _FEWEST_IN_A_SERIES)
            entry = _entry(heading, text, series)
            entry.is_top = heading.key in usual.tops
            entry.usual_parents = frozenset(usual.within.get(heading.key, ()))
            entry.comes_again = titles[heading.key] > 1
            entry.series_ends = max((last[form] for form in series), default=place)
            rows.append(entry)
        stems: Counter[str] = Counter()
        for entry in rows:
            stems.update(entry.text_stems)
            stems.update(entry.stems)
        lengths = [len(text) for text in texts if text]
        usual_text = median(lengths) if lengths else 1.0
        return cls(rows, usual_text, sureness, stems, max(1, stems.total()))


def _forms(title: str) -> frozenset[str]:
    """Return what titles of a row share: all but what counts in them, or the first two words."""
    framed = _COUNTER.sub("#", title).lower()
    return frozenset((framed, " ".join(title.lower().split()[:2]) + " …"))


def _entry(heading: Candidate, text: str, series: frozenset[str]) -> Entry:
    title = heading.title
    tokens = title.split()
    first = tokens[0].lower() if tokens else ""
    words = [word.lower() for word in _WORD.findall(title)]
    stems = Counter(word.lower()[:_STEM] for word in _WORD.findall(text[:_ASKED]))
    return Entry(
        number=heading.number if heading.has_section_number else None,
        listed=heading.contents_level,
        key=heading.key,
        words=frozenset(word.rstrip("s") for word in words) - _EMPTY,
        stems=frozenset(w[:_STEM] for w in words if w not in _EMPTY and len(w) > 2),
        first=first,
        length=len(tokens),
        case=_case_of(title, tokens),
        asks=title.endswith("?"),
        is_gerund=first.endswith("ing") and len(first) > len("being"),
        is_code=bool(_CODE.search(title)),
        is_closing=is_closing(title),
        is_top=False,
        usual_parents=frozenset(),
        comes_again=False,
        series=series,
        series_ends=0,
        text_length=len(text),
        text_key=key_of(text[:_ASKED]),
        text_stems=stems,
        text_words=stems.total(),
        announces=_announces(text),
    )


def _case_of(title: str, tokens: Sequence[str]) -> str:
    if title.isupper():
        return "capitals"
    told = [token[0].isupper() for token in tokens[1:] if token[0].isalpha() and len(token) > 3]
    if not told:
        return ""
    if not any(told):
        return "sentence"
    return "title" if sum(told) >= 0.7 * len(told) else ""


def _announces(text: str) -> float:
    """Return how strongly *text* sounds as if parts of a section were to come."""
    speaks_of_parts = 0 < len(text) < _SHORT_TEXT and _ANNOUNCES.search(text[-_SHORT_TEXT // 2 :])
    return float(text.endswith(":")) + float(bool(speaks_of_parts))
