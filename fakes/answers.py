"""People who press the buttons of messages in Slack, and what ChatActions hands on of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from avatarwatch.answers import ANSWERS, ROWS, SOURCE, Answer, What
from avatarwatch.state_table.codec import encode
from chat_actions.request import read_request
from chat_actions.slack import read_slack
from fakes import chat
from fakes.slack import Posted
from fakes.world import World
from local.inbox.interactivity import elements as pressable

REPLY_TO = "https://hooks.slack.com/actions/"
_numbers = count(1)


def elements(payload: Any) -> Iterator[dict[str, Any]]:
    """Yield the buttons and menus of a message that answer."""
    return (e for e in pressable(payload) if e["action_id"].startswith((ANSWERS, ROWS)))


def press(
    world: World, posted: Posted, what: What, by: str = "Anna", *, at: int = 0, row: str = ""
) -> dict[str, Any]:
    """Press a message's button, or choose a row of its menu by a part of the row's text.

    ``at`` is how many seconds ago that was.
    """
    return world.tell(body(pressed(world, posted, what, by, at=at, row=row)))


def pressed(
    world: World, posted: Posted, what: What, by: str = "Anna", *, at: int = 0, row: str = ""
) -> Answer:
    """Return the answer that a press of a message's button makes; AssertionError without one.

    It is Slack's request, and ChatActions' own reading of it.
    """
    prefix = ROWS if row or _is_group(posted) else ANSWERS
    suffix = ":all" if prefix == ROWS and not row else ""
    action_id = f"{prefix}{what}{suffix}"
    found = [e for e in elements(posted.payload) if e["action_id"] == action_id]
    assert found, f"no button {what}"
    value = found[0].get("value") or next(
        option["value"] for option in found[0]["options"] if row in option["text"]["text"]
    )
    moment = world.clock() - timedelta(seconds=at)
    click = chat.click(
        action_id, value, menu="options" in found[0],
        user={"id": "U1", "username": by, "name": by, "team_id": "T1"},
        place=(posted.channel, posted.ts), trigger=f"1.{next(_numbers)}.a",
        response_url=f"{REPLY_TO}{by}",
    )  # fmt: skip
    return read_slack(read_request(chat.of_slack(click, moment)), moment)


def _is_group(posted: Posted) -> bool:
    return any(e["action_id"].startswith(ROWS) for e in elements(posted.payload))


def body(answer: Answer) -> str:
    """Return the message that ChatActions puts into the queue."""
    return json.dumps({"source": SOURCE, "answer": encode(answer)})
