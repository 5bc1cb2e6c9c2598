"""Other tools that read documents, run beside ours: each in a virtual environment of its own.

The environments are made on demand in a cache folder, never in ours: some of the tools may not
even be depended on (PyMuPDF is under the AGPL). Each tool runs in one process, which `worker.py`
drives through the tool's own file here; a tool that cannot be installed, fails on a document or
takes too long is said to, and its document counts as nothing found.
"""

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ai-prism" / "peers"
_INSTALL_SECONDS = 900
#: Nobody waits longer for one document.
_SECONDS_LIMIT = 120.0

_WORD = ("docx", "docx-messy")
_PDF = ("pdf-lo", "pdf-lo-rich", "pdf-messy", "pdf-web")
_TEXTS = ("html", "md", "txt", "txt-num")


class Peer(NamedTuple):
    """A tool, what to install for it, and the forms that it reads."""

    requirements: tuple[str, ...]
    forms: tuple[str, ...]
    program: str = ""  #: what it needs besides Python


PEERS = {
    "pymupdf4llm": Peer(("pymupdf>=2",), _PDF),  # since 2.0 it is a part of PyMuPDF
    "pdfluent": Peer(("pdfluent",), _PDF),
    "liteparse": Peer(("liteparse",), _PDF),
    "opendataloader": Peer(("opendataloader-pdf",), _PDF, "java"),
    "kreuzberg": Peer(("kreuzberg",), (*_WORD, *_PDF, *_TEXTS, "odt", "rtf")),
    "unstructured": Peer(
        ("unstructured[docx,md,pdf]",),  # gigabytes, even for its strategy "fast"
        (*_WORD, *_PDF, *_TEXTS),
    ),
    "markitdown": Peer(("markitdown[docx,pdf]",), (*_WORD, *_PDF, "html")),
    "pandoc": Peer(("pypandoc-binary",), (*_WORD, "html", "md", "odt", "rtf")),
    "mammoth": Peer(("mammoth",), _WORD),
    "python_docx": Peer(("python-docx",), _WORD),
    "pypdfium2": Peer(("pypdfium2",), _PDF),
}


class Found(NamedTuple):
    """A heading that a tool found."""

    start: int
    level: int
    title: str


class Reading(NamedTuple):
    """What a tool made of a document, and the seconds it took by the clock and the processor."""

    text: str
    sections: tuple[Found, ...]
    clock: float
    processor: float


class Unavailable(Exception):
    """The tool cannot be run here; the message says why."""


class PeerFailed(Exception):
    """The tool could not read a document."""


def chosen(wanted: str) -> list[str]:
    """Return the names of *wanted*: "all", "none", names; without a word what is installed."""
    match wanted.replace(",", " ").split():
        case ["all"]:
            return list(PEERS)
        case ["none"]:
            return []
        case []:
            return [name for name in PEERS if _mark(name).exists()]
        case names:
            if unknown := set(names) - PEERS.keys():
                raise SystemExit(f"No such peer: {', '.join(sorted(unknown))}")
            return names


class Running:
    """One tool in a process of its own, started again when it had to be ended."""

    def __init__(self, name: str) -> None:
        """Install the tool *name* where it is not, and start it.

        Raises:
            Unavailable: it cannot be installed or started.
        """
        self.name = name
        self._python = _installed(name)
        self._start()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def read(self, path: Path) -> Reading:
        """Return what the tool makes of the file at *path*.

        Raises:
            PeerFailed: it raised an error, died or took too long.
        """
        try:
            self._process.stdin.write(f"{path.resolve()}\n".encode())
            self._process.stdin.flush()
            answer = self._answer()
        except (PeerFailed, OSError) as error:
            self.close()
            self._start()
            raise PeerFailed(str(error)) from error
        if "error" in answer:
            raise PeerFailed(answer["error"])
        found = tuple(Found(*heading) for heading in answer["headings"])
        return Reading(answer["text"], found, answer["clock"], answer["processor"])

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [self._python, _HERE / "worker.py", self.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            hello = self._answer()
        except PeerFailed as error:
            hello = {"error": str(error)}
        if "error" in hello:
            self.close()
            raise Unavailable(hello["error"])
        self.version = hello["version"]

    def _answer(self) -> dict:
        # Each answer is one line, and nothing is asked before it is read: select sees all.
        ready, _, _ = select.select([self._process.stdout], [], [], _SECONDS_LIMIT)
        if not ready:
            raise PeerFailed(f"takes longer than {_SECONDS_LIMIT:.0f} s")
        line = self._process.stdout.readline()
        if not line:
            raise PeerFailed("died")
        return json.loads(line)


def _mark(name: str) -> Path:
    """Return the file that says that the environment of *name* is whole."""
    return _CACHE / name / "installed"


def _installed(name: str) -> Path:
    peer, folder = PEERS[name], _CACHE / name
    if peer.program and not shutil.which(peer.program):
        raise Unavailable(f"{peer.program} is not installed")
    python = folder / "bin" / "python"
    if not _mark(name).exists():
        print(f"Installing {name} into {folder} ...", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", *peer.requirements])
        _mark(name).write_text("\n".join(peer.requirements))
    return python


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"installing takes longer than {_INSTALL_SECONDS} s") from error
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise Unavailable(f"cannot be installed: {said[-1] if said else done.returncode}")
