"""What a step of the demo is, and what the story has shown so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.inbox.client import InboxTimeoutError

if TYPE_CHECKING:
    from local.inbox.models import Snapshot
    from local.scene import Scene

PATIENCE = 30.0  # seconds that a message may take on a busy machine


class StepFailedError(Exception):
    """A step did not show what it should; the message says what was missing."""


@dataclass(slots=True)
class Log:
    """What the story has shown so far."""

    alarms: list[str] = field(default_factory=list)
    latencies: dict[str, float] = field(default_factory=dict)  # seconds, by what was awaited
    reasons: dict[str, str] = field(default_factory=dict)  # why a KPI has no value, by its metric


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its line, and what to do; the returned text is what it showed."""

    title: str
    run: Callable[[Scene, Log], str]


def awaited[T](scene: Scene, predicate: Callable[[Snapshot], T | None], what: str) -> T:
    """Wait until the inbox holds something; raises StepFailedError that says what is missing."""
    try:
        return scene.inbox.wait_for(predicate, PATIENCE)
    except InboxTimeoutError as error:
        raise StepFailedError(f"{what} did not arrive: {error}") from error
