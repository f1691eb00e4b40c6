"""Which addresses may be asked: http and https, on hosts that are not ours to reach from within.

A Lambda function has no instance metadata, but its loopback holds the runtime API, and in a VPC it
reaches what the outside does not. So a name is resolved once, every address is checked, and the
checked address is connected to: a name that changes its mind in between changes nothing.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

_HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?")
_NUMBER = re.compile(r"(0[xX][0-9A-Fa-f]*|\d+)")
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_IPV4_COMPATIBLE = ipaddress.ip_network("::/96")
# The instance metadata service's IPv6 address; it is in a private range, not link-local.
_METADATA = {ipaddress.ip_address("fd00:ec2::254"), ipaddress.ip_address("fd00:ec2::23")}
RUNTIME_API_PORT = 9001  # Lambda's own service on the loopback interface


class AddressError(ValueError):
    """An address may not be asked; the message says why, without the address's secrets."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address. ``host`` is a name or a literal without brackets; ``path`` has the query.

    ``shown`` is the address without its query, fit for logs and messages.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_tls(self) -> bool:
        """Whether it is asked over TLS."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Return the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def shown(self) -> str:
        """Return the address without its query, which may carry a token."""
        return f"{self.scheme}://{self.authority}{self.path.split('?', 1)[0]}"


def parse_target(text: str) -> Target:
    """Read an address of an endpoint; raise AddressError saying what is wrong with it."""
    if not text.isascii() or any(c <= " " or c in '\\"<>^`{|}\x7f' for c in text):
        raise AddressError("an address is plain ASCII without spaces: write hosts in punycode")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise AddressError(f"not an address: {error}") from None
    if parts.scheme not in _PORTS:
        raise AddressError(f"only http and https are asked, not {parts.scheme or 'no scheme'!r}")
    if "@" in parts.netloc:
        raise AddressError("no credentials in an address: give a header from SSM instead")
    if port == 0:
        raise AddressError("port 0 is none")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = _host(parts.hostname or "", bracketed="[" in parts.netloc)
    return Target(parts.scheme, host, port or _PORTS[parts.scheme], path)


def _host(host: str, *, bracketed: bool) -> str:
    if not host:
        raise AddressError("the host is missing")
    if bracketed:
        if "%" in host:
            raise AddressError("no zone in an IPv6 address")
        try:
            return str(IPv6Address(host))
        except ValueError:
            raise AddressError("no IPv6 address in the brackets") from None
    if _NUMBER.fullmatch(host.rstrip(".").rsplit(".", 1)[-1]):  # WHATWG URL: "ends in a number"
        try:
            return str(IPv4Address(host))
        except ValueError:
            raise AddressError("an IPv4 address is written as four decimal numbers") from None
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise AddressError("no host's name")
    return host


def check_address(text: str, port: int, *, allow_private: bool) -> None:
    """Raise AddressError unless a resolved address may be connected to.

    Private and loopback addresses only with ``allow_private``; link-local ones (metadata),
    multicast, unspecified and Lambda's runtime API never.
    """
    if refusal := _refused(text, port, allow_private=allow_private):
        raise AddressError(f"{text} is {refusal}")


@lru_cache(4096)  # the same addresses each minute
def _refused(text: str, port: int, *, allow_private: bool) -> str:
    address = ipaddress.ip_address(text.split("%", 1)[0])
    found = (
        _refusal(each, port, allow_private=allow_private) for each in (address, *_embedded(address))
    )
    return next(filter(None, found), "")


def _refusal(address: IPv4Address | IPv6Address, port: int, *, allow_private: bool) -> str:
    if address.is_link_local or address in _METADATA:
        return "link-local, where credentials are served"
    if address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255":
        return "no address of a host"
    if address.is_loopback and port == RUNTIME_API_PORT:
        return "the Lambda runtime's own"
    if not allow_private and not address.is_global:
        return "not public (AllowPrivateEndpoints is false)"
    return ""


def _embedded(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64 or (address in _IPV4_COMPATIBLE and int(address) > 0xFFFF):
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]
