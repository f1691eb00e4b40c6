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
import socketserver
import subprocess
import threading
from typing import Self
from urllib.parse import urlsplit

_CHUNK = 65536


def bridge_address() -> str:
    """Return the address at which containers of the default bridge find this machine."""
    command = ["docker", "network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    config = json.loads(done.stdout)[0]
    # An engine without a setting of its own names the subnet alone; its first address is the host.
    first = next(ipaddress.ip_network(config["Subnet"]).hosts())
    return str(config.get("Gateway") or first)


class Relay:
    """Pass connections to ``host`` on to the same port of 127.0.0.1; a context manager."""

    def __init__(self, url: str, host: str) -> None:
        parts = urlsplit(url)
        self._port = parts.port or 80
        self.address = f"http://{host}:{self._port}{parts.path}"
        self._server = _Server((host, self._port), _Connection)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="relay", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True  # a connection left open must not keep the process


class _Connection(socketserver.BaseRequestHandler):
    request: socket.socket

    def handle(self) -> None:
        """Copy both ways until both ends are done."""
        port = self.request.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as inside:
            for end in (self.request, inside):
                # small requests in two parts would wait for each other (Nagle, delayed ACK)
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=_pump, args=(inside, self.request), daemon=True)
            back.start()
            _pump(self.request, inside)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Copy bytes until the source ends, then tell the target so."""
    with contextlib.suppress(OSError):
        while chunk := source.recv(_CHUNK):
            target.sendall(chunk)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
