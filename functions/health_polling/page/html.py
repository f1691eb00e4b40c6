"""The status page as one HTML file: styles and a script inside, nothing from elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from urllib.parse import quote

from avatarwatch.units import Unit, humanize, lasting
from health_polling.page.drawings import bars, curve
from health_polling.page.headline import joined
from health_polling.page.held_words import going_on, held_html
from health_polling.page.phrases import (
    budget_line,
    clock,
    ends,
    figure,
    left_out_line,
    moment,
    share,
    until,
    updated,
)
from health_polling.page.spans import Span
from health_polling.page.view import (
    DOWN_MINUTES,
    RECENT_DAYS,
    Drawn,
    IncidentView,
    PageView,
    PartView,
    ServiceView,
)
from health_polling.track import Status

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src {script}; connect-src 'self';"
    " img-src data:; base-uri 'none'"
)
_WORDS = {
    Status.UP: "Up", Status.DEGRADED: "Degraded", Status.DOWN: "Down", Status.UNKNOWN: "No data yet"
}  # fmt: skip
_MARKS = {Status.UP: "✓", Status.DEGRADED: "!", Status.DOWN: "✕", Status.UNKNOWN: "?"}
_COLOURS = {
    Status.UP: "#1a7f4b", Status.DEGRADED: "#b86e00",
    Status.DOWN: "#c8313a", Status.UNKNOWN: "#6b7280",
}  # fmt: skip
_STATES = (
    ("up", "up"), ("degraded", "slow or degraded"),
    ("partly", f"down for up to {DOWN_MINUTES} min"),
    ("down", "down for longer, or all that is known"), ("none", "no data"),
)  # fmt: skip
_LEGEND = (
    '<ul class="legend">'
    + "".join(f'<li><i class="{state}"></i>{words}</li>' for state, words in _STATES)
    + "</ul>"
)


def page_html(page: PageView) -> str:
    """Return the page."""
    parts = [
        _banner(page),
        budget_line(page.budget),
        left_out_line(page.left_out),
        *(_card(service, service.drawn) for service in page.services if service.drawn),
        _rows([service for service in page.services if service.drawn is None]),
        held_html(page.held, page.at),
        _incidents(page),
        _problems(page),
    ]
    system = escape(page.system)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">'
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="alternate" type="application/rss+xml" href="feed.xml" title="{system}">'
        f"<title>{_MARKS[page.status]} {system} status</title>{_icon(page.status)}"
        f"<style>{_styles()}</style></head>\n<body><main>\n"
        f'<header><h1>{system} <span>status</span></h1><p class="quiet">{updated(page.at)}</p>'
        "</header>\n" + "\n".join(part for part in parts if part) + "\n"
        f'<footer class="quiet">{_LEGEND}<p>Each bar is a day in UTC. Polled every minute;'
        " times are UTC."
        ' The same <a href="status.json">as JSON</a>, its <a href="history.json">history</a>,'
        ' <a href="feed.xml">incidents as a feed</a>, <a href="badge.svg">a badge</a>.</p>'
        "<noscript><p>Without scripts this page does not renew itself, and does not turn grey"
        " when polling stops: look at when it was updated.</p></noscript></footer>\n</main>"
        f"<script>{_script()}</script></body></html>\n"
    )


@cache
def _styles() -> str:
    return (Path(__file__).parent / "status.css").read_text()


@cache
def _script() -> str:
    return (Path(__file__).parent / "status.js").read_text()


@cache
def _policy() -> str:
    """Return the content security policy: no other script runs than ours, known by its hash."""
    digest = base64.b64encode(sha256(_script().encode()).digest()).decode()
    return _POLICY.format(script=f"'sha256-{digest}'")


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
    more += going_on(page.held, page.at)
    return (
        f'<section class="banner {page.status.value}"><span class="mark" aria-hidden="true">'
        f"{_MARKS[page.status]}</span><div><h2>{escape(page.headline)}</h2><p>{more}</p></div>"
        "</section>"
    )


def _card(service: ServiceView, drawn: Drawn) -> str:
    address = escape(service.address.split("//", 1)[-1])
    reason = f'<p class="reason">{escape(service.reason)}</p>' if service.reason else ""
    parts = "".join(_part(part, part.drawn) for part in service.components if part.drawn)
    return (
        f'<section class="card {service.status.value}"><div class="head">'
        f'<div><h3>{escape(service.name)}</h3><p class="quiet address">{address}'
        f"</p></div>{_pill(service.status, service.since)}</div>{reason}"
        f'<div class="days">{bars(drawn.days, f"{service.name}, 90 days", 34)}'
        '<p class="scale quiet"><span class="wide">90 days ago</span>'
        f'<span class="narrow">{RECENT_DAYS} days ago</span>'
        f"<b>{_both(drawn.span, drawn.recent, figure)}</b>"
        "<span>today</span></p></div>"
        + (f'<ul class="parts">{parts}</ul>' if parts else "")
        + _latency(service)
        + "</section>"
    )


def _pill(status: Status, since: datetime | None) -> str:
    when = ""
    if since and status in {Status.DOWN, Status.DEGRADED}:
        when = f" <span>since {clock(since)}</span>"
    return f'<p class="pill {status.value}"><b>{_WORDS[status]}</b>{when}</p>'


def _part(part: PartView, drawn: Drawn) -> str:
    return (
        f'<li class="{part.status.value}"><span class="name"><i aria-hidden="true">'
        f"{_MARKS[part.status]}</i>{escape(part.name)}</span>"
        f"{bars(drawn.days, f'{part.name}, 90 days: {_WORDS[part.status].lower()}', 14)}"
        f'<span class="figure">{_both(drawn.span, drawn.recent, share)}</span></li>'
    )


def _both(whole: Span, recent: Span, words: Callable[[Span], str]) -> str:
    """Write the figure of what is drawn: on a phone that is less."""
    wide, narrow = words(whole), words(recent)
    if wide == narrow:
        return wide
    return f'<span class="wide">{wide}</span><span class="narrow">{narrow}</span>'


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
        certificate = f"<span>certificate <b>{ends(service.certificate_days)}</b></span>"
    return (
        f'<div class="latency"><p class="quiet">Response time, {polls}</p>{drawn}'
        f'<p class="figures quiet">{figures}{certificate}</p></div>'
    )


def _rows(services: list[ServiceView]) -> str:
    if not services:
        return ""
    rows = "".join(
        f'<li class="{s.status.value}"><span class="name"><i aria-hidden="true">'
        f"{_MARKS[s.status]}</i>{escape(s.name)}</span>"
        f'<span class="figure">{_WORDS[s.status].lower()} · {figure(s.span)}</span></li>'
        for s in services
    )
    well = sum(s.status is Status.UP for s in services)
    how = "all up" if well == len(services) else f"{len(services) - well:,} of them not up"
    return f'<section class="card"><h3>{len(services):,} more, {how}</h3><ul>{rows}</ul></section>'


def _incidents(page: PageView) -> str:
    if not page.incidents:
        body = '<p class="quiet">None in the last 90 days.</p>'
    else:
        body = f"<ol>{''.join(_incident(i, page.at) for i in page.incidents)}</ol>"
    return f'<section class="incidents"><h2>Incidents</h2>{body}</section>'


def _incident(incident: IncidentView, now: datetime) -> str:
    names = joined(incident.components)
    what = f"{names} of {incident.service}" if names else incident.service
    lasted = lasting(incident.seconds)
    if incident.until is None:
        state, span = "down", f"ongoing for {lasted}"
        when = f"since {moment(incident.since, now)}"
    else:
        state, span = "up", f"lasted {lasted}"
        last = incident.until
        when = f"{moment(incident.since, now)} to {until(last, now, incident.since)}"
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
