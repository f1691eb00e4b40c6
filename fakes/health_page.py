"""A status page's services with three months behind them: made up, the same each time."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from avatarwatch.mutes import Mute
from health_polling.documents import Problem
from health_polling.history import DAYS_KEPT, History, Incident
from health_polling.page.view import PageView, view
from health_polling.track import Status, Track
from health_polling.watch import Day, Service

NOW = datetime(2026, 11, 23, 10, 12, tzinfo=UTC)
COMPONENTS = ("database", "redis", "s3", "avatarService", "workers")


def page(*, is_sick: bool = True, is_unknown: bool = False) -> PageView:
    """Return a page with three services; one is down when ``is_sick``."""
    down = Track(Status.DOWN, NOW - timedelta(minutes=7), "PPFFF")
    up = Track(Status.UP, NOW - timedelta(days=60), "PPPPP")
    slow = Track(Status.DEGRADED, NOW - timedelta(minutes=26), "WWWWW")
    api = _service("https://api.example.com/api/monitoring/health", 62, seed=1)
    web = _service("https://www.example.com/healthz", 210, seed=2)
    cdn = _service("https://cdn.example.com/probe.jpg", 18, seed=3)
    tracks = dict.fromkeys(COMPONENTS, up)
    if is_sick:
        tracks |= {"database": down, "workers": down}
    reason = "database: connect ECONNREFUSED 10.0.3.17:5432; workers: 3 of 4 workers crash"
    services = {
        "avatar-api": _with(api, up, tracks, reason if is_sick else "", certificate=61),
        "web": _with(web, slow if is_sick else up, {}, "answers in 2.4 s, over 2 s", 11),
        "cdn": _with(cdn, up, {}, "", 203),
    }
    if is_unknown:
        services["upload-api"] = Service("https://upload.example.com/health")
    problems = [Problem("endpoint 4 (legacy)", "url: no credentials in an address")]
    history = _history(is_sick=is_sick)
    return view("avatar-system", services, [history], problems, NOW, _mutes(is_sick=is_sick))


def _mutes(*, is_sick: bool) -> list[Mute]:
    """Return a window that goes on or comes on Sunday, and what somebody muted."""
    since = NOW - timedelta(minutes=42) if is_sick else datetime(2026, 11, 29, 1, 30, tzinfo=UTC)
    window = Mute(
        "Storage*", "the weekly import", since, since + timedelta(minutes=90),
        window="bulk import",
    )  # fmt: skip
    muted = Mute("pay-*", "anna looks at it", NOW - timedelta(minutes=12), NOW + timedelta(hours=1))
    return [window, muted] if is_sick else [window]


def _service(address: str, ms: int, seed: int) -> Service:
    drawn = random.Random(seed)  # noqa: S311 - a picture
    minutes = [round(ms * drawn.lognormvariate(0, 0.18)) for _ in range(60)]
    minutes[38:41] = [round(ms * 3.1), round(ms * 2.4), round(ms * 1.7)]
    kept: list[int | None] = list(minutes)
    if seed == 1:
        kept[20:22] = [None, None]
    today = Day(612, 0, 4, 612, ms * 612.0, {})
    return Service(address, day=NOW.date(), today=today, minutes=tuple(kept))


def _with(
    service: Service, answering: Track, tracks: dict[str, Track], reason: str, certificate: int
) -> Service:
    sick = {name: 7 for name, t in tracks.items() if t.status is Status.DOWN}
    failed = 7 if sick else 0
    today = Day(612, failed, 4, 612, service.today.ms, sick)
    return Service(
        service.address, answering, tracks, reason, service.day, today, service.minutes, certificate
    )


def _history(*, is_sick: bool) -> History:
    days = {name: _days(name, n) for n, name in enumerate(("avatar-api", "web", "cdn"))}
    since = NOW - timedelta(minutes=7)
    ongoing = [
        Incident("avatar-api", "database", since, None, "connect ECONNREFUSED 10.0.3.17:5432"),
        Incident("avatar-api", "workers", since, None, "3 of 4 workers crash"),
    ]
    past = [
        _past("avatar-api", "redis", 11, 23, "READONLY You can't write against a replica"),
        _past("web", "", 24, 141, "HTTP status 502"),
        _past("avatar-api", "", 52, 6, "its certificate has expired"),
    ]
    return History(days, (*(ongoing if is_sick else ()), *past))


def _past(service: str, component: str, ago: int, minutes: int, reason: str) -> Incident:
    since = (NOW - timedelta(days=ago)).replace(hour=14, minute=3)
    return Incident(service, component, since, since + timedelta(minutes=minutes), reason)


def _days(name: str, seed: int) -> dict[date, Day]:
    drawn = random.Random(seed)  # noqa: S311 - a picture
    failed = {("avatar-api", 11): 23, ("avatar-api", 52): 6, ("web", 24): 141}
    days = {}
    for ago in range(DAYS_KEPT - (30 if name == "cdn" else 0) - 1, 0, -1):
        bad = failed.get((name, ago), 0)
        warned = 90 if drawn.random() < 0.04 else 0
        parts = {"redis": bad} if (name, ago) == ("avatar-api", 11) else {}
        mean = (62, 210, 18)[seed] * drawn.uniform(0.9, 1.2)
        record = Day(1440, bad, warned, 1440 - bad, mean * 1440, parts)
        days[(NOW - timedelta(days=ago)).date()] = record
    return days
