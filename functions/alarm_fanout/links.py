"""Where to go from a message: the alarm, its graph, its logs, its runbook."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from alarm_fanout.measure import window
from alarm_fanout.notice import Notice
from avatarwatch.console import Console

if TYPE_CHECKING:
    from alarm_fanout.words import System

RUNBOOK = re.compile(r"\s*Runbook:\s*(?P<url>https?://\S+)\s*$")
_SPACE = re.compile(r"\s")  # Slack takes no address that holds any
LOGS_WITHIN = timedelta(hours=6)


def links_of(notice: Notice, system: System) -> tuple[tuple[str, str], ...]:
    """Return the links of a notice by their labels, the most useful first."""
    alert, route = notice.alert, notice.route
    links = [(label, _SPACE.sub(lambda found: quote(found[0]), url)) for label, url in alert.links]
    spanned = window(alert)
    console = Console.of(alert.region)
    if console and (alert.crossing or alert.children):
        links.append(("Alarm", console.alarm(alert.name)))
    if console and spanned and alert.crossing and alert.crossing.metrics:
        links.append(("Graph", console.graph(alert.crossing.metrics, *spanned)))
    home = Console.of(system.region)
    if home and spanned and system.api_log_group and _is_for_logs(notice, spanned):
        label = f"Logs {spanned[0]:%H:%M}\u2013{spanned[1]:%H:%M}"
        links.append((label, home.logs(system.api_log_group, *spanned)))
    if not route.runbook and (named := RUNBOOK.search(alert.description)):
        links.append(("Runbook", named["url"]))
    if route.runbook:
        links.append((f"Runbook: {(route.label or route.title).lower()}", route.runbook))
    return tuple(links)


def _is_for_logs(notice: Notice, spanned: tuple[datetime, datetime]) -> bool:
    """Whether the API's logs of the window tell more: for our own alarms that judge some hours."""
    return notice.route.ours and spanned[1] - spanned[0] <= LOGS_WITHIN
