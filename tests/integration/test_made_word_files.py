"""Word files made from the text of others: programs open them, comments stand on the words."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from docx import Document as WordDocument

from ai_prism.core.exporters import EXPORTERS, Order
from ai_prism.core.model import BlockKind, Review
from ai_prism.core.readers import read
from ai_prism.core.readers.identification import WORD
from support.documents import SAMPLES
from support.tools import need
from support.word_comments import (
    all_sorts_of_findings,
    bare,
    comments_in,
    said_in_ranges,
    words_of,
)
from support.word_files import convert

STRUCTURED = """# Plan

1. one
2. two `code`
   - below

more

7) seven
8) eight

a. a letter, which Word is not asked to count

> They said so.

| item | price |
|---|---|
| pen | 2 |

| other | table |
|---|---|

```
if so:
    stop
```

## Dates

The end[^1].

[^1]: Of the plan.
"""
#: Pictures need a program to be read; Word and PDF come back as themselves.
KINDS = [
    kind
    for kind in SAMPLES
    if EXPORTERS["docx"].suits(kind) and kind != WORD and not kind.startswith("image/")
]


class Made(NamedTuple):
    path: Path
    review: Review


def made_of(source: Path) -> Made:
    review = all_sorts_of_findings(read(source))
    path = source.with_name(f"{source.name}-review.docx")
    path.write_bytes(EXPORTERS["docx"].export(review, Order(original=source)))
    return Made(path, review)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    folder = tmp_path_factory.mktemp("made")
    (folder / "structured.md").write_text(STRUCTURED)
    sources = {"structured": folder / "structured.md"}
    for kind in KINDS:
        name, write = SAMPLES[kind]
        write(folder / name)
        sources[kind] = folder / name
    return {name: made_of(path) for name, path in sources.items()}


NAMES = ["structured", *KINDS]


@pytest.mark.parametrize("name", NAMES)
def test_each_range_reads_exactly_its_quote(files: dict[str, Made], name: str) -> None:
    path, review = files[name]
    ours = comments_in(path)
    quotes = {f.id: f.anchors[0].quote for f in review.findings if f.anchors}

    said = dict(said_in_ranges(path))

    assert len(said) == len(quotes) == len(ours) - 1
    for id_, words in said.items():
        assert bare(words) == bare(quotes[words_of(ours[id_])[-1].split(" · ")[2]])


@pytest.mark.parametrize("name", NAMES)
def test_python_docx_and_our_reader_find_the_words(files: dict[str, Made], name: str) -> None:
    path, review = files[name]
    WordDocument(str(path))

    again = read(path)

    # A number that Word is not asked to count is typed.
    typed = [b.number for b in review.document.blocks if b.kind is BlockKind.FOOTNOTE]
    text = again.text
    for number in typed:
        text = text.replace(f"{number}\t", "", 1)
    assert bare(text) == bare(review.document.text)


def test_structure_stays(files: dict[str, Made]) -> None:
    path, _ = files["structured"]
    word = WordDocument(str(path))
    again = read(path)

    headings = [(p.style.name, p.text) for p in word.paragraphs if "Heading" in p.style.name]
    assert headings == [("Heading 1", "Plan"), ("Heading 2", "Dates")]
    items = [b for b in again.blocks if b.kind is BlockKind.LIST_ITEM]
    assert [(b.level, b.number) for b in items] == [
        (1, "1."),
        (1, "2."),
        (2, "•"),
        (1, "7)"),
        (1, "8)"),
    ]
    tables = [[[cell.text for cell in row.cells] for row in t.rows] for t in word.tables]
    assert tables == [[["item", "price"], ["pen", "2"]], [["other", "table"]]]
    assert [p.text for p in word.paragraphs if p.style.name == "Code"] == ["if so:\n    stop"]
    code = [r.text for p in word.paragraphs for r in p.runs if r.style.name == "Code Words"]
    assert "".join(code) == "code"


def test_the_top_says_what_it_is_made_from(files: dict[str, Made]) -> None:
    path, _ = files["structured"]

    said = ["\n".join(words_of(comment)) for comment in comments_in(path).values()]

    assert any("Made from the text of “structured.md”" in words for words in said)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_review_gives_the_same_bytes(files: dict[str, Made], name: str) -> None:
    path, review = files[name]

    assert EXPORTERS["docx"].export(review, Order()) == path.read_bytes()


def test_a_table_wider_than_word_allows_keeps_all_its_words(tmp_path: Path) -> None:
    wide = tmp_path / "wide.md"
    cells = [f"c{n}" for n in range(70)]
    wide.write_text(f"| {' | '.join(cells)} |\n{'|---' * 70}|\n")

    path, review = made_of(wide)

    (row,) = WordDocument(str(path)).tables[0].rows
    assert len(row.cells) == 63
    assert bare(read(path).text) == bare(review.document.text)


def test_libreoffice_finds_every_word_and_comment(files: dict[str, Made], tmp_path: Path) -> None:
    need(shutil.which("soffice"), "LibreOffice")

    convert([made.path for made in files.values()], "fodt:OpenDocument Text Flat XML", tmp_path)

    for name, made in files.items():
        converted = tmp_path / made.path.with_suffix(".fodt").name
        found = converted.read_text().count("<office:annotation ")
        assert found == len(comments_in(made.path)), name
        assert set(made.review.document.text.split()) <= set(read(converted).text.split()), name
