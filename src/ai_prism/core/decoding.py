"""Types made ready to be decoded in several threads at once.

msgspec (0.22) works out how a type is decoded when it first meets it, and keeps that on the class
before it is complete, for types that contain themselves. A second thread that meets the class at
that moment follows a null pointer, and the process dies of it. Once complete it is only read.
"""

import threading
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")

_preparing = threading.Lock()
_prepared: set[Any] = set()


def prepared(kind: _T) -> _T:
    """Return *kind*, a type that msgspec is to decode or convert to, once that is safe."""
    if kind not in _prepared:
        with _preparing:
            msgspec.msgpack.Decoder(kind)
            _prepared.add(kind)
    return kind
