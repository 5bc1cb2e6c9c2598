"""Risk levels of sections that two careful readers gave, beside those that the rules give.

`risk-gold.tsv` holds the verdicts on each section by document, place and the hash of its text:
`first` and `second` are of one reader within an hour, `third` is of another who had seen neither.
How a section is judged stands in `docs/explanation/how-good-the-risk-levels-are.md`. No word of a
document is kept. `--export N` prints sections that have no verdict yet, or with `--again` those
that have, in the order that seed N draws, for judging them without seeing another verdict.
"""

import argparse
import hashlib
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from agreement import kappa, macro_f1, precision_and_recall, rank_correlation
from judged import Row, read

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.model import Review, Section

LEVELS: Final = ("none", "low", "medium", "high")
_KINDS: Final = ("incident", "design", "policy", "audit")
#: Fewer words say too little to judge, and more cannot be judged by one level.
_LEAST_WORDS, _MOST_WORDS = 25, 220
_MOST_OF_A_DOCUMENT: Final = 5
#: One document in three is held out: its levels were not looked at while rules changed.
_HELD_OUT_IN: Final = 3
#: What a reader would look for who has no rules: the row to beat.
_ALARMING: Final = re.compile(
    r"\b(?:risk|fail|breach|unauthori|security|vulnerab|attack|outage|unavailable|loss|lost|leak"
    r"|password|secret|personal|confidential|critical|severe)\w*",
    re.IGNORECASE,
)
#: So many alarming words are low, medium and high.
_ALARMS: Final = (1, 2, 4)

Leaf = tuple[str, Section, str]  # document, section, text


def main() -> None:
    """Print the comparison, or sections to judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=Path, help="folder of the documents that were judged")
    parser.add_argument("--export", type=int, metavar="SEED", help="print sections to judge")
    parser.add_argument("--again", action="store_true", help="those that have a verdict already")
    arguments = parser.parse_args()
    leaves = [leaf for review in _reviews(arguments.documents) for leaf in _leaves(*review)]
    rows = read("risk-gold")
    if arguments.export is not None:
        _export(leaves, {row["sha256"] for row in rows}, arguments.export, again=arguments.again)
        return
    _print_agreement(rows)
    by_hash = {hash_of(text): (section, text) for _, section, text in leaves}
    there = [row for row in rows if row["sha256"] in by_hash]
    print(f"{len(there)} of {len(rows)} sections are there as they were judged")
    for part in ("development", "held out"):
        _print_part(part, [row for row in there if part_of(row["document"]) == part], by_hash)


def hash_of(text: str) -> str:
    """Return the SHA-256 of *text*, whatever white space its reader gave it."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def part_of(document: str) -> str:
    """Return whether *document* is held out, or may be looked at while rules change."""
    number = int(hashlib.sha256(document.encode()).hexdigest(), 16)
    return "development" if number % _HELD_OUT_IN else "held out"


def _reviews(folder: Path) -> Iterator[tuple[str, Review]]:
    for path in sorted(p for p in folder.iterdir() if p.name.startswith(_KINDS)):
        yield path.name, DocumentAnalyzer().analyze(path)


def _leaves(name: str, review: Review) -> list[Leaf]:
    """Return the sections without subsections that are of a length that can be judged."""
    pairs = zip(review.sections, [*review.sections[1:], None], strict=True)
    last = [here for here, after in pairs if after is None or after.level <= here.level]
    texts = [(name, section, review.document.text[section.start : section.end]) for section in last]
    return [leaf for leaf in texts if _LEAST_WORDS <= len(leaf[2].split()) <= _MOST_WORDS]


def _export(leaves: Sequence[Leaf], judged: set[str], seed: int, *, again: bool) -> None:
    chance = random.Random(seed)
    by_document: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        if (hash_of(leaf[2]) in judged) is again:
            by_document.setdefault(leaf[0], []).append(leaf)
    drawn = [
        leaf
        for own in by_document.values()
        for leaf in (own if again else chance.sample(own, min(_MOST_OF_A_DOCUMENT, len(own))))
    ]
    chance.shuffle(drawn)
    for name, section, text in drawn:
        kind = name.partition("--")[0]
        print(f"{hash_of(text)} {name} {section.start}\n[{kind}] {' '.join(text.split())}\n")


def _print_agreement(rows: Sequence[Row]) -> None:
    documents = len({row["document"] for row in rows})
    print(f"{len(rows)} sections in {documents} documents, read three times by two readers")
    for reading in _READINGS:
        print(f"  {reading + ':':<8}{_counts(_levels(rows, reading))}")
    for one, other in itertools.combinations(_READINGS, 2):
        pair = _levels(rows, one), _levels(rows, other)
        plain, weighted = (kappa(*pair, len(LEVELS), weighted=how) for how in (False, True))
        print(
            f"  {one} and {other} agree on {_share_alike(*pair):.1%};"
            f" Cohen's kappa {plain:.2f}, weighted {weighted:.2f}"
        )
    _print_two_readers(_levels(rows, _ONE_READER), _levels(rows, _OTHER_READER))


