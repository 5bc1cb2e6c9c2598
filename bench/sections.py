"""How well and how fast sections are found, on a corpus of documents with known headings.

    .venv/bin/python bench/sections.py CORPUS [FORM...] [--half 0|1] [--check] [--scanned]

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
    recorded the F1 and outline of the best other tool, as once measured on 58 documents (see
             RECORDED): not run here

Below ours stand the other tools that read the form, run now and scored alike: those installed
already, "all" of them, "none" or those named (see `peers`). What fails is said at the end, and how
often our sections were right, by how sure detection was of them.

With --scanned, PDF files are read as scans of them (see `scans.py`), --most so many of each form.

With --check, the end is 1 if a figure is below its goal. Every other document, --half 0, is for
looking at while the rules are made; the rest, --half 1, tells whether they hold for others.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from ours import Ours
from peers import PEERS, PeerFailed, Running, Unavailable, chosen
from scans import scan
from scoring import Score, score

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
#: The best of ten other tools on the same forms of 58 documents, measured in 2026: by F1 with
#: outline.
RECORDED = {
    "docx": ("pandoc 3", 1.00, 1.00),
    "docx-messy": ("none", 0.00, 0.00),
    "pdf-lo": ("pymupdf4llm 2.0", 0.88, 0.77),
    "pdf-lo-rich": ("pdfoxide", 0.99, 0.98),
    "pdf-messy": ("pymupdf4llm 2.0", 0.89, 0.47),
    "pdf-web": ("pymupdf4llm 2.0", 0.87, 0.71),
    "txt": ("unstructured 0.27", 0.78, 0.12),
    "txt-num": ("unstructured 0.27", 0.78, 0.12),
}
#: Figures are compared as they are printed, to two places.
_ROUNDING = 0.005


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("variants", nargs="*")
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--peers", default="", metavar="NAMES")
    parser.add_argument("--scanned", action="store_true")
    parser.add_argument("--most", type=int, default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _print_table(arguments, _chosen_items(arguments, Path(folder)))


def _chosen_items(arguments: argparse.Namespace, folder: Path) -> dict[str, list[dict]]:
    """Return what to read, by form; scans that are made for it lie in *folder*."""
    items = json.loads((arguments.corpus / "manifest.json").read_text())["items"]
    by_variant: dict[str, list[dict]] = defaultdict(list)
    places = {id_: place for place, id_ in enumerate(sorted({item["id"] for item in items}))}
    for item in items:
        in_half = arguments.half in (None, places[item["id"]] % 2)
        if in_half and (not arguments.variants or item["variant"] in arguments.variants):
            by_variant[item["variant"]].append(item)
    by_variant = {variant: items[: arguments.most] for variant, items in by_variant.items()}
    if arguments.scanned:
        return {
            f"{variant}, scan": [_scanned(arguments.corpus, item, folder) for item in items]
            for variant, items in by_variant.items()
            if variant.startswith("pdf")
        }
    return by_variant


def _scanned(corpus: Path, item: dict, folder: Path) -> dict:
    target = folder / f"{item['variant']}-{item['id']}.pdf"
    scan(corpus / item["file"], target)
    return item | {"file": str(target)}


def _print_table(arguments: argparse.Namespace, by_variant: dict[str, list[dict]]) -> None:
    heads = ("F1", "outline", "cover", "own", "pages/s", "by cpu", "refused")
    print(
        f"{'variant':14s} docs  "
        + "  ".join(f"{head:>7s}" for head in heads)
        + "  goal       recorded"
    )
    troubles: list[str] = []
    ours = Ours()
    peers = _started(chosen(arguments.peers), troubles)
    missed = []
    for variant, of_variant in sorted(by_variant.items()):
        if not _print_ours(arguments.corpus, variant, of_variant, ours):
            missed.append(variant)
        for peer in peers:
            if variant in PEERS[peer.name].forms:
                print(
                    _line(f"  {peer.name}", _measured(arguments.corpus, of_variant, peer, troubles))
                )
    for peer in peers:
        peer.close()
    print("".join(f"\n{peer.name}: {peer.version}" for peer in peers), *troubles, sep="\n")
    ours.print_calibration()
    if arguments.check and missed:
        raise SystemExit(f"Below the goal: {', '.join(missed)}")


class _Figures(NamedTuple):
    """What one reader reached on one form."""

    documents: int
    means: tuple[float, ...]
    pages_by_clock: float
    pages_by_processor: float
    refused: int


def _started(names: Sequence[str], troubles: list[str]) -> list[Running]:
    peers = []
    for name in names:
        try:
            peers.append(Running(name))
        except Unavailable as error:
            troubles.append(f"{name} was not run: {error}")
    return peers


def _print_ours(corpus: Path, variant: str, items: Sequence[dict], ours: Ours) -> bool:
    """Print our line for *variant*; return whether its goal is reached."""
    figures = _measured(corpus, items, ours, [])
    goal = GOALS.get(variant)
    wanted = f"{goal[0]:.2f}/{goal[1]:.2f}" if goal else "-"
    name, *best = RECORDED.get(variant, ("-",))
    recorded = f"{best[0]:.2f}/{best[1]:.2f} {name}" if best else name
    print(f"{_line(variant, figures)}  {wanted:9s}  {recorded}", flush=True)
    return goal is None or all(
        figure > aim - _ROUNDING for figure, aim in zip(figures.means[:2], goal, strict=True)
    )


def _line(name: str, figures: _Figures) -> str:
    means = "  ".join(f"{figure:7.3f}" for figure in figures.means)
    speeds = f"{figures.pages_by_clock:7.0f}  {figures.pages_by_processor:7.0f}"
    return f"{name:14s} {figures.documents:4d}  {means}  {speeds}  {figures.refused or '':>7}"


def _measured(
    corpus: Path, items: Sequence[dict], reader: Ours | Running, troubles: list[str]
) -> _Figures:
    """Return the figures of *reader* on *items*; add to *troubles* what it could not read."""
    scores, refused, pages, clock, processor = [], 0, 0, 0.0, 0.0
    for item in items:
        try:
            reading = reader.read(corpus / item["file"])
        except PeerFailed as error:
            refused += 1
            scores.append(Score(0, 0, 0, 0))
            troubles.append(f"{reader.name} could not read {item['file']}: {error}")
            continue
        clock += reading.clock
        processor += reading.processor
        pages += item["pages"]
        truth = json.loads((corpus / item["truth"]).read_text())
        scores.append(score(truth, reading))
        if isinstance(reader, Ours):
            reader.compare(truth, reading)
    return _Figures(
        documents=len(scores),
        means=tuple(mean(figure) for figure in zip(*scores, strict=True)),
        pages_by_clock=pages / (clock or 1),
        pages_by_processor=pages / (processor or 1),
        refused=refused,
    )


if __name__ == "__main__":
    main()
