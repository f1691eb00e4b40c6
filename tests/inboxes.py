"""One inbox for a module's tests, emptied for each; a folder's conftest takes both fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.inbox.client import InboxClient
from local.inbox.server import InboxServer


@pytest.fixture(scope="module")
def inbox_server() -> Iterator[InboxServer]:
    with InboxServer() as running:
        yield running


@pytest.fixture
def inbox(inbox_server: InboxServer) -> Iterator[InboxClient]:
    with InboxClient(inbox_server.url) as client:
        client.clear()
        client.set_faults([])
        client.set_rate_limit(None)
        yield client
