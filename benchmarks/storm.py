"""A storm: 1,000 state changes of 300 alarms within a minute, while Slack is not at its best.

The generator keeps its own ledger of what is true. What people were told is read from the inbox
and from StateTable, never from what the function says of itself:

- an alert is *lost* when no standing message tells its alarm's last state: a message of its own
  with its name and state, or a group's message whose counts are those of the group's alarms as
  the ledger has them (a group's message names 20, and its thread the rest);
- an alert is *unnamed* when no message and no reply has its name;
- a telling is a *duplicate* when new messages name an alarm in a state more often than the alarm
  was in it.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.table import Table

from benchmarks.parts.summary import Figure
from local.scene import Scene

if TYPE_CHECKING:
    from rich.console import Console

    from local.inbox.models import Content, SlackMessage, Snapshot

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
_LINE = re.compile(r"^(?P<mark>✅|🟠).*", re.MULTILINE)
_NAME = re.compile(r"\bstorm-\d{4}\b")
_COUNTS = re.compile(r"· (?:(\d+) ongoing)?(?:, )?(?:(\d+) recovered)?$")

type Told = tuple[str, bool]
"""An alarm's name, and whether it is over."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an alarm; ``after`` seconds from the storm's beginning."""

    name: str
    over: bool
    after: float


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
        "alerts unnamed": len(set(truth) - _ever_named(messages)),
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


def lost(scene: Scene, kept: Snapshot, truth: dict[str, bool]) -> set[str]:
    """Return the alarms whose last state no standing message tells."""
    standing = {
        (message.channel_id, message.ts): message
        for channel in kept.slack.values()
        for message in channel
    }
    places: dict[tuple[str, str], set[str]] = {}
    for _, document in _documents(scene, "incident"):
        ref = document["refs"].get("slack")
        if ref:
            places.setdefault((ref["channel"], ref["ts"]), set()).add(document["alert"]["name"])
    groups = {
        tuple(place.rsplit("#", 1)): {key.rsplit(":", 1)[1] for key in document["members"]}
        for place, document in _documents(scene, "group")
    }
    told: set[str] = set()
    for place, names in places.items():
        if place in standing:
            # whoever rang again elsewhere since is over as far as this group is concerned
            earlier = groups.get(place, set()) - names
            told |= _told_by(standing[place].content, names, truth, len(earlier))
    return set(truth) - told


def _told_by(content: Content, names: set[str], truth: dict[str, bool], earlier: int) -> set[str]:
    """Return which of a message's alarms it tells as they are."""
    named = dict(_named(content))
    wrong = {name for name in names & named.keys() if named[name] != truth[name]}
    counts = _COUNTS.search(content.text)
    if counts is None:
        return {name for name in names & named.keys() if named[name] == truth[name]}
    ongoing, over = (int(count or 0) for count in counts.groups())
    true = Counter(truth[name] for name in names)
    return names - wrong if (ongoing, over) == (true[False], true[True] + earlier) else set()


def _documents(scene: Scene, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what StateTable holds of a kind, with its sort key."""
    pages = (
        scene.emulator.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=scene.stack.outputs["StateTableName"],
            KeyConditionExpression="pk = :kind",
            ExpressionAttributeValues={":kind": {"S": kind}},
        )
    )
    for page in pages:
        for item in page["Items"]:
            yield item["sk"]["S"], json.loads(item["body"]["S"])


def duplicates(messages: list[SlackMessage], storm: list[Change]) -> Counter[Told]:
    """Return how often new messages name an alarm in a state beyond how often it was in it."""
    told = Counter(
        fact
        for message in messages
        for each in (message, *message.replies)
        for fact in _named(each.edits[0].content if each.edits else each.content)
    )
    true = Counter((change.name, change.over) for change in storm)
    return told - true


def _ever_named(messages: list[SlackMessage]) -> set[str]:
    """Return the alarms that the messages and replies name as they stand."""
    standing = [each for message in messages for each in (message, *message.replies)]
    return {name for each in standing for name, _ in _named(each.content)}


def _named(content: Content) -> Iterator[Told]:
    """Yield each alarm that a message names, once, with the state that it gives it."""
    text = "\n".join([content.text, *_texts([*content.blocks, *content.attachments])])
    yield from {
        (name, line["mark"] == "✅")
        for line in _LINE.finditer(text)
        for name in _NAME.findall(line[0])
    }  # the headline of a message and its rows may name the same alarm


def _texts(parts: Any) -> Iterator[str]:
    match parts:
        case {"type": "mrkdwn" | "plain_text", "text": str(text)}:
            yield text
        case dict():
            for part in parts.values():
                yield from _texts(part)
        case list() | tuple():
            for part in parts:
                yield from _texts(part)


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return what each storm came to; which rows have a goal stands in `GOALS`."""
    return [
        Figure(f"{title}: {what}", value, at_most=GOALS.get(what))
        for title, figures in found.items()
        for what, value in figures.items()
    ]
