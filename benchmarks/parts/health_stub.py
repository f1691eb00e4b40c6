"""A health endpoint that answers after 50 ms: what both pollers are measured against."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import cast

DELAY = 0.05
_DOCUMENT = json.dumps(
    {
        "service": "avatar-system",
        "version": "1.0.0",
        **{
            name: {"status": "healthy", "latencyMs": 3}
            for name in ("database", "redis", "s3", "avatarService", "workers")
        },
        "metrics": {"uploadsLast24h": 43210, "averageUploadTime": 1201.5, "errorRate": 0.4},
    }
).encode()
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(_DOCUMENT), _DOCUMENT)
)


class Stub(asyncio.Protocol):
    """Answer one request of a connection, whatever it asks."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer later, when the request's head is complete."""
        if data.endswith(b"\r\n\r\n"):
            asyncio.get_running_loop().call_later(DELAY, self._answer)

    def _answer(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_ANSWER)
            self._transport.close()


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
