"""Reading by other tools, beside our reading and our whole review by rules."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from generated import write_docx, write_pdf
from peers import PEERS, PeerFailed, Running, Unavailable

from ai_prism.core import checks, playbook, readers
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.rules import BaseRule
from ai_prism.core.sections import detect_sections
from speed import Table

_PAGES = 60
_ROUNDS = 3
#: What stands in a cell of the table of a tool that failed, in characters.
_MESSAGE = 80
_FORMS = {"docx": (write_docx, "docx"), "pdf": (write_pdf, "pdf-lo")}
_PEERS = (
    "markitdown",
    "unstructured",
    "pymupdf4llm",
    "opendataloader",
    "pandoc",
    "mammoth",
    "python_docx",
    "kreuzberg",
    "liteparse",
    "pypdfium2",
)


def measure() -> Table:
    """Return pages a second of each tool and form, on one core, the documents being warm."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for form, (write, kind) in _FORMS.items():
            path = Path(folder, f"paper.{form}")
            write(path, _PAGES)
            rows += [[form, name, what, pace] for name, what, pace in _ours(path)]
            rows += [[form, name, what, pace] for name, what, pace in _theirs(path, kind)]
    return Table(
        "Reading",
        f"{_PAGES} pages, in one process, medians of {_ROUNDS} after one to warm up. Raw pdfium "
        "(pypdfium2) gives the characters and no more; kreuzberg and liteparse are written in "
        "Rust. Docling needs weights from a network and does not run without one.",
        ("form", "tool", "what it does", "pages/s"),
        rows,
    )


def _ours(path: Path) -> list[tuple[str, str, str]]:
    standard = _without_language(playbook.load("general"))
    return [
        ("ours", "reading", _pace(lambda: readers.read(path))),
        ("ours", "reading and sections", _pace(lambda: detect_sections(readers.read(path)))),
        (
            "ours",
            "the whole review by rules: reading, sections, checks, risk",
            _pace(lambda: DocumentAnalyzer(standard).analyze(path)),
        ),
    ]


def _without_language(standard: playbook.Playbook) -> playbook.Playbook:
    import msgspec

    rules: tuple[BaseRule, ...] = tuple(
        rule for rule in standard.rules if rule.id not in checks.BY_LANGUAGE
    )
    return msgspec.structs.replace(standard, rules=rules)


def _pace(work: Callable[[], object]) -> str:
    work()
    taken = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return f"{_PAGES / median(taken):,.1f}"


def _theirs(path: Path, kind: str) -> list[tuple[str, str, str]]:
    rows = []
    for name in _PEERS:
        if kind not in PEERS[name].forms:
            continue
        try:
            peer = Running(name)
        except Unavailable as error:
            rows.append((name, str(error), "–"))
            continue
        try:
            readings = [peer.read(path) for _ in range(_ROUNDS + 1)][1:]
            # Unstructured without its language models finds nothing, fast.
            if not readings[0].text.strip():
                raise PeerFailed("it found no text")
            taken = median(reading.clock for reading in readings)
            rows.append((peer.version, "reading", f"{_PAGES / taken:,.1f}"))
        except PeerFailed as error:
            rows.append((name, f"failed: {error}"[:_MESSAGE], "–"))
        finally:
            peer.close()
    return rows
