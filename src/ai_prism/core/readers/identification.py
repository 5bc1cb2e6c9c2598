"""What kind of file an upload is: a cheap look at its first bytes and its name.

The web server asks this of every upload, so nothing here loads a parser or reads a whole file.
"""

import re
import zipfile
from collections.abc import Set
from pathlib import Path
from typing import Final

from ai_prism.core.errors import Corrupt, EmptyDocument, Encrypted, UnsupportedFormat
from ai_prism.core.readers import libreoffice

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."
WORD: Final = _OFFICE + "wordprocessingml.document"
SLIDES: Final = _OFFICE + "presentationml.presentation"
SHEETS: Final = _OFFICE + "spreadsheetml.sheet"
OPEN_DOCUMENT: Final = _OPEN_DOCUMENT + "text"
FLAT_OPEN_DOCUMENT: Final = _OPEN_DOCUMENT + "text-flat-xml"
PDF: Final = "application/pdf"
RTF: Final = "application/rtf"
MAIL: Final = "message/rfc822"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
TIFF: Final = "image/tiff"
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
    ".eml": MAIL,
}
#: Names that promise a format; other text under such a name is a damaged or mislabelled file.
_PROMISING_NAMES: Final = {
    ".pdf": "a PDF",
    **dict.fromkeys((".docx", ".docm", ".doc"), "a Word document"),
    **dict.fromkeys((".pptx", ".pptm", ".ppt"), "a presentation"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls"), "a workbook"),
    **dict.fromkeys((".odt", ".fodt", ".ods", ".odp"), "an OpenDocument file"),
    ".rtf": "a Rich Text file",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff"), "a picture"),
}
#: The first bytes of pictures; a TIFF is written from either end, and BigTIFF has a number more.
_PICTURES: Final = {
    b"\x89PNG\r\n\x1a\n": PNG,
    b"\xff\xd8\xff": JPEG,
    b"II*\0": TIFF,
    b"MM\0*": TIFF,
    b"II+\0": TIFF,
    b"MM\0+": TIFF,
}
#: The endings of files that are looked for in a folder.
ENDINGS: Final = frozenset({*_TEXT_TYPES, *_PROMISING_NAMES} - {"", ".log"})
_MAIN_PARTS: Final = {
    "word/document.xml": WORD,
    "ppt/presentation.xml": SLIDES,
    "xl/workbook.xml": SHEETS,
    "xl/workbook.bin": libreoffice.BINARY_SHEETS,
    "Index/Document.iwa": libreoffice.PAGES,
}
_OPEN_DOCUMENT_TYPES: Final = {
    "text": OPEN_DOCUMENT,
    "text-template": OPEN_DOCUMENT,
    "text-master": OPEN_DOCUMENT,
    "spreadsheet": libreoffice.OPEN_SHEETS,
    "presentation": libreoffice.OPEN_SLIDES,
}
#: The streams that Office formats of before 2007 keep their content in.
_OLE_STREAMS: Final = {
    "WordDocument": libreoffice.OLD_WORD,
    "PowerPoint Document": libreoffice.OLD_SLIDES,
    "Workbook": libreoffice.OLD_SHEETS,
    "Book": libreoffice.OLD_SHEETS,
}
_HEAD_BYTES: Final = 4096
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_OLE_MARK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_SECTOR_BYTES: Final = 512
_FLAT_MARK: Final = re.compile(rb"<office:document\s[^>]{0,8000}opendocument\.text\b")
_FLAT_REACH: Final = 16_384


def identify(path: Path, name: str) -> str:
    """Return the media type of the file at *path*, which people call *name*.

    Raises:
        EmptyDocument: the file has no bytes.
        UnsupportedFormat: no reader knows this kind of file, or LibreOffice is not installed.
        Encrypted: the file is a password-protected Office document.
        Corrupt: the file is damaged, or is not what its name says.
    """
    with path.open("rb") as file:
        head = file.read(_FLAT_REACH)
    if not head:
        raise EmptyDocument(f"“{name}” has no content.")
    if b"%PDF-" in head[:1024]:
        return PDF
    for mark, picture in _PICTURES.items():
        if head.startswith(mark):
            return picture
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        media_type = _identify_zip(path, name)
    elif head.startswith(_OLE_MARK):
        media_type = _identify_ole(path, name, head)
    elif head.lstrip().startswith(b"{\\rtf"):
        return RTF
    else:
        return _identify_text(head, name)
    if media_type in libreoffice.CONVERTED and not libreoffice.program():
        raise UnsupportedFormat(f"“{name}” can be read only where LibreOffice is installed.")
    return media_type


def _identify_zip(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = set(archive.namelist())
            kind = _open_document_kind(archive, parts)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Corrupt(f"“{name}” is damaged: its archive cannot be opened.") from error
    for part, media_type in _MAIN_PARTS.items():
        if part in parts:
            return media_type
    if kind in _OPEN_DOCUMENT_TYPES:
        return _OPEN_DOCUMENT_TYPES[kind]
    if _extension(name) in _PROMISING_NAMES:
        raise Corrupt(
            f"“{name}” is named like {_PROMISING_NAMES[_extension(name)]}, but holds none."
        )
    raise UnsupportedFormat(f"“{name}” is not a kind of file that can be read here.")


def _open_document_kind(archive: zipfile.ZipFile, parts: Set[str]) -> str:
    """Return "text", "spreadsheet" and the like, "" for what is no OpenDocument file."""
    if "mimetype" not in parts:
        return ""
    with archive.open("mimetype") as file:
        media_type = file.read(100).decode("latin-1").strip()
    return media_type.removeprefix(_OPEN_DOCUMENT) if _OPEN_DOCUMENT in media_type else ""


def _identify_ole(path: Path, name: str, head: bytes) -> str:
    """Tell a password-protected Office file from the Office formats of before 2007."""
    shift = int.from_bytes(head[30:32], "little")
    sector_bytes = 1 << shift if shift in (9, 12) else _OLE_SECTOR_BYTES
    directory_sector = int.from_bytes(head[48:52], "little")
    with path.open("rb") as file:
        file.seek((directory_sector + 1) * sector_bytes)
        directory = file.read(_HEAD_BYTES)
    if "EncryptedPackage".encode("utf-16-le") in directory:
        raise Encrypted(f"“{name}” is protected with a password.")
    for stream, media_type in _OLE_STREAMS.items():
        # Names are stored with their ending zero, and begin an entry of 128 bytes.
        if f"{stream}\0".encode("utf-16-le") in directory:
            return media_type
    raise UnsupportedFormat(f"“{name}” is in an Office format of before 2007.")


def _identify_text(head: bytes, name: str) -> str:
    extension = _extension(name)
    if _FLAT_MARK.search(head):
        return FLAT_OPEN_DOCUMENT
    if extension in _PROMISING_NAMES:
        raise Corrupt(f"“{name}” is not {_PROMISING_NAMES[extension]}, whatever its name says.")
    is_text = head.startswith(_UTF16_MARKS) or b"\0" not in head[:_HEAD_BYTES]
    if not is_text:
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
