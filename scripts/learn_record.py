"""Learn how often the remarks of each rule are right, from verdicts on documents nobody touched.

    .venv/bin/python scripts/learn_record.py FOLDER...

The judged documents in the folders (`bench/findings-documents.tsv` says where they come from) are
reviewed with the rules of today, each judged finding is looked up among what they say, and
`src/ai_prism/core/record.tsv` is written: of each like of finding, as `ai_prism.core.earned` has
it, how many verdicts there are and how many say that it is right.

A verdict on what the rules no longer say counts like any other: a rule that was mended on one
document errs in another way on the next, as each fresh sample has shown. Of samples 1 to 4 such
verdicts do not count, since the rules they were on were rewritten since.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))

import judged

from ai_prism.core import earned, playbook
from ai_prism.core.model import Finding, Level

_RECORD = Path(__file__).parent.parent / "src/ai_prism/core/record.tsv"
_FIRST_OF_TODAYS_RULES = 5


def main(folders: list[Path]) -> None:
    """Write the record, and print from how many verdicts it was learned."""
    paths = {path.name: path for folder in folders for path in folder.rglob("*") if path.is_file()}
    rows = [row for row in judged.read("findings-judged") if row["document"] in paths]
    record: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    now: dict[str, tuple[str, dict[judged.Key, Finding]]] = {}
    for row in rows:
        name = row["document"]
        now[name] = now.get(name) or judged.findings_now(paths[name], as_earned=False)
        kind, found = now[name]
        finding = found.get((row["rule"], row["quote"]))
        if not _counts(row, finding):
            continue
        for like in earned.keys_of(finding, kind) if finding else _keys_of_gone(row, kind):
            record[like][0] += row["first"] == "right"
            record[like][1] += 1
    with _RECORD.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerow(("like", "right", "judged"))
        table.writerows((like, *counts) for like, counts in sorted(record.items()))
    print(f"{len(rows)} verdicts on {len(now)} documents")


def _counts(row: judged.Row, finding: Finding | None) -> bool:
    is_said = finding is not None and finding.severity is not Level.LOW
    return is_said or int(row["sample"]) >= _FIRST_OF_TODAYS_RULES


def _keys_of_gone(row: judged.Row, kind: str) -> tuple[str, ...]:
    """Return the likes of a finding that is said no more; its signs are known from sample 26 on."""
    rule = next((rule for rule in playbook.load(kind).rules if rule.id == row["rule"]), None)
    if rule is None:
        return ()
    likes = (f"category/{rule.category}", f"rule/{rule.id}")
    where = row["signs"] if rule.kind == "clause" else kind
    return (*likes, f"rule/{rule.id}/{where}") if where else likes


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
