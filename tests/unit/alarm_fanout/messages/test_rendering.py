"""Every event file as people read it in every channel, within every channel's limits.

The snapshots hold the words in reading order and the links' hosts, not JSON: read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.models.attachments import Attachment
from slack_sdk.models.blocks import Block

from alarm_fanout.routing import RouteSettings
from fakes.aws import OneCourse
from fakes.clock import Clock
from fakes.slack import Posted
from fakes.world import ALL, World
from local.inbox.teams import lines
from unit.alarm_fanout.parsers.event_files import BY_HAND, NAMES, NOW, event

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

SHOWN = 1200  # characters of a text in a snapshot: nobody reads 100 KB of one letter
EVERY_CHANNEL = RouteSettings(alarms="*", channels=ALL)


def told(name: str) -> World:
    """Tell an event file over every channel, to people who have heard of nothing."""
    points = tuple((NOW - timedelta(minutes=5 * n), float(10 + n % 7)) for n in range(1, 12))
    world = World(clock=Clock(NOW), routes=(EVERY_CHANNEL,), cloudwatch=OneCourse(points=points))
    with world.running():
        world.invoke(event(name))
    return world


def shown(world: World) -> Iterator[str]:
    """Write what each channel holds, in reading order."""
    for posted in world.slack.messages.values():
        colour = posted.payload["attachments"][0]["color"]
        yield f"── Slack {posted.channel} {colour}\n{posted.text}"
    for card in world.teams.cards:
        yield f"── Teams {card['body'][0]['style']}\n" + "\n".join(lines(card)) + _buttons(card)
    for mail in world.sns.emails:
        yield f"── E-mail: {mail.subject}\n{mail.body}"
    for text in world.sns.texts:
        yield f"── SMS\n{text}"
    for key, incident in world.pagerduty.open.items():
        payload = incident["payload"]
        details = "\n".join(f"{name}: {text}" for name, text in payload["custom_details"].items())
        yield (
            f"── PagerDuty {payload['severity']} {key}\n{payload['summary']}\n"
            f"{payload['source']} · {payload['timestamp']} · {payload['class']}\n{details}\n"
            + " ".join(f"[{link['text']}]" for link in incident["links"])
        )
    for dead in world.queue.dead_letters:
        yield f"── Set aside: {dead['reason']}"


def _buttons(card: dict[str, Any]) -> str:
    return "\n" + " ".join(f"[{action['title']}]" for action in card.get("actions", ()))


def readable(part: str) -> str:
    if len(part) > SHOWN:
        part = f"{part[:SHOWN]}… ({len(part):,} characters)"
    return "\n".join(line.rstrip() for line in part.splitlines())


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BY_HAND])
def test_as_people_read_it(name: str, snapshot: SnapshotAssertion) -> None:
    parts = [readable(part) for part in shown(told(name))]
    assert ("\n\n".join(parts) or "nobody is told") == snapshot


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BY_HAND])
def test_slack_s_own_models_take_every_message(name: str) -> None:
    for posted in told(name).slack.messages.values():
        check_by_slack_sdk(posted)


def check_by_slack_sdk(posted: Posted) -> None:
    for attachment in posted.payload["attachments"]:
        blocks = Block.parse_all(attachment["blocks"])
        assert len(blocks) == len(attachment["blocks"])
        for block, given in zip(blocks, attachment["blocks"], strict=True):
            assert block.to_dict() == given  # to_dict checks the limits
        made = Attachment(text="", color=attachment["color"])
        assert made.to_dict()["color"] == attachment["color"]


def test_the_message_is_what_the_design_shows() -> None:
    world = told("metric-alarm-in-alarm")
    [message] = world.slack.top()
    first, where, since, *_ = message.text.split("\n")
    assert first == "🔴 *Critical · Upload failures 18.2 %*, over 10 %"
    assert where == "avatar-system · eu-north-1 · account 1234-5678-9012"
    assert since.startswith("since 10:00 UTC (alarm 10:15 UTC), for 10 h, 3 of 3 periods   `")
    assert since.endswith("last hour`")
    [text] = world.sns.texts
    assert text == "CRIT avatar-system: upload failures 18.2% (>10%) since 10:00Z"
