"""Let containers reach what listens on this machine's loopback interface.

Everything local binds to 127.0.0.1, which inside a container is the container itself. A relay
listens on the address of Docker's own bridge, which only containers of this machine reach, and
passes each connection on; it lives as long as one invocation.
"""

from __future__ import annotations

import contextlib
import ipaddress
import json
import socket
import subprocess
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import TracebackType

_CHUNK = 65536


def bridge_address() -> str:
    """Return the address at which containers of the default bridge find this machine."""
    command = ["docker", "network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    config = json.loads(done.stdout)[0]
    # An engine without a setting of its own names the subnet alone; its first address is the host.
    first = next(ipaddress.ip_network(config["Subnet"]).hosts())
    return str(config.get("Gateway") or first)


@dataclass(slots=True)
class Relay:
    """Pass connections to ``host`` on to the same port of 127.0.0.1; a context manager."""

    url: str
    host: str
    _listener: socket.socket | None = None

    @property
    def address(self) -> str:
        """Return the URL under which containers reach it."""
        return f"http://{self.host}:{urlsplit(self.url).port}{urlsplit(self.url).path}"

    def __enter__(self) -> Self:
        self._listener = socket.create_server((self.host, urlsplit(self.url).port or 80))
        threading.Thread(target=self._accept, name="relay", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._listener:
            with contextlib.suppress(OSError):  # it wakes the thread that accepts
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def _accept(self) -> None:
        while self._listener:
            try:
                inside, _ = self._listener.accept()
            except OSError:  # closed
                return
            outside = socket.create_connection(("127.0.0.1", urlsplit(self.url).port or 80))
            for source, target in ((inside, outside), (outside, inside)):
                threading.Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Copy bytes until the source ends, then tell the target so."""
    with contextlib.suppress(OSError):
        while chunk := source.recv(_CHUNK):
            target.sendall(chunk)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
