"""Scanned pages: recognised by the real Tesseract where it is, listed as not read where not."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.errors import Cancelled, NoText
from ai_prism.core.progress import Event, Stage, StageReached
from ai_prism.core.readers import read, recognition
from ai_prism.core.readers.isolation import IsolatedReader
from ai_prism.core.sections import detect_sections
from support.documents import LINE, lines, together, write_pdf
from support.scans import need_tesseract, scanned
from support.waiting import until

PAGE = together(
    lines("Delivery plan", size=18, bold=True),
    lines(LINE, LINE, top=700),
    lines("Dates", top=650, size=11, bold=True),
    lines(LINE, LINE, LINE, top=620),
)


@pytest.fixture(autouse=True)
def _tesseract() -> None:
    need_tesseract()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return write_pdf(tmp_path / "scan.pdf", [scanned(PAGE, tmp_path)])


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    second = together(lines("Costs", size=18, bold=True), lines(LINE, LINE, top=700))
    return write_pdf(tmp_path / "mixed.pdf", [lines(LINE), scanned(second, tmp_path), lines(LINE)])


def test_a_scan_is_read_and_its_sections_are_found(scan: Path) -> None:
    document = read(scan)
    sections = detect_sections(document)

    assert LINE in document.text
    assert [(section.title, section.level) for section in sections] == [
        ("Delivery plan", 1),
        ("Dates", 2),
    ]
    assert all(document.text[s.start :].startswith(s.title) for s in sections)
    assert document.coverage.read == 1.0


def test_which_pages_were_recognised_is_said_with_how_surely(mixed: Path) -> None:
    document = read(mixed)

    [page] = document.coverage.recognised
    assert page.page == 2
    assert 0.8 < page.confidence <= 1
    assert [(p.code, p.where) for p in document.problems] == [("recognised", "page 2")]
    assert [block.page for block in document.blocks] == [1, 2, 2, 3]


def test_progress_tells_pages_done_and_that_scans_are_recognised(mixed: Path) -> None:
    told: list[Event] = []

    read(mixed, told.append)

    steps = [(e.stage, e.done, e.total) for e in told if isinstance(e, StageReached)]
    assert steps[-2:] == [(Stage.RECOGNISING, 2, 3), (Stage.RECOGNISING, 3, 3)]
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)


def test_a_printed_document_asks_for_no_recognition(tmp_path: Path) -> None:
    def never() -> None:
        pytest.fail("asked for")

    read(write_pdf(tmp_path / "printed.pdf", [PAGE]), find_recogniser=never)


def test_without_tesseract_the_pages_are_listed(
    mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    document = read(mixed)

    [missed] = document.coverage.not_read
    assert (missed.what, missed.where) == ("page", "page 2")
    assert "Tesseract" in missed.why
    assert document.coverage.recognised == ()


def test_without_tesseract_a_scan_has_no_text_and_is_told_how(
    scan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(NoText) as refused:
        read(scan)

    assert "Tesseract" in refused.value.advice


def _photograph(canvas: Canvas) -> None:
    shades = Image.radial_gradient("L").resize((600, 800))
    canvas.drawImage(ImageReader(shades), 50, 50, 500, 700)


def test_a_page_that_is_only_a_photograph_is_listed(tmp_path: Path) -> None:
    document = read(write_pdf(tmp_path / "a.pdf", [lines(LINE), _photograph]))

    assert [(part.what, part.where) for part in document.coverage.not_read] == [("page", "page 2")]


def test_an_empty_sheet_in_a_pile_of_scans_is_no_problem(tmp_path: Path) -> None:
    document = read(write_pdf(tmp_path / "a.pdf", [lines(LINE), scanned(lines(), tmp_path)]))

    assert document.problems == ()
    assert document.coverage.not_read == ()
    assert document.coverage.read == 1.0


@pytest.mark.parametrize(
    "script",
    [
        'test "$1" = --list-langs && exec echo "List:\neng"; exit 1',
        'test "$1" = --list-langs && exec echo "List:\neng"; exec echo "no hOCR"',
        "exec echo List:",
    ],
    ids=["dies", "says nothing of use", "knows no language"],
)
def test_a_page_that_fails_is_a_problem_and_the_rest_is_read(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    program = tmp_path / "bin" / "tesseract"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/bin:/usr/bin")

    document = read(mixed)

    assert [(p.code, p.where) for p in document.problems] == [("not_recognised", "page 2")]
    assert document.text.count(LINE) == 2


def test_pages_for_which_no_time_is_left_are_problems(mixed: Path) -> None:
    document = read(mixed, find_recogniser=partial(recognition.here, seconds=0))

    assert [(p.code, p.where) for p in document.problems] == [("not_recognised", "page 2")]


def test_findings_on_recognised_words_are_marked_and_less_sure(tmp_path: Path) -> None:
    page = lines("Terms", "The supplier delivers to [TO BE FILLED IN] by TBD.", size=12)
    printed = DocumentAnalyzer().analyze(write_pdf(tmp_path / "a.pdf", [page]))
    review = DocumentAnalyzer().analyze(
        write_pdf(tmp_path / "b.pdf", [scanned(page, tmp_path)]), name="b.pdf"
    )

    sure = {finding.rule_id: finding.confidence for finding in printed.findings if finding.anchors}
    marked = [finding for finding in review.findings if finding.anchors]
    assert marked
    assert all(anchor.recognised for finding in marked for anchor in finding.anchors)
    assert all(f.confidence < sure[f.rule_id] for f in marked if f.rule_id in sure)
    assert not review.is_clean


def test_spelling_is_not_checked_on_recognised_words(tmp_path: Path) -> None:
    page = lines("The comittee recieved the documnet and its accomodation.", size=12)
    kinds: list[set[str]] = []
    for name, drawing in (("printed", page), ("scan", scanned(page, tmp_path))):
        path = write_pdf(tmp_path / f"{name}-only.pdf", [drawing])
        kinds.append({f.source.name for f in DocumentAnalyzer().analyze(path).findings})

    assert "spelling" in kinds[0]
    assert "spelling" not in kinds[1]


def test_a_cancelled_recognition_leaves_no_process(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "scan.pdf", [scanned(PAGE, tmp_path)] * 20)
    isolated = IsolatedReader(memory_bytes=2 * 1024**3, seconds=100)

    with pytest.raises(Cancelled):
        isolated(path, _cancel_when(Stage.RECOGNISING), name="scan.pdf")

    until(lambda: not _running("tesseract", under=os.getpid()), what="its end")


def test_a_document_whose_scans_are_left_to_another_is_read_no_further(mixed: Path) -> None:
    leaving = IsolatedReader(memory_bytes=2 * 1024**3, seconds=100, leave_scans=True)
    told: list[Event] = []

    with pytest.raises(recognition.ScansFound):
        leaving(mixed, told.append, name="mixed.pdf")

    # The second of three pages is a scan.
    steps = [event for event in told if isinstance(event, StageReached)]
    assert steps == [StageReached(stage=Stage.READING, done=1, total=3)]


def test_nobody_is_waited_for_where_nothing_can_be_recognised(
    mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    document = read(mixed, find_recogniser=recognition.later)

    assert [part.where for part in document.coverage.not_read] == ["page 2"]


def _cancel_when(stage: Stage) -> Callable[[Event], None]:
    def progress(event: Event) -> None:
        if isinstance(event, StageReached) and event.stage is stage and event.done > 0:
            raise Cancelled("The review was cancelled.")

    return progress


def _running(name: str, *, under: int) -> list[int]:
    """Return the processes called *name* with the working folder and session of *under*."""
    session = os.getsid(under)
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_it = (folder / "comm").read_text().strip() == name
            if is_it and os.getsid(int(folder.name)) == session:
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found
