"""Rich Text Format as a stream of tokens: groups, control words, bytes of text."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    rb"""\\(?P<word>[A-Za-z]{1,32})(?P<value>-?\d{1,10})?[ ]?
       | \\'(?P<hex>[0-9A-Fa-f]{2})
       | \\(?P<sign>[^A-Za-z'])
       | (?P<open>\{) | (?P<close>\})
       | (?P<text>[^\\{}\r\n\0]+)
       | [\r\n\0]+ | \\'?""",
    re.X | re.S,
)


class Token(NamedTuple):
    """One token; `kind` is open, close, word, sign or bytes."""

    kind: str
    name: str = ""  #: of a control word or sign
    value: int | None = None  #: the number behind a control word
    data: bytes = b""  #: of text


_OPEN: Final = Token("open")
_CLOSE: Final = Token("close")


def tokens_of(data: bytes) -> Iterator[Token]:
    """Yield the tokens of *data*; what is none, such as a lone backslash, is passed over."""
    place = 0
    while match := _TOKEN.match(data, place):
        place = match.end()
        match match.lastgroup:
            case "text":
                yield Token("bytes", data=match["text"])
            case "hex":
                yield Token("bytes", "'", data=bytes.fromhex(match["hex"].decode("ascii")))
            case "open":
                yield _OPEN
            case "close":
                yield _CLOSE
            case "word" | "value":
                token = _word(match)
                if token.name == "bin":
                    # So many bytes follow as they are, braces and all.
                    place += max(0, token.value or 0)
                yield token
            case "sign":
                yield Token("sign", match["sign"].decode("latin-1"))


def _word(match: re.Match[bytes]) -> Token:
    value = match["value"]
    return Token("word", match["word"].decode("ascii"), None if value is None else int(value))
