"""The first sentence of the page, and lists of names as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from health_polling.track import Status

if TYPE_CHECKING:
    from health_polling.page.view import ServiceView


def headline(services: Sequence[ServiceView]) -> str:
    """Say in one sentence how all of it is: what is down first, by name where it is one."""
    if not services:
        return "Nothing is watched yet"
    for status, words in ((Status.DOWN, "down"), (Status.DEGRADED, "degraded")):
        count = sum(s.status is status for s in services)
        if count == 1:
            service = next(s for s in services if s.status is status)
            parts = [p.name for p in service.components if p.status is status]
            return f"{service.name}{': ' if parts else ' is '}{_parts(parts, words)}"
        if count:
            return f"{count} of {len(services)} services are {words}"
    if any(s.status is Status.UNKNOWN for s in services):
        return "Waiting for the first results"
    return "All systems are up"


def _parts(parts: Sequence[str], words: str) -> str:
    if not parts:
        return words
    return f"{joined(parts)} {'are' if len(parts) > 1 else 'is'} {words}"


def joined(names: Sequence[str]) -> str:
    """Write names as people do: "database, redis and s3"; "" for none."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
