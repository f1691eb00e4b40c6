"""A socket's stream that gives up at a deadline, whatever the other side drips."""

from __future__ import annotations

import http.client
import io
import re
import socket
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from health_polling.exchange import FaultKind
from health_polling.probe.codings import codings
from health_polling.probe.faults import ProbeError

HEAD_LIMIT = 64 * 1024  # bytes of status line and headers, as most servers have it
BODY_LIMIT = 256 * 1024
MOST_INTERIMS = 20
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # a token (RFC 9110, 5.6.2)
SWITCHING = 101  # never asked for: a final answer of a kind, and no health


class DeadlineReader(io.RawIOBase):
    """Read a socket until a moment of perf_counter; a time-out of each recv alone has no end."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        self.first_byte_at: float | None = None
        self._taken = 0
        self._head_done = False

    def readable(self) -> bool:
        """Return True."""
        return True

    def head_is_done(self) -> None:
        """Lift the limit on headers: what follows is the body, which has its own."""
        self._head_done = True

    def readinto(self, buffer: Any) -> int:
        """Receive what is there; raise TimeoutError at the deadline."""
        left = self._deadline - perf_counter()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        count = self._sock.recv_into(buffer)
        if self.first_byte_at is None:
            self.first_byte_at = perf_counter()
        self._taken += count
        if self._taken > HEAD_LIMIT and not self._head_done:
            raise ProbeError(FaultKind.PROTOCOL, "more than 64 KiB of headers")
        return count


class Response(http.client.HTTPResponse):
    """http.client's response with a head of its own.

    Theirs knows of the interim answer 100 alone (RFC 9110, 15.2: one or more 1xx), stops at a line
    that is no header, takes half a head for a whole one, a hundred headers for too many, and a
    length that is none for no length (RFC 9112, 6.3: an error that nothing mends).
    """

    def begin(self) -> None:
        """Read the head of the final answer."""
        for _ in range(MOST_INTERIMS + 1):
            version, status, reason = self._read_status()  # type: ignore[attr-defined]
            self.headers = self.msg = _headers(self.fp)
            if not 100 <= status < 200 or status == SWITCHING:
                break
        else:
            raise ProbeError(FaultKind.PROTOCOL, f"more than {MOST_INTERIMS} interim answers")
        if not version.startswith("HTTP/1."):
            raise http.client.UnknownProtocol(version)
        self.code = self.status = status
        self.reason, self.version = reason.strip(), 10 if version == "HTTP/1.0" else 11
        # the last transfer coding may be chunked with others before it (RFC 9112, 6.1)
        applied = codings(self.getheader("transfer-encoding"))
        self.chunked, self.chunk_left = applied[-1:] == ["chunked"], None
        self.will_close = True  # as was asked for
        self.length = None if self.chunked else _length(self.headers)
        if status in {204, 304} or status < 200:
            self.length = 0


def _headers(stream: io.BufferedIOBase) -> http.client.HTTPMessage:
    """Read header lines up to the empty one; what is no header is passed over."""
    found: list[list[str]] = []
    while (line := stream.readline(HEAD_LIMIT)) not in {b"\r\n", b"\n"}:
        if not line:
            raise ConnectionResetError
        text = line.decode("latin-1").rstrip("\r\n")
        if text[:1] in {" ", "\t"} and found:  # folded, as it was once allowed
            found[-1][1] += f" {text.strip()}"
            continue
        name, colon, value = text.partition(":")
        found.append([name.strip() if colon else "", value.strip()])
    message = http.client.HTTPMessage()
    for name, value in found:
        if _NAME.fullmatch(name):
            message[name] = value
    return message


def _length(headers: http.client.HTTPMessage) -> int | None:
    """Return the body's length; it may be told more than once, not with different numbers."""
    told = {
        part.strip() for each in headers.get_all("content-length", ()) for part in each.split(",")
    }
    if not told:
        return None
    [one, *others] = told
    if others or not (one.isascii() and one.isdigit()):
        shown = ", ".join(sorted(told))[:60]
        raise ProbeError(FaultKind.PROTOCOL, f"its Content-Length is none: {shown}")
    return int(one)


@dataclass(frozen=True, slots=True)
class StreamOnly:
    """What http.client's response asks of a socket: a stream to read from."""

    reader: DeadlineReader

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return the buffered stream."""
        if mode != "rb":
            raise ValueError(f"only rb, not {mode}")
        return io.BufferedReader(self.reader, 16 * 1024)
