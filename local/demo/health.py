"""The demo's steps about health: a service that says 200 while it is sick, then dies, then lives.

HealthPolling is invoked as its schedule does it, only without the minute in between.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from local.backend.scenarios import HealthBehaviour, Scenario
from local.demo import evidence
from local.demo.steps import Log, StepFailedError
from local.inbox.client import InboxTimeoutError
from local.paths import OUT
from local.scene import SLOW_MS, SYSTEM

if TYPE_CHECKING:
    from local.inbox.models import Incident, Snapshot
    from local.scene import Scene

PAGE = OUT / "demo" / "status"
_POLLS = 12  # at most, until something is told: 3 of 5 polls, and the schedule polls in between
_PATIENCE = 30.0


def slow(scene: Scene, _: Log) -> str:
    """Let the service get slow: the page says degraded, nobody is woken for it."""
    _poll(scene, 2)
    behaviour = HealthBehaviour(delay_ms=SLOW_MS + 200)
    scene.backend.set_scenario(Scenario("slow", "Health answers slowly.", health=behaviour))
    told = _poll(scene, 3)
    page = save_page(scene)
    if page["status"] != "degraded" or told:
        raise StepFailedError(f"the status page says {page['headline']!r}; told: {told}")
    woken = [m for m in evidence.slack(scene.inbox.snapshot()) if "avatar-api" in m.content.text]
    if woken:
        raise StepFailedError(f"somebody was woken as it is slow: {woken[0].content.text}")
    return f"the status page: {page['headline']}, {page['services'][0]['reason']}"


def database_down(scene: Scene, log: Log) -> str:
    """Let the database die: the endpoint still answers 200, as the guide's does."""
    scene.backend.set_scenario("database_down")
    started = time.monotonic()
    told = _until_told(scene, "ComponentDown ALARM")
    _await(scene, lambda kept: _about(evidence.open_incidents(kept), "component-down/avatar-api"))
    log.latencies["Database down → PagerDuty (3 polls)"] = time.monotonic() - started
    log.alarms.append("ComponentDown")
    return f"HTTP 200, yet PagerDuty rang: {told}"


def endpoint_down(scene: Scene, log: Log) -> str:
    """Let the service die: one more incident, of the service itself."""
    scene.backend.set_scenario("endpoint_down")
    told = _until_told(scene, "EndpointDown ALARM")
    _await(scene, lambda kept: _about(evidence.open_incidents(kept), "endpoint-down/avatar-api"))
    log.alarms.append("EndpointDown")
    return told


def recovered(scene: Scene, _: Log) -> str:
    """Let it live: both incidents end, and the page shows them with their length."""
    scene.backend.set_scenario("recovery")
    _until_told(scene, "EndpointDown OK", "ComponentDown OK")
    for key in ("endpoint-down/avatar-api", "component-down/avatar-api"):
        _await(scene, lambda kept, key=key: _about(evidence.resolved_incidents(kept), key))  # type: ignore[misc]
    page = save_page(scene)
    ended = [i for i in page["incidents"] if i["service"] == "avatar-api" and i["until"]]
    if page["status"] != "up" or len(ended) < 2:
        raise StepFailedError(f"the status page says {page['headline']!r}, {len(ended)} ended")
    return f"{page['headline']}, {len(ended)} incidents over: {PAGE / 'index.html'}"


def save_page(scene: Scene) -> dict[str, Any]:
    """Keep the status page where a browser can open it; return its JSON."""
    _poll(scene, 1, page=True)
    PAGE.mkdir(parents=True, exist_ok=True)
    for name in ("index.html", "status.json"):
        (PAGE / name).write_text(scene.report(f"status/{name}"))
    shown: dict[str, Any] = json.loads((PAGE / "status.json").read_text())
    return shown


def _poll(scene: Scene, times: int, **order: Any) -> list[str]:
    told: list[str] = []
    for _ in range(times):
        answer = scene.poll(**order)
        if answer["problems"]:
            raise StepFailedError(f"HealthPolling: {answer['problems'][0]}")
        told += answer["told"]
    return told


def _until_told(scene: Scene, *heads: str) -> str:
    """Poll until alerts were published whose texts begin so; return the last of them.

    The schedule polls as well and may be the one that tells: then the inbox is the witness.
    """
    told: list[str] = []
    for _ in range(_POLLS):
        told += _poll(scene, 1)
        found = [text for text in told if text.startswith(heads)]
        if len(found) >= len(heads):
            return found[-1].split(": ", 1)[1]
    return "told by the schedule's own poll"


def _about(incidents: list[Incident], key: str) -> Incident | None:
    return next(
        (incident for incident in incidents if incident.dedup_key == f"{SYSTEM}/{key}"), None
    )


def _await[T](scene: Scene, predicate: Callable[[Snapshot], T | None]) -> T:
    try:
        return scene.inbox.wait_for(predicate, _PATIENCE)
    except InboxTimeoutError as error:
        raise StepFailedError(f"PagerDuty was not told: {error}") from error
