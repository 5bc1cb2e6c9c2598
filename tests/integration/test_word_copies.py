"""Word files with our comments: others open them, the words are the author's, ours are in place."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from docx import Document as WordDocument
from lxml import etree

from ai_prism.core.exporters import EXPORTERS, Order
from ai_prism.core.model import BlockKind, Document, Review
from ai_prism.core.readers import read
from support.reviews import a_finding, a_review, anchor_of
from support.tools import need
from support.word_files import BUILDERS, MAIN, SOURCES, STRICT_MAIN, convert

NS = f"{{{MAIN}}}"
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
    review = _review_of(read(path))
    copy = path.with_name(f"{path.stem}-copy.docx")
    copy.write_bytes(EXPORTERS["docx"].export(review, Order(original=path)))
    return Pair(path, copy, review)


def _review_of(document: Document) -> Review:
    """Return a review with findings on whole blocks, on parts of them, over them, on nothing."""
    spans: list[tuple[int, int]] = []
    for block in document.blocks[:40]:
        length = block.end - block.start
        third = max(1, length // 3)
        spans += [
            (block.start, block.end),
            (block.start + third, max(block.start + third + 1, block.end - third)),
            (block.start, block.start + third),
        ]
    for first, second in zip(document.blocks, document.blocks[1:3], strict=False):
        spans.append((first.end - 1, second.start + 1))
    anchors = [anchor_of(document, start, min(end, len(document.text))) for start, end in spans]
    anchors = [anchor for anchor in anchors if anchor.quote.strip()]
    findings = [a_finding(number, anchor) for number, anchor in enumerate(anchors)]
    return a_review(document, *findings, a_finding(9999))


def _tree(path: Path, part: str) -> etree._Element | None:
    with zipfile.ZipFile(path) as archive:
        if part not in archive.namelist():
            return None
        return etree.fromstring(archive.read(part).replace(STRICT_MAIN.encode(), MAIN.encode()))


def _comments(path: Path) -> dict[str, etree._Element]:
    tree = _tree(path, "word/comments.xml")
    return {} if tree is None else {str(c.get(NS + "id")): c for c in tree.iterfind(NS + "comment")}


def _words(element: etree._Element) -> list[str]:
    return ["".join(p.itertext()) for p in element.iter(NS + "p")]


def _said_in_ranges(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (id, words) of each range, walking the parts as a word processor would."""
    for part in ("document", "footnotes", "endnotes"):
        root = _tree(path, f"word/{part}.xml")
        open_ranges: dict[str, list[str]] = {}
        for element in () if root is None else root.iter(etree.Element):
            name = etree.QName(element).localname
            if name == "commentRangeStart":
                open_ranges[str(element.get(NS + "id"))] = []
            elif name == "commentRangeEnd":
                id_ = str(element.get(NS + "id"))
                yield id_, "".join(open_ranges.pop(id_))
            elif said := _sign(element, name):
                for words in open_ranges.values():
                    words.append(said)


def _sign(element: etree._Element, name: str) -> str:
    gone = ("del", "moveFrom", "rt", "txbxContent", "Fallback")
    if any(etree.QName(a).localname in gone for a in element.iterancestors()):
        return ""
    run = element.getparent()
    if run is not None and run.find(f"{NS}rPr/{NS}vanish") is not None:
        return ""
    return {"noBreakHyphen": "\u2011", "t": element.text or ""}.get(name, "")


def _bare(words: str) -> str:
    return "".join(c for c in words if not c.isspace() and c != "\u00ad")


@pytest.mark.parametrize("name", NAMES)
def test_each_range_reads_exactly_its_quote(pairs: dict[str, Pair], name: str) -> None:
    pair = pairs[name]
    ours = {id_: c for id_, c in _comments(pair.copy).items() if c.get(NS + "author") == "AI-Prism"}
    heads = [b for b in pair.review.document.blocks if b.kind is BlockKind.FURNITURE]
    anchors = {f.id: f.anchors[0] for f in pair.review.findings if f.anchors}
    # Word lets no comment stand in a running head: those are told at the top.
    quotes = {
        id_: anchor.quote
        for id_, anchor in anchors.items()
        if not any(head.start <= anchor.start and anchor.end <= head.end for head in heads)
    }

    said = {id_: words for id_, words in _said_in_ranges(pair.copy) if id_ in ours}

    exact = 0
    for id_, words in said.items():
        lines = _words(ours[id_])
        quote = quotes[lines[-1].split(" · ")[2]]
        # Where Word lets no comment begin, the comment says so by quoting the words itself.
        if not any(line.startswith("On: ") for line in lines):
            assert _bare(words) == _bare(quote)
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
        assert found == len(_comments(pair.copy)), name


@pytest.mark.parametrize("name", NAMES)
def test_what_the_author_did_is_still_there(pairs: dict[str, Pair], name: str) -> None:
    original, copy, _ = pairs[name]
    before, after = _comments(original), _comments(copy)

    assert {id_: _words(after[id_]) for id_ in before} == {
        id_: _words(c) for id_, c in before.items()
    }
    for part in ("document", "footnotes", "endnotes"):
        changes = [_changes(path, part) for path in (original, copy)]
        assert changes[0] == changes[1]


def _changes(path: Path, part: str) -> list[tuple[str, str]]:
    root = _tree(path, f"word/{part}.xml")
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
    tree = _tree(copy, "word/comments.xml")
    states = _tree(copy, "word/commentsExtended.xml")
    assert tree is not None
    assert states is not None
    ids = [comment.get(NS + "id") for comment in tree.iterfind(NS + "comment")]
    known = {str(state.get(state.keys()[0])) for state in states}
    w14 = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"

    assert len(set(ids)) == len(ids)
    for comment in tree.iterfind(NS + "comment"):
        if comment.get(NS + "author") == "AI-Prism":
            assert comment[-1].get(w14) in known
