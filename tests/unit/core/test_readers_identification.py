"""What a file is, from its first bytes and its name; and why it is refused."""

import subprocess
import sys
import zipfile

import pytest

from ai_prism.core.errors import Corrupt, EmptyDocument, Encrypted, UnsupportedFormat
from ai_prism.core.readers import identify

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def identified(tmp_path, name, data):
    path = tmp_path / "upload"
    path.write_bytes(data)
    return identify(path, name)


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.md", b"# a", "text/markdown"),
        ("a.txt", b"a", "text/plain"),
        ("README", b"a", "text/plain"),
        ("A.HTM", b"<p>a", "text/html"),
        ("a.txt", b"\n<!DOCTYPE html><p>a", "text/html"),
        ("a.txt", "näh".encode("utf-16"), "text/plain"),
        ("a.doc", b"{\\rtf1 a}", "application/rtf"),
        ("a.eml", b"Subject: a\n\nb", "message/rfc822"),
        ("a.txt", b"%PDF-1.7 ...", "application/pdf"),
        ("a.pdf", b"junk before\n%PDF-1.4 ...", "application/pdf"),
    ],
)
def test_bytes_decide_and_the_name_helps(tmp_path, name, data, media_type):
    assert identified(tmp_path, name, data) == media_type


def test_a_file_without_bytes_is_empty(tmp_path):
    with pytest.raises(EmptyDocument):
        identified(tmp_path, "a.pdf", b"")


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.odt", "a.fodt", "a.rtf", "a.xls", "a.png"])
def test_text_under_the_name_of_another_format_is_corrupt(tmp_path, name):
    with pytest.raises(Corrupt):
        identified(tmp_path, name, b"just text")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.gif", b"GIF89a\0\0"),
        ("a.exe", b"MZ\0\0"),
        ("a.py", b"print(1)"),
        ("a.doc", _OLE + b"\0" * 600),
    ],
)
def test_other_kinds_of_file_are_unsupported(tmp_path, name, data):
    with pytest.raises(UnsupportedFormat):
        identified(tmp_path, name, data)


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.xlsx"])
def test_an_office_file_with_a_password_is_encrypted(tmp_path, name):
    header = _OLE + b"\0" * 22 + (9).to_bytes(2, "little") + b"\0" * 480
    directory = "EncryptedPackage".encode("utf-16-le")

    with pytest.raises(Encrypted):
        identified(tmp_path, name, header.ljust(512, b"\0") + directory)


def test_an_archive_without_a_document_is_corrupt_if_named_like_one(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("readme.txt", "a")

    with pytest.raises(Corrupt):
        identify(tmp_path / "a.docx", "a.docx")
    with pytest.raises(UnsupportedFormat):
        identify(tmp_path / "a.docx", "a.zip")


def test_a_broken_archive_is_corrupt(tmp_path):
    with pytest.raises(Corrupt):
        identified(tmp_path, "a.docx", b"PK\x03\x04" + b"\0" * 500)


def test_identifying_loads_no_parser():
    code = (
        "import sys, ai_prism.core.readers;"
        "print([name for name in ('lxml', 'pypdfium2', 'markdown_it') if name in sys.modules])"
    )

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert out.stdout.strip() == "[]"
