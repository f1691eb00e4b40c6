"""The inbox in a thread of its own."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Self

import uvicorn

from local.inbox.app import Inbox, create_app
from local.inbox.rate_limit import RateLimiter

if TYPE_CHECKING:
    from types import TracebackType

    from local.inbox.rate_limit import RateLimit

_START_SECONDS = 10.0


class InboxError(Exception):
    """The inbox could not be run."""


class PortTakenError(InboxError):
    """Another program listens on the port."""


class InboxServer:
    """Run the inbox on 127.0.0.1, by default on a free port.

    Works as a context manager. ``host`` may be another address of this machine, for example that
    by which containers reach it.
    """

    def __init__(
        self, port: int = 0, *, host: str = "127.0.0.1", rate_limit: RateLimit | None = None
    ) -> None:
        self.inbox = Inbox(limiter=RateLimiter(rate_limit))
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Return the port; raises InboxError before start."""
        if self._socket is None:
            raise InboxError("the inbox is not running")
        port = self._socket.getsockname()[1]
        return int(port)

    @property
    def url(self) -> str:
        """Return the base URL without a slash at its end; raises InboxError before start."""
        return f"http://{self._address[0]}:{self.port}"

    def start(self) -> Self:
        """Start and return once requests are answered; raises PortTakenError."""
        if self._thread is not None:
            raise InboxError("the inbox is running already")
        self._socket = _bind(self._address)
        self.inbox.store.closed = False
        config = uvicorn.Config(
            create_app(self.inbox),
            http="h11",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="inbox", daemon=True
        )
        self._thread.start()
        self._await_start()
        return self

    def _await_start(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while self._server is not None and not self._server.started:
            alive = self._thread is not None and self._thread.is_alive()
            if not alive or time.monotonic() > deadline:
                self.stop()
                raise InboxError("the inbox did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop; streams of events end first. Does nothing if it is not running."""
        if self._server is not None and self._thread is not None:
            self.inbox.close()
            self._server.should_exit = True
            self._thread.join()
        if self._socket is not None:
            self._socket.close()
        self._server = self._thread = self._socket = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _bind(address: tuple[str, int]) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as problem:
        listener.close()
        host, port = address
        raise PortTakenError(f"cannot listen on {host}:{port}: {problem.strerror}") from problem
    return listener
