"""Formats that LibreOffice converts to one that we read, where it is installed.

It runs without a screen, in a profile and a folder of its own that are deleted afterwards, within
a time limit, and is ended with all that it started.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Final

from ai_prism.core.errors import Corrupt, TooLarge, UnsupportedFormat
from ai_prism.core.progress import Pages
from ai_prism.core.readers.draft import Draft

OLD_WORD: Final = "application/msword"
OLD_SLIDES: Final = "application/vnd.ms-powerpoint"
OLD_SHEETS: Final = "application/vnd.ms-excel"
BINARY_SHEETS: Final = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
OPEN_SHEETS: Final = "application/vnd.oasis.opendocument.spreadsheet"
OPEN_SLIDES: Final = "application/vnd.oasis.opendocument.presentation"
PAGES: Final = "application/vnd.apple.pages"

#: By media type: the ending that LibreOffice knows the format by, what to convert it to, and what
#: reads that.
CONVERTED: Final[dict[str, tuple[str, str, str]]] = {
    OLD_WORD: ("doc", "docx", "ai_prism.core.readers.word"),
    PAGES: ("pages", "docx", "ai_prism.core.readers.word"),
    OLD_SLIDES: ("ppt", "pptx", "ai_prism.core.readers.slides"),
    OPEN_SLIDES: ("odp", "pptx", "ai_prism.core.readers.slides"),
    OLD_SHEETS: ("xls", "xlsx", "ai_prism.core.readers.sheets"),
    BINARY_SHEETS: ("xlsb", "xlsx", "ai_prism.core.readers.sheets"),
    OPEN_SHEETS: ("ods", "xlsx", "ai_prism.core.readers.sheets"),
}
#: Starting takes two to five seconds, a thousand pages about as long again.
_SECONDS_LIMIT: Final = 90
_GRACE_SECONDS: Final = 5
_FOLDER_PREFIX: Final = "ai-prism-conversion-"
#: A document must not make this machine fetch what it links to, nor run what it brings along:
#: links and macros are off, and a proxy that is not there is asked for whatever is fetched still.
_PROFILE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
</item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value></prop>
<prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value></prop>
<prop oor:name="ooInetNoProxy" oor:op="fuse"><value></value></prop>
</item>
</oor:items>
"""
_OPTIONS: Final = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck")


def program() -> str | None:
    """Return the path of LibreOffice, None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


class Converter:
    """The reader of one kind of file that has to be converted first."""

    def __init__(self, media_type: str) -> None:
        """Read files of *media_type*, one of `CONVERTED`."""
        self._ending, self._target, self._reader = CONVERTED[media_type]

    def read(self, path: Path, draft: Draft, pages: Pages) -> None:
        """Put the text of the file at *path* into *draft*.

        Raises:
            UnsupportedFormat: LibreOffice is not installed.
            Corrupt: LibreOffice cannot open the file.
            TooLarge: it takes LibreOffice too long.
        """
        soffice = program()
        if soffice is None:
            raise UnsupportedFormat(
                f"“{draft.name}” can be read only where LibreOffice is installed."
            )
        _delete_left_over()
        with tempfile.TemporaryDirectory(prefix=_FOLDER_PREFIX) as folder:
            source = Path(folder, f"document.{self._ending}")
            shutil.copyfile(path, source)
            settings = Path(folder, "profile", "user", "registrymodifications.xcu")
            settings.parent.mkdir(parents=True)
            settings.write_text(_PROFILE, encoding="utf-8")
            _convert(soffice, source, self._target, draft.name)
            converted = Path(folder, "converted", f"document.{self._target}")
            if not converted.exists():
                raise Corrupt(f"“{draft.name}” is damaged: LibreOffice cannot open it.")
            import_module(self._reader).read(converted, draft, pages)


def _delete_left_over() -> None:
    """Delete the folders of conversions that were killed: they hold copies of documents."""
    long_ago = time.time() - 2 * (_SECONDS_LIMIT + _GRACE_SECONDS)
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER_PREFIX}*"):
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < long_ago:
                shutil.rmtree(folder, ignore_errors=True)


def _convert(soffice: str, source: Path, target: str, name: str) -> None:
    folder = source.parent
    # Ends it even when nobody is left to do so: whoever reads may be killed at any time.
    guard = ["timeout", f"--kill-after={_GRACE_SECONDS}", str(_SECONDS_LIMIT + _GRACE_SECONDS)]
    command = [
        *(guard if shutil.which("timeout") else ()),
        soffice,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *_OPTIONS,
        "--convert-to",
        target,
        "--outdir",
        str(folder / "converted"),
        str(source),
    ]
    converting = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        converting.wait(timeout=_SECONDS_LIMIT)
    except subprocess.TimeoutExpired:
        raise TooLarge(
            f"Converting “{name}” takes LibreOffice longer than {_SECONDS_LIMIT} s."
        ) from None
    finally:
        # What it is called with starts another program: end the whole session.
        with suppress(ProcessLookupError):
            os.killpg(converting.pid, signal.SIGKILL)
        converting.wait()
