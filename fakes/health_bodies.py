"""Bodies as services answer them, and what each says: (name, content type, body, verdict, sick)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from health_polling.verdict import Verdict

P, W, F, U = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.UNKNOWN
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Body:
    """``sick`` are the components that fail; ``form`` is the format's name."""

    name: str
    content_type: str
    raw: bytes
    verdict: Verdict
    form: str
    sick: tuple[str, ...] = ()


def _json(name: str, document: Any, verdict: Verdict, form: str, *sick: str) -> Body:
    return Body(name, JSON, json.dumps(document).encode(), verdict, form, sick)


def _text(name: str, text: str, verdict: Verdict, form: str = "text") -> Body:
    return Body(name, "text/plain", text.encode(), verdict, form)


_GUIDE = {"timestamp": "2026-11-23T10:00:00Z", "service": "avatar-system", "version": "1.0.0"}
_OK = {"status": "healthy", "latencyMs": 3}
_SICK = {"status": "unhealthy", "error": "connect ECONNREFUSED"}
_ALL = dict.fromkeys(("database", "redis", "s3", "avatarService", "workers"), _OK)
_GUIDES, _H, _SB, _NET, _NEST = (
    "avatar health document", "application/health+json", "Spring Boot Actuator", "ASP.NET",
    "NestJS Terminus",
)  # fmt: skip

BODIES = (
    _json("guide, all well", {**_GUIDE, **_ALL, "metrics": {"errorRate": 0.4}}, P, _GUIDES),
    _json("guide, sick object that its own check overlooks",
          {**_GUIDE, **_ALL, "database": _SICK}, F, _GUIDES, "database"),
    _json("guide, sick word", {**_GUIDE, **_ALL, "redis": "unhealthy"}, F, _GUIDES, "redis"),
    _json("guide, two sick", {**_GUIDE, **_ALL, "redis": _SICK, "workers": "down"}, F, _GUIDES,
          "redis", "workers"),
    _json("guide, degraded", {**_GUIDE, **_ALL, "s3": {"status": "degraded"}}, W, _GUIDES),
    _json("guide, false", {**_GUIDE, "database": False, "redis": True}, F, _GUIDES, "database"),
    _json("guide, healthy flag inside", {**_GUIDE, "s3": {"healthy": False}}, F, _GUIDES, "s3"),
    _json("guide, a component that nobody knows", {**_GUIDE, **_ALL, "cdn": {"status": "down"}}, F,
          _GUIDES, "cdn"),
    _json("health+json, pass", {"status": "pass", "checks": {"db:time": [{"status": "pass"}]}},
          P, _H),
    _json("health+json, one instance of two fails",
          {"status": "warn", "checks": {"db": [{"status": "pass"}, {"status": "fail"}]}}, F, _H,
          "db"),
    _json("health+json, warn", {"status": "warn", "checks": {"cpu": [{"status": "warn"}]}}, W, _H),
    _json("health+json, the synonym up", {"status": "up", "checks": {}}, P, _H),
    _json("health+json, status only", {"status": "fail", "output": "disk full"}, F, "JSON status"),
    _json("Actuator, up", {"status": "UP", "components": {"db": {"status": "UP"}}}, P, _SB),
    _json("Actuator, nested down",
          {"status": "DOWN", "components": {"db": {"status": "DOWN", "components": {
              "reader": {"status": "UP"}, "writer": {"status": "DOWN"}}}}}, F, _SB, "db/writer"),
    _json("Actuator, out of service",
          {"status": "OUT_OF_SERVICE", "components": {"q": {"status": "OUT_OF_SERVICE"}}}, F, _SB,
          "q"),
    _json("Actuator, unknown", {"status": "UNKNOWN", "components": {}}, W, _SB),
    _json("Actuator, Boot 2.0 details",
          {"status": "DOWN", "details": {"redis": {"status": "DOWN", "details": {
              "error": "RedisConnectionException"}}}}, F, _SB, "redis"),
    _json("Actuator, no details shown", {"status": "UP"}, P, "JSON status"),
    _json("ASP.NET, healthy",
          {"status": "Healthy", "entries": {"sql": {"status": "Healthy"}}}, P, _NET),
    _json("ASP.NET, unhealthy",
          {"status": "Unhealthy", "totalDuration": "00:00:01", "entries": {
              "sql": {"status": "Unhealthy", "description": "login failed"}}}, F, _NET, "sql"),
    _json("ASP.NET, degraded",
          {"status": "Degraded", "results": {"blob": {"status": "Degraded"}}}, W, _NET),
    _json("Terminus, ok",
          {"status": "ok", "info": {"db": {"status": "up"}}, "error": {},
           "details": {"db": {"status": "up"}}}, P, _NEST),
    _json("Terminus, error",
          {"status": "error", "info": {}, "error": {"db": {"status": "down", "message": "no"}},
           "details": {"db": {"status": "down"}}}, F, _NEST, "db"),
    _json("Terminus, shutting down",
          {"status": "shutting_down", "info": {"db": {"status": "up"}}, "error": {}}, F, _NEST),
    _json("only ok", {"ok": True}, P, "JSON status"),
    _json("only healthy, false", {"healthy": False}, F, "JSON status"),
    _json("nothing about health", {"version": "1.2.3", "commit": "abc"}, U, "JSON"),
    _json("a list", [1, 2], U, "JSON"),
    _json("a JSON string", "DOWN", F, "JSON"),
    _json("a JSON boolean", document=True, verdict=P, form="JSON"),
    _text("OK", "OK\n", P),
    _text("Healthy", "Healthy", P),
    _text("words after it", "Degraded - redis is slow", W),
    _text("Unhealthy", "Unhealthy", F),
    _text("out of service", "Out of service.", F),
    _text("prose", "Welcome to the avatar API", U),
    _text("long text", "up " * 200, U),
    Body("a page", "text/html", b"<html><body>UP</body></html>", P, "page"),
    Body("bare 200", "", b"", U, "empty"),
    Body("blanks", "text/plain", b" \r\n", U, "empty"),
    Body("JSON under a text type", "text/plain", b'{"status": "DOWN"}', F, "JSON status"),
    Body("invalid JSON under a JSON type", JSON, b'{"status": "ok"', F, "broken JSON"),
    Body("a page under a JSON type", JSON, b"<html>502</html>", F, "broken JSON"),
    Body("deep nesting", JSON, b"[" * 200_000, F, "broken JSON"),
    Body("a number of 10,000 digits", JSON, b'{"n": ' + b"9" * 10_000 + b"}", F, "broken JSON"),
    Body("a byte order mark", JSON, b'\xef\xbb\xbf{"status": "ok"}', P, "JSON status"),
    Body("UTF-16 that says so", "application/json; charset=utf-16",
         '{"status": "down"}'.encode("utf-16"), F, "JSON status"),
    Body("a charset that is wrong", "application/json; charset=utf-16", b'{"status":"ok"}', P,
         "JSON status"),
    Body("a charset that nobody has", "application/json; charset=klingon", b'{"status": "ok"}', P,
         "JSON status"),
    Body("latin-1 without saying so", JSON, b'{"status": "fail", "message": "st\xf6rung"}', F,
         "JSON status"),
)  # fmt: skip
