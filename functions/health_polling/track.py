"""The state machine that does not cry wolf: M bad polls of N to go down, R good ones to come up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from health_polling.endpoint import Thresholds
from health_polling.verdict import Verdict

# Older observations say nothing of now: after such a gap the window begins anew.
FORGET = timedelta(minutes=10)
_LETTERS = {Verdict.PASS: "P", Verdict.WARN: "W", Verdict.FAIL: "F"}


class Status(Enum):
    """Where a service or a component stands, after the thresholds."""

    UNKNOWN = "unknown"
    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Track:
    """The last observations (newest last, letters P, W and F) and what they came to.

    ``failing_since`` is the first of the failures that stand now: the time from which it was down,
    which is before the status says so.
    """

    status: Status = Status.UNKNOWN
    since: datetime | None = None
    window: str = ""
    failing_since: datetime | None = None
    seen_at: datetime | None = None


def observe(track: Track, verdict: Verdict, now: datetime, limits: Thresholds) -> Track:
    """Return the track after one more observation; UNKNOWN observes nothing and changes nothing."""
    letter = _LETTERS.get(verdict)
    if letter is None:
        return track
    track = _unless_old(track, now)
    window = (track.window + letter)[-max(limits.window, limits.recoveries) :]
    status = _status(track.status, window, limits)
    failing_since = (track.failing_since or now) if "F" in window else None
    moved = replace(track, window=window, failing_since=failing_since, seen_at=now)
    if status is track.status:
        return moved
    return replace(
        moved, status=status, since=failing_since or now if status is Status.DOWN else now
    )


def _unless_old(track: Track, now: datetime) -> Track:
    if track.seen_at is not None and now - track.seen_at <= FORGET:
        return track
    kept = track.failing_since if track.status is Status.DOWN else None
    return replace(track, window="", failing_since=kept)


def _status(before: Status, window: str, limits: Thresholds) -> Status:
    recent = window[-limits.window :]
    if before is Status.DOWN:
        good = window[-limits.recoveries :]
        if len(good) < limits.recoveries or "F" in good:
            return Status.DOWN
        return Status.DEGRADED if good.count("W") == len(good) else Status.UP
    if recent.count("F") >= limits.failures:
        return Status.DOWN
    bad = len(recent) - recent.count("P")
    if bad >= limits.failures:
        return Status.DEGRADED
    if before is Status.DEGRADED:
        calm = window[-limits.recoveries :]
        return Status.UP if set(calm) == {"P"} and len(calm) >= limits.recoveries else before
    return Status.UP if recent[-1] != "F" or before is Status.UP else before
