"""A storm: 1,000 state changes of 300 alarms within a minute, while Slack is not at its best.

What people were told of it is read by `storm_told`.
"""

from __future__ import annotations

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.table import Table

from benchmarks.parts.storm_told import Change, duplicates, ever_named, lost
from benchmarks.parts.summary import Figure
from local.scene import Scene

if TYPE_CHECKING:
    from rich.console import Console

ALARMS = 300
CHANGES = 1000
SECONDS = 60.0
COPIES = 0.1  # of the changes arrive twice
GOAL_MESSAGES = 30
GOALS = {
    f"messages sent (goal {GOAL_MESSAGES} at most)": GOAL_MESSAGES,
    "edits of them": 30,
    "replies shown in the channel": None,
    "calls that Slack refused": None,
    "alerts lost": 0,
    "alerts unnamed": 0,
    "duplicates shown": 0,
    "seconds to drain, from the last change": 60,
    "seconds to drain, from Slack's return": 60,
    "requests that AWS would have refused": 0,
}
"""What a storm may come to at most, by row; None where the storm itself decides."""
LIMITED = {
    "channel": "slack",
    "kind": "rate_limited",
    "retry_after": 1,
    "probability": 0.2,
}
DOWN = {"channel": "slack", "kind": "server_error", "status": 503}
_DRAIN_SECONDS = 900.0


def changes(
    seed: int, size: int = CHANGES, alarms: int = ALARMS, seconds: float = SECONDS
) -> list[Change]:
    """Return the storm in its true order: every alarm rings, and most ring more than once."""
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    each = [size // alarms + (number < size % alarms) for number in range(alarms)]
    storm = [
        Change(f"storm-{number:04}", over=bool(turn % 2), after=moment)
        for number, count in enumerate(each)
        for turn, moment in enumerate(sorted(chance.uniform(0, seconds) for _ in range(count)))
    ]
    return sorted(storm, key=lambda change: change.after)


def arrivals(storm: list[Change], seed: int) -> list[tuple[float, Change]]:
    """Return when each change arrives: some twice, and neighbours in any order."""
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    copies = chance.sample(storm, round(len(storm) * COPIES))
    late = [(change.after + chance.uniform(0, 3), change) for change in (*storm, *copies)]
    return sorted(late, key=lambda arrival: arrival[0])


def run(console: Console) -> dict[str, Any]:
    """Measure and print; returns the figures of both storms."""
    with console.status("deploying"), Scene() as scene:
        found = {
            "slack answers 429 a fifth of the time": _storm(scene, 1, down=False),
            "besides, slack is down for the first half": _storm(scene, 2, down=True),
        }
    table = Table(title=f"{CHANGES} state changes of {ALARMS} alarms within {SECONDS:.0f} s")
    table.add_column("")
    for name in found:
        table.add_column(name, justify="right")
    for row in GOALS:
        table.add_row(row, *(str(figures.get(row, "")) for figures in found.values()))
    console.print(table)
    return found


def _storm(scene: Scene, seed: int, *, down: bool) -> dict[str, Any]:
    _forget(scene)
    scene.inbox.set_faults([DOWN] if down else [LIMITED], seed=seed)
    storm = changes(seed)
    begun = datetime.now(UTC)
    returned = time.monotonic() + SECONDS / 2
    _send(scene, arrivals(storm, seed), begun, recovered_at=SECONDS / 2 if down else None)
    ended = time.monotonic()
    truth = {change.name: change.over for change in storm}
    while True:
        kept, waiting = scene.inbox.snapshot(), _waiting(scene)
        drained = time.monotonic() - ended
        missing = lost(scene, kept, truth)
        if (not waiting and not missing) or drained > _DRAIN_SECONDS:
            break
        time.sleep(0.5)
    messages = [message for channel in kept.slack.values() for message in channel]
    sent = len(messages) + sum(len(message.replies) for message in messages)
    found = {
        f"messages sent (goal {GOAL_MESSAGES} at most)": sent,
        "edits of them": sum(len(message.edits) for message in messages),
        "replies shown in the channel": sum(
            reply.broadcast for message in messages for reply in message.replies
        ),
        "calls that Slack refused": len(kept.refusals),
        "alerts lost": len(missing),
        "alerts unnamed": len(set(truth) - ever_named(messages)),
        "duplicates shown": sum(duplicates(messages, storm).values()),
        "seconds to drain, from the last change": round(drained, 1),
        "requests that AWS would have refused": len(scene.contract_violations()),
    }
    since = {"seconds to drain, from Slack's return": round(ended + drained - returned, 1)}
    return found | (since if down else {})


def _forget(scene: Scene) -> None:
    """Empty the inbox and StateTable: the storms know nothing of each other."""
    scene.inbox.clear()
    table, client = scene.stack.outputs["StateTableName"], scene.emulator.client("dynamodb")
    for page in client.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            client.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


def _send(
    scene: Scene,
    storm: list[tuple[float, Change]],
    begun: datetime,
    *,
    recovered_at: float | None,
) -> None:
    """Publish each change at its moment; Slack comes back at ``recovered_at`` seconds."""
    sns, topic = scene.emulator.client("sns"), scene.stack.outputs["AlertsTopicArn"]
    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        for after, change in storm:
            time.sleep(max(0.0, started + after - time.monotonic()))
            if recovered_at is not None and after >= recovered_at:
                scene.inbox.set_faults([LIMITED], seed=1)
                recovered_at = None
            pool.submit(sns.publish, TopicArn=topic, Message=_message(change, begun))


def _message(change: Change, begun: datetime) -> str:
    moment = begun + timedelta(seconds=change.after)
    old, new = ("ALARM", "OK") if change.over else ("OK", "ALARM")
    return json.dumps({
        "AlarmName": change.name,
        "AWSAccountId": "123456789012",
        "NewStateValue": new,
        "OldStateValue": old,
        "NewStateReason": "Threshold Crossed: 1 datapoint [9.0] was greater than the threshold.",
        "StateChangeTime": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000",
        "Region": "EU (Stockholm)",
        "AlarmArn": f"arn:aws:cloudwatch:eu-north-1:123456789012:alarm:{change.name}",
    })  # fmt: skip


def _waiting(scene: Scene) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = scene.emulator.client("sqs").get_queue_attributes(
        QueueUrl=scene.stack.outputs["AlertsQueueUrl"], AttributeNames=names
    )
    return sum(int(answer["Attributes"][name]) for name in names)


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return what each storm came to; which rows have a goal stands in `GOALS`."""
    return [
        Figure(f"{title}: {what}", value, at_most=GOALS.get(what))
        for title, figures in found.items()
        for what, value in figures.items()
    ]
