"""The event files as envelopes and alerts."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alarm_fanout.alert import Alert
from alarm_fanout.envelopes import Envelope, unpack
from alarm_fanout.parsers import parse

FOLDER = Path(__file__).parents[4] / "events" / "alarm_fanout"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
BY_HAND = frozenset({"direct-mutes", "direct-remind", "direct-mute-storage", "direct-unmute"})
NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)


def event(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def envelopes(name: str) -> list[Envelope]:
    return unpack(event(name))


def alerts(name: str) -> list[Alert]:
    return [alert for envelope in envelopes(name) for alert in parse(envelope, NOW)]


def one_of(envelope: Envelope, now: datetime = NOW) -> Alert:
    """Return the one alert of which a message tells."""
    (alert,) = parse(envelope, now)
    return alert


def only_alert(name: str) -> Alert:
    (alert,) = alerts(name)
    return alert
