"""Hostile archives: names that lead elsewhere, members that overlap, sizes that lie."""

import io
import struct
import zipfile
import zlib
from typing import NamedTuple

from support.documents import LINE, W, paragraph
from support.hostile.case import READS, Case, case, zipped

_DOCUMENT = f"<w:document {W}><w:body>{paragraph(LINE)}</w:body></w:document>"
_OTHER = f"<w:document {W}><w:body>{paragraph('Another text.')}</w:body></w:document>"
_MAIN = "word/document.xml"
_NAMES = {
    "up": "../../../../../../tmp/ai-prism-hostile",
    "absolute": "/tmp/ai-prism-hostile",
    "windows": "C:\\Windows\\ai-prism-hostile",
    "backslash": "..\\..\\ai-prism-hostile",
    "nul": "word/a\0b.xml",
    "right-to-left": "word/\u202egpj.xml",
    "long": "word/" + "n" * 4000 + ".xml",
    "no-text": b"word/\xff\xfe\x80.xml".decode("latin-1"),
}


class _Member(NamedTuple):
    name: bytes
    packed: bytes
    size: int
    checksum: int
    flags: int = 0
    method: int = zipfile.ZIP_DEFLATED
    says: bytes | None = None  #: another name in the local header


def _member(name: str, content: bytes, **changes: object) -> _Member:
    packer = zlib.compressobj(9, wbits=-15)
    packed = packer.compress(content) + packer.flush()
    plain = _Member(name.encode(), packed, len(content), zlib.crc32(content))
    return plain._replace(**changes)


def _archive(members: list[_Member], shared: bool = False) -> bytes:
    """Return an archive written by hand; *shared*: all entries lead to the first one's bytes."""
    out, places = io.BytesIO(), []
    for member in members if not shared else members[:1]:
        places.append(out.tell())
        name = member.says or member.name
        out.write(struct.pack("<4s5H3I2H", b"PK\3\4", 20, *_facts(member), len(name), 0))
        out.write(name + member.packed)
    start = out.tell()
    for place, member in enumerate(members):
        offset = places[0] if shared else places[place]
        facts = _facts(member)
        out.write(
            struct.pack(
                "<4s6H3I5H2I", b"PK\1\2", 20, 20, *facts, len(member.name), 0, 0, 0, 0, 0, offset
            )
        )
        out.write(member.name)
    size = out.tell() - start
    out.write(struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(members), len(members), size, start, 0))
    return out.getvalue()


def _facts(member: _Member) -> tuple[int, ...]:
    return (
        member.flags,
        member.method,
        0,
        0,
        member.checksum,
        len(member.packed),
        member.size,
    )


def _word(**changes: object) -> bytes:
    return _archive([_member(_MAIN, _DOCUMENT.encode(), **changes)])


def _nested(depth: int) -> bytes:
    inner = zipped({"bomb.txt": bytes(10_000_000)})
    for _ in range(depth):
        inner = zipped({f"{place}.zip": inner for place in range(10)})
    return inner


_DAMAGED = ("corrupt",)

CASES: dict[str, Case] = {
    **{
        f"name-{kind}.docx": case(
            "names.docx", zipped({_MAIN: _DOCUMENT, name: "<a/>"}), READS, "corrupt"
        )
        for kind, name in _NAMES.items()
    },
    "nested-archives.docx": case(
        "nested.docx",
        lambda _: zipped({_MAIN: _DOCUMENT, "word/embeddings/a.zip": _nested(2)}),
        READS,
    ),
    "nested-archives.zip": case("nested.zip", lambda _: _nested(2), "unsupported"),
    "overlapping-members.docx": case(
        "overlap.docx",
        lambda _: _archive(
            [
                _member(_MAIN, _DOCUMENT.encode()),
                *(_member(f"word/{n}.xml", _DOCUMENT.encode()) for n in range(20_000)),
            ],
            shared=True,
        ),
        READS,
        "corrupt",
    ),
    "two-main-parts.docx": case(
        "two.docx",
        _archive([_member(_MAIN, _DOCUMENT.encode()), _member(_MAIN, _OTHER.encode())]),
        READS,
        "corrupt",
    ),
    "another-name-inside.docx": case("name.docx", _word(says=b"word/elsewhere.xml"), *_DAMAGED),
    "size-too-small.docx": case("size.docx", _word(size=10), *_DAMAGED),
    "size-too-large.docx": case("size.docx", _word(size=90_000_000), "too_large", "corrupt"),
    "size-of-four-gigabytes.docx": case("size.docx", _word(size=0xFFFFFFFE), "too_large"),
    "wrong-checksum.docx": case("sum.docx", _word(checksum=1), *_DAMAGED),
    "password.docx": case("locked.docx", _word(flags=1), "encrypted"),
    "strong-encryption.docx": case("locked.docx", _word(flags=0x41), "encrypted", "corrupt"),
    "unknown-packing.docx": case("packed.docx", _word(method=97), *_DAMAGED),
    "packed-as-lzma.docx": case("packed.docx", _word(method=zipfile.ZIP_LZMA), *_DAMAGED),
    "packed-as-bzip2.docx": case("packed.docx", _word(method=zipfile.ZIP_BZIP2), *_DAMAGED),
    "lzma-bomb.docx": case(
        "lzma.docx",
        lambda _: zipped({_MAIN: f"<w:document {W}><w:body>" + " " * 90_000_000}, zipfile.ZIP_LZMA),
        "too_large",
    ),
    "many-members.docx": case(
        "many.docx",
        lambda _: zipped({_MAIN: _DOCUMENT, **{f"word/{n}.xml": "" for n in range(60_000)}}),
        READS,
    ),
    "only-an-end.docx": case("end.docx", b"PK\5\6" + bytes(18), *_DAMAGED),
    "end-that-lies.docx": case(
        "end.docx", b"PK\5\6" + struct.pack("<4H2IH", 0, 0, 65535, 65535, 2**31, 5, 0), *_DAMAGED
    ),
    "begins-like-an-archive.docx": case("start.docx", b"PK\3\4" + bytes(500), *_DAMAGED),
    "long-comment.docx": case(
        "comment.docx", zipped({_MAIN: _DOCUMENT}, comment=b"PK\5\6" * 16_000), READS, "corrupt"
    ),
    "split-over-disks.docx": case(
        "split.docx",
        _word()[:-22] + struct.pack("<4s4H2IH", b"PK\5\6", 3, 2, 1, 1, 70, 0, 0),
        *_DAMAGED,
        READS,
    ),
}
