"""`make probe` against a service on this machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fakes.faulty_http import FaultyServer
from local import probe

if TYPE_CHECKING:
    import pytest


def test_it_prints_the_verdict_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    with FaultyServer() as server:
        assert probe.main([f"http://127.0.0.1:{server.port}/ok"]) == 0
        told = capsys.readouterr().out
        assert told.startswith("PASS  127.0.0.1")
        assert "read as   JSON status" in told
        entry = json.dumps({"status": [204]})
        assert probe.main([f"http://127.0.0.1:{server.port}/ok", "--json", "--entry", entry]) == 1
        assert json.loads(capsys.readouterr().out)["reason"] == "HTTP status 200"


def test_a_mistake_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main(["https://user:pw@x.example.com/"]) == 2
    assert "no credentials in an address" in capsys.readouterr().err
