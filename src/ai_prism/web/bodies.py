"""Bodies of requests, read as what the call takes."""

from typing import Annotated, Final, TypeVar

import msgspec
from flask import request

from ai_prism.core.decoding import prepared
from ai_prism.web.errors import InvalidRequest

#: Far more than people write, far less than a document.
_BODY_BYTES: Final = 256 * 1024

#: Words without a NUL: PostgreSQL cannot keep it.
KEPT: Final = r"^[^\u0000]*$"

Line = Annotated[str, msgspec.Meta(max_length=200, pattern=KEPT)]

_T = TypeVar("_T")


def body(kind: type[_T]) -> _T:
    """Return the JSON of the request as a *kind*.

    Raises:
        InvalidRequest: it is none.
    """
    request.max_content_length = _BODY_BYTES
    try:
        return msgspec.json.decode(request.get_data(), type=prepared(kind))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"The body is not as described: {error}.") from None
