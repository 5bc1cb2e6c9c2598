"""What kind of file an upload is: a cheap look at its first bytes and its name.

The web server asks this of every upload, so nothing here loads a parser or reads a whole file.
"""

import zipfile
from pathlib import Path
from typing import Final

from ai_prism.core.errors import Corrupt, EmptyDocument, Encrypted, UnsupportedFormat

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF: Final = "application/pdf"
HTML: Final = "text/html"
MARKDOWN: Final = "text/markdown"
PLAIN: Final = "text/plain"

_TEXT_TYPES: Final = {
    "": PLAIN,
    ".txt": PLAIN,
    ".text": PLAIN,
    ".log": PLAIN,
    ".rst": PLAIN,
    ".adoc": PLAIN,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mkd": MARKDOWN,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
}
#: Names that promise a binary format; text under such a name is a damaged or mislabelled file.
_BINARY_NAMES: Final = {".pdf": "a PDF", ".docx": "a Word document", ".docm": "a Word document"}
_WORD_PART: Final = "word/document.xml"
_HEAD_BYTES: Final = 4096
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_OLE_MARK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_SECTOR_BYTES: Final = 512


def identify(path: Path, name: str) -> str:
    """Return the media type of the file at *path*, which people call *name*.

    Raises:
        EmptyDocument: the file has no bytes.
        UnsupportedFormat: no reader knows this kind of file.
        Encrypted: the file is a password-protected Office document.
        Corrupt: the file is damaged, or is not what its name says.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise EmptyDocument(f"“{name}” has no content.")
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _identify_zip(path, name)
    if head.startswith(_OLE_MARK):
        raise _refusal_of_ole(path, name, head)
    return _identify_text(head, name)


def _identify_zip(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Corrupt(f"“{name}” is damaged: its archive cannot be opened.") from error
    if _WORD_PART in parts:
        return WORD
    if _extension(name) in _BINARY_NAMES:
        raise Corrupt(f"“{name}” is named like a Word document, but holds none.")
    raise UnsupportedFormat(f"“{name}” is not a kind of file that can be read here.")


def _refusal_of_ole(path: Path, name: str, head: bytes) -> Encrypted | UnsupportedFormat:
    """Tell a password-protected Office file from the Office formats of before 2007."""
    shift = int.from_bytes(head[30:32], "little")
    sector_bytes = 1 << shift if shift in (9, 12) else _OLE_SECTOR_BYTES
    directory_sector = int.from_bytes(head[48:52], "little")
    with path.open("rb") as file:
        file.seek((directory_sector + 1) * sector_bytes)
        directory = file.read(_HEAD_BYTES)
    if "EncryptedPackage".encode("utf-16-le") in directory:
        return Encrypted(f"“{name}” is protected with a password.")
    return UnsupportedFormat(f"“{name}” is in an Office format of before 2007.")


def _identify_text(head: bytes, name: str) -> str:
    extension = _extension(name)
    if extension in _BINARY_NAMES:
        raise Corrupt(f"“{name}” is not {_BINARY_NAMES[extension]}, whatever its name says.")
    is_text = head.startswith(_UTF16_MARKS) or b"\0" not in head
    if not is_text or head.startswith(b"{\\rtf"):
        raise UnsupportedFormat(f"“{name}” is not a kind of file that can be read here.")
    if _looks_like_html(head):
        return HTML
    if extension not in _TEXT_TYPES:
        raise UnsupportedFormat(f"“{name}”: files ending in “{extension}” cannot be read here.")
    return _TEXT_TYPES[extension]


def _looks_like_html(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    return start.startswith((b"<!doctype html", b"<html"))


def _extension(name: str) -> str:
    return Path(name).suffix.lower()
