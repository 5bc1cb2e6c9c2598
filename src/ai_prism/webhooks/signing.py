"""How a message shows where it comes from: https://www.standardwebhooks.com, version 1."""

import base64
import hashlib
import hmac
from typing import Final

import msgspec

_PREFIX: Final = "whsec_"


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to tell of the end of a review, and what they share with us."""

    url: str
    secret: str


def secret_for(key: str, owner: str, url: str) -> str:
    """Return the secret that *owner* shares with whoever answers at *url*.

    Args:
        key: the service's own secret. Who knows one secret made of it knows no other.
        owner: whose reviews it is told of.
        url: the address that is told.
    """
    # Apart by what none of them holds, so that no two pairs make the same secret.
    made_of = f"webhook\0{owner}\0{url}".encode()
    return _PREFIX + base64.b64encode(hmac.digest(key.encode(), made_of, hashlib.sha256)).decode()


def headers(secret: str, message_id: str, at: int, body: bytes) -> dict[str, str]:
    """Return what goes with *body*: the id of the message, when it is sent, and the signature.

    Args:
        secret: from `secret_for`.
        message_id: the same for each try of the same message.
        at: the time of this try, in seconds since 1970.
        body: what is sent.
    """
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{at}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{signature}",
    }
