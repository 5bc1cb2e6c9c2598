"""What hostile files do to the reader: each is read in its process of its own, then reviewed.

Without a folder the files are made on the spot (`tests/support/hostile`), each with the codes that
are right for it; a listener waits for whoever follows a link. With a folder its files are read:
there every file may end in any code but a lost reader or a fault of ours.

    make hostile
    make hostile ONLY=pdf
    make hostile FILES=folder

Exit code 1 when a file ended otherwise than it should, took more than its memory or its time, when
a file turned up outside, or when anybody came to the listener.
"""

import argparse
import multiprocessing
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.errors import AnalysisFailed, PrismError, ReaderLost
from ai_prism.core.model import Document
from ai_prism.core.progress import Progress, ignore
from ai_prism.core.readers import identify
from ai_prism.core.readers.isolation import IsolatedReader
from ai_prism.settings import Settings
from support.hostile import CORPUS, READS, Case
from support.hostile.bait import Trap, trap

#: What a file may take: reading it, and with all that comes after; a service allows far more.
READING_SECONDS_LIMIT = 60.0
SECONDS_LIMIT = 120.0
_LOOK_SECONDS = 0.005


class Outcome(NamedTuple):
    """What came of one file."""

    key: str
    code: str
    expected: bool
    reading_seconds: float
    review_seconds: float
    peak_bytes: int

    @property
    def is_good(self) -> bool:
        """Whether it ended as it should, within its limits."""
        seconds = self.reading_seconds + self.review_seconds
        memory = self.peak_bytes <= Settings().reading_memory_bytes
        return self.expected and memory and seconds <= SECONDS_LIMIT


class Watched:
    """The isolated reader, which notes how long a child reads and how much memory it takes."""

    def __init__(self) -> None:
        """Read with the limits of a service that nobody has set otherwise."""
        settings = Settings()
        self._read = IsolatedReader(
            memory_bytes=settings.reading_memory_bytes, seconds=READING_SECONDS_LIMIT
        )
        self._read.warm_up()
        self.seconds = 0.0
        self.peak_bytes = 0

    def __call__(self, path: Path, progress: Progress = ignore, *, name: str) -> Document:
        """Return the document, as the isolated reader does."""
        self.seconds, self.peak_bytes = 0.0, 0
        began = time.perf_counter()
        try:
            with self._watching():
                return self._read(path, progress, name=name)
        finally:
            self.seconds = time.perf_counter() - began

    @contextmanager
    def _watching(self) -> Iterator[None]:
        done = threading.Event()

        def look() -> None:
            while not done.wait(_LOOK_SECONDS):
                for child in multiprocessing.active_children():
                    self.peak_bytes = max(self.peak_bytes, _peak_bytes(child.pid))

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()


def main() -> int:
    """Read all files and print what came of them."""
    options = _options()
    read = Watched()
    with tempfile.TemporaryDirectory() as folder, trap(Path(folder)) as bait:
        if options.files:
            outcomes = [
                _try(read, str(path), path, path.name, None, bait)
                for path in sorted(Path(options.files).rglob("*"))
                if path.is_file() and options.only in path.name
            ]
        else:
            outcomes = [
                _make_and_try(read, key, case, bait)
                for key, case in CORPUS.items()
                if options.only in key
            ]
        return _print_sum(outcomes, bait)


def _make_and_try(read: Watched, key: str, case: Case, bait: Trap) -> Outcome:
    path = bait.folder / "documents" / "document"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(case.make(bait))
    return _try(read, key, path, case.name, case.expects, bait)


def _try(
    read: Watched, key: str, path: Path, name: str, expects: frozenset[str] | None, bait: Trap
) -> Outcome:
    began = time.perf_counter()
    read.seconds, read.peak_bytes = 0.0, 0
    try:
        identify(path, name)
        review = DocumentAnalyzer(read=read).analyze(path, name=name)
        code = READS
        bait.search(key, review.document.text)
    except PrismError as error:
        code = error.code
    except Exception as error:  # noqa: BLE001 (a fault of ours is what is looked for)
        code = f"{AnalysisFailed.code}: {type(error).__name__}"
    wrong = {ReaderLost.code} if expects is None else set()
    expected = code in expects if expects else code not in wrong and ":" not in code
    rest = time.perf_counter() - began - read.seconds
    outcome = Outcome(key, code, expected, read.seconds, rest, read.peak_bytes)
    mark = " " if outcome.is_good else "!"
    print(
        f"{mark} {key[-60:]:60} {code:24} {read.seconds:7.2f} s {rest:7.2f} s"
        f" {read.peak_bytes / 1e6:7.0f} MB",
        flush=True,
    )
    return outcome


def _print_sum(outcomes: list[Outcome], bait: Trap) -> int:
    bad = [outcome for outcome in outcomes if not outcome.is_good]
    codes = Counter(outcome.code for outcome in outcomes)
    print(f"\nfiles                {len(outcomes)}")
    print(f"codes                {', '.join(f'{n} {code}' for code, n in codes.most_common())}")
    print(f"ended otherwise      {len(bad)} {[outcome.key for outcome in bad]}")
    print(
        f"largest reader       {max(o.peak_bytes for o in outcomes) / 1e6:.0f} MB"
        f" of {Settings().reading_memory_bytes / 1e6:.0f}"
    )
    print(
        f"longest              {max(o.reading_seconds for o in outcomes):.1f} s reading,"
        f" {max(o.review_seconds for o in outcomes):.1f} s the rest"
    )
    print(f"secrets let out      {len(bait.leaks)} {bait.leaks}")
    print(f"files outside        {len(bait.strays())} {bait.strays()}")
    print(f"outside connections  {len(bait.visits)} {bait.visits[:5]}")
    return 1 if bad or bait.leaks or bait.strays() or bait.visits else 0


def _peak_bytes(pid: int | None) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0  # it has just ended
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0")
    return int(line.split()[1]) * 1024


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", default="", help="a folder whose files are read instead")
    parser.add_argument("--only", default="", help="a part of the names of the files to read")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
