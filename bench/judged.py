"""What readers thought of findings on documents that nobody touched, and what follows from it.

`findings-judged.tsv` holds a verdict for each finding of a sample: right, wrong, or trivial (right,
and too small a matter for its severity). `findings-samples.tsv` says how each sample was drawn,
`findings-documents.tsv` where the fresh documents come from. No word of a document is kept.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

Row = dict[str, str]

_FOLDER = Path(__file__).parent


def read(name: str) -> list[Row]:
    """Return the rows of the table *name*.tsv beside this file."""
    with (_FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def print_precision() -> None:
    """Print for each sample how much was right, by either reader, by both, and by rule."""
    rows = read("findings-judged")
    for drawn in read("findings-samples"):
        sample = [r for r in rows if (r["sample"], r["group"]) == (drawn["sample"], drawn["group"])]
        print(
            f"Sample {drawn['sample']}, {drawn['group']} documents, seed {drawn['seed']}:"
            f" {len(sample)} of {drawn['found']} high and medium findings"
            f" in {drawn['documents']} documents, {int(drawn['words']):,} words"
        )
        _print_readers(sample, drawn)
        _print_rules(sample)


def _print_readers(sample: list[Row], drawn: Row) -> None:
    print(f"  {_share(sample, _is_right('first'))} right by the first reader")
    wrong = 1 - sum(map(_is_right("first"), sample)) / len(sample)
    per_alarm = int(drawn["words"]) / max(1, wrong * int(drawn["found"]))
    print(f"  one false or trivial finding in {per_alarm:,.0f} words")
    both = [row for row in sample if row["second"]]
    if not both:
        print("  not judged by a second reader")
        return
    print(f"  {_share(both, _is_right('second'))} right by the second reader")
    print(f"  {_share(both, _is_right('first', 'second'))} right by both")
    raw, kappa = agreement(both)
    print(f"  the two agree on {raw:.1%} of {len(both)}, Cohen's kappa {kappa:.2f}")


def agreement(rows: list[Row]) -> tuple[float, float]:
    """Return on what share of *rows* two readers agree, right or not, and Cohen's kappa."""
    first, second = ([_is_right(reader)(row) for row in rows] for reader in ("first", "second"))
    raw = sum(one == other for one, other in zip(first, second, strict=True)) / len(rows)
    one, other = sum(first) / len(rows), sum(second) / len(rows)
    by_chance = one * other + (1 - one) * (1 - other)
    return raw, (raw - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0


def _print_rules(sample: list[Row]) -> None:
    counts = Counter(row["rule"] for row in sample)
    for rule, _ in counts.most_common():
        of_rule = [row for row in sample if row["rule"] == rule]
        print(f"    {_share(of_rule, _is_right('first'))} {rule}")


def _is_right(*readers: str) -> Callable[[Row], bool]:
    return lambda row: all(row[reader] == "right" for reader in readers)


def _share(rows: Iterable[Row], is_right: Callable[[Row], bool]) -> str:
    verdicts = [is_right(row) for row in rows]
    return f"{sum(verdicts) / len(verdicts):4.0%} {sum(verdicts):>3} of {len(verdicts):<3}"


if __name__ == "__main__":
    print_precision()
