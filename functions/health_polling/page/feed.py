"""What stands beside the page: a feed of incidents (RSS 2.0), a badge, and the history as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import format_datetime
from html import escape
from urllib.parse import urljoin

import msgspec

from health_polling.history import History
from health_polling.page.headline import joined
from health_polling.page.view import IncidentView, PageView
from health_polling.track import Status

_WORDS = {Status.UP: "up", Status.DEGRADED: "degraded", Status.DOWN: "down",
          Status.UNKNOWN: "no data"}  # fmt: skip
_COLOURS = {Status.UP: "#1a7f4b", Status.DEGRADED: "#9a5b00", Status.DOWN: "#c8313a",
            Status.UNKNOWN: "#56606b"}  # fmt: skip


def feed(page: PageView, address: str | None) -> str:
    """Return the incidents as RSS; an incident that ends is a new item with its duration."""
    link = escape(address or "index.html")
    items = "".join(_item(page, incident, address) for incident in page.incidents)
    own = escape(urljoin(address, "feed.xml")) if address else ""
    atom = f'<atom:link href="{own}" rel="self" type="application/rss+xml"/>' if own else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"'
        ' xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{escape(page.system)} incidents</title><link>{link}</link>{atom}"
        f"<description>What was down of {escape(page.system)}, and how long</description>\n"
        f"{items}</channel></rss>\n"
    )


def _item(page: PageView, incident: IncidentView, address: str | None) -> str:
    names = joined(incident.components)
    what = f"{names} of {incident.service}" if names else incident.service
    if incident.until is None:
        verb = "are" if len(incident.components) > 1 else "is"
        title, at, state = f"{what} {verb} down", incident.since, "down"
    else:
        minutes = max(1, round(incident.seconds / 60))
        title, at, state = f"{what} was down for {minutes:,} min", incident.until, "up"
    guid = f"{page.system}/{incident.service}/{names}/{incident.since:%Y%m%dT%H%M%SZ}/{state}"
    link = f"<link>{escape(address)}</link>" if address else ""
    return (
        f"<item><title>{escape(title)}</title>{link}"
        f'<guid isPermaLink="false">{escape(guid)}</guid>'
        f"<pubDate>{format_datetime(at)}</pubDate>"
        f"<description>{escape(incident.reason)}</description></item>\n"
    )


def badge(page: PageView) -> str:
    """Return a badge that says how the system is, for a README or a wiki."""
    name, word = page.system, _WORDS[page.status]
    left, right = 12 + 7 * len(name), 12 + 7 * len(word)
    label = escape(f"{name}: {word}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img"'
        f' aria-label="{label}"><title>{label}</title>'
        f'<rect width="{left + right}" height="20" rx="3" fill="#3b424a"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{right - 3}z"'
        f' fill="{_COLOURS[page.status]}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"'
        f' text-anchor="middle"><text x="{left / 2}" y="14" textLength="{left - 12}">'
        f'{escape(name)}</text><text x="{left + right / 2}" y="14" textLength="{right - 12}">'
        f"{word}</text></g></svg>\n"
    )


def history_json(system: str, histories: Iterable[History]) -> str:
    """Return ninety days of counts and the incidents, for programs."""
    known = tuple(histories)
    days = {name: each for history in known for name, each in sorted(history.days.items())}
    incidents = sorted((i for h in known for i in h.incidents), key=lambda i: i.since, reverse=True)
    document = {"system": system, "days": days, "incidents": incidents}
    return msgspec.json.encode(document).decode()
