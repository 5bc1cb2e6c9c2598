"""Rich Text Format: paragraphs with their styles, tables, notes and running heads."""

from collections.abc import Callable
from pathlib import Path

from ai_prism.core.errors import TooLarge
from ai_prism.core.readers.archive import PART_BYTES_LIMIT
from ai_prism.core.readers.draft import Draft
from ai_prism.core.readers.rtf.interpreter import Interpreter
from ai_prism.core.readers.rtf.tokens import tokens_of


def read(path: Path, draft: Draft, pages: Callable[[int, int], None]) -> None:
    """Put the text of the Rich Text file at *path* into *draft*."""
    if path.stat().st_size > PART_BYTES_LIMIT:
        raise TooLarge(f"“{draft.name}” holds more than can be read.")
    Interpreter(draft).read(tokens_of(path.read_bytes()))
