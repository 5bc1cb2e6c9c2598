"""Learn the clause models from labelled data and write them where the product reads them.

    make train DATA=folder

The same data give the same bytes. What is measured of them is printed by `make bench-risk`.
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from arrays import Arrays, arrays_of, write
from card import figures_of, write_card
from families import clauses, non_disclosure, terms
from family import Family, Fitted, fit_family
from standing import standing_of

WEIGHTS = Path(__file__).parents[2] / "src/ai_prism/core/risk/clauses/data"


def main() -> None:
    """Write one file of weights a family, and the card of all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path, help="the folder of labelled data")
    parser.add_argument("--into", type=Path, default=WEIGHTS, help="where the weights go")
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    cards = {}
    for name, (family, verdicts) in families_of(given.data).items():
        before = time.monotonic()
        fitted = fit_family(family, frozenset(family.folds.tolist()))
        path = given.into / f"{name}.npz"
        write(path, complete(family, fitted, verdicts))
        cards[name] = family.recipe, figures_of(family, fitted, given.data)
        print(f"{path.name}: {path.stat().st_size:,} bytes, {time.monotonic() - before:.0f} s")
        for figure, value in cards[name][1].items():
            print(f"  {figure:<36} {value:.4f}")
    write_card(given.into / "card.json", cards)


def families_of(data: Path) -> dict[str, tuple[Family, dict[str, dict[str, str]]]]:
    """Return each family of *data*, and for NDAs what they say of each hypothesis."""
    return {
        "tos": (terms(data), {}),
        "nda": non_disclosure(data),
        "cuad": (clauses(data), {}),
    }


def learn(family: Family, train: frozenset[int], verdicts: dict[str, dict[str, str]]) -> Arrays:
    """Return the weights of *family* learnt from the folds *train* alone."""
    return complete(family, fit_family(family, train), verdicts)


def complete(family: Family, fitted: Fitted, verdicts: dict[str, dict[str, str]]) -> Arrays:
    """Return the weights of *fitted*, with what NDAs say of each hypothesis."""
    more = standing_of(family, fitted, verdicts) if verdicts else {}
    return arrays_of(family, fitted, more)


if __name__ == "__main__":
    main()
