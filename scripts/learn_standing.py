"""Learn what tells where headings of plain text stand, from documents whose outline is known.

    .venv/bin/python scripts/learn_standing.py CORPUS [--write]

CORPUS is laid out as `bench/sections.py` says; its plain text without numbers, "txt", is learned
from. Printed is the outline figure of each document with weights learned from all the *others*:
nothing is ever measured on what it was learned from. With --write the weights learned from all
of them go to `src/ai_prism/core/sections/standing.json`.

Learned is a choice: of all places where a heading may stand, given where those before stand in
truth, the true one. It is fitted by gradient descent (AdaGrad) on the log-likelihood, with a
penalty on large weights.
"""

import argparse
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))

from scoring import aligned_titles, outline_of

from ai_prism.core.model import Document
from ai_prism.core.readers import read
from ai_prism.core.sections import levels
from ai_prism.core.sections.candidates import Candidate
from ai_prism.core.sections.contents import find_contents
from ai_prism.core.sections.entries import Entries
from ai_prism.core.sections.evidence import find_candidates
from ai_prism.core.sections.standing import Open, Standing

_VARIANT = "txt"
_WEIGHTS_FILE = Path("src/ai_prism/core/sections/standing.json")
_PENALTY = 0.2
_STEP = 0.5
_ROUNDS = 60

#: What speaks for each place where a heading may stand, and which of them is the true one.
Choice = tuple[list[dict[str, float]], int]


class Known(NamedTuple):
    """A document, the headings found in it, and its true outline."""

    id: str
    document: Document
    headings: list[Candidate]
    truth: dict


def main() -> None:
    """Print the figures; write the weights if asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    known = [_known(arguments.corpus, item) for item in _items(arguments.corpus)]
    choices = [_choices(document) for document in known]
    figures = []
    for left_out, document in enumerate(known):
        others = [c for place, group in enumerate(choices) if place != left_out for c in group]
        figures.append(_outline_figure(document, _learned(others)))
        print(f"{document.id:50s} {figures[-1]:.3f}", flush=True)
    print(f"{'mean, each with weights learned from the others':50s} {mean(figures):.3f}")
    if arguments.write:
        weights = _learned([choice for group in choices for choice in group])
        rounded = {name: round(weight, 2) for name, weight in sorted(weights.items())}
        _WEIGHTS_FILE.write_text(json.dumps(rounded, indent=1, ensure_ascii=False) + "\n")


def _items(corpus: Path) -> list[dict]:
    items = json.loads((corpus / "manifest.json").read_text())["items"]
    return [item for item in items if item["variant"] == _VARIANT]


def _known(corpus: Path, item: dict) -> Known:
    document = read(corpus / item["file"])
    candidates = find_candidates(document, find_contents(document))
    headings = [candidate for candidate in candidates if candidate.score > 0]
    truth = json.loads((corpus / item["truth"]).read_text())
    return Known(item["id"], document, headings, truth)


def _choices(known: Known) -> list[Choice]:
    """Return what there was to choose at each heading that was rightly found."""
    wanted = known.truth["sections"]
    pairs = aligned_titles(wanted, known.headings)
    headings = [known.headings[found] for _, found in pairs]
    true_levels = levels.without_gaps([wanted[place]["level"] for place, _ in pairs])
    if not headings:
        return []
    has_title = true_levels.count(1) == 1
    entries = Entries.of(headings, known.document)
    standing = Standing(entries, has_title=has_title)
    last = Open(0, None, None)
    choices: list[Choice] = []
    for place in range(1, len(headings)):
        depth = true_levels[place] - 1
        elders = [section for section in last.chain() if section.parent or not has_title]
        options: list[Open | None] = [None, *elders]
        depths = [last.depth + 1, *(section.depth for section in elders)]
        true = depths.index(depth)
        if not entries.rows[place].number and len(options) > 1:
            told = [_told(standing, place, last, option) for option in options]
            choices.append((told, true))
        last = Open.after(last, options[true], place)
    return choices


def _told(standing: Standing, place: int, last: Open, elder: Open | None) -> dict[str, float]:
    return {name: float(value) for name, value in standing.evidence(place, last, elder) if value}


def _learned(choices: Sequence[Choice]) -> dict[str, float]:
    names = sorted({name for told, _ in choices for option in told for name in option})
    weights = dict.fromkeys(names, 0.0)
    squares = dict.fromkeys(names, 1e-8)
    for _ in range(_ROUNDS):
        slope = {name: _PENALTY * weights[name] for name in names}
        for told, true in choices:
            for place, (share, option) in enumerate(zip(_odds(told, weights), told, strict=True)):
                error = share - (place == true)
                for name, value in option.items():
                    slope[name] += error * value
        for name in names:
            squares[name] += slope[name] ** 2
            weights[name] -= _STEP * slope[name] / math.sqrt(squares[name])
    return weights


def _odds(told: Sequence[dict[str, float]], weights: Mapping[str, float]) -> list[float]:
    scores = [sum(weights[name] * value for name, value in option.items()) for option in told]
    highest = max(scores)
    odds = [math.exp(score - highest) for score in scores]
    return [odd / sum(odds) for odd in odds]


def _outline_figure(known: Known, weights: Mapping[str, float]) -> float:
    found = levels.levels_of(known.headings, known.document, standing=weights)
    return outline_of(known.truth["sections"], known.headings, found)


if __name__ == "__main__":
    main()
