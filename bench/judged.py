"""What readers thought of findings on documents that nobody touched, and what follows from it.

`findings-judged.tsv` holds a verdict for each finding of a sample: right, wrong, or trivial (right,
and too small a matter for its severity). `findings-samples.tsv` says how each sample was drawn,
`findings-documents.tsv` where the fresh documents come from. No word of a document is kept. From
sample 26 on `signs` says what else spoke for a clause when it was judged.

    python bench/judged.py [FOLDER...]

prints how much was right. With folders, the judged documents in them are reviewed anew, and it is
said which of the judged findings are still there: a verdict on what no rule says any more counts
for the rules of its day only.
"""

import csv
import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ai_prism.core import checks, earned, playbook, readers, restraint
from ai_prism.core.model import Finding, Level, Problem
from ai_prism.core.risk import clauses
from ai_prism.core.sections import detect_sections
from ai_prism.core.subject import Subject

Row = dict[str, str]
#: A finding by its rule and a hash of what it quotes.
Key = tuple[str, str]

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
    _print_agreement([row for row in rows if row["second"]])
    known = {rule.id for name in playbook.BUILT_IN for rule in playbook.load(name).rules}
    if gone := Counter(row["rule"] for row in rows if row["rule"] not in known):
        print(
            f"Verdicts of rules that are no more: {', '.join(f'{r} {n}' for r, n in gone.items())}"
        )


def _print_readers(sample: list[Row], drawn: Row) -> None:
    print(f"  {_share(sample, _is_right('first'))} right by the first reader")
    wrong = 1 - sum(map(_is_right("first"), sample)) / len(sample)
    per_alarm = int(drawn["words"]) / max(1, wrong * int(drawn["found"]))
    print(f"  one false or trivial finding in {per_alarm:,.0f} words")
    both = [row for row in sample if row["second"]]
    if not both:
        print("  not judged by a second reader")
        return
    print(f"  {_share(both, _is_right('second'))} right by the second reader, of those read twice")
    print(f"  {_share(both, _is_right('first', 'second'))} right by both")
    _print_agreement(both)


def _print_agreement(both: list[Row]) -> None:
    if both:
        raw, kappa = agreement(both)
        print(f"  the two readers agree on {raw:.1%} of {len(both)}, Cohen's kappa {kappa:.2f}")


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


def print_standing(folders: Iterable[Path]) -> None:
    """Print which of the judged findings the rules of today still make, at which severity."""
    paths = {path.name: path for folder in folders for path in folder.rglob("*") if path.is_file()}
    rows = [row for row in read("findings-judged") if row["document"] in paths]
    found = {name: findings_now(paths[name])[1] for name in {row["document"] for row in rows}}
    print(f"{len(rows)} judged findings in {len(found)} documents, reviewed anew")
    for verdict in ("right", "trivial", "wrong"):
        of_it = [row for row in rows if row["first"] == verdict]
        standing = Counter(_standing(row, found[row["document"]]) for row in of_it)
        print(
            f"  {len(of_it):>4} {verdict:<7} {standing['said']:>4} still said,"
            f" {standing['low']} lowered, {standing['gone']} said no more"
        )


def _standing(row: Row, found: Mapping[Key, Finding]) -> str:
    finding = found.get((row["rule"], row["quote"]))
    if finding is None:
        return "gone"
    return "low" if finding.severity is Level.LOW else "said"


def findings_now(path: Path, as_earned: bool = True) -> tuple[str, dict[Key, Finding]]:
    """Return the kind of the file at *path* and what is said of it, without grammar and spelling.

    With *as_earned* findings are as severe as the product tells them, else as their rules do.
    """
    document = readers.read(path)
    sections = detect_sections(document)
    standard = playbook.choose(document, sections).playbook
    models = [model for kind in standard.clauses if (model := clauses.load(kind))]
    subject = Subject(document, sections, clause_models=models)
    found: list[Finding] = []
    for rule in standard.rules:
        if rule.speaks(document.language) and rule.kind not in checks.BY_LANGUAGE:
            outcome = checks.run(rule, subject)
            if isinstance(outcome, Problem):
                raise SystemExit(outcome.message)
            found += earned.as_earned(rule, outcome, standard.name) if as_earned else outcome
    told = restraint.sure_enough(restraint.in_order(found), standard.least_confidence)
    return standard.name, {
        (finding.rule_id, hash_of(anchor.quote)): finding
        for finding in reversed(restraint.merged(told))
        for anchor in finding.anchors
    } | {
        (finding.rule_id, hash_of(finding.message)): finding
        for finding in told
        if not finding.anchors
    }


def hash_of(words: str) -> str:
    """Return what stands for quoted *words* in the tables."""
    return hashlib.sha256(words.encode()).hexdigest()[:12]


if __name__ == "__main__":
    print_precision()
    if sys.argv[1:]:
        print_standing([Path(name) for name in sys.argv[1:]])
