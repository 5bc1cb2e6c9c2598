"""How well and how fast sections are found, on a corpus of documents with known headings.

    .venv/bin/python bench/sections.py CORPUS [VARIANT...] [--half 0|1] [--check]

CORPUS holds `manifest.json` with `items`: `id`, `variant` (the form of the document, such as
"docx" or "pdf-messy"), `file`, `truth` (both relative to CORPUS) and `pages`. A truth file holds
`sections`, each with `title`, `level` and its own `text`, and the `preamble` before the first.

Printed for each variant, as means over its documents:

    F1       headings found, in order; case, punctuation and a leading number do not count
    outline  the same, where a heading counts only if its parent is right too
    cover    share of the words of the source that come out
    own      share of the words that come out under their own heading
    pages/s  pages read a second, headings included: by the clock, and by the processor's time
    refused  documents that could not be read; they count as nothing found
    goal     the F1 and outline that we want
    best     the F1 and outline of the best other tool measured (see PEERS), recorded, not run

Below stands how often sections were right, by how sure detection was of them.

With --check, the end is 1 if a figure is below its goal. Every other document, --half 0, is for
looking at while the rules are made; the rest, --half 1, tells whether they hold for others.
"""

import argparse
import json
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from statistics import mean
from typing import NamedTuple, Protocol

from ai_prism.core.errors import Unreadable
from ai_prism.core.model import Document, Section
from ai_prism.core.readers import read
from ai_prism.core.sections import detect_sections

_NUMBER = re.compile(r"\s*(?:\d+(?:\s?\.\s?\d+)*(?:\s?[.):]\s*|\s+)|(?:[ivxlcdm]+|[a-z])[.)]\s*)")
_NOT_LETTERS = re.compile(r"[\W_]+")
_WORD = re.compile(r"\w+")
#: Titles this much alike are the same: an accent lost, a ligature split.
_ALIKE = 0.9


#: F1 and outline wanted, by form.
GOALS = {
    "docx": (1.00, 1.00),
    "docx-messy": (0.95, 0.88),
    "html": (0.99, 0.98),
    "md": (0.99, 0.98),
    "odt": (0.99, 0.98),
    "pdf-lo": (0.96, 0.92),
    "pdf-lo-rich": (0.99, 0.98),
    "pdf-messy": (0.94, 0.85),
    "pdf-web": (0.95, 0.90),
    "rtf": (0.99, 0.98),
    "txt-num": (0.95, 0.80),
}
#: The best of ten other tools on the same forms of 58 documents: by F1 with outline.
PEERS = {
    "docx": ("pandoc 3", 1.00, 1.00),
    "docx-messy": ("none", 0.00, 0.00),
    "pdf-lo": ("pymupdf4llm 2.0", 0.88, 0.77),
    "pdf-lo-rich": ("pdfoxide", 0.99, 0.98),
    "pdf-messy": ("pymupdf4llm 2.0", 0.89, 0.47),
    "pdf-web": ("pymupdf4llm 2.0", 0.87, 0.71),
    "txt": ("unstructured 0.27", 0.78, 0.12),
    "txt-num": ("unstructured 0.27", 0.78, 0.12),
}
#: So sure it is only where the author marks headings.
_MARKED = 0.9999
#: Figures are compared as they are printed, to two places.
_ROUNDING = 0.005


#: Whether each section was right, by how sure detection was of it.
_told: defaultdict[str, list[bool]] = defaultdict(list)


def _band(confidence: float) -> str:
    if confidence > _MARKED:
        return "a mark"
    return "0.9-1.0" if confidence >= 0.9 else "0.7-0.9" if confidence >= 0.7 else "0.0-0.7"


class _Titled(Protocol):
    title: str


class Score(NamedTuple):
    """The figures of one document."""

    f1: float
    outline: float
    cover: float
    own: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("variants", nargs="*")
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    items = json.loads((arguments.corpus / "manifest.json").read_text())["items"]
    by_variant = defaultdict(list)
    places = {id_: place for place, id_ in enumerate(sorted({item["id"] for item in items}))}
    for item in items:
        in_half = arguments.half in (None, places[item["id"]] % 2)
        if in_half and (not arguments.variants or item["variant"] in arguments.variants):
            by_variant[item["variant"]].append(item)
    heads = ("F1", "outline", "cover", "own", "pages/s", "by cpu", "refused")
    print(
        f"{'variant':14s} docs  " + "  ".join(f"{head:>7s}" for head in heads) + "  goal       best"
    )
    missed = [
        variant
        for variant, of_variant in sorted(by_variant.items())
        if not _print_variant(arguments.corpus, variant, of_variant)
    ]
    _print_calibration()
    if arguments.check and missed:
        raise SystemExit(f"Below the goal: {', '.join(missed)}")


def _print_calibration() -> None:
    for band, told in sorted(_told.items(), reverse=True):
        print(f"confidence {band:8s} {len(told):6d} sections, {mean(told):.3f} of them right")


