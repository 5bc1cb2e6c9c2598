"""What the service's memory and its database do over many documents: a real service.

Small Word, Markdown and PDF files, no two alike, are uploaded and reviewed by a worker with two
slots. Now and then, when nothing is running, the memory of each process is read: its
own and its share of what it has in common with others (PSS).

    make bench-soak DOCUMENTS=1000

Celery is told not to renew the pool's process after so many tasks or so much memory, which it does
as people run it and which would hide what grows. Exit code 1 when the worker's memory after all
documents is more than 5 % above that after the first 100.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import docx
import sqlalchemy as sa
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from ai_prism import celery_app, examples
from ai_prism.core import readers
from ai_prism.storage.tables import FINAL, State, reviews
from support.processes import children, command, descendants
from support.service import Service
from support.waiting import until

ALLOWED_GROWTH: Final = 0.05
ROUND_SECONDS: Final = 900.0
SLOTS: Final = 2
WORKER: Final = "worker, all"
_LOOK_SECONDS: Final = 1.0
_STILL_BYTES: Final = 1_000_000  #: less than this from look to look: nothing is going on any more

#: What the worker and its own consist of, by a word in their command lines; the first that fits.
WORKER_PARTS: Final = {
    "server of readers": "multiprocessing.forkserver",
    "tracker": "multiprocessing.resource_tracker",
    "language": "core.language.linting",
    "pool processes": "",
}

Text = tuple[str, list[str]]  #: a heading and the paragraphs under it


def main() -> int:
    """Run the soak and print a line for every hundred documents."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "service")
        try:
            soak = Soak(service)
            return soak.run(options.documents, options.round)
        finally:
            service.stop()


class Soak:
    """A service under way, and how large its parts are."""

    def __init__(self, service: Service) -> None:
        """Start *service* with two slots."""
        self._service = service
        service.start(slots=0)
        self._worker = service.run([sys.executable, __file__, "--worker"])
        service.wait_until_ready()
        self._memory: list[dict[str, int]] = []  #: bytes of each part, look by look
        self._pools: set[int] = set()

    def run(self, count: int, step: int) -> int:
        """Return 0 when the worker's memory stays level over *count* documents.

        It is looked at after every *step*.
        """
        papers = documents()
        with self._service.client() as client:
            for done in range(step, count + 1, step):
                for _ in range(step):
                    client.upload(next(papers))
                until(lambda: self._waiting() == 0, ROUND_SECONDS, "the reviews of a round")
                self._settle()
                self._memory.append(self._sizes())
                self._print_look(done)
        return self._print_sum()

    def _waiting(self) -> int:
        return self._count(reviews.c.state.not_in(FINAL))

    def _count(self, which: sa.ColumnElement[bool]) -> int:
        engine = sa.create_engine(self._service.settings.database)
        with closing(engine.connect()) as connection:
            count = connection.scalar(sa.select(sa.func.count()).where(which)) or 0
        engine.dispose()
        return count

    def _settle(self) -> None:
        """Wait until what is loaded ahead of the next document is there."""
        before = 0
        while abs((now := sum(self._sizes().values())) - before) > _STILL_BYTES:
            before = now
            time.sleep(_LOOK_SECONDS)

    def _sizes(self) -> dict[str, int]:
        """Return the bytes of each part of the service."""
        worker = self._worker.pid
        sizes = {"worker, parent": _own_bytes(worker)} | dict.fromkeys(WORKER_PARTS, 0)
        for pid in descendants(worker):
            line = command(pid)
            part = next(name for name, word in WORKER_PARTS.items() if word in line)
            sizes[part] += _own_bytes(pid)
            if part == "pool processes":
                self._pools.add(pid)
        sizes[WORKER] = sum(sizes.values())
        others = [pid for pid in children(os.getpid()) if pid != worker]
        for name, word in {"web": "ai_prism web", "redis": "redis-server"}.items():
            roots = [pid for pid in others if word in command(pid)]
            sizes[name] = sum(_own_bytes(p) for root in roots for p in (root, *descendants(root)))
        data = self._service.settings.data_path
        sizes["database"] = sum(path.stat().st_size for path in data.glob("ai-prism.db*"))
        return sizes

    def _print_look(self, done: int) -> None:
        now = self._memory[-1]
        if len(self._memory) == 1:
            print("documents", *now, "(MB)", sep="  ")
        sizes = (f"{size / 1e6:{len(name)}.1f}" for name, size in now.items())
        print(f"{done:9}", *sizes, sep="  ", flush=True)

    def _print_sum(self) -> int:
        first, last = self._memory[0], self._memory[-1]
        growth = (f"{last[name] / first[name] - 1:+{len(name)}.1%}" for name in first)
        print("growth   ", *growth, sep="  ")
        ended = {str(state): self._count(reviews.c.state == state) for state in State}
        print("ended", {state: count for state, count in ended.items() if count})
        print(f"pool processes used: {len(self._pools)} ({SLOTS}: none was renewed)")
        return 1 if last[WORKER] > first[WORKER] * (1 + ALLOWED_GROWTH) else 0


