"""`make test-alert` on the deployed stack: what it says is what the channels have."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from alarm_fanout.incident import DeliveryStatus
from avatarwatch.catalogue.own import TESTS
from local.doctor.deployment import Deployment, on_emulator
from local.inbox.models import IncidentState
from local.test_alert.sending import sent

if TYPE_CHECKING:
    from local.scene import Scene

pytestmark = pytest.mark.e2e


@pytest.fixture
def deployment(scene: Scene) -> Iterator[Deployment]:
    yield on_emulator(scene.emulator.url, "avatar-watch-local")
    scene.inbox.set_faults([])


def test_each_severity_is_told_and_is_over(scene: Scene, deployment: Deployment) -> None:
    told = {each.rule.severity: each for each in sent(deployment, TESTS, time.sleep)}
    assert all(each.arrived for each in told.values()), told
    assert {name: set(each.opened) for name, each in told.items()} == {
        "critical": {"slack", "pagerduty", "email", "sms"},
        "warning": {"slack", "email"},
        "info": {"slack"},
    }
    kept = scene.inbox.snapshot()
    for channel in ("#critical", "#warning", "#info"):
        [message] = kept.slack[channel]
        assert "TEST, nothing is wrong" in message.text
        assert "Recovered" in message.text
    assert [each.state for each in kept.incidents] == [IncidentState.RESOLVED]
    assert len(kept.emails) == 2 * 2
    assert len(kept.texts) == 2


def test_a_channel_that_refuses_is_said(scene: Scene, deployment: Deployment) -> None:
    scene.inbox.set_faults([{"channel": "slack", "kind": "ok_false", "error": "token_revoked"}])
    [warning] = sent(deployment, TESTS[1:2], time.sleep)
    assert not warning.arrived
    assert warning.opened == {
        "slack": DeliveryStatus.REFUSED, "email": DeliveryStatus.DELIVERED,
    }  # fmt: skip
