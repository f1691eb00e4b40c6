"""What people were told of a storm, and what of it is lost, unnamed or told twice.

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
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.inbox.models import Content, SlackMessage, Snapshot
    from local.scene import Scene

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


def ever_named(messages: list[SlackMessage]) -> set[str]:
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
