"""The labelled clauses of contracts as CUAD's own measure compares them with answers."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from corpora import Sentence

#: The labelled texts by document and column.
Spans = dict[tuple[str, int], list[str]]
_STOP = str.maketrans({".": "", ",": "", ";": "", ":": "", "/": " "})


def kebab(name: str) -> str:
    """Return *name* in small letters with hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def spans_of(rows: Iterable[dict[str, Any]], categories: Sequence[str]) -> Spans:
    """Return the labelled texts, each once, by document and column of *categories*."""
    columns = {category: place for place, category in enumerate(categories)}
    spans: dict[tuple[str, int], dict[str, None]] = {}
    for row in rows:
        for label in row["labels"]:
            column = columns.get(f"cuad:{kebab(label)}")
            if column is not None:
                spans.setdefault((row["doc"], column), {})[row["text"]] = None
    return {place: list(texts) for place, texts in spans.items()}


def bag_of(text: str) -> frozenset[str]:
    """Return the words of *text* as they are compared."""
    return frozenset(text.translate(_STOP).lower().split())


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether *one* shares half of its words with *other* (Jaccard)."""
    return bool(one) and 2 * len(one & other) >= len(one | other)


def whole(sentences: Sequence[Sentence], spans: Spans, columns: int) -> npt.NDArray[np.bool_]:
    """Return which of *sentences* are most of a labelled clause by themselves, by column."""
    found = np.zeros((len(sentences), columns), bool)
    by_document: dict[str, list[tuple[int, frozenset[str]]]] = {}
    for (doc, column), texts in spans.items():
        by_document.setdefault(doc, []).extend((column, bag_of(text)) for text in texts)
    for place, sentence in enumerate(sentences):
        bag = bag_of(sentence.text)
        for column, label in by_document.get(sentence.doc, ()):
            if alike(bag, label):
                found[place, column] = True
    return found
