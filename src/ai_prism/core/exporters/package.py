"""An Office file with some parts replaced or added, and every other part as it was.

The packed bytes of what does not change are copied, not packed anew: it is the faster way, a part
that unpacks to gigabytes costs nothing, and nobody need trust that nothing else was touched.
"""

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from ai_prism.core.errors import Corrupt, TooLarge

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_DEFLATED: Final = 8
_VERSION: Final = 20  #: 2.0, which knows folders and deflate
_UTF8: Final = 0x800
_DESCRIPTOR_FOLLOWS: Final = 0x8
#: 1 January 1980, the earliest there is: the same review gives the same bytes on any day.
_DATE: Final = 0x21
#: Beyond these numbers the format needs 64 bits; no upload is so large.
_MOST_BYTES: Final = 2**32 - 1
_MOST_PARTS: Final = 2**16 - 1


def with_parts(path: Path, parts: Mapping[str, bytes]) -> bytes:
    """Return the archive at *path* with *parts*, by name, in place of its own or added to them.

    Raises:
        Corrupt: the archive is damaged, or made to grow when it is copied.
        TooLarge: it would be larger than its format allows.
    """
    with path.open("rb") as file:
        source = file.read()
    try:
        with ZipFile(path) as archive:
            entries = {info.filename: info for info in archive.infolist()}
    except (BadZipFile, OSError, ValueError) as error:
        raise Corrupt("The archive of the document is damaged.") from error
    # Parts that share their bytes would each get a copy: gigabytes from a file of one megabyte.
    if sum(info.compress_size for info in entries.values()) > len(source):
        raise Corrupt("The archive of the document is damaged: its parts lie upon each other.")
    writer = _Writer()
    for name, info in entries.items():
        if name in parts:
            writer.add(name, parts[name])
        else:
            writer.copy(info, source)
    for name in (name for name in parts if name not in entries):
        writer.add(name, parts[name])
    return writer.finish()


class _Writer:
    """An archive under construction."""

    def __init__(self) -> None:
        self._body: list[bytes] = []
        self._directory: list[bytes] = []
        self._length = 0

    def add(self, name: str, data: bytes) -> None:
        """Add *data*, to be packed, under *name*."""
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = packer.compress(data) + packer.flush()
        self._put(name.encode(), _UTF8, _DEFLATED, (0, _DATE), zlib.crc32(data), packed, len(data))

    def copy(self, info: ZipInfo, source: bytes) -> None:
        """Add the part that *info* tells of, as it lies packed in *source*."""
        start = info.header_offset
        try:
            header = _LOCAL.unpack_from(source, start)
        except struct.error as error:
            raise Corrupt("The archive of the document is damaged.") from error
        name = source[start + _LOCAL.size : start + _LOCAL.size + header[9]]
        first = start + _LOCAL.size + header[9] + header[10]
        packed = source[first : first + info.compress_size]
        # What stood behind the bytes now stands before them, as the directory has it.
        flags = info.flag_bits & ~_DESCRIPTOR_FOLLOWS
        moment = (header[4], header[5])
        method = info.compress_type
        self._put(name, flags, method, moment, info.CRC, packed, info.file_size, info.external_attr)

    def _put(
        self,
        name: bytes,
        flags: int,
        method: int,
        moment: tuple[int, int],
        crc: int,
        packed: bytes,
        size: int,
        attributes: int = 0,
    ) -> None:
        facts = (_VERSION, flags, method, *moment, crc, len(packed), size, len(name), 0)
        offset = self._length
        if offset + len(packed) > _MOST_BYTES or size > _MOST_BYTES:
            raise TooLarge("The document with its comments is larger than such a file can be.")
        local = _LOCAL.pack(b"PK\x03\x04", *facts) + name
        self._body += (local, packed)
        self._length += len(local) + len(packed)
        central = _CENTRAL.pack(b"PK\x01\x02", _VERSION, *facts, 0, 0, 0, attributes, offset)
        self._directory.append(central + name)

    def finish(self) -> bytes:
        """Return the archive."""
        if len(self._directory) > _MOST_PARTS:
            raise TooLarge("The document has more parts than such a file can have.")
        directory = b"".join(self._directory)
        count = len(self._directory)
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), self._length, 0)
        return b"".join((*self._body, directory, end))
