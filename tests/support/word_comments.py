"""The comments of a Word file, and the words that each of them stands on."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from ai_prism.core.model import Document, Review
from support.reviews import a_finding, a_review, anchor_of
from support.word_files import MAIN, STRICT_MAIN

NS = f"{{{MAIN}}}"


def all_sorts_of_findings(document: Document) -> Review:
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


def tree_of(path: Path, part: str) -> etree._Element | None:
    """Return the root of a part of the Word file at *path*; None where it has no such part."""
    with zipfile.ZipFile(path) as archive:
        if part not in archive.namelist():
            return None
        return etree.fromstring(archive.read(part).replace(STRICT_MAIN.encode(), MAIN.encode()))


def comments_in(path: Path) -> dict[str, etree._Element]:
    """Return the comments of the file at *path* by their ids."""
    tree = tree_of(path, "word/comments.xml")
    return {} if tree is None else {str(c.get(NS + "id")): c for c in tree.iterfind(NS + "comment")}


def words_of(element: etree._Element) -> list[str]:
    """Return what each paragraph below *element* says."""
    return ["".join(p.itertext()) for p in element.iter(NS + "p")]


def said_in_ranges(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (id, words) of each range, walking the parts as a word processor would."""
    for part in ("document", "footnotes", "endnotes"):
        root = tree_of(path, f"word/{part}.xml")
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


def bare(words: str) -> str:
    """Return *words* without white space and soft hyphens."""
    return "".join(c for c in words if not c.isspace() and c != "\u00ad")
