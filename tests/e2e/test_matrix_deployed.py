"""What is watched, as the emulator holds it after a deployment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from avatarwatch.catalogue import CATALOGUE
from local.generate.template import alarms, defaults, load

if TYPE_CHECKING:
    from local.scene import Scene

pytestmark = pytest.mark.e2e


def deployed_alarms(scene: Scene, prefix: str) -> dict[str, dict[str, Any]]:
    pages = scene.emulator.client("cloudwatch").get_paginator("describe_alarms")
    return {
        alarm["AlarmName"].removeprefix(prefix): alarm
        for page in pages.paginate(AlarmNamePrefix=prefix)
        for alarm in page["MetricAlarms"]
    }


def test_the_alarms_are_there_as_the_template_says(scene: Scene) -> None:
    template = load()
    found = deployed_alarms(scene, "avatar-system-")
    expected = {
        name: alarm
        for name, alarm in alarms(template, defaults(template)).items()
        if alarm.condition in {None, "PollsHealth"}  # the scene has endpoints to poll
    }
    assert found.keys() == expected.keys()
    assert len(found.keys() & CATALOGUE.keys()) >= 15
    for name, alarm in expected.items():
        assert found[name]["MetricName"] == alarm.metric
        assert found[name]["Threshold"] == alarm.threshold
        assert found[name]["TreatMissingData"] == alarm.missing
        assert len(found[name]["AlarmActions"]) == len(alarm.actions)


def test_the_dashboard_is_whole(scene: Scene) -> None:
    name = "avatar-system-eu-north-1"
    answer = scene.emulator.client("cloudwatch").get_dashboard(DashboardName=name)
    widgets = json.loads(answer["DashboardBody"])["widgets"]
    labels = answer["DashboardBody"].count("${PROP('Dim.")  # CloudWatch's own, not CloudFormation's
    assert answer["DashboardBody"].count("${") == labels > 0
    assert {"text", "alarm", "metric", "log"} == {widget["type"] for widget in widgets}
    assert name in scene.stack.outputs["DashboardUrl"]
    # CloudFormation's own call is the emulator's: the same by a client that the contract checks
    scene.emulator.client("cloudwatch").put_dashboard(
        DashboardName=name, DashboardBody=answer["DashboardBody"]
    )
