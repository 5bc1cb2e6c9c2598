"""Reviews of documents, one after the other or on all cores; none keeps another from its own."""

import io
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stderr
from pathlib import Path
from typing import Final

import click
import msgspec

from ai_prism.cli.outcome import Exit, guarded
from ai_prism.cli.progress_line import ProgressLine
from ai_prism.core import language
from ai_prism.core import playbook as playbooks
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.exporters import EXPORTERS, Order, text
from ai_prism.core.exporters.order import chosen
from ai_prism.core.model import Level, Party, Review
from ai_prism.core.processes import die_with_parent
from ai_prism.core.progress import Progress, ignore
from ai_prism.core.readers.isolation import IsolatedReader
from ai_prism.settings import Settings

#: So few are done before processes for them would have started.
_FEW: Final = 4


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What each document is to be reviewed with, and how reported."""

    playbook: str | None
    party: Party
    format_name: str
    order: Order
    threshold: Level | None  #: what ends with `Exit.FINDINGS`
    colour: bool = False
    previous: tuple[Review, ...] = ()  #: of earlier drafts
    is_of_one: bool = False  #: whether a single document is reviewed

    def earlier(self, name: str) -> Review | None:
        """Return the review of the earlier draft of the document called *name*.

        One document and one review belong together: drafts are often called differently.
        """
        if self.is_of_one and len(self.previous) == 1:
            return self.previous[0]
        return next((r for r in self.previous if r.document.name == name), None)


class Done(msgspec.Struct, frozen=True):
    """What came of one document."""

    exit: Exit
    report: bytes | None = None
    complaint: str = ""  #: what belongs on stderr


def reviewed(paths: Sequence[Path], wish: Wish) -> Iterator[tuple[Path, Done]]:
    """Return what came of each of *paths*, in their order, each as soon as it is known.

    Raises:
        PrismError: the playbook cannot be had.
    """
    playbook = playbooks.load(wish.playbook) if wish.playbook else None
    cores = len(os.sched_getaffinity(0))
    if len(paths) >= _FEW and cores > 1:
        return _in_processes(paths, wish, cores)
    return _in_turn(paths, wish, DocumentAnalyzer(playbook, party=wish.party))


def _in_turn(
    paths: Sequence[Path], wish: Wish, analyzer: DocumentAnalyzer
) -> Iterator[tuple[Path, Done]]:
    for path in paths:
        with ProgressLine(_name_of(path)) as progress:
            done = _review(analyzer, path, wish, progress)
        yield path, done


def _in_processes(paths: Sequence[Path], wish: Wish, cores: int) -> Iterator[tuple[Path, Done]]:
    """Yield what came of *paths*; the loss of a process costs no more than a new pool."""
    count = 0
    while count < len(paths):
        for path, done in _in_one_pool(paths, count, wish, cores):
            yield path, done
            count += 1


def _in_one_pool(
    paths: Sequence[Path], first: int, wish: Wish, cores: int
) -> Iterator[tuple[Path, Done]]:
    """Yield what came of *paths* from *first* on, the last of them one that a process died on."""
    with _pool(wish, min(cores, len(paths) - first)) as pool:
        futures: list[Future[Done]] = [
            pool.submit(_review_in_child, path) for path in paths[first:]
        ]
        try:
            for number, future in enumerate(futures, start=first):
                path = paths[number]
                with ProgressLine(
                    f"{number} of {len(paths)} documents, now {_name_of(path)}"
                ) as line:
                    line.draw()
                    done = _result_of(future)
                if done is None:
                    break
                yield path, done
            else:
                return
        except BaseException:
            # Interrupted, or nobody reads any more: what is under way is of no use.
            for child in multiprocessing.active_children():
                child.terminate()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    yield path, _review_alone(path, wish)


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
    playbook = playbooks.load(wish.playbook) if wish.playbook else None
    limits = Settings()
    read = IsolatedReader(
        memory_bytes=limits.reading_memory_bytes, seconds=limits.review_limit_seconds
    )
    language.keep_spare()  # one starts while the document before is looked at
    _worker = DocumentAnalyzer(playbook, read=read, party=wish.party), wish


def _review_in_child(path: Path) -> Done:
    assert _worker is not None  # noqa: S101 (the pool's initializer has run)
    said = io.StringIO()
    with redirect_stderr(said):
        done = _review(_worker[0], path, _worker[1], ignore)
    return msgspec.structs.replace(done, complaint=said.getvalue())


def _review(analyzer: DocumentAnalyzer, path: Path, wish: Wish, progress: Progress) -> Done:
    """Review one document; whatever goes wrong with it must not keep the others from theirs."""
    reports: list[bytes] = []

    def analyze_and_report() -> Exit:
        name = _name_of(path)
        result = analyzer.analyze(path, progress, name=name, earlier=wish.earlier(name))
        reports.append(_report(result, wish, path))
        return _exit_of(result, wish.threshold)

    code = guarded(analyze_and_report, path)
    return Done(code, reports[0] if reports else None)


def _name_of(path: Path) -> str:
    return click.format_filename(path.name)  # a name need not be text; what is reported must


def _report(result: Review, wish: Wish, path: Path) -> bytes:
    if wish.colour:
        return text.export(chosen(result, wish.order.include), colour=True)
    order = msgspec.structs.replace(wish.order, original=path)
    return EXPORTERS[wish.format_name].export(result, order)


def _exit_of(result: Review, threshold: Level | None) -> Exit:
    if threshold is None:
        return Exit.DONE
    if any(finding.severity.rank <= threshold.rank for finding in result.findings):
        return Exit.FINDINGS
    # Who asks for a gate must not be let through by what nobody looked at.
    return Exit.NOT_REVIEWED if result.problems else Exit.DONE
