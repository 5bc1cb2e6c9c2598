"""Learn what speaks for a finding, from verdicts on documents nobody touched.

    .venv/bin/python scripts/learn_earned.py FOLDER...

The judged documents in the folders (`bench/findings-documents.tsv` says where they come from) are
reviewed with the rules of today, each judged finding is looked up among what they say, and
`src/ai_prism/core/earned.tsv` is written: how much each trait of a finding, as
`ai_prism.core.earned` has them, speaks for it.

A verdict on what the rules no longer say counts like any other: a rule that was mended on one
document errs in another way on the next, as each fresh sample has shown. Of samples 1 to 4 such
verdicts do not count, since the rules they were on were rewritten since.

Printed is what would have come of it: how much of the samples from 17 on would have passed, and
been right, where each is told by the samples before it.
"""

import csv
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
sys.path.insert(0, str(Path(__file__).parent / "train"))

import judged
from earning import Verdict, foretold, learned

from ai_prism.core import earned, playbook, readers
from ai_prism.core.model import Finding, Level

_WEIGHTS = Path(__file__).parent.parent / "src/ai_prism/core/earned.tsv"
_FIRST_OF_TODAYS_RULES = 5
_FIRST_FORETOLD = 17


def main(folders: list[Path]) -> None:
    """Write the weights, and print from how many verdicts, and how well they foretell."""
    paths = {path.name: path for folder in folders for path in folder.rglob("*") if path.is_file()}
    rows = [row for row in judged.read("findings-judged") if row["document"] in paths]
    names = {row["document"]: paths[row["document"]] for row in rows}
    now = {name: judged.findings_now(path, as_earned=False) for name, path in names.items()}
    verdicts = [
        Verdict(int(row["sample"]), traits, row["first"] == "right")
        for row in rows
        if (traits := _traits(row, *now[row["document"]], names[row["document"]]))
    ]
    _print_foretold(verdicts)
    weights = learned(verdicts)
    with _WEIGHTS.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(("trait", "weight"))
        table.writerows((trait, f"{weight:.3f}") for trait, weight in sorted(weights.items()))
    print(f"{len(verdicts)} verdicts on {len(now)} documents, {len(weights)} traits")


def _traits(
    row: judged.Row, kind: str, found: dict[judged.Key, Finding], path: Path
) -> frozenset[str] | None:
    """Return the traits of the finding of *row*, or None where its verdict does not count."""
    finding = found.get((row["rule"], row["quote"]))
    is_said = finding is not None and finding.severity is not Level.LOW
    if not is_said and int(row["sample"]) < _FIRST_OF_TODAYS_RULES:
        return None
    if finding is not None:
        return earned.traits_of_finding(finding, kind)
    rule = next((rule for rule in playbook.load(kind).rules if rule.id == row["rule"]), None)
    if rule is None:
        return None
    # Which signs there were is known from sample 26 on.
    signs = tuple(sorted(row["signs"].split())) if row["signs"] else None
    signs = () if signs == ("no", "sign") else signs
    return earned.traits_of(row["rule"], rule.category, kind, signs, _quote(row, path))


def _quote(row: judged.Row, path: Path, reach: int = 60, longest: int = 900) -> str:
    """Return what the finding of *row* quoted, found by its hash near its place; else nothing."""
    text, place = _text(path), int(row["place"])
    for start in sorted(range(place - reach, place + reach + 1), key=lambda at: abs(at - place)):
        for length in range(1, longest if start == place else longest // 4):
            quote = text[max(0, start) : max(0, start) + length]
            if judged.hash_of(quote) == row["quote"]:
                return quote
    return ""


@cache
def _text(path: Path) -> str:
    return readers.read(path).text


def _print_foretold(verdicts: Sequence[Verdict]) -> None:
    told = list(foretold(verdicts, _FIRST_FORETOLD))
    for enough in (0.0, 0.75, earned.ENOUGH, 0.9):
        passed = [verdict.is_right for verdict, chance in told if chance >= enough]
        print(
            f"from {enough:.0%} on: {len(passed)} of {len(told)} pass,"
            f" {sum(passed)} of them right, {sum(passed) / len(passed):.1%}"
        )


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
