"""What the page says of alerts that are held back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from health_polling.page.held import Held
from health_polling.page.phrases import moment, until


def going_on(shown: Sequence[Held], now: datetime) -> str:
    """Say which maintenance goes on, for the line below the headline; empty for none."""
    names = [f"{h.name} until {until(h.until, now)}" for h in shown if h.is_now and h.name]
    return f" · in maintenance: {escape(', '.join(names))} UTC" if names else ""


def held_html(shown: Sequence[Held], now: datetime) -> str:
    """Return the two sections, each only where there is something to say."""
    windows = [_item(each, now) for each in shown if each.name]
    mutes = [_item(each, now) for each in shown if not each.name]
    return _section("Maintenance", windows) + _section("Muted alerts", mutes)


def _section(title: str, items: Sequence[str]) -> str:
    if not items:
        return ""
    return f'<section class="held"><h2>{title}</h2><ul>{"".join(items)}</ul></section>'


def _item(each: Held, now: datetime) -> str:
    state, word = ("now", "now") if each.is_now else ("soon", "planned")
    reason = f"<p>{escape(each.reason)}</p>" if each.reason else ""
    alerts = f"alerts held back: <code>{escape(each.alarms)}</code>" if each.name else ""
    when = f"{moment(each.since, now)} to {until(each.until, now, each.since)} UTC"
    return (
        f'<li class="{state}"><h3>{escape(each.name or each.alarms)} <b>{word}</b></h3>{reason}'
        f'<p class="quiet">{" · ".join(filter(None, (when, alerts)))}</p></li>'
    )
