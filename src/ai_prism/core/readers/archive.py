"""The parts of a document that is an archive (docx, odt, pptx, xlsx), unpacked within limits.

An archive of some kilobytes can unpack to gigabytes, and a small XML file can expand to more: so
sizes are checked before and while unpacking. What is in them is parsed by `xml`.
"""

import posixpath
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from lxml import etree

from ai_prism.core.errors import Corrupt, Encrypted, TooLarge
from ai_prism.core.readers import xml

#: The text of a 5,000-page document takes about 50 MB.
PART_BYTES_LIMIT: Final = 100_000_000
#: The XML of documents packs 10 to 40 times smaller; small parts may be more repetitive than that.
_RATIO_LIMIT: Final = 150
_RATIO_MATTERS_BYTES: Final = 5_000_000
_RELATIONSHIP: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Archive:
    """An open archive."""

    def __init__(self, path: Path, name: str) -> None:
        """Open the file at *path*, which messages call *name*.

        Raises:
            Corrupt: the archive is damaged.
        """
        self._name = name
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise Corrupt(f"“{name}” is damaged: its archive cannot be opened.") from error
        self._parts = {info.filename: info for info in self._zip.infolist()}

    def __enter__(self) -> Self:
        """Return the archive itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._zip.close()

    def names(self) -> list[str]:
        """Return the names of all parts."""
        return list(self._parts)

    def bytes_of(self, part: str) -> bytes | None:
        """Return the unpacked bytes of *part*, or None if there is no such part.

        Raises:
            TooLarge: it unpacks to more than a document can need.
            Encrypted: it asks for a password.
            Corrupt: it cannot be unpacked.
        """
        info = self._parts.get(part)
        if info is None:
            return None
        too_dense = info.file_size > _RATIO_LIMIT * max(1, info.compress_size)
        if info.file_size > PART_BYTES_LIMIT or (
            too_dense and info.file_size > _RATIO_MATTERS_BYTES
        ):
            raise TooLarge(f"“{self._name}” unpacks to more than can be read.")
        if info.flag_bits & 0x1:
            raise Encrypted(f"“{self._name}” is protected with a password.")
        try:
            with self._zip.open(info) as file:
                # The size in the directory may lie: never take more than it says.
                return file.read(info.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise Corrupt(f"“{self._name}” is damaged in its part {part}.") from error

    def tree_of(self, part: str) -> etree._Element | None:
        """Return the root element of *part*, or None if there is no such part.

        Raises:
            Corrupt: it is no XML; and what `bytes_of` raises.
        """
        data = self.bytes_of(part)
        if data is None:
            return None
        try:
            return xml.tree_of(data)
        except etree.XMLSyntaxError as error:
            raise Corrupt(f"“{self._name}” is damaged in its part {part}.") from error

    def targets_of(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what *part* refers to, by relationship id: (kind, name of the target part)."""
        folder, file = posixpath.split(part)
        tree = self.tree_of(f"{folder}/_rels/{file}.rels")
        targets: dict[str, tuple[str, str]] = {}
        for relationship in () if tree is None else tree.iter(_RELATIONSHIP):
            if relationship.get("TargetMode") != "External":
                kind = relationship.get("Type", "").rpartition("/")[2]
                target = posixpath.normpath(posixpath.join(folder, relationship.get("Target", "")))
                targets[relationship.get("Id", "")] = (kind, target.lstrip("/"))
        return targets
