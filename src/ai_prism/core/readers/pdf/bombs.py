"""PDF streams that unpack to gigabytes, found before pdfium unpacks them into memory.

pdfium takes ten times the size of a page's unpacked content and cannot be interrupted, so a file
of half a megabyte could end the process. Pictures are passed over: they are never unpacked here.
"""

import mmap
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ai_prism.core.errors import TooLarge

_STREAM: Final = re.compile(rb"stream\r?\n")
_END: Final = b"endstream"
_DICTIONARY_REACH: Final = 600
_FLATE: Final = re.compile(rb"/(?:FlateDecode|Fl)\b")
_PICTURE: Final = re.compile(rb"/Subtype\s{0,4}/Image\b")
#: The densest page of a real map or drawing stays below this.
_UNPACKED_BYTES_LIMIT: Final = 40_000_000
#: Deflate packs no better than a thousand to one; streams smaller than this cannot go over.
_HARMLESS_BYTES: Final = _UNPACKED_BYTES_LIMIT // 1032
_CHUNK_BYTES: Final = 1 << 20
_ROUNDS_LIMIT: Final = 4


def refuse_bombs(path: Path, name: str) -> None:
    """Look through the streams of the PDF at *path*, which people call *name*.

    Raises:
        TooLarge: one of them unpacks to more than a document can need.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for start, end, rounds in _packed_streams(data):
            # Packed twice, even a small stream can hide gigabytes.
            if end - start < _HARMLESS_BYTES and rounds == 1:
                continue
            total = 0
            for chunk in _unpacked(iter([data[start:end]]), rounds):
                total += len(chunk)
                if total > _UNPACKED_BYTES_LIMIT:
                    raise TooLarge(f"“{name}” unpacks to more than can be read.")


def _packed_streams(data: mmap.mmap) -> Iterator[tuple[int, int, int]]:
    """Yield where each packed stream begins and ends, and how many times it is packed."""
    place = 0
    while match := _STREAM.search(data, place):
        end = data.find(_END, match.end())
        end = len(data) if end < 0 else end
        before = data[max(place, match.start() - _DICTIONARY_REACH) : match.start()]
        dictionary = before[before.rfind(b" obj") + 1 :]
        rounds = len(_FLATE.findall(dictionary))
        if rounds and not _PICTURE.search(dictionary):
            yield match.end(), end, min(rounds, _ROUNDS_LIMIT)
        place = end + len(_END)


def _unpacked(chunks: Iterator[bytes], rounds: int) -> Iterator[bytes]:
    """Yield what *chunks* unpack to, a piece at a time, up to the first damage."""
    if rounds > 1:
        chunks = _unpacked(chunks, rounds - 1)
    unpacker = zlib.decompressobj()
    for chunk in chunks:
        pending = chunk
        while pending and not unpacker.eof:
            try:
                piece = unpacker.decompress(pending, _CHUNK_BYTES)
            except zlib.error:
                # Damage is for pdfium to judge; it repairs much of it.
                return
            pending = unpacker.unconsumed_tail
            yield piece
