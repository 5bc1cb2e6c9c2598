"""Word files with our comments: others open them, the words are the author's, ours are in place."""

import shutil
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from docx import Document as WordDocument
from lxml import etree

from ai_prism.core.exporters import EXPORTERS, Order
from ai_prism.core.model import BlockKind, Review
from ai_prism.core.readers import read
from support.tools import need
from support.word_comments import (
    NS,
    all_sorts_of_findings,
    bare,
    comments_in,
    said_in_ranges,
    tree_of,
    words_of,
)
from support.word_files import BUILDERS, SOURCES, convert

TOUCHED = {
    "[Content_Types].xml",
    "word/document.xml",
    "word/comments.xml",
    "word/commentsExtended.xml",
    "word/_rels/document.xml.rels",
}
NAMES = [*BUILDERS, *SOURCES]
#: python-docx opens neither the strict form nor a file without relations.
NOT_FOR_PYTHON_DOCX = ("strict", "bare")
#: LibreOffice opens no file without relations; and 7.4 drops what stands before a comment in a
#: content control that holds paragraphs, whoever wrote the comment.
NOT_FOR_LIBREOFFICE = {"bare", "block control"}


class Pair(NamedTuple):
    original: Path
    copy: Path
    review: Review


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pair]:
    """Each file with its copy, which has comments on all sorts of words."""
    need(shutil.which("soffice"), "LibreOffice")
    folder = tmp_path_factory.mktemp("word")
    originals = {name: folder / f"{place}.docx" for place, name in enumerate(BUILDERS)}
    for name, path in originals.items():
        BUILDERS[name](path)
    sources = [folder / name for name in SOURCES]
    for path in sources:
        SOURCES[path.name](path)
    convert([path for path in sources if path.suffix != ".html"], "docx:MS Word 2007 XML", folder)
    convert([folder / "html.html"], "odt:writer8", folder)
    (folder / "html.odt").rename(folder / "web.odt")
    convert([folder / "web.odt"], "docx:MS Word 2007 XML", folder)
    originals |= {name: folder / f"{Path(name).stem}.docx" for name in SOURCES}
    (folder / "web.docx").rename(originals["html.html"])
    return {name: _pair(path) for name, path in originals.items()}


def _pair(path: Path) -> Pair:
    review = all_sorts_of_findings(read(path))
    copy = path.with_name(f"{path.stem}-copy.docx")
    copy.write_bytes(EXPORTERS["docx"].export(review, Order(original=path)))
    return Pair(path, copy, review)


@pytest.mark.parametrize("name", NAMES)
def test_each_range_reads_exactly_its_quote(pairs: dict[str, Pair], name: str) -> None:
    pair = pairs[name]
    ours = {
        id_: c for id_, c in comments_in(pair.copy).items() if c.get(NS + "author") == "AI-Prism"
    }
    heads = [b for b in pair.review.document.blocks if b.kind is BlockKind.FURNITURE]
    anchors = {f.id: f.anchors[0] for f in pair.review.findings if f.anchors}
    # Word lets no comment stand in a running head: those are told at the top.
    quotes = {
        id_: anchor.quote
        for id_, anchor in anchors.items()
        if not any(head.start <= anchor.start and anchor.end <= head.end for head in heads)
    }

    said = {id_: words for id_, words in said_in_ranges(pair.copy) if id_ in ours}

    exact = 0
    for id_, words in said.items():
        lines = words_of(ours[id_])
        quote = quotes[lines[-1].split(" · ")[2]]
        # Where Word lets no comment begin, the comment says so by quoting the words itself.
        if not any(line.startswith("On: ") for line in lines):
            assert bare(words) == bare(quote)
            exact += 1
    assert len(said) == len(quotes)
    assert exact >= len(quotes) / 3


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_FOR_PYTHON_DOCX])
def test_python_docx_opens_it_and_reads_the_same(pairs: dict[str, Pair], name: str) -> None:
    original, copy, _ = pairs[name]

    before = [p.text for p in WordDocument(str(original)).paragraphs]

    assert [p.text for p in WordDocument(str(copy)).paragraphs] == before


