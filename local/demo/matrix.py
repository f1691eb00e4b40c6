"""The demo's steps on the alert matrix: four of its alerts, of every severity, and one of ours.

The emulator judges an alarm by the Average of its window. A bad point is stamped so that it leaves
the window seconds later; the good one that follows then decides alone.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from local.backend.kpis import publish_kpis
from local.demo import evidence
from local.demo.steps import PATIENCE, Log, StepFailedError, awaited
from local.generate.template import Alarm, alarms, defaults, load
from local.scene import SYSTEM

if TYPE_CHECKING:
    from local.backend.traffic import MinuteOfTraffic
    from local.scene import Scene

TOLD = {
    "ErrorRateCritical": ("Error rate", "#critical"),
    "CdnLatencyCritical": ("CDN latency", "#critical"),
    "CacheHitRateWarning": ("Cache hit rate", "#warning"),
    "DeadLetters": ("Messages in the dead-letter queue", "#warning"),
}
"""Each alert's title in messages, and where it is told."""
INFORMATION, INFORMATION_TITLE = "DailyUploadsInfo", "Uploads in a day"
OURS = "DeadLetters"
PAGED = "Error rate"
LEAVES_AFTER = timedelta(seconds=6)
_MINUTES = 60  # of each scenario: more than the guide's 500 uploads a day within an hour


def ring(scene: Scene, log: Log) -> str:
    """Let the CDN degrade and a message be unreadable: the right people hear of each."""
    watched = _watched()
    played, now = _played(scene, "cdn_degraded")
    stamps = {alarm.metric: now - _age(alarm) for alert, alarm in watched.items() if alert != OURS}
    started = time.monotonic()
    publish_kpis(scene.emulator.client("cloudwatch"), played, stamps)
    scene.emulator.client("sqs").send_message(
        QueueUrl=scene.stack.outputs["AlertsQueueUrl"], MessageBody=" "
    )
    _await_dead_letter(scene)
    _publish_dead_letters(scene, datetime.now(UTC) - _age(watched[OURS]))
    rung = _told(scene, is_over=False)
    log.latencies["Matrix, four told → Slack"] = time.monotonic() - started
    log.alarms += [*TOLD, f"{INFORMATION} (nobody is told)"]
    _page(scene, "triggered")
    awaited(scene, lambda kept: evidence.emails(kept, f"{SYSTEM}-{OURS}"), "the direct e-mail")
    return _shown(rung, scene, "ALARM")


def end(scene: Scene, log: Log) -> str:
    """Let a quiet day come and the queue be emptied: each message turns green."""
    del log
    _wait_until_out(scene)
    played, now = _played(scene, "quiet_day")
    kpis = [alarm.metric for alert, alarm in _watched().items() if alert != OURS]
    publish_kpis(scene.emulator.client("cloudwatch"), played, dict.fromkeys(kpis, now))
    scene.emulator.client("sqs").purge_queue(
        QueueUrl=scene.stack.outputs["AlertsDeadLetterQueueUrl"]
    )
    _publish_dead_letters(scene, datetime.now(UTC))
    green = _told(scene, is_over=True)
    _page(scene, "resolved")
    return _shown(green, scene, "OK")


@cache
def _watched() -> dict[str, Alarm]:
    template = load()
    found = alarms(template, defaults(template))
    return {alert: found[alert] for alert in (*TOLD, INFORMATION)}


def _age(alarm: Alarm) -> timedelta:
    """Return how old a bad point is to be."""
    return timedelta(seconds=alarm.window) - LEAVES_AFTER


def _played(scene: Scene, scenario: str) -> tuple[tuple[MinuteOfTraffic, ...], datetime]:
    """Play an hour of a scenario up to now."""
    now = datetime.now(UTC)
    start = now - timedelta(minutes=_MINUTES)
    return scene.backend.play(scenario, _MINUTES, start), now


def _dead_letters(scene: Scene) -> int:
    answer = scene.emulator.client("sqs").get_queue_attributes(
        QueueUrl=scene.stack.outputs["AlertsDeadLetterQueueUrl"],
        AttributeNames=["ApproximateNumberOfMessages"],
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def _await_dead_letter(scene: Scene) -> None:
    """Wait until AlarmFanout has set aside what it could not read."""
    deadline = time.monotonic() + PATIENCE
    while not _dead_letters(scene):
        if time.monotonic() > deadline:
            raise StepFailedError("the unreadable message is not in the dead-letter queue")
        time.sleep(0.1)


def _publish_dead_letters(scene: Scene, at: datetime) -> None:
    """Publish of the dead-letter queue what SQS itself would."""
    name = scene.stack.outputs["AlertsDeadLetterQueueUrl"].rsplit("/", 1)[1]
    cloudwatch = scene.emulator.client("cloudwatch")
    cloudwatch.enabled = False  # only AWS may write to AWS/SQS: here we play AWS
    cloudwatch.put_metric_data(
        Namespace="AWS/SQS",
        MetricData=[
            {
                "MetricName": "ApproximateNumberOfMessagesVisible",
                "Dimensions": [{"Name": "QueueName", "Value": name}],
                "Value": _dead_letters(scene),
                "Timestamp": at,
            }
        ],
    )


def _wait_until_out(scene: Scene) -> None:
    """Wait until what rang last has left its alarm's window."""
    rang_at: datetime = _alarm(scene, OURS)["StateUpdatedTimestamp"]
    left = rang_at + LEAVES_AFTER + timedelta(seconds=1) - datetime.now(UTC)  # told by the second
    time.sleep(max(0.0, left.total_seconds()))


def _alarm(scene: Scene, alert: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = scene.emulator.client("cloudwatch").describe_alarms(
        AlarmNames=[f"{SYSTEM}-{alert}"]
    )["MetricAlarms"]
    return found[0]


def _told(scene: Scene, *, is_over: bool) -> list[str]:
    """Wait for each alert's line in the channel of its severity, alone or in a group."""
    what = "green line" if is_over else "message"
    return [
        awaited(
            scene,
            lambda kept, title=title, channel=channel: evidence.line_about(  # type: ignore[misc]
                kept, channel, title, is_over=is_over
            ),
            f"the {what} of {title} in {channel}",
        )
        for title, channel in TOLD.values()
    ]


def _page(scene: Scene, state: str) -> None:
    """Wait until PagerDuty has the one alert that the guide sends there, in this state."""
    awaited(
        scene,
        lambda kept: [i for i in kept.incidents if PAGED in i.summary and i.state == state],
        f"PagerDuty's incident, {state}",
    )


def _shown(lines: list[str], scene: Scene, state: str) -> str:
    """Say what was told, and hold information to its state and to its silence."""
    found = _alarm(scene, INFORMATION)["StateValue"]
    if found != state:
        raise StepFailedError(f"{INFORMATION} is {found}, not {state}")
    if INFORMATION_TITLE in scene.inbox.raw() or INFORMATION in scene.inbox.raw():
        raise StepFailedError(f"somebody was told of {INFORMATION}")
    silent = f"{INFORMATION} is in state {state} on the dashboard; nobody was told"
    return "\n    ".join([*lines, silent])
