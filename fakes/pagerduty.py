"""PagerDuty's Events API v2 in memory."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fakes.steps import Steps

_PAYLOAD = {
    "summary", "source", "severity", "timestamp", "component", "class", "custom_details",
}  # fmt: skip


@dataclass(slots=True)
class FakePagerDuty:
    """Keep the open incidents and every change of one; ``errors`` are raised by the next calls."""

    steps: Steps
    open: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: list[tuple[str, str]] = field(default_factory=list)
    errors: deque[Exception] = field(default_factory=deque)

    def send_event(self, action: str, dedup_key: str, **properties: Any) -> str:
        """Trigger an incident; one that is open already takes the event in."""
        self._begin(action, dedup_key)
        assert action == "trigger"
        assert set(properties) == {"payload", "links", "client"}
        payload = properties["payload"]
        assert set(payload) == _PAYLOAD
        assert 0 < len(payload["summary"]) <= 1024
        assert payload["source"]
        assert payload["severity"] in {"critical", "error", "warning", "info"}
        assert all(link["href"].startswith("https://") for link in properties["links"])
        assert len(json.dumps(properties).encode()) <= 512 * 1024
        if dedup_key not in self.open:
            self.changes.append(("trigger", dedup_key))
        self.open[dedup_key] = properties
        return dedup_key

    def resolve(self, dedup_key: str) -> str:
        """Resolve an incident; without an open one PagerDuty drops it."""
        self._begin("resolve", dedup_key)
        if self.open.pop(dedup_key, None) is not None:
            self.changes.append(("resolve", dedup_key))
        return dedup_key

    def acknowledge(self, dedup_key: str) -> str:
        """Acknowledge an incident; without an open one PagerDuty drops it."""
        self._begin("acknowledge", dedup_key)
        if dedup_key in self.open:
            self.changes.append(("acknowledge", dedup_key))
        return dedup_key

    def close(self) -> None:
        """Do nothing: no connection is open."""

    def _begin(self, action: str, dedup_key: str) -> None:
        self.steps.take(f"pagerduty {action}")
        assert 0 < len(dedup_key) <= 255
        if self.errors:
            raise self.errors.popleft()
