"""Serve an ASGI application from a thread of this process, on the loopback interface."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Self

import uvicorn

if TYPE_CHECKING:
    from starlette.applications import Starlette

_START_SECONDS = 10.0


class ServingError(Exception):
    """A server could not be run; the message says which and why."""


class PortTakenError(ServingError):
    """Another program listens on the port."""


class ThreadedServer:
    """One server; a context manager. Port 0 takes a free one: see ``url``.

    ``host`` may be another address of this machine, for example that by which containers reach it.
    """

    def __init__(
        self, name: str, app: Starlette, port: int = 0, *, host: str = "127.0.0.1"
    ) -> None:
        self._name = name
        self._app = app
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Return the port; raises ServingError before start."""
        if self._socket is None:
            raise ServingError(f"{self._name} is not running")
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """Return the base URL without a slash at its end; raises ServingError before start."""
        return f"http://{self._address[0]}:{self.port}"

    def start(self) -> Self:
        """Start and return once requests are answered; raises PortTakenError or ServingError."""
        if self._thread is not None:
            raise ServingError(f"{self._name} is running already")
        self._socket = _listen(self._name, self._address)
        config = uvicorn.Config(
            self._app,
            http="h11",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name=self._name, daemon=True
        )
        self._thread.start()
        self._await_start(self._server, self._thread)
        return self

    def stop(self) -> None:
        """Stop it; does nothing when it does not run."""
        if self._server is not None and self._thread is not None:
            self.closing()
            self._server.should_exit = True
            self._thread.join()
        if self._socket is not None:
            self._socket.close()
        self._server = self._thread = self._socket = None

    def closing(self) -> None:
        """End what the application would keep open; called before it is stopped."""

    def _await_start(self, server: uvicorn.Server, thread: threading.Thread) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                self.stop()
                raise ServingError(f"{self._name} did not start")
            time.sleep(0.005)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _listen(name: str, address: tuple[str, int]) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as problem:
        listener.close()
        host, port = address
        raise PortTakenError(
            f"{name} cannot listen on {host}:{port}: {problem.strerror};"
            " stop what listens there, or use another port"
        ) from problem
    return listener
