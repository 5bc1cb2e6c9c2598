"""How well sections of real PDFs are found: their own bookmarks, taken out, are the truth.

    .venv/bin/python bench/real_pdfs.py FOLDER [--peers pymupdf4llm] [--half 0|1] [--show NAME]

FOLDER holds PDF files of any origin; docs/explanation/how-well-sections-are-found.md says how a set
is put together. A file is measured if bookmarks lead to at least 8 titles and nine in ten of them
stand on the page that they lead to. Its first --pages pages are copied, without bookmarks and
tags, and read from the copy by us and by the other tools that are named. What stands before the
first title is no fault: few bookmarks lead to the title of the document, and one that does is left
out where it stands beside the chapters, which tools may put under it. Further down they need
not list every heading, so that nobody can reach 1 on some; that is the same for all.

Printed by document are F1 and outline as `sections.py` says, and the program that made the file;
below stand the means and pages a second. --show lists what was missed and what was too much.
"""

import argparse
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import pypdfium2
from ours import Ours
from peers import PeerFailed, Reading, Running
from scoring import Score, aligned_titles, score

from ai_prism.core.readers.pdf.bookmarks import Bookmark, bookmarks_of
from ai_prism.core.sections.levels import without_gaps

_NOT_LETTERS = re.compile(r"[\W_]+")
#: A label that stands in bookmarks or on the page, not always in both.
_LABEL = re.compile(
    r"(?:(?:chapter|part|appendix|kapitel|teil|anhang|chapitre|annexe)\s[\dA-Z]+[.:]?|[IVX]+)\s+",
    re.I,
)
_LETTERED = re.compile(r"[A-Z] ")
_FEWEST_TITLES = 8
_SHARE_ON_PAGE = 0.9
#: Titles are compared up to here: long ones are cut in bookmarks.
_COMPARED = 40


class Sample(NamedTuple):
    """A PDF without its bookmarks, and what they said."""

    name: str
    program: str
    pages: int
    path: Path
    truth: dict


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", default="", metavar="NAMES")
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--show", default="", metavar="NAME")
    arguments = parser.parse_args()
    files = sorted(arguments.folder.glob("*.pdf"))
    if arguments.half is not None:
        files = files[arguments.half :: 2]
    with tempfile.TemporaryDirectory() as folder:
        samples = []
        for file in files:
            sample = _sample(file, Path(folder), arguments.pages)
            if sample is None:
                print(f"{file.name}: without bookmarks that could be told from its pages")
            elif arguments.show in sample.name:
                samples.append(sample)
        if not samples:
            raise SystemExit("There is nothing to measure.")
        peers = [Running(name) for name in arguments.peers.replace(",", " ").split()]
        _print_table(samples, [Ours(), *peers], show=bool(arguments.show))
        for peer in peers:
            print(f"{peer.name}: {peer.version}")
            peer.close()


def _sample(file: Path, folder: Path, pages: int) -> Sample | None:
    """Return a copy of *file* in *folder*, or None if its bookmarks tell too little."""
    document = pypdfium2.PdfDocument(file)
    count = min(pages, len(document))
    bookmarks = [
        mark for mark in bookmarks_of(document.raw) if 0 < mark.page <= count and _key(mark.title)
    ]
    texts = [_key(document[index].get_textpage().get_text_range()) for index in range(count)]
    found = [mark for mark in bookmarks if _key(mark.title)[:_COMPARED] in texts[mark.page - 1]]
    if len(found) < max(_FEWEST_TITLES, _SHARE_ON_PAGE * len(bookmarks)):
        return None
    if _leads_to_title(found):
        found = found[1:]
    copy = pypdfium2.PdfDocument.new()
    copy.import_pages(document, list(range(count)))
    path = folder / file.name
    copy.save(path)
    program = document.get_metadata_value("Producer") or document.get_metadata_value("Creator")
    return Sample(file.stem, program[:24], count, path, _truth(found))


def _leads_to_title(bookmarks: Sequence[Bookmark]) -> bool:
    """Return whether the first leads to the title page, and stands beside the chapters."""
    first, second = bookmarks[:2]
    return first.page == 1 < second.page and first.level == second.level


def _truth(bookmarks: Sequence[Bookmark]) -> dict:
    levels = without_gaps([mark.level for mark in bookmarks])
    sections = [
        {"title": _unlabelled(" ".join(mark.title.split())), "level": level}
        for mark, level in zip(bookmarks, levels, strict=True)
    ]
    return {"preamble": "", "sections": sections}


def _unlabelled(title: str) -> str:
    """Return *title* without "Chapter 3" in front."""
    match = _LABEL.match(title)
    return title[match.end() :] if match else title


def _key(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())


def _print_table(
    samples: Sequence[Sample], readers: Sequence[Ours | Running], *, show: bool
) -> None:
    names = "".join(f"{reader.name:>16s}" for reader in readers)
    print(f"{'document':30s} {'made with':24s} pages titles{names}")
    scores: list[list[Score]] = [[] for _ in readers]
    seconds = [0.0 for _ in readers]
    for sample in samples:
        line = f"{sample.name[:30]:30s} {sample.program:24s} {sample.pages:5d}"
        line += f" {len(sample.truth['sections']):6d}"
        for place, reader in enumerate(readers):
            try:
                reading = reader.read(sample.path)
            except PeerFailed as error:
                scores[place].append(Score(0, 0, 0, 0))
                line += f"{str(error)[:14]:>16s}"
                continue
            reading = _compared(sample.truth, reading)
            scores[place].append(score(sample.truth, reading))
            seconds[place] += reading.clock
            line += f"{scores[place][-1].f1:10.2f} {scores[place][-1].outline:.2f} "
            if show:
                _show(sample.truth, reading)
        print(line, flush=True)
    line = f"{f'mean of {len(samples)}':67s}"
    for own in scores:
        line += f"{mean(s.f1 for s in own):10.3f} {mean(s.outline for s in own):.3f}"
    pages = sum(sample.pages for sample in samples)
    print(line)
    print(f"{'pages a second':67s}" + "".join(f"{pages / each:16.1f}" for each in seconds))


def _compared(truth: dict, reading: Reading) -> Reading:
    """Return *reading* without what stands before the first title, and without letters as numbers.

    Bookmarks have "Licence" for what is "B Licence" on the page.
    """
    wanted = {_key(section["title"]) for section in truth["sections"]}
    found = [
        heading._replace(title=heading.title[2:])
        if _LETTERED.match(heading.title) and _key(heading.title[2:]) in wanted
        else heading._replace(title=_unlabelled(heading.title))
        for heading in reading.sections
    ]
    pairs = aligned_titles(truth["sections"], found)
    return reading._replace(sections=tuple(found[pairs[0][1] if pairs else 0 :]))


def _show(truth: dict, reading: Reading) -> None:
    """Print both outlines beside each other: "-" was missed, "+" is too much."""
    pairs = dict(aligned_titles(truth["sections"], reading.sections))
    place = 0
    for wanted, section in enumerate(truth["sections"]):
        last = pairs.get(wanted, place - 1)
        for found in reading.sections[place:last]:
            print(f"  + {'  ' * found.level}{found.title}")
        mark = "=" if wanted in pairs else "-"
        level = reading.sections[pairs[wanted]].level if wanted in pairs else ""
        print(f"{level!s:1s} {mark} {'  ' * section['level']}{section['title']}")
        place = max(place, last + 1)
    for found in reading.sections[place:]:
        print(f"  + {'  ' * found.level}{found.title}")


if __name__ == "__main__":
    main()
