"""Files that were good once: cut off, named wrongly, two kinds in one, and locked Office files."""

import tempfile
from functools import lru_cache, partial
from pathlib import Path

from support.documents import LINE, SAMPLES
from support.hostile.case import READS, Bait, Case, case
from support.hostile.office import word
from support.hostile.pdfs import page, pdf

_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR_BYTES = 512
_CUT = (READS, "corrupt", "no_text", "empty", "unsupported")


@lru_cache
def _sample(media_type: str) -> bytes:
    name, write = SAMPLES[media_type]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(path)
        return path.read_bytes()


def _cut(media_type: str, tenth: int, _: Bait) -> bytes:
    whole = _sample(media_type)
    return whole[: len(whole) * tenth // 10]


def _renamed(media_type: str, _: Bait) -> bytes:
    return _sample(media_type)


def _zeroed(media_type: str, _: Bait) -> bytes:
    """Return a sample whose middle third is gone, as after a copy that broke."""
    whole = _sample(media_type)
    third = len(whole) // 3
    return whole[:third] + bytes(third) + whole[2 * third :]


def _old_office(stream: str) -> bytes:
    """Return the frame of an Office file of before 2007, or a locked one, with *stream*."""
    head = _OLE_MARK + bytes(22) + b"\x09\x00" + bytes(16) + (0).to_bytes(4, "little")
    entry = f"{stream}\0".encode("utf-16-le").ljust(128, b"\0")
    return head.ljust(_SECTOR_BYTES, b"\xff") + entry.ljust(_SECTOR_BYTES, b"\0")


def _endings() -> dict[str, str]:
    return {media_type: Path(name).suffix for media_type, (name, _) in SAMPLES.items()}


_WORD = next(kind for kind, ending in _endings().items() if ending == ".docx")
_PDF = "application/pdf"
_CONVERTED = ("corrupt", "unsupported", "no_text", READS, "too_large")

CASES: dict[str, Case] = {
    **{
        f"cut-at-{tenth}-tenths{ending}": case(
            f"cut{ending}", partial(_cut, media_type, tenth), *_CUT
        )
        for media_type, ending in _endings().items()
        for tenth in range(10)
    },
    **{
        f"hole-in-the-middle{ending}": case(f"hole{ending}", partial(_zeroed, media_type), *_CUT)
        for media_type, ending in _endings().items()
    },
    **{
        f"named-{wrong}{ending}": case(
            f"wrong.{wrong}", partial(_renamed, media_type), READS, "corrupt"
        )
        for media_type, ending in _endings().items()
        for wrong in ("pdf", "txt")
        if ending[1:] != wrong
    },
    "program.docx": case("setup.docx", b"MZ\x90\x00" + bytes(range(256)) * 20, "corrupt"),
    "program.exe": case("setup.exe", b"MZ\x90\x00" + bytes(range(256)) * 20, "unsupported"),
    "picture.pdf": case("photo.pdf", b"\x89PNG\r\n\x1a\n" + bytes(500), "corrupt"),
    "nothing.docx": case("empty.docx", b"", "empty"),
    "name-of-4000-characters.md": case("n" * 4000 + ".md", f"# Plan\n\n{LINE}\n".encode(), READS),
    "name-with-marks.md": case("a\0b\u202e../..\\c.md", f"# Plan\n\n{LINE}\n".encode(), READS),
    "word-and-pdf.docx": case("both.docx", pdf(page()) + word(f"<w:p>{LINE}</w:p>"), READS),
    "pdf-and-page.html": case("both.html", b"<html><p>words</p>" + pdf(page()), READS),
    "pdf-and-archive.pdf": case("both.pdf", word("<w:p/>") + pdf(page()), READS),
    "rich-text-and-word.rtf": case(
        "both.rtf", b"{\\rtf1 " + LINE.encode() + b"\\par}" + word(""), READS
    ),
    "locked-word.docx": case("locked.docx", _old_office("EncryptedPackage"), "encrypted"),
    "locked-workbook.xlsx": case("locked.xlsx", _old_office("EncryptedPackage"), "encrypted"),
    "locked-slides.pptx": case("locked.pptx", _old_office("EncryptedPackage"), "encrypted"),
    "frame-of-a-word-file.doc": case("old.doc", _old_office("WordDocument"), *_CONVERTED),
    "frame-of-a-workbook.xls": case("old.xls", _old_office("Workbook"), *_CONVERTED),
    "frame-of-slides.ppt": case("old.ppt", _old_office("PowerPoint Document"), *_CONVERTED),
    "frame-of-nothing.doc": case("old.doc", _old_office("Nothing"), "unsupported"),
    "frame-far-away.doc": case("old.doc", _OLE_MARK + b"\xff" * 504, "unsupported"),
}