def documents() -> Iterator[Path]:
    """Yield files of the three kinds in turn, each in the same place, for ever."""
    write: Sequence[Callable[[Path, list[Text]], None]] = (_write_md, _write_docx, _write_pdf)
    sources = _paragraphs()
    number = 0
    with tempfile.TemporaryDirectory() as folder:
        while True:
            kind = write[number % len(write)]
            path = Path(folder, f"paper-{number}").with_suffix(
                kind.__name__.replace("_write_", ".")
            )
            kind(path, _text(sources, random.Random(number)))
            yield path
            path.unlink()
            number += 1


def _paragraphs() -> list[str]:
    papers = [readers.read(examples.path(example.name)) for example in examples.EXAMPLES]
    return [
        paper.text[block.start : block.end]
        for paper in papers
        for block in paper.blocks
        if block.end - block.start > 60
    ]


def _text(sources: list[str], chance: random.Random) -> list[Text]:
    return [
        (
            f"{number} {_new_word(chance).capitalize()} and {_new_word(chance)}",
            [f"{text} The {_new_word(chance)} has it." for text in chance.sample(sources, 3)],
        )
        for number in range(1, chance.randint(3, 6))
    ]


def _new_word(chance: random.Random) -> str:
    return "".join(chance.choice("bdfglmnprst") + chance.choice("aeiou") for _ in range(4))


def _write_md(path: Path, text: list[Text]) -> None:
    parts = [f"## {heading}\n\n" + "\n\n".join(under) for heading, under in text]
    path.write_text("# A paper\n\n" + "\n\n".join(parts) + "\n")


def _write_docx(path: Path, text: list[Text]) -> None:
    paper = docx.Document()
    for heading, under in text:
        paper.add_heading(heading, 1)
        for paragraph in under:
            paper.add_paragraph(paragraph)
    paper.save(str(path))


def _write_pdf(path: Path, text: list[Text]) -> None:
    styles = getSampleStyleSheet()
    story = []
    for heading, under in text:
        story.append(Paragraph(heading, styles["Heading1"]))
        story += [Paragraph(paragraph.replace("<", " "), styles["BodyText"]) for paragraph in under]
    SimpleDocTemplate(str(path)).build(story)


def _own_bytes(pid: int) -> int:
    """Return the memory of *pid*: its own, and its share of what others have as well."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it has just ended
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _run_worker() -> None:
    """Run the worker as `ai-prism worker` does, but for renewing its pool's processes."""
    from ai_prism.cli.service import worker

    configure = celery_app.configure

    def configure_without_renewing(settings: object) -> None:
        configure(settings)  # type: ignore[arg-type]
        limits = ("worker_max_tasks_per_child", "worker_max_memory_per_child")
        celery_app.app.conf.update(dict.fromkeys(limits))

    celery_app.configure = configure_without_renewing
    worker([f"--slots={SLOTS}"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--round", type=int, default=100, help="documents between two looks")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    if _options().worker:
        _run_worker()
    else:
        sys.exit(main())