def _print_variant(corpus: Path, variant: str, items: Sequence[dict]) -> bool:
    """Print the line of *variant*; return whether its goal is reached."""
    scores, refused, pages, clock, processor = [], 0, 0, 0.0, 0.0
    for item in items:
        started, worked = time.perf_counter(), time.process_time()
        try:
            document = read(corpus / item["file"])
            sections = detect_sections(document)
        except Unreadable:
            refused += 1
            scores.append(Score(0, 0, 0, 0))
            continue
        clock += time.perf_counter() - started
        processor += time.process_time() - worked
        pages += item["pages"]
        truth = json.loads((corpus / item["truth"]).read_text())
        scores.append(_score(truth, document, sections))
        right = {found for _, found in aligned_titles(truth["sections"], sections)}
        for place, section in enumerate(sections):
            _told[_band(section.confidence)].append(place in right)
    means = [mean(figure) for figure in zip(*scores, strict=True)]
    figures = "  ".join(f"{figure:7.3f}" for figure in means)
    speeds = f"{pages / (clock or 1):7.0f}  {pages / (processor or 1):7.0f}"
    goal = GOALS.get(variant)
    wanted = f"{goal[0]:.2f}/{goal[1]:.2f}" if goal else "-"
    name, *best = PEERS.get(variant, ("-",))
    peer = f"{best[0]:.2f}/{best[1]:.2f} {name}" if best else name
    print(
        f"{variant:14s} {len(scores):4d}  {figures}  {speeds}  {refused or '':>7}"
        f"  {wanted:9s}  {peer}"
    )
    return goal is None or all(
        figure > aim - _ROUNDING for figure, aim in zip(means[:2], goal, strict=True)
    )


def _score(truth: dict, document: Document, sections: Sequence[Section]) -> Score:
    wanted = truth["sections"]
    pairs = aligned_titles(wanted, sections)
    counts = (len(wanted), len(sections))
    own = _own_words(wanted, document, sections, pairs)
    whole = _words([truth["preamble"], *(f"{s['title']} {s.get('text') or ''}" for s in wanted)])
    return Score(
        f1=_f1(len(pairs), *counts),
        outline=outline_of(wanted, sections, [section.level for section in sections]),
        cover=(whole & _words([document.text])).total() / max(1, whole.total()),
        own=own,
    )


def aligned_titles(wanted: Sequence[dict], found: Sequence[_Titled]) -> list[tuple[int, int]]:
    """Return the places in *wanted* and in *found* of the titles that are the same, in order."""
    return _aligned([_key(s["title"]) for s in wanted], [_key(s.title) for s in found])


def outline_of(wanted: Sequence[dict], found: Sequence[_Titled], levels: Sequence[int]) -> float:
    """Return the F1 of *found* headings that have their parent right, where *levels* are theirs."""
    hits = _parents_right(wanted, levels, aligned_titles(wanted, found))
    return _f1(hits, len(wanted), len(found))


def _key(title: str) -> str:
    plain = unicodedata.normalize("NFKC", title).lower()
    bare = _NOT_LETTERS.sub("", _NUMBER.sub("", plain, count=1))
    return bare or _NOT_LETTERS.sub("", plain) or plain.strip()


def _aligned(wanted: Sequence[str], found: Sequence[str]) -> list[tuple[int, int]]:
    """Return which titles are the same: the longest common subsequence of both lists."""
    best = [[0] * (len(found) + 1) for _ in range(len(wanted) + 1)]
    for i in reversed(range(len(wanted))):
        for j in reversed(range(len(found))):
            same = best[i + 1][j + 1] + 1 if _is_same(wanted[i], found[j]) else 0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], same)
    pairs, i, j = [], 0, 0
    while i < len(wanted) and j < len(found):
        if _is_same(wanted[i], found[j]) and best[i][j] == best[i + 1][j + 1] + 1:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _is_same(first: str, second: str) -> bool:
    if first == second:
        return True
    shorter, longer = sorted((len(first), len(second)))
    if shorter < 8 or longer - shorter > 0.2 * longer or first[:3] != second[:3]:
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE


def _parents_right(
    wanted: Sequence[dict], found_levels: Sequence[int], pairs: Sequence[tuple[int, int]]
) -> int:
    levels = [section["level"] for section in wanted]
    true_parents = _parents(levels)
    found_parents = _parents(found_levels)
    of = dict(pairs)
    root = levels.index(min(levels)) if levels.count(min(levels, default=0)) == 1 else None
    right = 0
    for i, j in pairs:
        parent = true_parents[i]
        if parent == root and parent not in of:
            # A title that was not found leaves its chapters without a parent: no fault of theirs.
            parent = None
        wanted_parent = of.get(parent, -1) if parent is not None else None
        right += found_parents[j] == wanted_parent
    return right


def _parents(levels: Sequence[int]) -> list[int | None]:
    parents: list[int | None] = []
    above: list[int] = []
    for place, level in enumerate(levels):
        while above and levels[above[-1]] >= level:
            above.pop()
        parents.append(above[-1] if above else None)
        above.append(place)
    return parents


def _own_words(
    wanted: Sequence[dict],
    document: Document,
    sections: Sequence[Section],
    pairs: Sequence[tuple[int, int]],
) -> float:
    of = dict(pairs)
    total = hits = 0
    for i, section in enumerate(wanted):
        words = _words([section.get("text") or ""])
        total += words.total()
        if i in of:
            found = sections[of[i]]
            is_last = of[i] + 1 == len(sections)
            end = len(document.text) if is_last else sections[of[i] + 1].start
            hits += (words & _words([document.text[found.start + len(found.title) : end]])).total()
    return hits / total if total else 1.0


def _words(texts: Iterable[str]) -> Counter[str]:
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", " ".join(texts)).lower()))


def _f1(hits: int, wanted: int, found: int) -> float:
    return 2 * hits / (wanted + found) if wanted + found else 1.0


if __name__ == "__main__":
    main()
