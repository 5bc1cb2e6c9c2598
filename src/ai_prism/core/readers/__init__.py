"""The readers by media type. To add one: a file here, a line in READERS, a sample for its test."""

import hashlib
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from ai_prism.core.errors import Corrupt, NoText, Unreadable
from ai_prism.core.model import Document
from ai_prism.core.progress import Pages, Progress, Stage, StageReached, ignore
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.identification import identify
from ai_prism.core.readers.libreoffice import CONVERTED, Converter
from ai_prism.core.readers.recognition import FindRecogniser, here

__all__ = ["READERS", "Read", "Reader", "identify", "read"]

#: The module of each reader, imported when first used: the web server, which only identifies
#: files, should load neither lxml nor pdfium.
READERS: Final[dict[str, str]] = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        "ai_prism.core.readers.word"
    ),
    "application/vnd.oasis.opendocument.text": "ai_prism.core.readers.odt",
    "application/vnd.oasis.opendocument.text-flat-xml": "ai_prism.core.readers.odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (
        "ai_prism.core.readers.slides"
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (
        "ai_prism.core.readers.sheets"
    ),
    "message/rfc822": "ai_prism.core.readers.mail",
    "application/rtf": "ai_prism.core.readers.rtf",
    "application/pdf": "ai_prism.core.readers.pdf",
    "image/png": "ai_prism.core.readers.images",
    "image/jpeg": "ai_prism.core.readers.images",
    "image/tiff": "ai_prism.core.readers.images",
    "text/html": "ai_prism.core.readers.html",
    "text/markdown": "ai_prism.core.readers.markdown",
    "text/plain": "ai_prism.core.readers.plain",
}


class Reader(Protocol):
    """What a reader's module has to offer."""

    def read(self, path: Path, draft: Draft, pages: Pages) -> None:
        """Put the text of the file at *path* into *draft*.

        Args:
            path: the file.
            draft: takes blocks, problems and what was not read.
            pages: to be called with (done, total) after each page, where the format has pages.

        Raises:
            Unreadable: no text could be read; the subclass and its code say why.
        """


class Read(Protocol):
    """What reads a file: `read`, or something that calls it elsewhere."""

    def __call__(self, path: Path, progress: Progress = ignore, *, name: str) -> Document:
        """Return the document, as `read` does."""


def read(
    path: Path,
    progress: Progress = ignore,
    *,
    name: str | None = None,
    find_recogniser: FindRecogniser = here,
) -> Document:
    """Return the document in the file at *path*, telling *progress* of each page.

    Args:
        path: the file; its bytes decide what it is, its name helps.
        progress: called with the pages done, or once at the end where there are no pages.
        name: what people call the document, where the path does not say.
        find_recogniser: asked for what recognises pages that are pictures, if there are any.

    Raises:
        Unreadable: no text could be read; the subclass and its code say why.
    """
    name = name or path.name
    media_type = identify(path, name)
    draft = Draft(name, find_recogniser)

    def pages(done: int, total: int, stage: Stage = Stage.READING) -> None:
        progress(StageReached(stage=stage, done=done, total=total))

    _reader(media_type).read(path, draft, pages)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    document = draft.finish(media_type=media_type, sha256=sha256, bytes=path.stat().st_size)
    if not document.text:
        raise _nothing_in(document)
    if document.pages is None:
        pages(1, 1)
    return document


def _nothing_in(document: Document) -> Unreadable:
    """Return why there is no text: what was damaged comes before what was never there."""
    for problem in document.problems:
        return Corrupt(problem.message)
    return NoText(f"“{document.name}” can be opened, but there is no text in it.")


def _reader(media_type: str) -> Reader:
    if media_type in CONVERTED:
        return Converter(media_type)
    return cast(Reader, import_module(READERS[media_type]))
