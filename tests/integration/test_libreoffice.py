"""Formats that LibreOffice converts: read where it is installed, refused in plain words if not."""

import os
import subprocess
import tempfile
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ai_prism.core.errors import Corrupt, TooLarge, UnsupportedFormat
from ai_prism.core.model import BlockKind
from ai_prism.core.readers import identify, libreoffice, read
from ai_prism.core.sections import detect_sections
from support.documents import LINE, SAMPLES
from support.tools import need

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SLIDE = (
    '<draw:frame presentation:class="outline" svg:width="20cm" svg:height="8cm">'
    "<draw:text-box><text:list><text:list-item><text:p>Point</text:p></text:list-item>"
    "</text:list></draw:text-box></draw:frame>"
)
_PRESENTATION = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document '
    + " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in [
            ("office", "office"),
            ("text", "text"),
            ("draw", "drawing"),
            ("presentation", "presentation"),
            ("svg", "svg-compatible"),
        ]
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    + ' office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.presentation">'
    f"<office:body><office:presentation><draw:page>{_SLIDE}</draw:page></office:presentation>"
    "</office:body></office:document>"
)

_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{libreoffice.OPEN_SLIDES}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


@pytest.fixture(scope="module")
def soffice():
    """The path of LibreOffice."""
    return need(libreoffice.program(), "LibreOffice")


@pytest.fixture
def old_format(soffice, tmp_path):
    def convert(source, ending):
        subprocess.run(
            [
                soffice,
                f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
                *("--headless", "--convert-to", ending, "--outdir", tmp_path / "old", source),
            ],
            capture_output=True,
            timeout=100,
            check=True,
        )
        return tmp_path / "old" / f"{source.stem}.{ending}"

    return convert


def test_old_word_files_are_read_with_their_headings(old_format, tmp_path):
    SAMPLES["application/rtf"][1](tmp_path / "a.rtf")

    document = read(old_format(tmp_path / "a.rtf", "doc"), name="Plan.doc")

    assert (document.name, document.media_type) == ("Plan.doc", libreoffice.OLD_WORD)
    assert [(s.title, s.level) for s in detect_sections(document)] == [
        ("Delivery plan", 1),
        ("Dates", 2),
    ]
    assert document.text.count(LINE) == 2


def test_old_workbooks_are_read(old_format, tmp_path):
    (tmp_path / "a.csv").write_text("Risk,Owner\nFire,Ann\n")

    document = read(old_format(tmp_path / "a.csv", "xls"))

    assert document.media_type == libreoffice.OLD_SHEETS
    assert document.text == "a\n\nRisk\tOwner\nFire\tAnn"


def test_old_presentations_are_read(old_format, tmp_path):
    (tmp_path / "a.fodp").write_text(_PRESENTATION)

    document = read(old_format(tmp_path / "a.fodp", "ppt"))

    assert document.media_type == libreoffice.OLD_SLIDES
    assert [(b.kind, document.text_of(b)) for b in document.blocks] == [
        (BlockKind.LIST_ITEM, "Point")
    ]


@pytest.fixture
def asked():
    """A web server that takes note of what it is asked for: (its address, the notes)."""
    notes = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            notes.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, format, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}", notes
        server.shutdown()


def test_what_a_document_links_to_is_not_fetched(soffice, asked, tmp_path):
    address, notes = asked
    link = f'<draw:image xlink:href="{address}/x.png" xlink:actuate="onLoad"/>'
    frame = f'<draw:frame svg:width="5cm" svg:height="5cm">{link}</draw:frame>'
    flat = _PRESENTATION.replace("</draw:page>", f"{frame}</draw:page>")
    content = flat.replace("office:document ", "office:document-content ", 1).replace(
        "</office:document>", "</office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.odp", "w") as archive:
        archive.writestr("mimetype", libreoffice.OPEN_SLIDES)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)

    document = read(tmp_path / "a.odp")

    assert document.text == "Point"
    assert notes == []


def an_old_word_file(path):
    header = _OLE + b"\0" * 22 + (9).to_bytes(2, "little") + b"\0" * 480
    path.write_bytes(header.ljust(512, b"\0") + "WordDocument\0".encode("utf-16-le"))
    return path


def a_program(path, script):
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_without_libreoffice_the_refusal_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UnsupportedFormat, match="LibreOffice"):
        identify(an_old_word_file(tmp_path / "a.doc"), "a.doc")


def test_a_file_that_libreoffice_cannot_open_is_corrupt(tmp_path, monkeypatch):
    program = a_program(tmp_path / "soffice", "exit 0")
    monkeypatch.setattr(libreoffice, "program", lambda: program)

    with pytest.raises(Corrupt):
        read(an_old_word_file(tmp_path / "a.doc"))


def test_a_conversion_over_its_time_is_ended_with_all_it_started(tmp_path, monkeypatch):
    started = tmp_path / "started"
    program = a_program(tmp_path / "soffice", f"sleep 600 & echo $! > {started}; wait")
    monkeypatch.setattr(libreoffice, "program", lambda: program)
    monkeypatch.setattr(libreoffice, "_SECONDS_LIMIT", 0.5)

    with pytest.raises(TooLarge):
        read(an_old_word_file(tmp_path / "a.doc"))

    assert not _is_running(int(started.read_text()))


def test_no_copy_of_a_document_is_left(tmp_path, monkeypatch):
    program = a_program(tmp_path / "soffice", "exit 0")
    monkeypatch.setattr(libreoffice, "program", lambda: program)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed = tmp_path / "ai-prism-conversion-killed"
    killed.mkdir()
    os.utime(killed, (0, 0))

    with pytest.raises(Corrupt):
        read(an_old_word_file(tmp_path / "a.doc"))

    assert list(tmp_path.glob("ai-prism-*")) == []


def _is_running(pid):
    """Whether the process *pid* still runs a second from now; the dead may wait for a parent."""
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
    return True
