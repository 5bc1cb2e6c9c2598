"""The number in front of a heading: "3.2", "IV.", "A.1", "Section 4", "§ 12", "Anhang B"."""

import re
from typing import Final

_KEYWORDS: Final = (
    "section|chapter|part|article|clause|appendix|annex|annexe|schedule|exhibit|addendum|attachment|title|step|phase"
    "|abschnitt|kapitel|teil|artikel|anhang|anlage|paragraf"
    "|sección|seccion|capítulo|capitulo|parte|artículo|articulo|anexo|cláusula|apéndice"
    "|chapitre|partie|clause|appendice|titre"
)
_NUMBER: Final = re.compile(
    rf"""\s*(?:
        (?P<keyword>(?:{_KEYWORDS})(?=\s)|§{{1,2}}) \s{{0,3}}
            (?P<labelled>\d{{1,4}}(?:\.\d{{1,3}}){{0,6}}[a-z]?|[IVXLC]{{1,7}}|[A-Z])
            (?=[\s.:)–—-]|\Z) [.:)]{{0,2}}
      | (?P<decimal>[A-Z]?\d{{1,3}}(?:\.\d{{1,3}}){{0,6}}|[A-Z](?:\.\d{{1,3}}){{1,6}})
            (?: [.)]{{1,2}}(?=\s|[^\W\d]|\Z) | (?=\s|\Z) )
      | (?P<roman>[IVXLC]{{1,7}}) [.)] (?=\s|\Z)
      | (?P<letter>[A-Za-z]) [.)] (?=\s|\Z)
      | \( (?P<enclosed>\d{{1,3}}|[a-z]{{1,4}}|[A-Z]) \) (?=\s)
    )\s{{0,8}}""",
    re.X | re.I,
)


class Number:
    """A typed number: its scheme, such as "1.1" or "A", its parts and how far it reaches."""

    __slots__ = ("depth", "end", "keyword", "parts", "scheme", "text")

    def __init__(self, match: re.Match[str]) -> None:
        """Read the number that *match* found."""
        kind = match.lastgroup or ""
        self.keyword = (match["keyword"] or "").lower()
        self.text = match[kind]
        self.parts = tuple(self.text.split("."))
        self.depth = len(self.parts)
        self.scheme = self._scheme_of(kind)
        self.end = match.end()

    def _scheme_of(self, kind: str) -> str:
        if self.keyword:
            return f"{self.keyword} {self.depth}"
        if kind == "decimal":
            start = "A" if self.text[0].isalpha() else "1"
            return f"{start}{'.1' * (self.depth - 1)}"
        if kind == "letter":
            return "A." if self.text.isupper() else "a."
        return {"roman": "I.", "enclosed": "(a)"}[kind]


def number_of(title: str) -> Number | None:
    """Return the number that *title* begins with, or None."""
    match = _NUMBER.match(title[:60])
    return Number(match) if match else None
