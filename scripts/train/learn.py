"""Learn the clause models from labelled data and write them where the product reads them.

    make train DATA=folder

The same data give the same bytes. What is measured of them is printed by `make bench-risk`.
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from export import Arrays, arrays_of, write
from families import clauses, non_disclosure, terms
from family import Family, fit_family
from standing import standing_of

WEIGHTS = Path(__file__).parents[2] / "src/ai_prism/core/risk/clauses/data"


def main() -> None:
    """Write one file of weights a family."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("data", type=Path, help="the folder of labelled data")
    parser.add_argument("--into", type=Path, default=WEIGHTS, help="where the weights go")
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    for name, (family, verdicts) in families_of(given.data).items():
        before = time.monotonic()
        path = given.into / f"{name}.npz"
        write(path, learn(family, frozenset(family.folds.tolist()), verdicts))
        print(f"{path.name}: {path.stat().st_size:,} bytes, {time.monotonic() - before:.0f} s")


def families_of(data: Path) -> dict[str, tuple[Family, dict[str, dict[str, str]]]]:
    """Return each family of *data*, and for NDAs what they say of each hypothesis."""
    return {
        "tos": (terms(data), {}),
        "nda": non_disclosure(data),
        "cuad": (clauses(data), {}),
    }


def learn(family: Family, train: frozenset[int], verdicts: dict[str, dict[str, str]]) -> Arrays:
    """Return the weights of *family* learnt from the folds *train* alone."""
    fitted = fit_family(family, train)
    more = standing_of(family, fitted, verdicts) if verdicts else {}
    return arrays_of(family, fitted, more)


if __name__ == "__main__":
    main()
