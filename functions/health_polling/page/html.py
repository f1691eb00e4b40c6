"""The status page as one HTML file: styles inside, no scripts, nothing from elsewhere."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import quote

from avatarwatch.units import Unit, humanize
from health_polling.page.drawings import bars, curve, percent
from health_polling.page.view import IncidentView, PageView, PartView, ServiceView, joined
from health_polling.track import Status

MOST_CARDS = 40  # of services that are up; the others are one line each, or the page is megabytes
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
_WORDS = {
    Status.UP: "Up", Status.DEGRADED: "Degraded", Status.DOWN: "Down", Status.UNKNOWN: "No data yet"
}  # fmt: skip
_MARKS = {Status.UP: "✓", Status.DEGRADED: "!", Status.DOWN: "✕", Status.UNKNOWN: "?"}
_COLOURS = {
    Status.UP: "#1a7f4b", Status.DEGRADED: "#b86e00",
    Status.DOWN: "#c8313a", Status.UNKNOWN: "#6b7280",
}  # fmt: skip
_STATES = (
    ("up", "up"), ("degraded", "slow or degraded"), ("partly", "down for up to 72 min"),
    ("down", "down for longer"), ("none", "no data"),
)  # fmt: skip
_LEGEND = (
    '<ul class="legend">'
    + "".join(f'<li><i class="{state}"></i>{words}</li>' for state, words in _STATES)
    + "</ul>"
)


def page_html(page: PageView) -> str:
    """Return the page."""
    cards = [s for s in page.services if s.status is not Status.UP]
    calm = [s for s in page.services if s.status is Status.UP]
    room = max(0, MOST_CARDS - len(cards))
    parts = [
        _banner(page),
        *(_card(service) for service in (*cards, *calm[:room])),
        _rows(calm[room:]),
        _incidents(page),
        _problems(page),
    ]
    system = escape(page.system)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta http-equiv="refresh" content="60"><meta name="color-scheme" content="light dark">'
        f"<title>{_MARKS[page.status]} {system} status</title>{_icon(page.status)}"
        f"<style>{_styles()}</style></head>\n<body><main>\n"
        f'<header><h1>{system} <span>status</span></h1><p class="quiet">{_updated(page.at)}</p>'
        "</header>\n" + "\n".join(part for part in parts if part) + "\n"
        f'<footer class="quiet">{_LEGEND}<p>Each bar is a day in UTC. Polled every minute;'
        " times are UTC."
        ' The same <a href="status.json">as JSON</a>.</p></footer>\n</main></body></html>\n'
    )


@cache
def _styles() -> str:
    return (Path(__file__).parent / "status.css").read_text()


def _icon(status: Status) -> str:
    image = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<circle cx="8" cy="8" r="7" fill="{_COLOURS[status]}"/></svg>'
    )
    return f'<link rel="icon" href="data:image/svg+xml,{quote(image)}">'


def _banner(page: PageView) -> str:
    ongoing = sum(i.until is None for i in page.incidents)
    more = f"{len(page.services)} service{'' if len(page.services) == 1 else 's'} watched"
    if ongoing:
        more += f" · {ongoing} ongoing incident{'' if ongoing == 1 else 's'}"
    return (
        f'<section class="banner {page.status.value}"><span class="mark" aria-hidden="true">'
        f"{_MARKS[page.status]}</span><div><h2>{escape(page.headline)}</h2><p>{more}</p></div>"
        "</section>"
    )


def _card(service: ServiceView) -> str:
    uptime = _uptime(service.uptime)
    address = escape(service.address.split("//", 1)[-1])
    reason = f'<p class="reason">{escape(service.reason)}</p>' if service.reason else ""
    parts = "".join(map(_part, service.components))
    return (
        f'<section class="card {service.status.value}"><div class="head">'
        f'<div><h3>{escape(service.name)}</h3><p class="quiet address">{address}'
        f"</p></div>{_pill(service.status, service.since)}</div>{reason}"
        f'<div class="days">{bars(service.days, f"{service.name}, 90 days", 34)}'
        '<p class="scale quiet"><span class="wide">90 days ago</span>'
        f'<span class="narrow">45 days ago</span><span><b>{uptime}</b></span>'
        "<span>today</span></p></div>"
        + (f'<ul class="parts">{parts}</ul>' if parts else "")
        + _latency(service)
        + "</section>"
    )


def _pill(status: Status, since: datetime | None) -> str:
    when = ""
    if since and status in {Status.DOWN, Status.DEGRADED}:
        when = f" <span>since {_clock(since)}</span>"
    return f'<p class="pill {status.value}"><b>{_WORDS[status]}</b>{when}</p>'


def _part(part: PartView) -> str:
    uptime = percent(part.uptime) if part.uptime is not None else "no data"
    return (
        f'<li class="{part.status.value}"><span class="name"><i aria-hidden="true">'
        f"{_MARKS[part.status]}</i>{escape(part.name)}</span>"
        f"{bars(part.days, f'{part.name}, 90 days: {_WORDS[part.status].lower()}', 14)}"
        f'<span class="figure">{uptime}</span></li>'
    )


def _latency(service: ServiceView) -> str:
    known = [ms for ms in service.latencies if ms is not None]
    drawn = curve(service.latencies, f"{service.name}: response time of the last hour")
    if not drawn:
        return ""
    low, middle, high = min(known), sorted(known)[len(known) // 2], max(known)
    figures = "".join(
        f"<span>{label} <b>{humanize(ms, Unit.MILLISECONDS)}</b></span>"
        for label, ms in (("now", known[-1]), ("median", middle), ("min", low), ("max", high))
    )
    polls = f"last {len(service.latencies)} polls"
    certificate = ""
    if service.certificate_days is not None:
        certificate = f"<span>certificate <b>{service.certificate_days} days</b></span>"
    return (
        f'<div class="latency"><p class="quiet">Response time, {polls}</p>{drawn}'
        f'<p class="figures quiet">{figures}{certificate}</p></div>'
    )


def _rows(services: list[ServiceView]) -> str:
    if not services:
        return ""
    rows = "".join(
        f'<li class="up"><span class="name"><i aria-hidden="true">✓</i>{escape(s.name)}</span>'
        f'<span class="figure">{_uptime(s.uptime)}</span></li>'
        for s in services
    )
    return f'<section class="card"><h3>{len(services)} more, all up</h3><ul>{rows}</ul></section>'


def _incidents(page: PageView) -> str:
    if not page.incidents:
        body = '<p class="quiet">None in the last 90 days.</p>'
    else:
        body = f"<ol>{''.join(_incident(i, page.at) for i in page.incidents)}</ol>"
    return f'<section class="incidents"><h2>Incidents</h2>{body}</section>'


def _incident(incident: IncidentView, now: datetime) -> str:
    names = joined(incident.components)
    what = f"{names} of {incident.service}" if names else incident.service
    lasted = _lasting(incident.seconds)
    if incident.until is None:
        state, span = "down", f"ongoing for {lasted}"
        when = f"since {_moment(incident.since, now)}"
    else:
        state, span = "up", f"lasted {lasted}"
        last = incident.until
        same = last.date() == incident.since.date()
        until = _clock(last) if same else _moment(last, now)
        when = f"{_moment(incident.since, now)} to {until}"
    reason = f"<p>{escape(incident.reason)}</p>" if incident.reason else ""
    return (
        f'<li class="{state}"><h3>{escape(what)} <b>{span}</b></h3>{reason}'
        f'<p class="quiet">{when} UTC</p></li>'
    )


def _problems(page: PageView) -> str:
    if not page.problems:
        return ""
    listed = "".join(f"<li>{escape(text)}</li>" for text in page.problems)
    return f'<section class="problems"><h2>Not polled</h2><ul>{listed}</ul></section>'


def _uptime(value: float | None) -> str:
    return "no data yet" if value is None else f"{percent(value)} uptime"


def _updated(at: datetime) -> str:
    return f'Updated <time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{at.day} {at:%b %H:%M} UTC</time>'


def _clock(at: datetime) -> str:
    return f"{at:%H:%M}"


def _moment(at: datetime, now: datetime) -> str:
    if at.date() == now.date():
        return f"today {at:%H:%M}"
    year = f" {at.year}" if at.year != now.year else ""
    return f"{at.day} {at:%b}{year} {at:%H:%M}"


def _lasting(seconds: float) -> str:
    minutes = seconds / 60
    if minutes < 1:
        return f"{seconds:.0f} s"
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 2880 else f"{minutes / 1440:.1f} days"
