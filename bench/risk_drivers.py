"""The top drivers of risk of the examples and of other documents, as the page shows them.

Prints a table for `docs/explanation/how-good-the-risk-levels-are.md`; with `--write` it is put
there, between its marks.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ai_prism import examples
from ai_prism.core.document_analyzer import DocumentAnalyzer
from ai_prism.core.model import Review

_PAGE: Final = (
    Path(__file__).parents[1] / "docs" / "explanation" / "how-good-the-risk-levels-are.md"
)
_BEGIN, _END = "<!-- drivers -->\n", "<!-- /drivers -->\n"
_SHOWN: Final = 3


def main() -> None:
    """Print the table, and write it into the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=Path, nargs="*", help="documents beside the examples")
    parser.add_argument("--write", action="store_true", help="put it into the page")
    arguments = parser.parse_args()
    paths = [*(examples.path(example.name) for example in examples.EXAMPLES), *arguments.documents]
    table = "".join(f"{line}\n" for line in _table(paths))
    print(table, end="")
    if arguments.write:
        before, _, rest = _PAGE.read_text(encoding="utf-8").partition(_BEGIN)
        after = rest.partition(_END)[2]
        _PAGE.write_text(f"{before}{_BEGIN}{table}{_END}{after}", encoding="utf-8")


def _table(paths: Sequence[Path]) -> Iterator[str]:
    yield "| document | playbook | risk | top drivers |"
    yield "| --- | --- | --- | --- |"
    for path in paths:
        review = DocumentAnalyzer().analyze(path)
        risk = f"{review.risk.level}, {review.risk.score}"
        yield f"| {path.name} | {review.playbook.name} | {risk} | {_drivers(review)} |"


def _drivers(review: Review) -> str:
    shown = review.risk.drivers[:_SHOWN]
    return "; ".join(f"{driver.title} ({driver.share:.0%})" for driver in shown) or "none"


if __name__ == "__main__":
    main()
