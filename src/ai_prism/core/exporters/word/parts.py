"""The parts of a Word file as trees that can be changed, and the file with the changes."""

from pathlib import Path
from typing import Final

from lxml import etree
from lxml.etree import _Element

from ai_prism.core.errors import Corrupt
from ai_prism.core.exporters import package
from ai_prism.core.readers.archive import Archive
from ai_prism.core.readers.word import DOCUMENT
from ai_prism.core.readers.word.names import STRICT, TRANSITIONAL

_TYPES: Final = "[Content_Types].xml"
_RELATIONS: Final = "word/_rels/document.xml.rels"
_NO_RELATIONS: Final = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)
_OF_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_OF_RELATIONS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"


class Parts:
    """The parts of one file, parsed when asked for; only those that were changed are written."""

    def __init__(self, archive: Archive, path: Path) -> None:
        """Take the parts of the open *archive*, which lies at *path*."""
        self._archive = archive
        self._path = path
        self._changed: dict[str, _Element] = {}
        self._is_strict = _is_strict(archive.bytes_of(DOCUMENT) or b"")
        self._targets = dict(archive.targets_of(DOCUMENT).values())

    def name_of(self, kind: str) -> str | None:
        """Return the name of the part that the text calls its *kind*; None where there is none."""
        return self._targets.get(kind)

    def tree_of(self, name: str) -> _Element:
        """Return the root of the part *name*, to be changed.

        Raises:
            Corrupt: there is no such part, or it is no XML.
        """
        if name not in self._changed:
            data = self._archive.bytes_of(name)
            if data is None:
                raise Corrupt(f"The document lacks its part {name}.")
            if self._is_strict:
                data = data.replace(STRICT, TRANSITIONAL)
            self._changed[name] = _parsed(data, name)
        return self._changed[name]

    def peek(self, name: str) -> _Element | None:
        """Return the root of the part *name*, only to be looked at; None where there is none."""
        data = self._archive.bytes_of(name)
        return None if data is None else _parsed(data.replace(STRICT, TRANSITIONAL), name)

    def add(self, name: str, root: _Element, *, kind: str, relation: str, media_type: str) -> None:
        """Add a part *name*, which the text calls its *kind*."""
        self._changed[name] = root
        override = etree.SubElement(self.tree_of(_TYPES), _OF_TYPES + "Override")
        override.set("PartName", f"/{name}")
        override.set("ContentType", media_type)
        relations = self._relations()
        taken = {str(of.get("Id")) for of in relations}
        entry = etree.SubElement(relations, _OF_RELATIONS + "Relationship")
        entry.set(
            "Id", next(id_ for n in range(1, len(taken) + 2) if (id_ := f"rId{n}") not in taken)
        )
        entry.set("Type", f"{relation}/{kind}")
        entry.set("Target", f"/{name}")

    @property
    def relation(self) -> str:
        """What relations to the parts of the standard begin with in this file."""
        if self._is_strict:
            return "http://purl.oclc.org/ooxml/officeDocument/relationships"
        return "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def free_name(self, stem: str) -> str:
        """Return the name of a part that the file does not have, such as "word/comments.xml"."""
        names = {name.lower() for name in self._archive.names()}
        candidates = [
            f"word/{stem}.xml",
            *(f"word/{stem}{n}.xml" for n in range(1, len(names) + 2)),
        ]
        return next(name for name in candidates if name.lower() not in names)

    def file(self) -> bytes:
        """Return the file with all changes."""
        return package.with_parts(
            self._path, {name: self._written(root) for name, root in self._changed.items()}
        )

    def _relations(self) -> _Element:
        if _RELATIONS not in self._changed and self._archive.bytes_of(_RELATIONS) is None:
            self._changed[_RELATIONS] = etree.fromstring(_NO_RELATIONS)
        return self.tree_of(_RELATIONS)

    def _written(self, root: _Element) -> bytes:
        tree = root.getroottree()
        data = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        return data.replace(TRANSITIONAL, STRICT) if self._is_strict else data


def _is_strict(data: bytes) -> bool:
    """Whether the elements have the strict namespace; the words may name it in any file."""
    return STRICT in data and etree.QName(_parsed(data, DOCUMENT)).namespace == STRICT.decode()


def _parsed(data: bytes, name: str) -> _Element:
    """Return the root of the XML in *data*; what is no element is kept too."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Corrupt(f"The document is damaged in its part {name}.") from error
