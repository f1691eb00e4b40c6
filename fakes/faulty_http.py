"""An HTTP server on the loopback interface that misbehaves in one way for each path."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from fakes.wire_answers import RESET
from fakes.wire_ways import WAYS


@dataclass(slots=True)
class FaultyServer:
    """Serve WAYS by path; a path that is not there fails the test by its absence.

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
        # what does not fit is tried again a second later, which a busy machine has not
        self._socket = socket.create_server((self.host, 0), family=family, backlog=1024)
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

    def __exit__(self, *_: object) -> None:
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
                for part in WAYS[path.removeprefix("/")].serve():
                    if self._stop.is_set():
                        return
                    if part is RESET:
                        _reset(stream)
                        return
                    stream.sendall(part)
                if not self.tls:
                    stream.shutdown(socket.SHUT_WR)


def _reset(stream: socket.socket) -> None:
    """Close a connection so that the other side gets a reset."""
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    stream.close()
