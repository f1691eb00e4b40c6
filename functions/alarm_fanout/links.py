"""Where to go from a message: the alarm, its graph, its logs, its runbook."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from alarm_fanout.measure import window
from alarm_fanout.notice import Notice
from avatarwatch.console import Console

if TYPE_CHECKING:
    from alarm_fanout.words import System
    from avatarwatch.catalogue.model import Logs

RUNBOOK = re.compile(r"\s*Runbook:\s*(?P<url>https?://\S+)\s*$")
_SPACE = re.compile(r"\s")  # Slack takes no address that holds any
LOGS_WITHIN = timedelta(hours=6)
# of what a function found
LOGS_BEFORE, LOGS_AFTER = timedelta(minutes=30), timedelta(minutes=5)


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
    if home and route.logs and (group := _group(route.logs, system)):
        start, end = spanned or (alert.changed_at - LOGS_BEFORE, alert.changed_at + LOGS_AFTER)
        if end - start <= LOGS_WITHIN:
            label = f"Logs {start:%H:%M}\u2013{end:%H:%M}"
            links.append((label, home.logs(group, start, end, route.logs.query)))
    if not route.runbook and (named := RUNBOOK.search(alert.description)):
        links.append(("Runbook", named["url"]))
    if route.runbook:
        links.append((f"Runbook: {(route.label or route.title).lower()}", route.runbook))
    return tuple(links)


def _group(logs: Logs, system: System) -> str | None:
    """Return the log group that says more, None where its name is not known."""
    if logs.group is None:
        return system.api_log_group
    return f"{system.own_logs}/{logs.group}" if system.own_logs else None
