"""What faults are made of: where a sentence, a block or a table can be put into a text."""

import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

Plant = Callable[[str, Random], str | None]


class Fault(NamedTuple):
    """A kind of fault: how it is planted, what should find it, where it can occur."""

    plant: Plant
    rules: tuple[str, ...]
    documents: str = ""  #: the beginning of their names; none means any


def said(*sentences: str) -> Plant:
    """Return a fault that says one of *sentences* at the end of some paragraph."""

    def plant(text: str, chance: Random) -> str | None:
        return after_paragraph(text, chance, " " + chance.choice(sentences))

    return plant


def within(*blocks: str) -> Plant:
    """Return a fault that puts one of *blocks* between two paragraphs."""

    def plant(text: str, chance: Random) -> str | None:
        return after_paragraph(text, chance, "\n\n" + chance.choice(blocks))

    return plant


def appended(*blocks: str) -> Plant:
    """Return a fault that ends the document with one of *blocks*."""
    return lambda text, chance: f"{text.rstrip()}\n\n{chance.choice(blocks)}\n"


def then(first: Plant, second: Plant) -> Plant:
    """Return a fault that takes two changes."""

    def plant(text: str, chance: Random) -> str | None:
        changed = first(text, chance)
        return None if changed is None else second(changed, chance)

    return plant


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return where plain paragraphs of ten words or more stand, outside code, lists and tables."""
    bare = re.sub(
        r"(?s)```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|\A---.*?\n---\n", lambda m: " " * len(m[0]), text
    )
    return [
        match.span()
        for match in re.finditer(r"(?m)(?:^(?![#|>*\-\s\d<`\[:])[^\n]+\n?)+", bare)
        if len(match[0].split()) >= 10 and match[0].rstrip().endswith(".")
    ]


def after_paragraph(text: str, chance: Random, words: str) -> str | None:
    """Return *text* with *words* put behind some paragraph; None where there is none."""
    places = paragraphs(text)
    if not places:
        return None
    start, end = chance.choice(places)
    end = start + len(text[start:end].rstrip())
    return text[:end] + words + text[end:]
