"""Pictures that claim, unpack to, or lead round in more than they should."""

import io
import struct
import zlib

from PIL import Image

from support.hostile.case import READS, Case, case

PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


def png_claiming(width: int, height: int, *more: bytes) -> bytes:
    """Return a PNG that says it is so large and holds a thousand pixels; *more* are chunks."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = (
        _chunk(b"IHDR", head),
        *more,
        _chunk(b"IDAT", zlib.compress(bytes(1000))),
        _chunk(b"IEND", b""),
    )
    return PNG + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


def _white(side: int, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (side, side), 1).save(buffer, form, **options)
    return buffer.getvalue()


def _tiff_in_a_circle() -> bytes:
    """Return a TIFF whose second page comes after its second page."""
    pages = bytearray(_white(8, "TIFF"))
    first = struct.unpack_from("<I", pages, 4)[0]
    end = first + 2 + 12 * struct.unpack_from("<H", pages, first)[0]
    struct.pack_into("<I", pages, end, first)
    return bytes(pages)


def _tiff_of_many_pages() -> bytes:
    dot = Image.new("1", (1, 1))
    buffer = io.BytesIO()
    dot.save(buffer, "TIFF", save_all=True, append_images=[dot] * 2_000)
    return buffer.getvalue()


CASES: dict[str, Case] = {
    "claims-3600-million-pixels.png": case("a.png", png_claiming(60_000, 60_000), "too_large"),
    "claims-90-million-pixels.png": case("a.png", png_claiming(10_000, 9_000), "too_large"),
    "claims-a-line-of-70-million.png": case(
        "a.png", png_claiming(70_000_000, 1), "corrupt", "no_text", "too_large"
    ),
    "claims-no-pixels.png": case("a.png", png_claiming(0, 0), "corrupt", "no_text"),
    "white-of-400-million-pixels.tif": case(
        "a.tif", lambda _: _white(20_000, "TIFF", compression="group4"), "too_large"
    ),
    "white-of-70-million-pixels.tif": case(
        "a.tif", lambda _: _white(8_366, "TIFF", compression="group4"), "no_text", READS
    ),
    "text-chunk-that-unpacks-to-200-mb.png": case(
        "a.png",
        lambda _: png_claiming(
            100, 10, _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000)))
        ),
        "corrupt",
        "no_text",
    ),
    "pages-in-a-circle.tif": case("a.tif", lambda _: _tiff_in_a_circle(), "no_text", "corrupt"),
    "pages-2001.tif": case("a.tif", lambda _: _tiff_of_many_pages(), "too_large"),
    "only-a-mark.png": case("a.png", PNG, "corrupt"),
    "only-a-mark.jpg": case("a.jpg", _JPEG, "corrupt"),
    "only-a-mark.tif": case("a.tif", b"II*\0", "corrupt"),
}
