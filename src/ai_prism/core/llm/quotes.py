"""Where a quote stands in a text: word for word, but for white space and the look of quote marks.

Models write straight quotation marks for curly ones and put a line break's words in one line.
Nothing else is forgiven: a quote with another word in it is another quote.
"""

from functools import lru_cache
from typing import Final

from ai_prism.core.subject import Span

#: Longer ones point at nothing: they are the text once more.
_MOST_CHARACTERS: Final = 1000
_FEWEST_LETTERS: Final = 2
_MARKS: Final = str.maketrans(
    {**dict.fromkeys("“”„‟«»″＂", '"'), **dict.fromkeys("‘’‚‛′`´＇", "'")}
)
#: Shown by no font: the reader of a page does not copy them.
_UNSEEN: Final = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")


def locate(text: str, quote: str, start: int, end: int) -> Span | None:
    """Return where *quote* stands in text[start:end], for the first time; None: it does not."""
    wanted, _ = _plain(quote)
    wanted = wanted.strip()
    letters = sum(character.isalnum() for character in wanted)
    if letters < _FEWEST_LETTERS or len(wanted) > _MOST_CHARACTERS:
        return None
    plain, places = _plain(text[start:end])
    for candidate in (wanted, wanted.strip("\"'").strip()):
        found = plain.find(candidate) if candidate else -1
        if found >= 0:
            last = places[found + len(candidate) - 1]
            return start + places[found], start + last + 1
    return None


@lru_cache(maxsize=64)  # the remarks of one passage are looked up one after the other
def _plain(text: str) -> tuple[str, tuple[int, ...]]:
    """Return *text* with plain marks and single blanks, and where each character came from."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text.translate(_MARKS)):
        if character in _UNSEEN:
            continue
        if character.isspace():
            if characters and characters[-1] == " ":
                continue
            character = " "
        characters.append(character)
        places.append(place)
    return "".join(characters), tuple(places)
