"""Run the inbox alone: ``python -m local.inbox --port 8025``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from local.inbox.rate_limit import RateLimit
from local.inbox.server import InboxServer
from local.serving import ServingError


def main() -> int:
    """Serve until interrupted; return 1 if the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m local.inbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8025, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--rate-limit", action="store_true", help="answer 429 over one message a second and channel"
    )
    options = parser.parse_args()
    limit = RateLimit() if options.rate_limit else None
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        with InboxServer(options.port, host=options.host, rate_limit=limit) as server:
            sys.stdout.write(f"The inbox is at {server.url}\n")
            sys.stdout.flush()
            ended.wait()
    except ServingError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
