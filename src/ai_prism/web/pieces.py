"""Pages that are sent while they are written: what stands at their top is seen at once."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from flask import Response, stream_template

#: Characters sent together. A template yields tens of thousands of scraps, and a chunk costs more
#: than most of them.
_PIECE: Final = 32_000
#: The head of the page goes first: the browser fetches what it names meanwhile.
_FIRST_PIECE: Final = 4_000


def streamed(template: str, values: dict[str, Any]) -> Response:
    """Return the page that *template* makes of *values*, sent piece by piece."""
    return Response(_in_pieces(stream_template(template, **values)), mimetype="text/html")


def _in_pieces(scraps: Iterable[str]) -> Iterator[str]:
    gathered: list[str] = []
    size, enough = 0, _FIRST_PIECE
    for scrap in scraps:
        gathered.append(scrap)
        size += len(scrap)
        if size >= enough:
            yield "".join(gathered)
            gathered.clear()
            size, enough = 0, _PIECE
    yield "".join(gathered)
