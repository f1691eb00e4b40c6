"""An HTTP server on the loopback interface that misbehaves in one way for each path."""

from __future__ import annotations

import gzip
import itertools
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

JSON_OK = b'{"status": "ok"}'


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _endless() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
    while True:
        yield b"x" * 65536


def _many_headers() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    for number in range(10_000):  # 10 MB in all
        yield f"X-{number}: {'y' * 1000}\r\n".encode()


def _dripping(text: bytes) -> Iterator[bytes]:
    for byte in itertools.chain(text, itertools.repeat(ord("z"))):
        time.sleep(0.05)
        yield bytes([byte])


def _silent() -> Iterator[bytes]:
    time.sleep(5)
    yield b""


def _chunked(*chunks: bytes, coding: str = "chunked", trailer: bytes = b"") -> bytes:
    parts = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    head = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: {coding}\r\n\r\n".encode()
    return head + parts + b"0\r\n" + trailer + b"\r\n"


def _raw_deflate(body: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(body) + packing.flush()


_JSON = "Content-Type: application/json"
_GZIP = "Content-Encoding: gzip"
_BOMB = gzip.compress(b"0" * 10_000_000)
FAULTS: dict[str, Callable[[], Iterable[bytes]]] = {
    "/ok": lambda: [answer(JSON_OK, _JSON)],
    "/chunked": lambda: [_chunked(b'{"status"', b': "ok"}')],
    "/until-closed": lambda: [b"HTTP/1.0 200 OK\r\n\r\n", JSON_OK],
    "/gzip": lambda: [answer(gzip.compress(JSON_OK), _JSON, _GZIP)],
    # RFC 9110 and 9112: what a client must or should be able to read
    "/early-hints": lambda: [
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", answer(JSON_OK, _JSON)],
    "/interims": lambda: [
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3, answer(JSON_OK, _JSON)],
    "/x-gzip": lambda: [answer(gzip.compress(JSON_OK), _JSON, "Content-Encoding: x-gzip")],
    "/gzip-members": lambda: [
        answer(gzip.compress(JSON_OK[:6]) + gzip.compress(JSON_OK[6:]), _JSON, _GZIP)],
    "/gzip-padded": lambda: [answer(gzip.compress(JSON_OK) + b"\0" * 9, _JSON, _GZIP)],
    "/deflate": lambda: [answer(zlib.compress(JSON_OK), _JSON, "Content-Encoding: deflate")],
    "/raw-deflate": lambda: [answer(_raw_deflate(JSON_OK), _JSON, "Content-Encoding: deflate")],
    "/two-codings": lambda: [
        answer(gzip.compress(zlib.compress(JSON_OK)), _JSON, "Content-Encoding: deflate, GZIP")],
    "/coding-twice": lambda: [
        answer(gzip.compress(gzip.compress(JSON_OK)), _JSON, _GZIP, _GZIP)],
    "/no-coding": lambda: [answer(JSON_OK, _JSON, "Content-Encoding: utf-8")],
    "/gzip-empty": lambda: [answer(b"", _JSON, _GZIP)],
    "/trailers": lambda: [_chunked(JSON_OK, trailer=b"Expires: never\r\nX-Sum: 1\r\n")],
    "/gzip-transfer": lambda: [_chunked(gzip.compress(JSON_OK), coding="gzip, chunked")],
    "/no-content": lambda: [b"HTTP/1.1 204 No Content\r\n\r\n"],
    "/no-reason": lambda: [b"HTTP/1.1 200\r\nContent-Length: 15\r\n\r\n", JSON_OK],
    "/bare-lf": lambda: [b"HTTP/1.1 200 OK\nContent-Length: 15\n\n", JSON_OK],
    "/large-page": lambda: [answer(b"<html>" + b"x" * 300_000, "Content-Type: text/html")],
    "/switching": lambda: [b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"],
    "/brotli": lambda: [answer(b"\x8b\x07\x80", _JSON, "Content-Encoding: br")],
    "/interims-without-end": lambda: itertools.repeat(b"HTTP/1.1 102 Processing\r\n\r\n"),
    "/many-codings": lambda: [answer(JSON_OK, _JSON, "Content-Encoding: " + "gzip," * 9)],
    "/endless": _endless,
    "/drip-headers": lambda: _dripping(b"HTTP/1.1 200 OK\r\nX: "),
    "/drip-body": lambda: itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], _dripping(b"")),
    "/many-headers": _many_headers,
    "/long-header": lambda: [b"HTTP/1.1 200 OK\r\nX: ", b"y" * 10_000_000, b"\r\n\r\n"],
    "/broken-gzip": lambda: [answer(b"\x1f\x8bnonsense", _JSON, _GZIP)],
    "/half-gzip": lambda: [answer(gzip.compress(JSON_OK * 9)[:-12], _JSON, _GZIP)],
    "/gzip-bomb": lambda: [answer(_BOMB, _JSON, _GZIP)],
    "/short-body": lambda: [b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{}"],
    "/no-http": lambda: [b"SSH-2.0-OpenSSH_9.9\r\n"],
    "/no-status": lambda: [b"HTTP/1.1 two hundred\r\n\r\n"],
    "/closed": list,
    "/redirect-loop": lambda: [
        answer(b"", "Location: /redirect-loop", status="302 Found")],
    "/redirect-to-metadata": lambda: [
        answer(b"", "Location: http://169.254.169.254/latest?x=1", status="301 Moved")],
    "/silent": _silent,
    "/broken-json": lambda: [answer(b'{"status": "ok"', _JSON)],
    "/wrong-charset": lambda: [
        answer(JSON_OK, "Content-Type: application/json; charset=utf-16")],
    "/bad-length": lambda: [b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}"],
    "/bad-chunk": lambda: [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"],
}  # fmt: skip


@dataclass(slots=True)
class FaultyServer:
    """Serve FAULTS by path; a path that is not there fails the test by its absence.

    ``host`` may be ``::1``; ``tls`` serves over TLS. ``requests`` are the heads that arrived and
    ``names`` the SNI names.
    """

    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    requests: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    _socket: socket.socket = field(init=False)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._socket = socket.create_server((self.host, 0), family=family, backlog=64)
        self._socket.settimeout(0.1)
        if self.tls:
            self.tls.sni_callback = lambda _, name, __: self.names.append(name)

    @property
    def port(self) -> int:
        """Return the port."""
        return int(self._socket.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._socket.close()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(5)
            stream = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            with stream:
                head = b""
                while b"\r\n\r\n" not in head:
                    if not (received := stream.recv(4096)):
                        return  # gone before it asked
                    head += received
                self.requests.append(head.decode("latin-1"))
                path = head.split(b" ", 2)[1].split(b"?")[0].decode()
                for part in FAULTS[path]():
                    if self._stop.is_set():
                        return
                    stream.sendall(part)
                if not self.tls:
                    stream.shutdown(socket.SHUT_WR)
