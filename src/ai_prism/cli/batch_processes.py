"""Reviews on all cores: a process for each, which reviews one document after the other."""

import io
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stderr
from pathlib import Path
from typing import Final

import msgspec

from ai_prism.cli.outcome import Exit
from ai_prism.cli.progress_line import BatchLine
from ai_prism.cli.single import (
    Done,
    Wish,
    analyzer_for,
    isolated_reader,
    name_of,
    review_one,
)
from ai_prism.core import language
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.processes import die_with_parent
from ai_prism.core.progress import ignore

#: How often the line with the time left is drawn while no document ends.
_TICK_SECONDS: Final = 1.0


def in_processes(paths: Sequence[Path], wish: Wish, cores: int) -> Iterator[tuple[Path, Done]]:
    """Yield what came of *paths*; the loss of a process costs no more than a new pool."""
    count = 0
    line = BatchLine(len(paths))
    while count < len(paths):
        for path, done in _in_one_pool(paths, count, wish, cores, line):
            yield path, done
            count += 1


def _in_one_pool(
    paths: Sequence[Path], first: int, wish: Wish, cores: int, line: BatchLine
) -> Iterator[tuple[Path, Done]]:
    """Yield what came of *paths* from *first* on, the last of them one that a process died on."""
    size = min(cores, len(paths) - first)
    with _pool(wish, size) as pool:
        run = _Run(pool, paths[first:], size, line)
        try:
            for path, future in run.in_order():
                done = _result_of(future)
                if done is None:
                    break
                yield path, done
            else:
                return
        except BaseException:
            # Interrupted, or nobody reads any more: what is under way is of no use. Waiting for
            # the pool takes no time then; left to the end of the program, Python 3.11 may fail.
            for child in multiprocessing.active_children():
                child.terminate()
            pool.shutdown(cancel_futures=True)
            raise
    yield path, _review_alone(path, wish)


class _Run:
    """Documents under way in a pool, which begins them in their order."""

    def __init__(
        self, pool: ProcessPoolExecutor, paths: Sequence[Path], size: int, line: BatchLine
    ) -> None:
        self._waiting = deque((path, pool.submit(_review_in_child, path)) for path in paths)
        self._running: dict[Future[Done], Path] = {}
        self._size = size
        self._line = line

    def in_order(self) -> Iterator[tuple[Path, Future[Done]]]:
        """Yield each document when it is done; the line is there only while we wait."""
        for path, future in tuple(self._waiting):
            with self._line:
                while True:
                    self._count()
                    if future.done():
                        break
                    wait(self._running, _TICK_SECONDS, FIRST_COMPLETED)
            yield path, future

    def _count(self) -> None:
        """Tell the line what is done and what has been begun instead."""
        done = [future for future in self._running if future.done()]
        for future in done:
            del self._running[future]
        self._line.done += len(done)
        while self._waiting and len(self._running) < self._size:
            path, future = self._waiting.popleft()
            self._running[future] = path
        self._line.draw([name_of(path) for path in self._running.values()])


def _pool(wish: Wish, size: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        size,
        # Forked processes would share what a terminal or a test has open in this one.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(wish,),
    )


def _result_of(future: Future[Done]) -> Done | None:
    """Return the result of *future*; None where a process of its pool has died."""
    try:
        return future.result()
    except BrokenProcessPool:
        return None


def _review_alone(path: Path, wish: Wish) -> Done:
    """Review *path* once more, where only itself can have ended the process."""
    with _pool(wish, 1) as pool:
        done = _result_of(pool.submit(_review_in_child, path))
    words = f"ai-prism: {path}: The process that reviewed this document ended on it.\n"
    return done or Done(Exit.NOT_REVIEWED, complaint=words)


#: In a child: what it reviews with, made once.
_worker: tuple[DocumentAnalyzer, Wish] | None = None


def _begin(wish: Wish) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    die_with_parent()
    language.keep_loaded()
    _worker = analyzer_for(wish, isolated_reader()), wish


def _review_in_child(path: Path) -> Done:
    assert _worker is not None  # noqa: S101 (the pool's initializer has run)
    said = io.StringIO()
    with redirect_stderr(said):
        done = review_one(_worker[0], path, _worker[1], ignore)
    return msgspec.structs.replace(done, complaint=said.getvalue())
