"""The state machine that does not cry wolf: M bad polls of N to go down, R good ones to come up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated

from msgspec import Meta

from avatarwatch.state_table.stored import Moment
from health_polling.endpoint import Thresholds
from health_polling.verdict import Verdict

# Older observations say nothing of now: after such a gap the window begins anew.
FORGET = timedelta(minutes=10)
type _Window = Annotated[str, Meta(pattern="^[PWF]*$", max_length=100)]
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
    which is before the status says so. ``good_since`` is the first good one after the last failure:
    the time from which it was well, which is before the status says so.
    """

    status: Status = Status.UNKNOWN
    since: Moment | None = None
    window: _Window = ""
    failing_since: Moment | None = None
    seen_at: Moment | None = None
    good_since: Moment | None = None


def observe(track: Track, verdict: Verdict, now: datetime, limits: Thresholds) -> Track:
    """Return the track after one more observation; UNKNOWN observes nothing and changes nothing."""
    letter = _LETTERS.get(verdict)
    if letter is None:
        return track
    track = _unless_old(track, now)
    window = (track.window + letter)[-max(limits.window, limits.recoveries) :]
    status = _status(track.status, window, limits)
    if track.status in {Status.DOWN, Status.DEGRADED} and status is Status.UP:
        window = window[-limits.recoveries :]  # or one more failure would make it down again
    failing_since = (track.failing_since or now) if "F" in window else None
    good_since = None if letter == "F" else track.good_since or now
    moved = replace(
        track, window=window, failing_since=failing_since, seen_at=now, good_since=good_since
    )
    if status is track.status:
        return moved
    return replace(
        moved, status=status, since=failing_since or now if status is Status.DOWN else now
    )


def _unless_old(track: Track, now: datetime) -> Track:
    if track.seen_at is not None and now - track.seen_at <= FORGET:
        return track
    kept = track.failing_since if track.status is Status.DOWN else None
    return replace(track, window="", failing_since=kept, good_since=None)


def _status(before: Status, window: str, limits: Thresholds) -> Status:
    recent, last = window[-limits.window :], window[-limits.recoveries :]
    is_recovered = len(last) == limits.recoveries
    if before is Status.DOWN:
        if not is_recovered or "F" in last:
            return Status.DOWN
        return Status.UP if "P" in last else Status.DEGRADED
    if recent.count("F") >= limits.failures:
        return Status.DOWN
    if before is Status.DEGRADED:
        return Status.UP if is_recovered and set(last) == {"P"} else before
    if len(recent) - recent.count("P") >= limits.failures:
        return Status.DEGRADED
    return Status.UP if before is Status.UP or recent[-1] != "F" else before
