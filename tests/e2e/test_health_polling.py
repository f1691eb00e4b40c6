"""A service gets sick, and people hear of it: polled by the deployed function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.demo import evidence
from local.scene import SYSTEM

if TYPE_CHECKING:
    from local.scene import Scene

pytestmark = pytest.mark.e2e


def polls(scene: Scene, times: int) -> list[dict[str, Any]]:
    return [scene.poll() for _ in range(times)]


def test_a_sick_database_behind_a_200_is_told_once_and_its_end_too(scene: Scene) -> None:
    scene.backend.set_scenario("normal_day")
    polls(scene, 2)
    scene.backend.set_scenario("database_down")
    told = [text for answer in polls(scene, 6) for text in answer["told"]]
    [alarm] = [text for text in told if text.startswith("ComponentDown ALARM")]
    assert "database is down" in alarm
    message = scene.inbox.wait_for(
        lambda kept: evidence.ringing(kept, "avatar-api: database is down"), 30
    )
    assert "ECONNREFUSED" in str(message.content)
    [incident] = scene.inbox.wait_for(evidence.open_incidents, 30)
    assert incident.dedup_key == f"{SYSTEM}/component-down/avatar-api"

    scene.backend.set_scenario("recovery")
    polls(scene, 3)
    scene.inbox.wait_for(evidence.resolved_incidents, 30)
    scene.poll(page=True)
    page = json.loads(scene.report("status/status.json"))
    assert page["status"] == "up"
    assert page["incidents"][0]["components"] == ["database"]
    assert "<!doctype html>" in scene.report("status/index.html")


def test_the_metrics_are_there_for_alarms_and_kpis(scene: Scene) -> None:
    scene.backend.set_scenario("normal_day")
    scene.poll()
    cloudwatch = scene.emulator.client("cloudwatch")
    found = cloudwatch.list_metrics(Namespace="AvatarSystem/Health")["Metrics"]
    names = {metric["MetricName"] for metric in found}
    assert {"EndpointUp", "ResponseTime", "UnhealthyEndpoints"} <= names
    assert not any(metric["Dimensions"] for metric in found)
