"""How long the oldest delivery has waited is put by channel, while it waits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alarm_fanout import wiring
from alarm_fanout.delivery import Tally
from alarm_fanout.fanout import Report
from avatarwatch.namespaces import Own
from fakes.cloudwatch import FakeCloudWatch

NOW = datetime.now(UTC)


def points(fake: FakeCloudWatch) -> dict[frozenset[tuple[str, str]], float]:
    return {dimensions: found[0].value for (_, _, dimensions), found in fake.points.items()}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeCloudWatch:
    made = FakeCloudWatch()
    monkeypatch.setattr(wiring, "client", lambda *_, **__: made.client())
    return made


def test_the_oldest_of_all_is_put_and_that_of_each_channel_logged(fake: FakeCloudWatch) -> None:
    report = Report(tally=Tally(waits={"slack": 1200.4, "pagerduty": 30.0}))
    wiring.publish_waits(report, NOW)
    assert points(fake) == {frozenset(): 1200.4}
    [first] = fake.points
    assert first[:2] == (Own.OPERATIONS.full, "OldestDeliveryWaits")
    assert report.as_json()["waits"] == {"slack": 1200, "pagerduty": 30}


def test_nothing_waits_nothing_is_put(fake: FakeCloudWatch) -> None:
    wiring.publish_waits(Report(), NOW)
    assert fake.calls == []
