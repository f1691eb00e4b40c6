"""How a server sends: whole answers, in chunks, slowly, without end; `wire_ways` says what."""

from __future__ import annotations

import itertools
import time
import zlib
from collections.abc import Iterator

RESET = b"reset the connection instead of sending this"
JSON_OK = b'{"status": "ok"}'


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def raw(text: str, body: bytes = JSON_OK) -> bytes:
    """Return a head as it is written here, and a body."""
    return text.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


def chunked(*chunks: bytes, coding: str = "chunked", trailer: bytes = b"") -> bytes:
    """Return an answer in chunks with extensions."""
    parts = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return raw(
        f"HTTP/1.1 200 OK\nTransfer-Encoding: {coding}", parts + b"0\r\n" + trailer + b"\r\n"
    )


def held(*parts: bytes) -> Iterator[bytes]:
    """Send and keep the connection: whoever waits for its end waits too long."""
    yield from parts
    time.sleep(60)


def slowly(text: bytes, pause: float) -> Iterator[bytes]:
    """Send byte by byte, ``pause`` seconds apart."""
    for byte in text:
        time.sleep(pause)
        yield bytes([byte])


def dripping(text: bytes) -> Iterator[bytes]:
    """Send slowly, and then more without an end in sight."""
    return itertools.chain(slowly(text, 0.05), slowly(b"z" * 9999, 0.05))


def late(seconds: float, text: bytes) -> Iterator[bytes]:
    """Send after a while."""
    time.sleep(seconds)
    yield text


def endless() -> Iterator[bytes]:
    """Send a body that has no end."""
    yield raw("HTTP/1.1 200 OK\nContent-Type: text/plain", b"")
    while True:
        yield b"x" * 65536


def many_headers() -> Iterator[bytes]:
    """Send a head of 10 MB."""
    yield b"HTTP/1.1 200 OK\r\n"
    for number in range(10_000):
        yield f"X-{number}: {'y' * 1000}\r\n".encode()


def raw_deflate(body: bytes) -> bytes:
    """Pack without the zlib head that RFC 9110 asks for, as some servers do."""
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(body) + packing.flush()
