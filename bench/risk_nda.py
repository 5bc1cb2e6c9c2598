"""The rules for NDAs beside the labels of ContractNLI: what is missing, and which kind it is.

The words of the rules were written while looking at these agreements, and no model is asked, as the
shipped one has learnt from them: the figures say that the rules do what they mean, not how they do
on agreements that nobody has seen.
"""

import argparse
import json
import lzma
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ai_prism.core import checks, playbook, readers
from ai_prism.core.sections import detect_sections
from ai_prism.core.subject import Subject

#: Rule to the hypotheses of which at least one holds where the protection is there.
_LABELS: Final = {
    "nda-no-term": ("nda-19",),
    "nda-no-exclusions": ("nda-12", "nda-13"),
    "nda-no-notice": ("nda-8",),
    "nda-no-return": ("nda-16",),
    "nda-no-licence": ("nda-15",),
    "nda-no-use-limit": ("nda-4",),
    "nda-no-circle": ("nda-5", "nda-7"),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the labelled data")
    agreements = list(_agreements(parser.parse_args().data))
    told = [_told(agreement) for agreement in agreements]
    kinds = Counter(kind for kind, _ in told)
    print(f"{len(told)} agreements, taken for:", dict(kinds.most_common()))
    print(f"{'rule':<20} told  right  label lacks it  of these told")
    for rule, hypotheses in _LABELS.items():
        lacking = [
            all(agreement["labels"][name] != "Entailment" for name in hypotheses)
            for agreement in agreements
        ]
        flagged = [rule in rules for _, rules in told]
        both = sum(map(min, lacking, flagged))
        right = both / max(1, sum(flagged))
        print(
            f"{rule:<20} {sum(flagged):>4}  {right:>5.0%}  {sum(lacking):>14}"
            f"  {both / max(1, sum(lacking)):>13.0%}"
        )


def _agreements(folder: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(folder / "contractnli.jsonl.xz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _told(agreement: dict[str, Any]) -> tuple[str, set[str]]:
    """Return the kind that *agreement* is taken for, and which rules tell that something lacks."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agreement.txt"
        path.write_text(agreement["text"], encoding="utf-8")
        document = readers.read(path, name=path.name)
    subject = Subject(document, detect_sections(document))
    rules = [rule for rule in playbook.load("nda").rules if rule.id in _LABELS]
    kind = playbook.choose(document, subject.sections).playbook.name
    return kind, {rule.id for rule in rules if checks.run(rule, subject)}


if __name__ == "__main__":
    main()
