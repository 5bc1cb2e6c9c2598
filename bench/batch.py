"""How long `ai-prism review` takes over many files, one of them broken, and what it keeps busy.

The files are made up: 200 of five kinds, of a few paragraphs to a few pages. Another program, such
as the one of an earlier checkout, is measured on the same files, in turn with this one.

    make bench-batch [FILES=200] [AGAINST="program of another checkout"]
"""

import argparse
import ctypes
import os
import random
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from generated import sentence, write_docx, write_pdf

ROUNDS = 3
_PR_SET_CHILD_SUBREAPER = 36


class Run(NamedTuple):
    """One run over all files."""

    seconds: float
    processor_seconds: float
    exit: int
    reports: int
    complaints: str


def main() -> None:
    """Print a line for each program, and say what came of the broken file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--against", default="")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    wanted = parser.parse_args()
    # Processes that outlive who started them come to us, and what they took is counted.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    here = str(Path(sys.executable).with_name("ai-prism"))
    programs = {"this": [here]} | ({"other": shlex.split(wanted.against)} if wanted.against else {})
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), wanted.files)
        runs: dict[str, list[Run]] = {name: [] for name in programs}
        for _ in range(wanted.rounds):
            for name, program in programs.items():
                runs[name].append(run(program, folder))
    print(f"{wanted.files} files, one broken; {cores} cores; medians of {wanted.rounds}")
    print("program   wall s  processor s  cores kept busy  exit  reports  complaints")
    for name, made in runs.items():
        wall = statistics.median(one.seconds for one in made)
        used = statistics.median(one.processor_seconds for one in made)
        last = made[-1]
        print(
            f"{name:8}  {wall:6.1f}  {used:11.1f}  {used / wall:15.2f}  {last.exit:4}"
            f"  {last.reports:7}  {last.complaints}"
        )
    if "other" in runs:
        this, other = (statistics.median(r.seconds for r in runs[n]) for n in ("this", "other"))
        print(f"this takes {this / other:.2f} of the time of the other")


def write_files(folder: Path, count: int) -> None:
    """Write *count* different documents to *folder*, one of which cannot be read."""
    for number in range(count):
        path = folder / f"{number:03}"
        pages = 1 + number % 3
        match number % 5:
            case 0:
                write_docx(path.with_suffix(".docx"), pages)
            case 1:
                write_pdf(path.with_suffix(".pdf"), pages)
            case 2:
                path.with_suffix(".txt").write_text(words(number, pages))
            case 3:
                path.with_suffix(".md").write_text("# Plan\n\n" + words(number, pages))
            case _:
                paragraphs = words(number, pages).replace("\n\n", "</p><p>")
                path.with_suffix(".html").write_text(f"<h1>Plan</h1><p>{paragraphs}</p>")
    (folder / f"{count // 10 * 5:03}.docx").write_bytes(b"PK\x03\x04 nothing of use")


def words(seed: int, pages: int) -> str:
    """Return some *pages* of paragraphs."""
    source = random.Random(seed)
    return "\n\n".join(" ".join(sentence(source, 16) for _ in range(5)) for _ in range(5 * pages))


def run(program: list[str], folder: str) -> Run:
    """Review *folder* with *program* and return what it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    command = [*program, "review", folder, "--format", "json", "--fail-on", "high"]
    done = subprocess.run(command, capture_output=True, check=False)
    seconds = time.perf_counter() - begun
    with suppress(ChildProcessError):
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    complaints = done.stderr.decode().replace(f"{folder}/", "").strip()
    return Run(seconds, used, done.returncode, done.stdout.count(b"\n"), complaints)


if __name__ == "__main__":
    main()
