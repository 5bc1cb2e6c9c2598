"""A document is read in a process of its own, and takes nobody along when that dies."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing import forkserver
from pathlib import Path

import pytest

from ai_prism import examples
from ai_prism.core import readers
from ai_prism.core.errors import Cancelled, Corrupt, ReaderLost
from ai_prism.core.isolation import _do_and_send
from ai_prism.core.progress import Event, StageReached
from ai_prism.core.readers.isolation import IsolatedReader
from support.documents import lines, write_pdf

MEMORY_BYTES = 2 * 1024**3


@pytest.fixture(scope="module")
def read() -> IsolatedReader:
    return IsolatedReader(memory_bytes=MEMORY_BYTES, seconds=30)


@pytest.fixture
def long_document(tmp_path: Path) -> Path:
    path = tmp_path / "long.md"
    path.write_text("# Part\n\nA sentence of some words.\n\n" * 20_000)
    return path


@pytest.fixture(scope="module")
def many_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF that is still being read when the first of its pages is told."""
    page = lines(*["A line of some words, and of some more of them."] * 40)
    return write_pdf(tmp_path_factory.mktemp("pdf") / "many.pdf", [page] * 300)


@pytest.mark.parametrize("name", [example.name for example in examples.EXAMPLES])
def test_it_reads_what_a_direct_reading_reads(read: IsolatedReader, name: str) -> None:
    path = examples.path(name)
    told: list[Event] = []
    told_directly: list[Event] = []

    document = read(path, told.append, name=name)

    assert document == readers.read(path, told_directly.append, name=name)
    assert told[-1] == told_directly[-1]
    assert isinstance(told[-1], StageReached)


def test_a_refusal_comes_back_as_the_same_error(read: IsolatedReader, tmp_path: Path) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing that a PDF needs\n")

    with pytest.raises(Corrupt) as isolated:
        read(path, name="broken.pdf")
    with pytest.raises(Corrupt) as direct:
        readers.read(path, name="broken.pdf")

    assert isolated.value.message == direct.value.message


def _kill_at_first_word(times: int) -> Callable[[Event], None]:
    """Return a progress that kills the reading process, the first so many *times*."""
    left = [times]

    def progress(event: Event) -> None:
        if left[0]:
            left[0] -= 1
            for child in multiprocessing.active_children():
                child.kill()
                child.join()

    return progress


def test_a_reader_that_dies_once_is_given_a_second_try(
    read: IsolatedReader, many_pages: Path
) -> None:
    document = read(many_pages, _kill_at_first_word(times=1), name="many.pdf")

    assert document == readers.read(many_pages)


def test_a_reader_that_dies_again_is_an_error_with_a_code(
    read: IsolatedReader, many_pages: Path
) -> None:
    with pytest.raises(ReaderLost) as lost:
        read(many_pages, _kill_at_first_word(times=2), name="many.pdf")

    assert lost.value.code == "reader_lost"


def test_a_killed_server_of_readers_is_started_again_and_not_the_documents_fault(
    read: IsolatedReader, tmp_path: Path
) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Plan\n\nWe plan.\n")
    read(path, name="a.md")

    for _ in range(3):
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)

        assert read(path, name="a.md") == readers.read(path)


def test_a_document_that_eats_memory_is_refused(long_document: Path) -> None:
    with_little = IsolatedReader(memory_bytes=96 * 1024**2, seconds=30)

    with pytest.raises(ReaderLost):
        with_little(long_document, name="long.md")


def test_a_document_that_takes_too_long_is_refused(long_document: Path) -> None:
    in_no_time = IsolatedReader(memory_bytes=MEMORY_BYTES, seconds=0)

    with pytest.raises(ReaderLost, match="longer"):
        in_no_time(long_document, name="long.md")


def test_a_cancelled_reading_ends_its_process(read: IsolatedReader) -> None:
    def cancel(event: Event) -> None:
        raise Cancelled("The review was cancelled.")

    with pytest.raises(Cancelled):
        read(examples.path("services-contract.pdf"), cancel, name="services-contract.pdf")

    assert multiprocessing.active_children() == []


def _nothing(*, seconds: int, progress: object) -> bytes:
    return b""


def test_a_child_whose_caller_is_gone_ends_without_a_word() -> None:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    ours.close()

    child = context.Process(target=_do_and_send, args=(theirs, _nothing, (), (MEMORY_BYTES, 60)))
    child.start()
    theirs.close()
    child.join()

    assert child.exitcode == 0
