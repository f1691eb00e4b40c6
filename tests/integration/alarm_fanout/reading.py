"""What a world's people read, and alarms that change now."""

from __future__ import annotations

from fakes.alarms import alarm
from fakes.world import World


def headlines(world: World) -> list[str]:
    return [posted.text.split("\n")[0].replace("*", "") for posted in world.slack.top()]


def subjects(world: World) -> list[str]:
    return [mail.subject.removeprefix("[CRIT] avatar-system: ") for mail in world.sns.emails]


def change(world: World, name: str, state: str, previous: str | None = None) -> None:
    """Let an alarm change now."""
    world.tell(alarm(name, state, world.clock(), previous=previous))