@pytest.mark.parametrize("name", NAMES)
def test_our_own_reader_reads_the_same_text(pairs: dict[str, Pair], name: str) -> None:
    assert read(pairs[name].copy).text == pairs[name].review.document.text


def test_libreoffice_reads_the_same_text(
    pairs: dict[str, Pair], tmp_path: Path, subtests: pytest.Subtests
) -> None:
    openable = {name: pair for name, pair in pairs.items() if name not in NOT_FOR_LIBREOFFICE}
    files = [path for pair in openable.values() for path in (pair.original, pair.copy)]

    convert(files, "txt:Text (encoded):UTF8", tmp_path)

    for name, (original, copy, _) in openable.items():
        with subtests.test(name):
            # Where a table comes first, it puts an empty line before a comment in there.
            before, after = (
                (tmp_path / path.with_suffix(".txt").name).read_text("utf-8-sig").strip()
                for path in (original, copy)
            )
            assert after == before


def test_libreoffice_finds_every_comment(pairs: dict[str, Pair], tmp_path: Path) -> None:
    openable = {name: pair for name, pair in pairs.items() if name not in NOT_FOR_LIBREOFFICE}

    convert([pair.copy for pair in openable.values()], "fodt:OpenDocument Text Flat XML", tmp_path)

    for name, pair in openable.items():
        text = (tmp_path / pair.copy.with_suffix(".fodt").name).read_text()
        found = text.count("<office:annotation ")
        assert found == len(comments_in(pair.copy)), name


@pytest.mark.parametrize("name", NAMES)
def test_what_the_author_did_is_still_there(pairs: dict[str, Pair], name: str) -> None:
    original, copy, _ = pairs[name]
    before, after = comments_in(original), comments_in(copy)

    assert {id_: words_of(after[id_]) for id_ in before} == {
        id_: words_of(c) for id_, c in before.items()
    }
    for part in ("document", "footnotes", "endnotes"):
        changes = [_changes(path, part) for path in (original, copy)]
        assert changes[0] == changes[1]


def _changes(path: Path, part: str) -> list[tuple[str, str]]:
    root = tree_of(path, f"word/{part}.xml")
    names = [NS + name for name in ("ins", "del", "moveFrom", "moveTo")]
    found = () if root is None else root.iter(*names)
    return [(etree.QName(change).localname, "".join(change.itertext())) for change in found]


@pytest.mark.parametrize("name", NAMES)
def test_parts_without_comments_are_kept_byte_for_byte(pairs: dict[str, Pair], name: str) -> None:
    original, copy, _ = pairs[name]
    with zipfile.ZipFile(original) as before, zipfile.ZipFile(copy) as after:
        assert after.testzip() is None
        assert set(before.namelist()) <= set(after.namelist())
        for part in set(before.namelist()) - TOUCHED:
            assert after.read(part) == before.read(part)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_review_gives_the_same_bytes(pairs: dict[str, Pair], name: str) -> None:
    original, copy, review = pairs[name]

    assert EXPORTERS["docx"].export(review, Order(original=original)) == copy.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_each_comment_has_an_id_and_a_state_of_its_own(pairs: dict[str, Pair], name: str) -> None:
    copy = pairs[name].copy
    tree = tree_of(copy, "word/comments.xml")
    states = tree_of(copy, "word/commentsExtended.xml")
    assert tree is not None
    assert states is not None
    ids = [comment.get(NS + "id") for comment in tree.iterfind(NS + "comment")]
    known = {str(state.get(state.keys()[0])) for state in states}
    w14 = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"

    assert len(set(ids)) == len(ids)
    for comment in tree.iterfind(NS + "comment"):
        if comment.get(NS + "author") == "AI-Prism":
            assert comment[-1].get(w14) in known
