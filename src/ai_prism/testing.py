"""Builders of documents, for our tests and for people who write checks and readers of their own."""

import hashlib
from collections.abc import Callable
from typing import Final

from ai_prism.core.model import Document
from ai_prism.core.readers import markdown as markdown_reader
from ai_prism.core.readers import plain as plain_reader
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.identification import MARKDOWN, PLAIN
from ai_prism.core.sections import detect_sections
from ai_prism.core.subject import Subject

_FILLERS: Final[dict[str, Callable[[Draft, str], None]]] = {
    MARKDOWN: markdown_reader.fill,
    PLAIN: plain_reader.fill,
}


def a_document(text: str, name: str = "sample.md") -> Document:
    """Return the document that *text* would be read as: Markdown, or plain text if so named."""
    media_type = PLAIN if name.endswith(".txt") else MARKDOWN
    draft = Draft(name)
    _FILLERS[media_type](draft, text)
    data = text.encode()
    return draft.finish(
        media_type=media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
    )


def a_subject(text: str, name: str = "sample.md") -> Subject:
    """Return what a check would look at if it were given *text*: document and outline."""
    document = a_document(text, name)
    return Subject(document, detect_sections(document))
