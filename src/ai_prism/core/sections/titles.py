"""What titles are like: how they compare, which are usual, and what only looks like one."""

import re
from typing import Final

_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_CAPTION: Final = re.compile(
    r"(?:figure|fig\.|table|exhibit photo|image|listing|chart|equation"
    r"|abbildung|abb\.|tabelle|tab\.|bild|figura|tabla|cuadro|tableau|illustration)"
    r"\s{0,3}[\dA-Z][\d.\-]{0,8}\s{0,3}(?:[:.–—-]|\Z|\s)"
    # Examples with one number alone may be sections.
    r"|(?:example|beispiel|ejemplo|exemple|esempio)\s{1,3}\d{1,3}[.-]\d",
    re.I,
)
_CALLOUT: Final = re.compile(
    r"(?:note|notes|important|warning|caution|tip|hint|attention|n/?a|none|tbd|yes|no|todo"
    r"|hinweis|achtung|wichtig|warnung|keine|nota|importante|atención|advertencia|remarque"
    r"|advantages?|disadvantages?|pros|cons|example|request|response|input|output)[:.]?",
    re.I,
)
_ADMONITION: Final = re.compile(
    r"(?:note|important|warning|caution|tip|hint|attention|hinweis|achtung|wichtig|warnung"
    r"|atención|advertencia|remarque)[:.!]?",
    re.I,
)
_STATEMENT: Final = re.compile(
    r"(?:theorem|lemma|definition|proposition|corollary|remark|notation|axiom|conjecture|claim"
    r"|satz|hilfssatz|korollar|bemerkung|teorema|lema|définition|théorème|proposición)"
    r"\s{1,3}\(?\d{1,3}(?:\.\d{1,3}){0,3}\b",
    re.I,
)
_FIELD: Final = re.compile(r"[^:\d]{2,40}\s?:\s{1,4}[^:]{0,40}\d")
_USUAL: Final = frozenset(
    _NOT_LETTERS.sub("", title)
    for title in """
    abstract|summary|executive summary|management summary|overview|introduction|background|context
    purpose|scope|objectives|goals|non-goals|definitions|terms and definitions|glossary|acronyms
    abbreviations|references|bibliography|further reading|appendix|annex|contents|table of contents
    acknowledgements|acknowledgments|conclusion|conclusions|recommendations|next steps|risks|results
    discussion|methodology|methods|requirements|assumptions|constraints|roles and responsibilities
    responsibilities|policy|policy statement|procedure|procedures|exceptions|enforcement|compliance
    revision history|version history|change log|changelog|document control|approvals|motivation
    rationale|design|detailed design|architecture|alternatives|alternatives considered
    open questions|open issues|security considerations|security|privacy|testing|test plan
    implementation|timeline
    impact|root cause|root cause analysis|resolution|detection|contributing factors|lessons learned
    what went well|what went wrong|action items|actions|follow-up|term|termination|payment|fees
    confidentiality|liability|limitation of liability|indemnification|warranties|governing law
    force majeure|notices|entire agreement|miscellaneous|signatures|recitals|faq|index|preface
    foreword|prerequisites|usage|examples|limitations|future work|related work|copyright|license
    zusammenfassung|einleitung|einführung|überblick|ziel|ziele|zweck|geltungsbereich|begriffe
    definitionen|hintergrund|anhang|literatur|literaturverzeichnis|inhalt|inhaltsverzeichnis
    fazit|ergebnis|ergebnisse|vorwort|verantwortlichkeiten|haftung|kündigung|schlussbestimmungen
    schlussformel|inkrafttreten|begründung|anforderungen|maßnahmen|ursache|auswirkungen
    resumen|resumen ejecutivo|introducción|índice|antecedentes|objetivo|objetivos|alcance|ámbito
    definiciones|conclusiones|recomendaciones|referencias|bibliografía|anexo|anexos|glosario
    agradecimientos|responsabilidades|requisitos|metodología|resultados
    résumé|introduction|sommaire|objet|objectif|objectifs|contexte|définitions|conclusion|annexe
    annexes|références|bibliographie|champ d'application|responsabilités|résultats|avant-propos
    """.replace("\n", "|").split("|")
    if title.strip()
)
#: What usually ends a document.
_CLOSING: Final = frozenset(
    _NOT_LETTERS.sub("", title)
    for title in """
    references|bibliography|further reading|additional reading|additional resources|see also|notes
    footnotes|acknowledgements|acknowledgments|contributors|copyright|license|history|changelog
    change log|changes|revision history|version history|implementation history|conclusion
    conclusions|summary|next steps|future work|related work|open questions|open issues
    unresolved questions|rejected ideas|drawbacks|alternatives|dependencies|infrastructure needed
    contact|questions|appendix|appendices|annex|glossary|index|signatures
    literatur|literaturverzeichnis|anhang|anlagen|schlussformel|schlussbestimmungen|glossar
    referencias|bibliografía|anexo|anexos|glosario|agradecimientos|bibliographie|annexes
    """.replace("\n", "|").split("|")
    if title.strip()
)
_CONTENTS: Final = frozenset(
    {
        "contents",
        "tableofcontents",
        "inhalt",
        "inhaltsverzeichnis",
        "índice",
        "indice",
        "sommaire",
        "tabledesmatières",
        "contenido",
        "tabladecontenido",
    }
)


def key_of(title: str) -> str:
    """Return *title* as it compares: letters and digits alone, in lower case."""
    return _NOT_LETTERS.sub("", title.casefold())


def is_usual(title: str) -> bool:
    """Return whether documents of many kinds have a section of this *title*."""
    return key_of(title) in _USUAL


def is_closing(title: str) -> bool:
    """Return whether *title* is usual for one of the last sections of a document."""
    return key_of(title) in _CLOSING


def is_contents_title(title: str) -> bool:
    """Return whether *title* announces a table of contents."""
    return key_of(title) in _CONTENTS


def is_caption(text: str) -> bool:
    """Return whether *text* names a figure or a table."""
    return bool(_CAPTION.match(text))


def is_callout(text: str) -> bool:
    """Return whether *text* is a label such as "Note" or "N/A"."""
    return bool(_CALLOUT.fullmatch(text))


def is_admonition(text: str) -> bool:
    """Return whether *text* is what stands above advice or a warning, such as "Note"."""
    return bool(_ADMONITION.fullmatch(text))


def is_statement(text: str) -> bool:
    """Return whether *text* begins a numbered statement, such as "Theorem 1.2"."""
    return bool(_STATEMENT.match(text))


def is_field(text: str) -> bool:
    """Return whether *text* is a label with its value, such as "Effective date: 4 May 2027"."""
    return bool(_FIELD.match(text))


def is_in_capitals(text: str) -> bool:
    """Return whether *text* is typed in capitals, an abbreviation on its own apart."""
    return text.isupper() and sum(map(str.isalpha, text)) > 5
