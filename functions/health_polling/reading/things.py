"""Things that say how they are in a product's own way, as they would say it in plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from health_polling.reading.status import Document

_WANTED = ("Ready", "Available", "Healthy")
_ENVOYS_ILL = ("failed_active_health_check", "failed_outlier_check", "active_hc_timeout",
               "excluded_via_immediate_hc_fail")  # fmt: skip


def plain(item: Document) -> Document:
    """Return a product's thing with its status as a word; any other as it is."""
    if _MARKS.isdisjoint(item):
        return item
    for mark, read in _PRODUCTS:
        if mark in item and (said := read(item)) is not None:
            return {**item, **said}
    return item


def name_inside(item: Document) -> str:
    """Return the name that a thing has in a member of its own, "" where it has none."""
    metadata, address = item.get("metadata"), item.get("address")
    if isinstance(metadata, dict) and isinstance(metadata.get("name"), str):
        return str(metadata["name"])
    socket = address.get("socket_address") if isinstance(address, dict) else None
    if isinstance(socket, dict) and "address" in socket:
        return f"{socket['address']}:{socket.get('port_value', '')}".rstrip(":")
    if isinstance(item.get("severity"), str) and isinstance(item.get("type"), str):
        return str(item["type"])  # Ceph's
    names = item.get("Names")  # Docker's, each with a slash
    first = names[0] if isinstance(names, list) and names else None
    return first.lstrip("/") if isinstance(first, str) else ""


def condition_word(status: Document) -> tuple[str, str] | None:
    """Return the word and the reason that a Kubernetes object's conditions come to.

    A pressure is good when false, and what ran to its end is not ready and well all the same.
    """
    if status.get("phase") == "Succeeded":
        return "succeeded", ""
    listed = status.get("conditions")
    held = [c for c in listed if isinstance(c, dict)] if isinstance(listed, list) else []
    wanted = [c for c in held if c.get("type") in _WANTED]
    if not wanted:
        return None
    ill = next((c for c in wanted if c.get("status") != "True"), None)
    if ill is None:
        return "ready", ""
    return "not ready", str(ill.get("message") or ill.get("reason") or "")


def _kubernetes(item: Document) -> Document | None:
    if not isinstance(item["metadata"], dict) or item.get("kind", "") == "Event":
        return None
    status = item.get("status", item)
    if not isinstance(status, dict):
        return None
    if said := condition_word(status):
        return {"status": said[0], "message": said[1]}
    phase, health = status.get("phase"), status.get("health")
    return {"status": phase, "health": health} if phase or health else None


def _pm2(item: Document) -> Document | None:
    inner = item["pm2_env"]
    if not isinstance(inner, dict):
        return None
    # what is not started again by itself ends and rests: a job that cron_restart begins
    is_job = inner.get("autorestart") is False and inner.get("status") == "stopped"
    return {"status": "skipped" if is_job else inner.get("status")}


def _envoy(item: Document) -> Document | None:
    health = item["health_status"]
    if not isinstance(health, dict):
        return None
    told = str(health.get("eds_health_status", ""))
    if told in {"UNHEALTHY", "TIMEOUT"} or any(health.get(name) is True for name in _ENVOYS_ILL):
        flags = [name for name, is_so in health.items() if is_so is True]
        return {"status": "unhealthy", "message": ", ".join(flags)}
    is_degraded = told == "DEGRADED" or health.get("failed_active_degraded_check") is True
    return {"status": "degraded" if is_degraded else "draining" if told == "DRAINING" else "ok"}


def _splunk(item: Document) -> Document | None:
    content = item["content"]
    if not isinstance(content, dict) or not isinstance(content.get("health"), str):
        return None
    return {"status": content["health"], "components": content.get("features")}


def _connector(item: Document) -> Document | None:
    connector, tasks = item["connector"], item.get("tasks")
    if not isinstance(connector, dict) or not isinstance(tasks, list):
        return None
    return {"status": connector.get("state"), "message": connector.get("trace"), "parts": tasks}


def _ceph(item: Document) -> Document | None:
    severity, summary = item["severity"], item.get("summary")
    if not isinstance(severity, str) or not severity.startswith("HEALTH_"):
        return None
    message = summary.get("message") if isinstance(summary, dict) else ""
    return {"status": "skipped" if item.get("muted") is True else severity, "message": message}


_PRODUCTS: tuple[tuple[str, Callable[[Document], Document | None]], ...] = (
    ("metadata", _kubernetes),
    ("pm2_env", _pm2),
    ("health_status", _envoy),
    ("content", _splunk),
    ("connector", _connector),
    ("severity", _ceph),
)
_MARKS: frozenset[Any] = frozenset(mark for mark, _ in _PRODUCTS)
