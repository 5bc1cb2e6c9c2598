"""What the neighbours of a short line tell in plain text, where all lines look alike."""

from collections.abc import Iterator, Sequence
from typing import Final

from ai_prism.core.model import BlockKind
from ai_prism.core.sections.candidates import Candidate, Evidence
from ai_prism.core.sections.titles import is_closing, is_usual

#: So many short lines in a row, with no text between, are names, addresses or entries.
_FEWEST_IN_A_ROW: Final = 5
_FEWEST_QUESTIONS: Final = 4


def weigh_rows(candidates: Sequence[Candidate]) -> None:
    """Add to each of *candidates* what those before and after it tell."""
    _weigh_runs(candidates)
    _weigh_lone_numbers(candidates)
    _weigh_questions(candidates)


def _weigh_runs(candidates: Sequence[Candidate]) -> None:
    for run in _runs(candidates):
        # The first may be the title of the rest.
        for candidate in run[1:] if len(run) >= _FEWEST_IN_A_ROW else ():
            if not (
                candidate.number
                or candidate.contents_level
                or is_usual(candidate.title)
                or is_closing(candidate.title)
            ):
                candidate.evidence.append(Evidence("one of many short lines in a row", -3.0))


def _runs(candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    run: list[Candidate] = []
    for candidate in candidates:
        if candidate.block.kind is BlockKind.HEADING or candidate.score <= 0:
            continue
        if run and candidate.place != run[-1].place + 1:
            yield run
            run = []
        run.append(candidate)
    if run:
        yield run


def _weigh_lone_numbers(candidates: Sequence[Candidate]) -> None:
    """Doubt "7." where there is neither a "6." nor an "8.": it is what is left of a list."""
    numbers = {candidate.number.parts for candidate in candidates if candidate.number}
    parents = {parts[0] for parts in numbers if len(parts) > 1}
    counted = {
        int(candidate.number.text): candidate
        for candidate in candidates
        if candidate.score > 0
        and candidate.number
        and candidate.number.text.isdecimal()
        and not candidate.number.keyword
    }
    for value, candidate in counted.items():
        if not {value - 1, value + 1} & counted.keys() and str(value) not in parents:
            candidate.evidence.append(Evidence("numbered, as no others are", -2.0))


def _weigh_questions(candidates: Sequence[Candidate]) -> None:
    """Let questions vouch for longer ones, as among those that are frequently asked."""
    asking = [candidate for candidate in candidates if candidate.title.endswith("?")]
    likely = sum(candidate.score > 0 for candidate in asking)
    if likely >= _FEWEST_QUESTIONS:
        for candidate in asking:
            candidate.evidence.append(Evidence("asks, as others do", 1.2))
