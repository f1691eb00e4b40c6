"""People who press the buttons of messages, as ChatActions hands their answers on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from avatarwatch.answers import ANSWERS, ROWS, SOURCE, Answer, What, read_button
from avatarwatch.state_table.codec import encode
from fakes.slack import Posted
from fakes.world import World

REPLY_TO = "https://hooks.slack.com/actions/"
_numbers = count(1)


def elements(payload: Any) -> Iterator[dict[str, Any]]:
    """Yield the buttons and menus of a message that answer."""
    match payload:
        case {"action_id": str(name)} if name.startswith((ANSWERS, ROWS)):
            yield payload
        case dict():
            for part in payload.values():
                yield from elements(part)
        case list():
            for part in payload:
                yield from elements(part)


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
    """Return the answer that a press of a message's button makes; AssertionError without one."""
    prefix = ROWS if row or _is_group(posted) else ANSWERS
    suffix = ":all" if prefix == ROWS and not row else ""
    found = [e for e in elements(posted.payload) if e["action_id"] == f"{prefix}{what}{suffix}"]
    assert found, f"no button {what}"
    value = found[0].get("value") or next(
        option["value"] for option in found[0]["options"] if row in option["text"]["text"]
    )
    common: dict[str, Any] = {
        "id": f"request-{next(_numbers)}", "what": what, "by": by, "over": "Slack",
        "reply_to": f"{REPLY_TO}{by}",
        "at": world.clock() - timedelta(seconds=at),
    }  # fmt: skip
    opened, key = read_button(value)
    if prefix == ANSWERS:
        return Answer(**common, opened=opened, key=key)
    return Answer(**common, opened=opened, row=key, place=(posted.channel, posted.ts))


def _is_group(posted: Posted) -> bool:
    return any(e["action_id"].startswith(ROWS) for e in elements(posted.payload))


def body(answer: Answer) -> str:
    """Return the message that ChatActions puts into the queue."""
    return json.dumps({"source": SOURCE, "answer": encode(answer)})
