"""Unpack what a body was packed in: content and transfer codings (RFC 9110, 8.4; RFC 9112, 7)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from health_polling.exchange import FaultKind
from health_polling.probe.faults import ProbeError

# What we cannot unpack. Anything else that stands there (utf-8, none, aws-chunked) is no coding.
_UNKNOWN = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})
_MOST_CODINGS = 4
_GZIP, _ANY, _RAW = 31, 47, -15  # zlib's window bits: gzip, gzip or zlib by its head, neither


def codings(header: str | None) -> list[str]:
    """Return the codings of a header, in the order in which they were applied."""
    return [part.strip().lower() for part in (header or "").split(",") if part.strip()]


def unpack(body: bytes, applied: Iterable[str], limit: int, *, is_cut: bool) -> tuple[bytes, bool]:
    """Return a body without its codings, at most ``limit`` bytes, and whether there was more.

    Raises
    ------
    ProbeError
        It is broken, ends in the middle, or has more codings than anybody needs.
    UnknownCodingError
        It cannot be unpacked here.
    """
    listed = list(applied)
    if len(listed) > _MOST_CODINGS:
        raise ProbeError(FaultKind.PROTOCOL, f"its body has {len(listed)} codings")
    for coding in reversed(listed):
        if coding in _UNKNOWN:
            raise UnknownCodingError(coding)
        if coding in {"gzip", "x-gzip", "deflate"} and body:
            body, is_cut = _inflated(body, coding, limit, is_cut=is_cut)
    return body, is_cut


class UnknownCodingError(Exception):
    """A body's coding cannot be unpacked; the message is its name."""


def _inflated(body: bytes, coding: str, limit: int, *, is_cut: bool) -> tuple[bytes, bool]:
    bits = _RAW if coding == "deflate" and not _has_head(body) else _ANY
    found = bytearray()
    while body and len(found) <= limit:
        unpacking = zlib.decompressobj(wbits=bits)
        try:
            found += unpacking.decompress(body, limit + 1 - len(found))
        except zlib.error:
            if found:
                break  # what follows the last member is padding
            raise ProbeError(FaultKind.PROTOCOL, f"its {coding} body is broken") from None
        if not unpacking.eof:
            if is_cut or len(found) > limit:
                return bytes(found), True
            raise ProbeError(FaultKind.PROTOCOL, f"its {coding} body ends in the middle")
        body, bits = unpacking.unused_data, _GZIP  # a gzip body may have several members
    return bytes(found), is_cut or len(found) > limit


def _has_head(body: bytes) -> bool:
    """Whether deflate comes as zlib (RFC 9110, 8.4.1.2) or gzip, and not bare as some send it."""
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return is_zlib or body[:2] == b"\x1f\x8b"
