"""The inbox in a thread of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from local.inbox.app import Inbox, create_app
from local.inbox.rate_limit import RateLimiter
from local.serving import PortTakenError, ThreadedServer

if TYPE_CHECKING:
    from local.inbox.rate_limit import RateLimit


class InboxServer(ThreadedServer):
    """Run the inbox on 127.0.0.1, by default on a free port; a context manager."""

    def __init__(
        self, port: int = 0, *, host: str = "127.0.0.1", rate_limit: RateLimit | None = None
    ) -> None:
        self.inbox = Inbox(limiter=RateLimiter(rate_limit))
        super().__init__("the inbox", create_app(self.inbox), port, host=host)

    @classmethod
    def preferring(cls, port: int) -> Self:
        """Start one on a port, or on a free one where another program listens there."""
        try:
            return cls(port).start()
        except PortTakenError:
            return cls().start()

    def start(self) -> Self:
        """Start and return once requests are answered."""
        self.inbox.store.closed = False
        return super().start()

    def closing(self) -> None:
        """End the streams of events."""
        self.inbox.close()
