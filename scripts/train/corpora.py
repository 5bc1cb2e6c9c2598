"""The labelled data, read as it is published here, and how it is cut for testing.

What is held out together is a whole document, and all documents of a company.
"""

import json
import lzma
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Names, parties and dates are no clauses.
NOT_CLAUSES = frozenset({"Document Name", "Parties", "Agreement Date", "Effective Date"})


@dataclass(frozen=True)
class Sentence:
    """One labelled sentence of a document."""

    text: str
    labels: tuple[str, ...]
    doc: str
    group: str  #: what is held out together
    corpus: str
    level: str = ""
    fold: int = -1
    start: int = 0
    end: int = 0


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Return the rows of a compressed file of JSON lines."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def company(name: str) -> str:
    """Return by what name the documents of one terms-of-service company are held together."""
    return re.sub(r"[^a-z0-9]", "", name.lower().replace("_uk", ""))


def filer(name: str) -> str:
    """Return by what name the contracts that one company filed are held together."""
    head = re.split(r"[_\-,.0-9]|\s-\s", name.strip(), maxsplit=1)[0]
    plain = re.sub(r"[^a-z]", "", head.lower())
    plain = re.sub(r"(inc|corp|ltd|llc|co|holdings|group|company|international)+$", "", plain)
    return plain[:9] or name.lower()


def unfair(folder: Path) -> list[Sentence]:
    """Return the sentences of UNFAIR-ToS, document after document."""
    return [
        Sentence(r["text"], tuple(r["labels"]), r["doc"], company(r["doc"]), "unfair")
        for r in rows_of(folder / "unfair_tos.jsonl.xz")
    ]


def severity(folder: Path) -> list[Sentence]:
    """Return the sentences of the severity corpus, with level and given fold."""
    return [
        Sentence(
            r["text"], tuple(r["labels"]), r["doc"], company(r["doc"]), "severity",
            r["risk"], r["fold"],
        )
        for r in rows_of(folder / "tos_severity_unibo_en.jsonl.xz")
    ]  # fmt: skip


def contracts(folder: Path) -> list[Sentence]:
    """Return the segments of the CUAD contracts, contract after contract."""
    return [
        Sentence(
            r["text"], tuple(x for x in r["labels"] if x not in NOT_CLAUSES), r["doc"],
            filer(r["doc"]), "cuad", start=r["start"], end=r["end"],
        )
        for r in rows_of(folder / "cuad_sentences.jsonl.xz")
    ]  # fmt: skip


def agreements(folder: Path) -> tuple[list[Sentence], dict[str, dict[str, str]]]:
    """Return the spans of the NDAs, labelled with what they are evidence for, and the verdicts."""
    spans, verdicts = [], {}
    for row in rows_of(folder / "contractnli.jsonl.xz"):
        verdicts[row["doc"]] = dict(row["labels"])
        for place, text in enumerate(row["spans"]):
            found = tuple(h for h, places in row["evidence"].items() if place in places)
            spans.append(Sentence(text, found, row["doc"], row["doc"], "nda"))
    return spans, verdicts


def folds_of(groups: Sequence[str], count: int) -> list[int]:
    """Return the fold of each row, whole groups together, folds about equally large.

    The largest group first goes where there is most room; equal ones in the order of their names.
    """
    sizes: dict[str, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    loads = [0] * count
    chosen: dict[str, int] = {}
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        chosen[group] = min(range(count), key=lambda fold: (loads[fold], fold))
        loads[chosen[group]] += sizes[group]
    return [chosen[group] for group in groups]
