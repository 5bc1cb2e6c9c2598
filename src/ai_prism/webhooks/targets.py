"""Whom one may tell: the addresses that the operator allows, and no way around that.

An address is looked at twice: as it is written, when a document is uploaded, and as it resolves,
when it is told. What it resolves to then is what is connected to, so that a name which answers
otherwise a moment later (DNS rebinding) gains nothing.
"""

import ipaddress
import re
import socket
from typing import Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

import msgspec

from ai_prism.core.errors import PrismError

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Among the targets: any address of the internet.
PUBLIC: Final = "public"
LONGEST_URL: Final = 2000
_PORTS: Final = {"http": 80, "https": 443}
#: DNS takes no more; and looking up what it does not take raises errors of another kind.
_HOST: Final = re.compile(r"(?=.{1,253}\Z)[^.]{1,63}(?:\.[^.]{1,63})*")
_UNSAFE: Final = re.compile(r"[^\x21-\x7e]")
#: Stands for an IPv4 address where there is only IPv6 (RFC 6052).
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


class WebhookRefused(PrismError):
    """The address is none that this service tells of the end of a review."""

    code = "webhook_refused"
    advice = "Give an http or https address that the operator allows, or leave webhook out."


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """An address, taken apart."""

    scheme: str
    host: str
    port: int
    path: str  #: with its query


class Targets:
    """The hosts and networks that may be told."""

    def __init__(self, words: str) -> None:
        """Allow what *words* name, apart by commas: hosts, networks, "public"; empty: nothing."""
        named = [word.strip().lower() for word in words.split(",") if word.strip()]
        networks = {word: _network(word) for word in named}
        self._networks = tuple(network for network in networks.values() if network)
        self._hosts = frozenset(word for word, network in networks.items() if not network)
        self._is_public = PUBLIC in self._hosts

    def __bool__(self) -> bool:
        """Return whether anybody may be told at all."""
        return bool(self._hosts or self._networks)

    def check(self, url: str) -> Target:
        """Return *url* taken apart, if it may be told as far as can be seen without asking anybody.

        Raises:
            WebhookRefused: it may not; the message says why.
        """
        if not self:
            raise WebhookRefused("This service tells no other of the end of a review.")
        target = _taken_apart(url)
        literal = _address(target.host)
        if target.host in self._hosts or (literal and self._allows(literal)):
            return target
        if literal or not (self._is_public or self._networks):
            raise WebhookRefused(f"{target.host} is not among the addresses that may be told.")
        return target  # a name: what it stands for is looked up when it is told

    def resolve(self, target: Target) -> str:
        """Return the numeric address to connect to for *target*.

        Raises:
            WebhookRefused: one of those it stands for may not be told.
            OSError: it stands for none now.
        """
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        addresses = [str(sockaddr[0]) for *_, sockaddr in found]
        if target.host not in self._hosts:
            for address in addresses:
                if not self._allows(ipaddress.ip_address(address)):
                    raise WebhookRefused(f"{target.host} stands for an address not to be told.")
        return addresses[0]

    def _allows(self, address: Address) -> bool:
        inner = _embedded(address)
        if any(inner in network for network in self._networks):
            return True
        return self._is_public and inner.is_global and not inner.is_multicast


def _network(word: str) -> Network | None:
    try:
        return ipaddress.ip_network(word, strict=False)
    except ValueError:
        return None


def _address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one leads to; others as they are."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _taken_apart(url: str) -> Target:
    if len(url) > LONGEST_URL or _UNSAFE.search(url):
        raise WebhookRefused(
            f"An address has at most {LONGEST_URL} characters, none of them a space or non-ASCII."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WebhookRefused("The address of the webhook cannot be understood.") from None
    _see_that_it_is_plain(parts)
    return Target(
        scheme=parts.scheme,
        host=(parts.hostname or "").rstrip("."),
        port=port or _PORTS[parts.scheme],
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )


def _see_that_it_is_plain(parts: SplitResult) -> None:
    if parts.scheme not in _PORTS or not _HOST.fullmatch((parts.hostname or "").rstrip(".")):
        raise WebhookRefused("The address of a webhook begins with http:// or https:// and a host.")
    if "@" in parts.netloc:
        raise WebhookRefused("The address of a webhook holds no user and no password.")
