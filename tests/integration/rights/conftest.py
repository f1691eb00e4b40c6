"""One inbox for the folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.inbox.client import InboxClient
from local.inbox.server import InboxServer


@pytest.fixture(scope="module")
def inbox() -> Iterator[InboxClient]:
    with InboxServer() as server, InboxClient(server.url) as client:
        yield client
