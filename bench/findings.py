"""How many planted faults the rules find, and what they say of texts that nobody touched.

    python bench/findings.py FOLDER... [--seed 7] [--documents 8] [--sample 150]

All Markdown files under the folders are reviewed as they are, and then with faults planted. With
--sample, high and medium findings on the untouched texts are listed to be judged by a person; what
readers thought of them stands in findings-judged.tsv and gives the precision that is printed.
"""

import argparse
import time
from collections import Counter
from pathlib import Path
from random import Random

import judged
from faults import FAULTS

from ai_prism.core import checks, earned, playbook, restraint
from ai_prism.core.model import Finding, Level, Problem
from ai_prism.testing import a_subject


def main() -> None:
    """Print recall by kind of fault, rates on untouched texts, speed, and judged precision."""
    given = _arguments()
    paths = sorted(
        p for folder in given.folders for p in folder.rglob("*.md") if p.stem != "LICENCES"
    )
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    untouched = _untouched(texts)
    if given.sample:
        _print_sample(untouched, given.sample, given.seed)
        return
    _print_recall(texts, untouched, given)
    judged.print_precision()
    judged.print_standing(given.folders)


def review(text: str, with_language: bool = False) -> tuple[tuple[Finding, ...], int, float]:
    """Return the findings on *text*, its words, and the seconds that the rules took."""
    subject = a_subject(text)
    standard = playbook.choose(subject.document, subject.sections).playbook
    findings: list[Finding] = []
    before = time.perf_counter()
    for rule in standard.rules:
        if rule.speaks(subject.document.language) and (
            with_language or rule.kind not in checks.BY_LANGUAGE
        ):
            outcome = checks.run(rule, subject)
            if isinstance(outcome, Problem):
                raise SystemExit(outcome.message)
            findings += earned.as_earned(rule, outcome, standard.name)
    seconds = time.perf_counter() - before
    told = restraint.sure_enough(restraint.in_order(findings), standard.least_confidence)
    return restraint.merged(told), subject.document.words, seconds


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--documents", type=int, default=8, help="documents for each kind of fault")
    parser.add_argument("--sample", type=int, default=0, help="list so many findings to be judged")
    parser.add_argument(
        "--without-language", action="store_true", help="leave out spelling and grammar: quick"
    )
    return parser.parse_args()


def _untouched(texts: dict[str, str]) -> dict[str, tuple[Finding, ...]]:
    found, words, seconds = {}, 0, 0.0
    for name, text in texts.items():
        found[name], more_words, more_seconds = review(text)
        words += more_words
        seconds += more_seconds
    counts = Counter(finding.severity for findings in found.values() for finding in findings)
    print(f"{len(texts)} untouched documents, {words:,} words, {words / seconds:,.0f} words/s")
    for level in Level:
        print(
            f"  {level.value:<7} {counts[level]:>5}"
            f"  {1000 * counts[level] / words:6.2f} a 1,000 words"
        )
    return found


def _print_recall(
    texts: dict[str, str], untouched: dict[str, tuple[Finding, ...]], given: argparse.Namespace
) -> None:
    seen_in_all = planted_in_all = grave_in_all = 0
    print(f"Recall by kind of fault, seed {given.seed}")
    kinds = {
        kind: fault
        for kind, fault in FAULTS.items()
        if not (given.without_language and checks.BY_LANGUAGE.intersection(fault.rules))
    }
    for kind, fault in kinds.items():
        chance = Random(f"{given.seed} {kind}")
        names = [name for name in texts if name.startswith(fault.documents)]
        chance.shuffle(names)
        seen = planted = grave = 0
        missed = []
        for name in names:
            text = fault.plant(texts[name], chance) if planted < given.documents else None
            if text is None or text == texts[name]:
                continue
            planted += 1
            language = not checks.BY_LANGUAGE.isdisjoint(fault.rules)
            before = review(texts[name], with_language=True)[0] if language else untouched[name]
            after = review(text, language)[0]
            is_seen = _is_seen(fault.rules, before, after)
            seen += is_seen
            grave += _is_seen(fault.rules, _grave(before), _grave(after))
            missed += [] if is_seen else [name[:40]]
        seen_in_all += seen
        planted_in_all += planted
        grave_in_all += grave
        share = f"{seen / planted:4.0%}" if planted else "   –"
        print(
            f"  {share} {seen:>3} of {planted:<3} {grave:>3} high or medium  {kind:<32}"
            f" {', '.join(missed[:3])}"
        )
    print(
        f"  {seen_in_all / max(1, planted_in_all):4.1%} of {planted_in_all} faults"
        f" of {len(kinds)} kinds, {grave_in_all / max(1, planted_in_all):4.1%} as high or medium"
    )


def _grave(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.severity is not Level.LOW)


def _is_seen(
    rules: tuple[str, ...], before: tuple[Finding, ...], after: tuple[Finding, ...]
) -> bool:
    """Return whether *after* holds a finding of *rules*, or a place of one, that *before* lacks."""

    def places(findings: tuple[Finding, ...]) -> Counter[tuple[str, int, str]]:
        return Counter(
            (
                finding.rule_id,
                finding.occurrences,
                "".join(anchor.quote for anchor in finding.anchors) or finding.message,
            )
            for finding in findings
            if finding.rule_id in rules
        )

    return bool(places(after) - places(before))


def _print_sample(untouched: dict[str, tuple[Finding, ...]], size: int, seed: int) -> None:
    rows = [
        (name, finding)
        for name, findings in untouched.items()
        for finding in findings
        if finding.severity is not Level.LOW
    ]
    for name, finding in Random(seed).sample(rows, min(size, len(rows))):
        first = finding.anchors[0] if finding.anchors else None
        quote = f"{first.prefix}»{first.quote[:150]}«{first.suffix}" if first else ""
        place = first.start if first else 0
        print(
            "\t".join(
                (
                    name,
                    finding.rule_id,
                    str(place),
                    _hash(finding),
                    finding.message,
                    " ".join(quote.split()),
                )
            )
        )


def _hash(finding: Finding) -> str:
    return judged.hash_of(finding.anchors[0].quote if finding.anchors else finding.message)


if __name__ == "__main__":
    main()
