"""What it costs to put comments into a Word file, as its pages and the comments grow.

Usage: python bench/export.py [PAGES COMMENTS]...
"""

import statistics
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from ai_prism.core.exporters import EXPORTERS, Order
from ai_prism.core.model import (
    Anchor,
    Document,
    Finding,
    FindingKind,
    Level,
    PlaybookUsed,
    Receipt,
    Review,
    Risk,
)
from ai_prism.core.readers import read

_SIZES = [(30, 40), (300, 400), (300, 4000), (1200, 400)]
_WORDS_ON_A_PAGE = 450
_SENTENCE = (
    "The supplier keeps a record of every delivery and shows it to the customer on request. "
)
_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TIMES = 5


def main() -> None:
    """Print a line for each size: the median of some exports, and what they made."""
    numbers = [int(word) for word in sys.argv[1:]]
    sizes = list(zip(numbers[::2], numbers[1::2], strict=True)) or _SIZES
    print(f"{'pages':>6} {'comments':>9} {'seconds':>8} {'MB':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for pages, comments in sizes:
            path = Path(folder) / f"{pages}-{comments}.docx"
            _write(path, pages)
            review = _review(read(path), comments)
            seconds, size = _measured(path, review)
            print(f"{pages:>6} {comments:>9} {seconds:>8.2f} {size / 1e6:>6.2f}")


def _measured(path: Path, review: Review) -> tuple[float, int]:
    took, made = [], b""
    for _ in range(_TIMES):
        before = time.perf_counter()
        made = EXPORTERS["docx"].export(review, Order(original=path))
        took.append(time.perf_counter() - before)
    return statistics.median(took), len(made)


def _write(path: Path, pages: int) -> None:
    """Write a Word file of *pages*, in paragraphs of five runs, as Word leaves them."""
    paragraph_words = 5 * len(_SENTENCE.split())
    run = f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{_SENTENCE}</w:t></w:r>'
    plain = run.replace("<w:rPr><w:b/></w:rPr>", "")
    paragraph = f"<w:p>{plain * 2}{run}{plain * 2}</w:p>"
    body = paragraph * (pages * _WORDS_ON_A_PAGE // paragraph_words)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        archive.writestr(
            "word/document.xml", f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>"
        )


def _review(document: Document, comments: int) -> Review:
    """Return a review with *comments* spread over the text, each on eight words or so."""
    step = len(document.text) // comments
    findings = []
    for number in range(comments):
        start = number * step + number % 7
        anchor = Anchor(start=start, end=start + 50, quote=document.text[start : start + 50])
        findings.append(_finding(number, anchor))
    receipt = Receipt(
        ai_prism="", python="", playbook_sha256="", reviewer="none",
        started_at="2026-01-01T00:00:00+00:00", seconds={}, rules_run=1,
    )  # fmt: skip
    return Review(
        document=document,
        playbook=PlaybookUsed(name="bench", version="1"),
        sections=(),
        findings=tuple(findings),
        risk=Risk(level=Level.LOW, score=1),
        coverage=document.coverage,
        problems=(),
        receipt=receipt,
    )


def _finding(number: int, anchor: Anchor) -> Finding:
    return Finding(
        id=f"{number:012x}",
        fingerprint=f"{number:064x}",
        rule_id="a-rule",
        rule_version=1,
        kind=FindingKind.PROBLEM,
        category="bench",
        severity=Level.LOW,
        confidence=1.0,
        title="A title of some words",
        message="A message that says in a sentence what is the matter here.",
        why="A reason that is a sentence as well, of the usual length.",
        suggestion="What could be done instead, in one more sentence.",
        anchors=(anchor,),
    )


if __name__ == "__main__":
    main()
