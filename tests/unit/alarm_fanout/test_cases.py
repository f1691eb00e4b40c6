"""What was tried on the alerts once and fell short: each says what a person should read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from alarm_fanout.routing import RouteSettings
from fakes.clock import Clock
from fakes.world import ALL, World
from unit.alarm_fanout.parsers.event_files import NOW

FOLDER = Path(__file__).parent / "cases"
TOPIC = "arn:aws:sns:eu-north-1:123456789012:AlertsTopic"
EVERYWHERE = RouteSettings(alarms="*", channels=ALL)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the first line holds, and the severity; other text anywhere in the message."""

    line: tuple[str, ...]
    severity: str
    besides: tuple[str, ...] = ()


CASES = {
    "malware-scan-threat": Expected(
        ("Threat found in avatars/u/77.png: EICAR-Test-File",), "critical", ("THREATS_FOUND",)
    ),
    "securityhub-critical": Expected(("Bucket lets everybody read · avatars",), "critical"),
    "guardduty-archived-no-severity": Expected(("A host of Tor called S3",), "info"),
    "ecs-deployment-failed": Expected(
        ("Deployment of prod/avatar-api failed: ", "circuit breaker"),
        "warning",
        ("SERVICE_DEPLOYMENT_FAILED",),
    ),
    "pipeline-failed-eb": Expected(("Pipeline avatar-deploy failed",), "warning", ("FAILED",)),
    "rds-failover-sns": Expected(("avatars: Storage is full: 0 bytes left",), "warning"),
    "ses-bounce-sns": Expected(("Bounce (permanent): ops@example.com",), "info"),
    "s3-object-created-sns": Expected(("ObjectRemoved:Delete u/1+2.png in avatars",), "info"),
    "asg-launch-error-sns": Expected(("Auto Scaling api: launch failed: no capacity",), "warning"),
    "budget-action-text": Expected(
        ("avatar-month: action awaits approval, over 80 % of $250",), "warning"
    ),
    "budget-percent-threshold": Expected(
        ("avatar-month: RI utilization 61.2 % is under 80 %",), "warning"
    ),
    "savings-plan-expiry": Expected(("Savings Plans: your plan ends soon",), "info"),
    "cost-anomaly-with-contribution": Expected(
        ("Amazon Simple Storage Service: $1,800.00 more than expected, cause", "$1,743.20"),
        "warning",
    ),
    "health-issue-page-2": Expected(("S3 operational issue",), "warning"),
    "slo-alarm-appsignals": Expected(("upload-availability 98.73 %", "under 99 %"), "warning"),
    "bytes-unit": Expected(("db-free-storage-low 5.37 GB", "over 10.7 GB"), "warning"),
    "bytes-no-unit": Expected(("db-mem 198 MB", "over 268 MB"), "warning"),
    "govcloud": Expected(("disk-full 93.4 %", "over 90 %"), "warning", ("us-gov-west-1",)),
    "china": Expected(("disk-full 93.4 %", "over 90 %"), "warning", ("cn-north-1",)),
    "metrics-insights-alarm": Expected(("fleet-writes: 3 of 40 series", "over 1,000"), "warning"),
    "anomaly-band-sns": Expected(("requests-odd 812", "over the expected 402"), "warning"),
    "missing-data-breach": Expected(("heartbeat: no data for 3 periods",), "warning"),
    "percent-of-100-scale": Expected(("p 97 %", "over 90 %"), "warning"),
    "http-notification-shape": Expected(("hello: disk is full on db-1",), "info"),
    "grafana-webhook": Expected(("Disk of db-1 is 97 % full",), "critical"),
    "elasticache-sns": Expected(("redis-001", "replace"), "info"),
}


def test_every_case_has_its_row() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == CASES.keys()


def told(name: str, *routes: RouteSettings) -> World:
    case = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    world = World(clock=Clock(NOW), routes=routes)
    with world.running():
        if case["over"] == "topic":
            world.tell(_notification(case["message"], case["subject"]))
        else:
            world.invoke(case["message"])
    return world


def _notification(message: Any, subject: str | None) -> str:
    text = message if isinstance(message, str) else json.dumps(message)
    return json.dumps({
        "Type": "Notification", "MessageId": "m", "TopicArn": TOPIC, "Subject": subject,
        "Message": text, "Timestamp": "2026-11-23T10:15:00.000Z",
    })  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_first_line_says_it(name: str) -> None:
    [message] = told(name).slack.top()
    first = message.text.partition("\n")[0]
    expected = CASES[name]
    assert message.channel == f"C{expected.severity.upper()}"
    assert all(part in first.replace("*", "") for part in expected.line), first
    assert all(text in message.text for text in expected.besides)


@pytest.mark.parametrize("name", CASES)
def test_the_sms_and_the_subject_say_it_and_keep_names_as_they_are(name: str) -> None:
    world = told(name, EVERYWHERE)
    [text] = world.sns.texts
    [mail] = world.sns.emails
    first = CASES[name].line[0].replace(" %", "%").replace("·", "-")
    assert first[:60] in text
    assert CASES[name].line[0].replace("·", "-")[:50] in mail.subject
