"""The messages of services that we know, as data: one entry each.

Nothing of it is imported before such a message comes: alarms do not pay for it at a cold start.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from alarm_fanout.parsers.known.account import ACCOUNT
from alarm_fanout.parsers.known.alerting import ALERTING
from alarm_fanout.parsers.known.data import DATA
from alarm_fanout.parsers.known.delivery import DELIVERY
from alarm_fanout.parsers.known.model import Known
from alarm_fanout.parsers.known.older import OLDER
from alarm_fanout.parsers.known.operations import OPERATIONS
from alarm_fanout.parsers.known.outside import OUTSIDE
from alarm_fanout.parsers.known.reading import Source
from alarm_fanout.parsers.known.running import RUNNING
from alarm_fanout.parsers.known.security import SECURITY
from alarm_fanout.parsers.known.tools import TOOLS

ENTRIES: tuple[Known, ...] = (
    *SECURITY,
    *DELIVERY,
    *DATA,
    *ACCOUNT,
    *OPERATIONS,
    *RUNNING,
    *ALERTING,
    *OUTSIDE,
    *OLDER,
    *TOOLS,
)


@cache
def _by_detail_type() -> dict[str, Known]:
    return {name: entry for entry in ENTRIES for name in entry.of}


def sources(payload: dict[str, Any]) -> tuple[Known, list[Source]] | None:
    """Return the entry of a message and what it has to tell of, None where there is no entry."""
    detail_type = payload.get("detail-type")
    if isinstance(detail_type, str):
        entry = _by_detail_type().get(detail_type)
        whole = Source(payload, payload.get("detail"))
    else:
        whole = Source(payload, payload)
        entry = next(_matching(whole), None)
    if entry is None:
        return None
    if not entry.each:
        return entry, [whole]
    items = [item for found in whole.values(entry.each) for item in _listed(found)]
    return entry, [Source(payload, item) for item in items if isinstance(item, dict)]


def _matching(source: Source) -> Iterator[Known]:
    for entry in ENTRIES:
        if entry.has and all(source.values(path) for path in entry.has):
            yield entry


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
