"""How fast the rules of a playbook are, and whether their cost stays level as documents grow.

    python bench/checks.py [FILE...]

Without files a made-up document is measured at several sizes; with files, those documents. The
time is that of the checks alone, on one core, without reading the file and finding its sections.
"""

import random
import sys
import time
from pathlib import Path

from ai_prism.core import checks, playbook, readers
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.playbook import Playbook
from ai_prism.core.progress import Event, FindingsFound, Stage, StageReached
from ai_prism.core.sections import detect_sections
from ai_prism.core.subject import Subject
from ai_prism.testing import a_subject

SIZES_WORDS = (1_000, 10_000, 50_000, 100_000, 200_000)
#: The best of a few runs: the machine's other work only ever adds time.
RUNS = 3

SENTENCES = (
    "The job reads the place of the list from the description of the producer.",
    "Notice of thirty (30) days is given in writing, as section 2 says.",
    "The TMS was restarted at 10:45 UTC on Thursday 10 September 2026, after the the alert.",
    "See Table 1, “Prices”, and https://example.org/prices for what was paid in 2026-03.",
    "The API accepts up to 5,000 rows a call; larger lists are split in two halves.",
    "A reader does not decide whether a price makes sense, and neither does the clerk.",
)
TABLE = "| Kind | Rows |\n|---|---|\n| Hourly | 21,600 |\n| Fixed | 480 |\n| Total | 22,080 |"
TIMELINE = "- 10:00 The alert fires\n- 10:20 The team is called\n- 10:45 All is well"
ACTIONS = "- Upgrade the proxy (Ann Lee, 4 May 2027)\n- Add an alert"


def main() -> None:
    """Print words a second, by size or by file, and what each rule costs."""
    standard = playbook.load("general")
    paths = [Path(name) for name in sys.argv[1:]]
    subjects = [_read(path) for path in paths] or [_made_up(size) for size in SIZES_WORDS]
    names = [path.name for path in paths] or [f"made up, {size:,} words" for size in SIZES_WORDS]
    print(f"{len(standard.rules)} rules of the playbook “{standard.name}”, best of {RUNS} runs")
    seconds: dict[str, float] = {}
    for name, subject in zip(names, subjects, strict=True):
        seconds = min((_seconds_by_rule(standard, subject) for _ in range(RUNS)), key=_total)
        words = subject.document.words
        print(
            f"{words:>9,} words {_total(seconds):8.3f} s {words / _total(seconds):>9,.0f} words/s"
            f"  {1e6 * _total(seconds) / words:6.2f} µs/word  {name}"
        )
    if not paths:
        _print_first_findings(10_000)
    print("Of the last one:")
    for rule, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"  {spent / _total(seconds):6.1%}  {rule}")


def _print_first_findings(words: int) -> None:
    """Print when the first finding is there, and when grammar and spelling are done with."""
    subject = _made_up(words)
    analyzer = DocumentAnalyzer(
        playbook=playbook.load("general"), read=lambda *_, **__: subject.document
    )
    begun = time.perf_counter()
    at: dict[str, float] = {}

    def note(event: Event) -> None:
        now = time.perf_counter() - begun
        if isinstance(event, FindingsFound):
            at.setdefault("first", now)
        elif isinstance(event, StageReached) and event.stage is Stage.CHECKS:
            at["end"] = now

    analyzer.analyze(Path("made-up.md"), note)
    print(
        f"{subject.document.words:>9,} words: first finding after {at['first']:.3f} s,"
        f" grammar and spelling done after {at['end']:.3f} s"
    )


def _read(path: Path) -> Subject:
    document = readers.read(path)
    return Subject(document, detect_sections(document))


def _made_up(words: int) -> Subject:
    """Return a document of about *words* words with all that the checks look for."""
    chance = random.Random(words)
    parts: list[str] = ["# A document"]
    written = 0
    number = 0
    while written < words:
        number += 1
        paragraphs = [" ".join(chance.choices(SENTENCES, k=5)) for _ in range(3)]
        extras = [chance.choice((TABLE, TIMELINE, "Nothing else."))]
        if number % 20 == 0:
            extras.append(f"## Action items\n\n{ACTIONS}")
        section = [f"## {number}. Section", *paragraphs, *extras]
        parts += section
        written += sum(len(part.split()) for part in section)
    return a_subject("\n\n".join(parts))


def _seconds_by_rule(standard: Playbook, subject: Subject) -> dict[str, float]:
    # What several checks look up is computed anew in each run, and counts for the first that asks.
    fresh = Subject(subject.document, subject.sections)
    seconds = {}
    for rule in standard.rules:
        if rule.kind in checks.BY_LANGUAGE:
            continue  # these wait for a process of their own, which works beside the others
        before = time.perf_counter()
        checks.run(rule, fresh)
        seconds[rule.id] = time.perf_counter() - before
    return seconds


def _total(seconds: dict[str, float]) -> float:
    return sum(seconds.values())


if __name__ == "__main__":
    main()
