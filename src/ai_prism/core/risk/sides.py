"""Which side of an agreement a clause weighs on, as far as the words around it tell."""

import re
from typing import Final

from ai_prism.core.model import Party

_SUPPLIER: Final = (
    r"supplier|provider|vendor|contractor|consultant|seller|licensor|developer|manufacturer"
    r"|service provider|processor|business associate|we|us|our"
)
_CUSTOMER: Final = (
    r"customer|client|buyer|purchaser|licensee|subscriber|end user|user|users|you|your"
    r"|controller|covered entity|members?|sponsors?"
)
_BOTH: Final = (
    r"each party|either party|both parties|neither party|the parties|any party|mutual(?:ly)?"
)
_SIDE: Final = re.compile(
    rf"\b(?:(?P<both>{_BOTH})|(?P<supplier>{_SUPPLIER})|(?P<customer>{_CUSTOMER}))\b", re.IGNORECASE
)


def actor(words: str) -> Party | None:
    """Return who acts in a clause that begins with *words*: the last party that they name.

    None where they name none, or both alike.
    """
    named = list(_SIDE.finditer(words))
    if not named or named[-1]["both"]:
        return None
    last = named[-1]
    return Party.SUPPLIER if last["supplier"] else Party.CUSTOMER


def acted_on(words: str) -> Party | None:
    """Return whom a clause is about that goes on with *words*: the first party that they name.

    None where they name none, or both alike.
    """
    named = _SIDE.search(words)
    if not named or named["both"]:
        return None
    return Party.SUPPLIER if named["supplier"] else Party.CUSTOMER


def opposite(party: Party) -> Party:
    """Return the other side of an agreement."""
    return Party.SUPPLIER if side_of(party) is Party.CUSTOMER else Party.CUSTOMER


def side_of(party: Party) -> Party:
    """Return the side that *party* is on: consumers are customers."""
    return Party.CUSTOMER if party is Party.CONSUMER else party
