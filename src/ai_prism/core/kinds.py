"""Which kind of document it is: told by its title, its headings and its words."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from ai_prism.core.model import Document, Section
from ai_prism.core.phrases import phrases_of

#: What a kind calls itself stands at the beginning; the rest of a long document adds little.
_OPENING_CHARACTERS: Final = 400
_LOOKED_AT_CHARACTERS: Final = 40_000
_MOST_SECTIONS: Final = 400
#: A title says it outright; three headings or four words that only this kind has say it as well.
_TITLE, _HEADING, _WORD = 0.55, 0.2, 0.13
_NOT_A_TITLE: Final = 0.35
_MOST_FROM_WORDS: Final = 0.4


class Signs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What tells a kind of document; each is a list of phrases."""

    title: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse phrases that nobody can look for."""
        for phrases in (self.title, self.headings, self.words):
            phrases_of(phrases)


def recognise(
    document: Document,
    sections: Sequence[Section],
    signs: Mapping[str, Signs],
    wider: Mapping[str, str] | None = None,
) -> tuple[str, float]:
    """Return the name of the likeliest kind of *document*, and how sure that is, 0 to 1.

    *wider* names for a kind the one that it is a special case of: what speaks for an agreement
    speaks for a non-disclosure agreement as well, once it calls itself so, and is no rival to it.
    """
    wider = wider or {}
    scores = {
        name: _score(document, sections, _with_those_of(signs.get(wider.get(name, "")), sign))
        for name, sign in signs.items()
    }
    ranked = sorted(scores, key=lambda name: (-scores[name], name not in wider))
    if not ranked:
        return "", 0.0
    best, *others = ranked
    # What speaks for any agreement tells none of its special cases from another.
    beside = {name for name in others if name in wider and wider[name] == wider.get(best)}
    rivals = {
        name: _score(document, sections, signs[name]) if name in beside else scores[name]
        for name in others
        if name != wider.get(best)
    }
    rival = max(rivals.values(), default=0.0)
    # Two kinds that both fit leave a doubt.
    return best, round(max(0.0, min(1.0, scores[best]) - 0.25 * min(1.0, rival)), 2)


def _with_those_of(wider: Signs | None, own: Signs) -> Signs:
    """Return *own* signs with the headings and words of a *wider* kind, and titles of its own."""
    if wider is None:
        return own
    return Signs(own.title, (*wider.headings, *own.headings), (*wider.words, *own.words))


def says_it_outright(document: Document, sections: Sequence[Section], signs: Signs) -> bool:
    """Return whether the title of *document* names the kind that *signs* tell."""
    return phrases_of(signs.title).stand_in(_title(document, sections))


def _title(document: Document, sections: Sequence[Section]) -> str:
    return f"{document.title}\n{sections[0].title if sections else ''}"


def _score(document: Document, sections: Sequence[Section], signs: Signs) -> float:
    opening = document.text[:_OPENING_CHARACTERS]
    score = 0.0
    if says_it_outright(document, sections, signs):
        score += _TITLE
    elif phrases_of(signs.title).stand_in(opening):
        score += _NOT_A_TITLE
    titles = "\n".join(section.title for section in sections[:_MOST_SECTIONS])
    score += _HEADING * sum(phrases_of((phrase,)).stand_in(titles) for phrase in signs.headings)
    words = document.text[:_LOOKED_AT_CHARACTERS]
    said = sum(phrases_of((phrase,)).stand_in(words) for phrase in signs.words)
    return score + min(_MOST_FROM_WORDS, _WORD * said)
