"""A socket's stream that gives up at a deadline, whatever the other side drips."""

from __future__ import annotations

import http.client
import io
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
    """http.client's response, which knows of the interim answers 100 alone.

    A client must be able to read one or more 1xx answers before the final one (RFC 9110, 15.2), and
    the last transfer coding may be chunked with others before it (RFC 9112, 6.1).
    """

    _interims = 0

    def _read_status(self) -> tuple[str, int, str]:
        status: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
        while 100 <= status[1] < 200 and status[1] != SWITCHING:
            self._interims += 1
            if self._interims > MOST_INTERIMS:
                raise ProbeError(FaultKind.PROTOCOL, f"more than {MOST_INTERIMS} interim answers")
            http.client.parse_headers(self.fp)
            status = super()._read_status()  # type: ignore[misc]
        return status

    def begin(self) -> None:
        """Read the head of the final answer."""
        super().begin()
        applied = codings(self.getheader("transfer-encoding"))
        if applied[-1:] == ["chunked"] and not self.chunked:
            self.chunked, self.chunk_left, self.length = True, None, None


@dataclass(frozen=True, slots=True)
class StreamOnly:
    """What http.client's response asks of a socket: a stream to read from."""

    reader: DeadlineReader

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return the buffered stream."""
        if mode != "rb":
            raise ValueError(f"only rb, not {mode}")
        return io.BufferedReader(self.reader, 16 * 1024)
