"""Which alert goes where, by the function's own routing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.routing import Route, Router
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import CATALOGUE

if TYPE_CHECKING:
    from alarm_fanout.settings import NotificationSettings
    from local.doctor.deployment import Deployment


def routes_of(
    deployment: Deployment, settings: NotificationSettings
) -> Iterator[tuple[str, Route]]:
    """Yield each alert of the catalogue with the route that it takes under these settings."""
    runbook = deployment.parameters["RunbookBaseUrl"]
    router = Router(deployment.system, runbook, settings.routes)
    for alert in CATALOGUE:
        name = f"{deployment.system}-{alert}"
        seen = Alert(
            kind=Kind.OWN, name=name, alert_id=alert, key=name, state=AlertState.ALARM,
            changed_at=datetime.now(UTC),
        )  # fmt: skip
        yield alert, router.route(seen)
