"""PDF forms (pictures made of drawing steps) that draw each other until no machine comes to an end.

Ten forms that each draw the next ten times make ten thousand million drawings of a few hundred
bytes, and pdfium follows them all. Forms hidden in packed objects are not seen here.
"""

import mmap
import re
import zlib
from pathlib import Path
from typing import Final, NamedTuple

from ai_prism.core.errors import TooLarge

_FORM: Final = re.compile(rb"/Subtype\s{0,4}/Form\b")
_OBJECT: Final = re.compile(rb"(\d{1,10})\s{1,4}\d{1,5}\s{1,4}obj\b")
_REFERENCE: Final = re.compile(rb"(\d{1,10})\s{1,4}\d{1,5}\s{1,4}R\b")
_DRAWS: Final = re.compile(rb"\bDo\b")
_DICTIONARY_REACH: Final = 2_000
_CONTENT_BYTES: Final = 1 << 18
#: Maps draw some ten thousand symbols.
_DRAWINGS_LIMIT: Final = 1_000_000


class _Form(NamedTuple):
    draws: int  #: how many others it draws
    refers_to: frozenset[int]


def refuse_form_bombs(path: Path, name: str) -> None:
    """Look at the forms of the PDF at *path*, which people call *name*.

    Raises:
        TooLarge: they draw each other more often than any document needs.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        forms = _forms_in(data)
    if _most_drawings(forms) > _DRAWINGS_LIMIT:
        raise TooLarge(f"“{name}” draws more than can be read.")


def _forms_in(data: mmap.mmap) -> dict[int, _Form]:
    """Return the forms in *data* that draw others, by the number of their object."""
    forms: dict[int, _Form] = {}
    for found in _FORM.finditer(data):
        before = data[max(0, found.start() - _DICTIONARY_REACH) : found.start()]
        owners = list(_OBJECT.finditer(before))
        start = data.find(b"stream", found.end(), found.end() + _DICTIONARY_REACH)
        if not owners or start < 0:
            continue
        dictionary = before[owners[-1].end() :] + data[found.end() : start]
        draws = _draws_in(data[start + 6 : start + 6 + _CONTENT_BYTES], dictionary)
        if draws:
            refers_to = frozenset(int(number) for number in _REFERENCE.findall(dictionary))
            forms[int(owners[-1][1])] = _Form(draws, refers_to)
    return forms


def _draws_in(content: bytes, dictionary: bytes) -> int:
    content = content.partition(b"endstream")[0]
    if b"/FlateDecode" in dictionary:
        try:
            content = zlib.decompressobj().decompress(content.lstrip(b"\r\n"), _CONTENT_BYTES)
        except zlib.error:
            return 0
    return len(_DRAWS.findall(content))


def _most_drawings(forms: dict[int, _Form]) -> int:
    """Return how many drawings the form that draws most comes to, its parts counted."""
    drawings = dict.fromkeys(forms, 1)
    # So long a chain of doublings is beyond the limit; forms in a ring never come to an end.
    for _ in range(_DRAWINGS_LIMIT.bit_length()):
        grown = {
            number: min(
                1 + form.draws * max((drawings.get(r, 0) for r in form.refers_to), default=0),
                _DRAWINGS_LIMIT + 1,
            )
            for number, form in forms.items()
        }
        if grown == drawings:
            break
        drawings = grown
    return max(drawings.values(), default=0)