def _print_two_readers(one: Sequence[int], other: Sequence[int]) -> None:
    """Print what the one reader says of what the other calls by a level, and whether to stop."""
    print(f"\n{_ONE_READER} reading (rows) and {_OTHER_READER} (columns)")
    print(f"{'':<8}" + "".join(f"{level:>8}" for level in LEVELS) + "   both, of either")
    seen = Counter(zip(one, other, strict=True))
    for place, level in enumerate(LEVELS):
        row = [seen[place, column] for column in range(len(LEVELS))]
        either = one.count(place) + other.count(place) - row[place]
        print(f"{level:<8}" + "".join(f"{n:>8}" for n in row) + f"{row[place] / either:>17.0%}")
    near = sum(abs(a - b) <= 1 for a, b in zip(one, other, strict=True)) / len(one)
    stops = [[int(level >= _STOP) for level in levels] for levels in (one, other)]
    print(
        f"at most one level apart: {near:.1%}; medium or high, or not:"
        f" {_share_alike(*stops):.1%}, kappa {kappa(*stops, 2):.2f}"
    )


#: Two readings of one reader, and one of another reader who saw neither.
_READINGS: Final = ("first", "second", "third")
_ONE_READER, _OTHER_READER = "first", "third"
#: From this place in `LEVELS` on a reader should stop at a section.
_STOP: Final = 2


def _levels(rows: Sequence[Row], reading: str) -> list[int]:
    return [LEVELS.index(row[reading]) for row in rows]


def _share_alike(one: Sequence[int], other: Sequence[int]) -> float:
    return sum(map(int.__eq__, one, other)) / len(one)


def _counts(levels: Sequence[int]) -> str:
    counted = Counter(levels)
    return ", ".join(f"{counted[place]} {name}" for place, name in enumerate(LEVELS))


def _print_part(part: str, rows: Sequence[Row], by_hash: Mapping[str, tuple[Section, str]]) -> None:
    """Print how near everybody comes to each reader, and to both where they agree."""
    print(f"\n{part}: {len(rows)} sections of {len({row['document'] for row in rows})} documents")
    alike = [row for row in rows if row[_ONE_READER] == row[_OTHER_READER]]
    for truth, judged, also in (
        (f"the {_ONE_READER} reading", rows, _OTHER_READER),
        (f"the {_OTHER_READER} reading", rows, _ONE_READER),
        ("what both agree on", alike, None),
    ):
        reading = _OTHER_READER if also == _ONE_READER else _ONE_READER
        sections = [by_hash[row["sha256"]] for row in judged]
        other = None if also is None else _levels(judged, also)
        _print_scores(f"{truth} ({len(judged)})", _levels(judged, reading), sections, other)


def _print_scores(
    title: str,
    truth: Sequence[int],
    sections: Sequence[tuple[Section, str]],
    other: Sequence[int] | None,
) -> None:
    print(f"\n{title:<28}macro F1  kappa, weighted  rank correlation  level right")
    guesses = list(_guesses(sections, truth))
    if other is not None:
        guesses.insert(0, ("the other reader", list(other), list(map(float, other))))
    for name, levels, scores in guesses:
        print(
            f"{'  ' + name:<28}{macro_f1(truth, levels, len(LEVELS)):>8.3f}"
            f"{kappa(truth, levels, len(LEVELS), weighted=True):>17.3f}"
            f"{rank_correlation(truth, scores):>18.3f}{_share_alike(truth, levels):>13.1%}"
        )
    ours = [_level_of(section) for section, _ in sections]
    for place, level in reversed(list(enumerate(LEVELS))):
        precision, recall = precision_and_recall(truth, ours, place)
        print(f"    {level:<8} precision {precision:.2f}, recall {recall:.2f}")
    stops = [[int(level >= _STOP) for level in levels] for levels in (truth, ours)]
    precision, recall = precision_and_recall(*stops, 1)
    print(f"    medium or high: precision {precision:.2f}, recall {recall:.2f}")


def _guesses(
    sections: Sequence[tuple[Section, str]], truth: Sequence[int]
) -> Iterator[tuple[str, list[int], list[float]]]:
    """Return who guesses, the levels they guess and the numbers that they rank sections by."""
    scores = [float(section.risk.score if section.risk else 0) for section, _ in sections]
    yield "AI-Prism", [_level_of(section) for section, _ in sections], scores
    alarms = [float(len(_ALARMING.findall(text))) for _, text in sections]
    yield "alarming words", [sum(a >= least for least in _ALARMS) for a in alarms], alarms
    lengths = [float(len(text.split())) for _, text in sections]
    yield "length of the section", _as_often_as(truth, lengths), lengths
    yield "all low", [1] * len(truth), [0.0] * len(truth)
    commonest = Counter(truth).most_common(1)[0][0]
    yield f"all {LEVELS[commonest]}", [commonest] * len(truth), [0.0] * len(truth)


def _as_often_as(truth: Sequence[int], numbers: Sequence[float]) -> list[int]:
    """Return levels in the order of *numbers*, each as often as in *truth*: a generous guess."""
    order = sorted(range(len(numbers)), key=lambda place: numbers[place])
    levels = [0] * len(numbers)
    for place, level in zip(order, sorted(truth), strict=True):
        levels[place] = level
    return levels


def _level_of(section: Section) -> int:
    """Return the place of the level of *section* in `LEVELS`; without findings it has none."""
    if section.risk is None or section.risk.score == 0:
        return 0
    return LEVELS.index(section.risk.level)


if __name__ == "__main__":
    main()
