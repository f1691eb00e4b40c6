"""What the function can be asked: a cadence's run, or to compute a span again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from avatarwatch.kpis import Cadence


class RequestError(Exception):
    """The payload is not one that the function knows; the message names the field."""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A scheduled run of a cadence."""

    cadence: Cadence


@dataclass(frozen=True, slots=True)
class RecomputeRequest:
    """Compute the windows of [start, end) again, of one cadence or of all; both in UTC."""

    start: datetime
    end: datetime
    cadence: Cadence | None = None


_SCHEDULED = {cadence.value: RunRequest(cadence) for cadence in Cadence}


def scheduled(event: Any) -> RunRequest | None:
    """Return the request that schedules send, None when the payload is another."""
    if not isinstance(event, dict) or event.keys() != {"cadence"}:
        return None
    cadence = event["cadence"]
    return _SCHEDULED.get(cadence) if isinstance(cadence, str) else None
