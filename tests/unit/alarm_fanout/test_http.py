"""Requests to channels, as far as no channel is needed for it."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from unittest import mock
from urllib.error import URLError

import pytest

from alarm_fanout.channels import http as channel
from alarm_fanout.deadline import Deadline


@pytest.fixture(autouse=True)
def _new() -> Iterator[None]:
    channel._opener.cache_clear()
    yield
    channel._opener.cache_clear()


def test_certificates_are_read_once_however_much_is_told() -> None:
    """They are the machine's, some 30 ms of a core: the function has a third of one."""
    real = vars(http.client)["_create_https_context"]
    with (
        mock.patch("http.client._create_https_context", wraps=real) as made,
        mock.patch("urllib.request.OpenerDirector.open", side_effect=URLError("no network here")),
    ):
        for _ in range(3):
            found = channel.post("https://chat.example/", {}, None, Deadline(lambda: 30_000))
            assert found == channel.NoAnswer("URLError", sent=False)
    assert made.call_count == 1
