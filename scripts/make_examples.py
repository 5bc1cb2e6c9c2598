"""Build the example documents from scripts/examples/*.md; the same bytes each time.

The incident report becomes a Word file, the services contract a PDF. The design document is
Markdown as it stands, in src/ai_prism/examples.
"""

import sys
from pathlib import Path

from examples.pieces import pieces_of
from examples.printed import write_pdf
from examples.word import write_docx

SOURCES = Path(__file__).parent / "examples"
TARGET = Path(__file__).parent.parent / "src" / "ai_prism" / "examples"


def main(target: Path = TARGET) -> None:
    """Write both documents into the folder *target*."""
    report = pieces_of((SOURCES / "incident-report.md").read_text(encoding="utf-8"))
    write_docx(report, target / "incident-report.docx")
    contract = pieces_of((SOURCES / "services-contract.md").read_text(encoding="utf-8"))
    write_pdf(contract, target / "services-contract.pdf")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
