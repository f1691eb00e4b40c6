"""The health formats, one function each: a JSON document in, a Reading out or None if it is not it.

The order in FORMATS matters: the ones with the most marks of their own come first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from health_polling.reading.words import verdict_of
from health_polling.verdict import ComponentReading, Reading, Verdict, worst

MOST_COMPONENTS = 20  # more is no health document, and each costs a metric
MOST_REPORTED = 20
_NAME = re.compile(r"[^A-Za-z0-9_.:/-]+")
_STATUS_KEYS = ("status", "state", "health", "healthy", "ok")
_REASON_KEYS = ("error", "message", "output", "reason", "description", "exception", "detail")
_NOT_COMPONENTS = {*_STATUS_KEYS, "timestamp", "time", "service", "version", "metrics", "uptime",
                   "environment", "success", "message", "description", "name"}  # fmt: skip

type Document = dict[str, Any]


def health_json(document: Document) -> Reading | None:
    """Read `application/health+json` (draft-inadarei-api-health-check): ``checks`` of lists."""
    checks = document.get("checks")
    if not isinstance(checks, dict) or verdict_of(document.get("status")) is None:
        return None
    found = []
    for name, entries in checks.items():
        listed = entries if isinstance(entries, list) else [entries]
        readings = [r for entry in listed if (r := component(name, entry))]
        if readings:  # several instances of one component: it is as well as its worst
            found.append(max(readings, key=lambda r: worst([r.verdict]) is Verdict.FAIL))
    return _reading("application/health+json", document, found)


def aspnet(document: Document) -> Reading | None:
    """Read ASP.NET Core's health checks UI format: ``entries`` (or ``results``) by name."""
    entries = document.get("entries", document.get("results"))
    if not isinstance(entries, dict) or verdict_of(document.get("status")) is None:
        return None
    return _reading("ASP.NET", document, _components(entries))


def actuator(document: Document) -> Reading | None:
    """Read Spring Boot Actuator: ``components``, which may be nested; ``details`` in Boot 2.0."""
    nested = document.get("components", document.get("details"))
    if not isinstance(nested, dict) or "info" in document or "error" in document:
        return None
    if verdict_of(document.get("status")) is None:
        return None
    return _reading("Spring Boot Actuator", document, _nested(nested, ""))


def terminus(document: Document) -> Reading | None:
    """Read NestJS Terminus: ``info`` holds what is up, ``error`` what is down, ``details`` all."""
    if not {"info", "error"} & document.keys():
        return None
    if verdict_of(document.get("status")) is None:
        return None
    merged: Document = {}
    for part in ("info", "details", "error"):
        if isinstance(document.get(part), dict):
            merged.update(document[part])
    found = _components(merged)
    return _reading("NestJS Terminus", document, found) if found else None


def guide(document: Document) -> Reading | None:
    """Read the guide's own document: components beside each other at the top, as word or object.

    Its HTTP status overlooks a component that is an object: what counts is what is written.
    """
    found = _components({k: v for k, v in document.items() if k not in _NOT_COMPONENTS})
    if not found:
        return None
    return _reading("avatar health document", document, found, reported=_reported(document))


def plain_status(document: Document) -> Reading | None:
    """Read an object that only says how it is: ``{"status": "ok"}``, ``{"healthy": true}``."""
    if _status(document) is None:
        return None
    return _reading("JSON status", document, [], reported=_reported(document))


FORMATS: tuple[Callable[[Document], Reading | None], ...] = (
    health_json, aspnet, terminus, actuator, guide, plain_status,
)  # fmt: skip


def component(name: str, value: Any) -> ComponentReading | None:
    """Read one component, None where the value says nothing about health."""
    verdict = _status(value) if isinstance(value, dict) else verdict_of(value)
    if verdict is None:
        return None
    reason = _reason(value) if isinstance(value, dict) and verdict is not Verdict.PASS else ""
    return ComponentReading(_NAME.sub("-", name).strip("-")[:60] or "unnamed", verdict, reason)


def _status(value: Document) -> Verdict | None:
    return next((v for key in _STATUS_KEYS if (v := verdict_of(value.get(key))) is not None), None)


def _reason(value: Document) -> str:
    for key in _REASON_KEYS:
        text = value.get(key)
        if isinstance(text, dict):  # Actuator and others nest it once
            text = text.get("message") or text.get("error")
        if isinstance(text, str) and text.strip():
            return " ".join(text.split())[:200]
    details = value.get("details")
    return _reason(details) if isinstance(details, dict) else ""


def _components(values: Document) -> list[ComponentReading]:
    return [r for name, value in values.items() if (r := component(name, value))]


def _nested(values: Document, prefix: str, depth: int = 3) -> list[ComponentReading]:
    found: list[ComponentReading] = []
    for name, value in values.items():
        inner = value.get("components") if isinstance(value, dict) else None
        if isinstance(inner, dict) and inner and depth:
            found += _nested(inner, f"{prefix}{name}/", depth - 1)
        elif reading := component(prefix + name, value):
            found.append(reading)
    return found


def _reading(
    name: str,
    document: Document,
    found: list[ComponentReading],
    reported: tuple[tuple[str, float], ...] = (),
) -> Reading:
    # the sick first: they must not be cut off
    ordered = sorted(found, key=lambda r: r.verdict.is_up)[:MOST_COMPONENTS]
    own = _status(document)
    verdict = worst([own or Verdict.UNKNOWN, *(r.verdict for r in ordered)])
    if own is Verdict.UNKNOWN and verdict in {Verdict.UNKNOWN, Verdict.PASS}:
        verdict = Verdict.WARN  # it says itself that it does not know
    return Reading(
        format=name,
        verdict=verdict,
        reason=_reason(document) if verdict is not Verdict.PASS else "",
        components=tuple(ordered),
        reported=reported,
        written_at=_time(document),
    )


def _reported(document: Document) -> tuple[tuple[str, float], ...]:
    metrics = document.get("metrics")
    return tuple(_numbers(metrics))[:MOST_REPORTED] if isinstance(metrics, dict) else ()


def _numbers(metrics: Document) -> Iterator[tuple[str, float]]:
    for name, value in metrics.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        # CloudWatch takes neither NaN nor what is beyond 2^360
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,60}", name) and abs(value) < 1e100:
            number = float(value)
            if math.isfinite(number):
                yield name, number


def _time(document: Document) -> datetime | None:
    text = document.get("timestamp", document.get("time"))
    if not isinstance(text, str):
        return None
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
