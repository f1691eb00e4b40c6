"""The arithmetic of docs/scale.md is made of what the template, the code and the results have."""

from __future__ import annotations

import re
from typing import Any

from fakes.expanded import expanded_file
from health_polling.documents import EndpointEntry
from health_polling.rounds import CONCURRENCY
from health_polling.wiring import RESERVE
from local.paths import ROOT

WHOLE_CORE = 1769  # MB (Lambda, Developer Guide, "Configure Lambda function memory")
SCALE = (ROOT / "docs" / "scale.md").read_text()


def polling() -> dict[str, Any]:
    found: dict[str, Any] = expanded_file("template.yaml")["Resources"]["HealthPollingFunction"]
    return dict(found["Properties"])


def test_how_many_endpoints_may_hang() -> None:
    seconds, each = polling()["Timeout"], EndpointEntry(url="x").timeout
    most = int((seconds - RESERVE) / each * CONCURRENCY)
    said = f"({seconds} - {RESERVE:g}) / {each:g} * {CONCURRENCY} = {most}"
    assert said in SCALE
    assert f"more than {most} that may hang at once" in SCALE


def test_how_many_endpoints_are_polled_in_a_second() -> None:
    """A poll's processor time on one core, as it was measured last with many endpoints."""
    memory = polling()["MemorySize"]
    results = (ROOT / "benchmarks" / "results.md").read_text()
    measured = re.findall(r"\| (\d+) endpoints.*one core.*a poll's CPU ([\d.]+) /", results)
    most = max(float(ms) for endpoints, ms in measured)
    said = re.search(r"at most ([\d.]+) ms of one core, of which (\d+) MB are .*: (\d+) a", SCALE)
    assert said
    assert most <= float(said[1])
    assert int(said[2]) == memory
    assert int(said[3]) == int(1000 / float(said[1]) * memory / WHOLE_CORE / 10) * 10
