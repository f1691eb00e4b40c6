"""The steps of the demo, in order. A new one is a function here and a line in STEPS."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from avatarwatch.namespaces import Own
from local.demo import answers, cost, dashboards, evidence, health, kpis, matrix, rehearsal, reports
from local.demo.foreign import foreign_alarm
from local.demo.steps import Log, Step, StepFailedError
from local.demo.steps import awaited as _await

if TYPE_CHECKING:
    from local.inbox.models import SlackMessage, Snapshot
    from local.scene import Scene

# UploadFailuresCritical looks back 15 minutes: what ended 14:54 ago has left it in six seconds.
ALMOST_OUT = timedelta(minutes=14, seconds=54)
STORM = 60  # alarms at once


def start_emulator(scene: Scene, _: Log) -> str:
    """Start MiniStack."""
    scene.start_emulator()
    return f"MiniStack on {scene.emulator.url}"


def start_inbox(scene: Scene, _: Log) -> str:
    """Start the inbox."""
    scene.start_inbox()
    return f"open {scene.inbox_url} to watch"


def deploy(scene: Scene, _: Log) -> str:
    """Build and deploy the template."""
    scene.deploy()
    return f"{len(scene.stack.resources)} resources by sam build and sam deploy"


def normal_day(scene: Scene, _: Log) -> str:
    """Play a quarter of an hour of a normal day: nobody is told anything."""
    scene.start_backend()
    for minutes in range(75, 15, -5):  # an hour before, for the course in messages and graphs
        scene.play("normal_day", 5, ended=timedelta(minutes=minutes))
    played = scene.play("normal_day", ended=timedelta(minutes=20))
    # one good minute for the alarm: more would weigh in the five minutes of the failures to come
    scene.play("normal_day", 1, ended=ALMOST_OUT)
    time.sleep(1.5)  # an alarm would have arrived by then
    told = evidence.slack(scene.inbox.snapshot())
    if told:
        raise StepFailedError(f"a normal day was told of: {told[0].content.text}")
    return f"{sum(len(minute.succeeded) for minute in played)} uploads, nobody was woken"


def uploads_fail(scene: Scene, log: Log) -> str:
    """Let uploads fail: the critical message arrives everywhere it should."""
    _until_out(scene)
    started = time.monotonic()
    scene.play("upload_failures", ended=ALMOST_OUT)
    message = _message(scene, "Upload failures", started, log, "Upload failures → Slack")
    log.alarms.append("UploadFailuresCritical")
    _await(scene, lambda kept: evidence.emails(kept, "Upload failures"), "the e-mail")
    _await(scene, lambda kept: evidence.texts(kept, "upload failures"), "the SMS")
    return evidence.plain(message.content.text)


def uploads_recover(scene: Scene, log: Log) -> str:
    """Let uploads work again: the message turns green, and says after how long."""
    _until_out(scene)
    started = time.monotonic()
    scene.play("recovery")
    message = _await(
        scene,
        lambda kept: evidence.recovered(kept, "Upload failures"),
        "the message that turns green",
    )
    log.latencies["Recovery → Slack"] = time.monotonic() - started
    return f"{evidence.plain(message.content.text)}. {answers.looked_back_on(message)}"


def storage_grows(scene: Scene, log: Log) -> str:
    """Let the buckets grow past 100 GB: another alarm, another unit."""
    started = time.monotonic()
    scene.emulator.client("cloudwatch").put_metric_data(
        Namespace=Own.KPI.full,
        MetricData=[
            {"MetricName": "StorageBytes", "Value": 112e9, "Unit": "Bytes",
             "Timestamp": datetime.now(UTC)}
        ],
    )  # fmt: skip
    over = "Storage 112 GB*, over 100 GB"  # StorageWarning is held back by it
    message = _message(scene, over, started, log, "Storage → Slack")
    log.alarms.append("StorageCritical")
    return evidence.plain(message.content.text)


def storm(scene: Scene, log: Log) -> str:
    """Play a regional outage: sixty alarms at once become one message."""
    sns, topic = scene.emulator.client("sns"), scene.stack.outputs["AlertsTopicArn"]
    for number in range(STORM):
        sns.publish(TopicArn=topic, Message=json.dumps(_stormy(number)))

    # the message has a row for the worst, its thread for the others
    def all_told(kept: Snapshot) -> SlackMessage | None:
        names = evidence.named(kept, r"orders-db-\d\d-cpu")
        return evidence.largest_group(kept) if len(names) == STORM else None

    group = _await(scene, all_told, "the grouped message")
    log.alarms.append(f"{STORM} alarms of other teams")
    return evidence.plain(group.content.text)


def check_contract(scene: Scene, _: Log) -> str:
    """Nothing that was sent would have been refused by AWS."""
    refused = scene.contract_violations()
    if refused:
        raise StepFailedError(f"AWS would have refused {refused[0]}")
    return "every AWS request was legal"


STEPS = (
    Step("Start the AWS emulator", start_emulator),
    Step("Open the inbox", start_inbox),
    Step("Build and deploy the stack", deploy),
    Step("A normal day", normal_day),
    Step("Uploads begin to fail", uploads_fail),
    Step("Anna acknowledges it where she reads it", answers.acknowledge),
    Step("Uploads recover", uploads_recover),
    Step("Storage passes 100 GB", storage_grows),
    Step("Cost control adds a lifecycle rule", cost.costs_fall),
    Step("The rule is rolled back", cost.rules_roll_back),
    Step("Four alerts of the matrix, and one of our own", matrix.ring),
    Step("The service gets slow", health.slow),
    Step("The service answers 200, but its database is gone", health.database_down),
    Step("The service does not answer at all", health.endpoint_down),
    Step("It is well again, and the status page says so", health.recovered),
    Step("A quiet day: all five are over", matrix.end),
    Step("Planned maintenance holds an alert back", answers.maintenance),
    # before the storm, whose group any alert after it joins
    Step("A composite holds its parts back, and an error budget burns", rehearsal.play),
    Step("A storm of 60 alarms", storm),
    Step("A day's KPIs against their targets", kpis.table),
    Step("The day on both dashboards", dashboards.draw),
    Step("Reports of the day, a week and a month", reports.made),
    Step("A fortnight rehearsed: what would have woken whom", rehearsal.page),
    Step("The AWS contract held", check_contract),
)


def _stormy(number: int) -> dict[str, Any]:
    return foreign_alarm(f"orders-db-{number:02d}-cpu", 90.5 + number % 10)


def _message(scene: Scene, text: str, started: float, log: Log, name: str) -> SlackMessage:
    message = _await(scene, lambda kept: evidence.ringing(kept, text), f"Slack's {text!r}")
    log.latencies[name] = time.monotonic() - started
    return message


def _until_out(scene: Scene) -> None:
    """Wait until what was played last has left the alarm's window."""
    del scene
    time.sleep(6.5)
