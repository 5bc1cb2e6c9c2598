"""What reading costs as documents grow: time a page, memory, and the start.

    .venv/bin/python bench/reading.py [FORM...] [--rounds N]

Documents of several sizes are made up (see `generated.py`) and each is read in a process of its
own, in turn, so many rounds; the figures are medians. FORM is "pdf", "docx" or "md"; without one
all are measured, and the time that importing the readers takes.

    read       seconds for the text, with its blocks
    outline    seconds for the sections of it
    per unit   milliseconds for both, a page or (md) a heading
    growth     the same, as a multiple of the smallest document's of the form
    units/s    pages or headings a second
    peak       the highest resident memory of the process that reads, in MB
    worker     the memory it takes in the process that asked an isolated reader for it, in MB
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from generated import write_docx, write_md, write_pdf

#: By form: how to make one, and of how many pages or headings.
FORMS: dict[str, tuple[Callable[[Path, int], None], Sequence[int]]] = {
    "pdf": (write_pdf, (10, 100, 1_000, 2_000)),
    "docx": (write_docx, (10, 100, 1_000, 2_000)),
    "md": (write_md, (1_000, 10_000, 100_000, 300_000)),
}
_IMPORTS = "import ai_prism.core.readers, ai_prism.core.readers.pdf, ai_prism.core.sections"
_MEMORY_BYTES = 4 * 2**30
_SECONDS = 600.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("forms", nargs="*", metavar="FORM", default=[])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--isolated", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps((_isolated if arguments.isolated else _measured)(arguments.one)))
        return
    if unknown := set(arguments.forms) - FORMS.keys():
        parser.error(f"no such form: {', '.join(sorted(unknown))}")
    _print_import(arguments.rounds)
    heads = ("read s", "outline s", "per unit", "growth", "units/s", "peak MB", "worker MB")
    print(f"{'form':5s} {'units':>8s} {'file MB':>8s} " + " ".join(f"{h:>9s}" for h in heads))
    for form in arguments.forms or FORMS:
        with tempfile.TemporaryDirectory() as folder:
            _print_form(Path(folder), form, arguments.rounds)


def _print_import(rounds: int) -> None:
    """Print what importing all that reads a PDF takes, beside Python's own start."""
    bare, ours = [], []
    for _ in range(max(rounds, 5)):
        bare.append(_seconds_of("pass"))
        ours.append(_seconds_of(_IMPORTS))
    print(f"import: {median(ours) - median(bare):.3f} s over Python's own {median(bare):.3f} s")


def _seconds_of(code: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - started


def _print_form(folder: Path, form: str, rounds: int) -> None:
    write, sizes = FORMS[form]
    files = {size: folder / f"{size}.{form}" for size in sizes}
    for size, path in files.items():
        write(path, size)
    runs: dict[int, list[dict[str, float]]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size, path in files.items():
            runs[size].append(_in_process(path) | _in_process(path, "--isolated"))
    smallest = None
    for size, path in files.items():
        figures = {name: median(run[name] for run in runs[size]) for name in runs[size][0]}
        each = (figures["read"] + figures["outline"]) / size
        smallest = smallest or each
        print(
            f"{form:5s} {size:8,d} {path.stat().st_size / 1e6:8.1f}"
            f" {figures['read']:9.3f} {figures['outline']:9.3f} {1e3 * each:9.3f}"
            f" {each / smallest:9.2f} {1 / each:9,.0f} {figures['peak']:9.0f}"
            f" {figures['worker']:9.0f}",
            flush=True,
        )


def _in_process(path: Path, *options: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", str(path), *options]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    figures: dict[str, float] = json.loads(run.stdout)
    return figures


def _measured(path: Path) -> dict[str, float]:
    """Return what reading the file at *path* took this process."""
    from ai_prism.core.readers import read
    from ai_prism.core.sections import detect_sections

    started = time.perf_counter()
    document = read(path)
    was_read = time.perf_counter()
    detect_sections(document)
    ended = time.perf_counter()
    return {
        "read": was_read - started,
        "outline": ended - was_read,
        "peak": _memory_mb("VmHWM"),
    }


def _isolated(path: Path) -> dict[str, float]:
    """Return what a document that was read elsewhere takes here."""
    from ai_prism.core.readers.isolation import IsolatedReader

    read = IsolatedReader(memory_bytes=_MEMORY_BYTES, seconds=_SECONDS)
    before = _memory_mb("VmRSS")
    read(path, name=path.name)
    return {"worker": _memory_mb("VmHWM") - before}


def _memory_mb(field: str) -> float:
    """Return a figure of the kernel's on this process; getrusage counts its parent's as well."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{field}:")[2].split()[0]) / 1e3


if __name__ == "__main__":
    main()
