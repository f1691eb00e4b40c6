"""One inbox for the folder, emptied for each test."""

from collections.abc import Iterator

import pytest

from local.inbox.client import InboxClient
from local.inbox.server import InboxServer


@pytest.fixture(scope="module")
def server() -> Iterator[InboxServer]:
    with InboxServer() as running:
        yield running


@pytest.fixture
def inbox(server: InboxServer) -> Iterator[InboxClient]:
    with InboxClient(server.url) as client:
        client.clear()
        client.set_faults([])
        client.set_rate_limit(None)
        yield client
