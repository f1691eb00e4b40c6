"""What is read of each known message beside its headline: facts, sentence, link, key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alarm_fanout.envelopes import Envelope
from alarm_fanout.parsers import parse
from alarm_fanout.parsers.known import sources
from unit.alarm_fanout.parsers.event_files import NOW
from unit.alarm_fanout.parsers.known_events import CASES, OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syrupy.assertion import SnapshotAssertion

    from alarm_fanout.alert import Alert


def messages() -> Iterator[tuple[str, Any, str | None]]:
    for case in CASES:
        yield case.name, case.payload, case.subject
    for other in OTHERS:
        yield f"{other['says']} ({other['state']})", other["message"], other.get("subject")


def told(alert: Alert) -> list[str]:
    """Return what is not the headline, a line each."""
    said = {"name": alert.name, "key": alert.key, "sentence": alert.description, "of": alert.region}
    rows = [*said.items(), *alert.facts, *alert.links]
    return [f"{label}: {value}" for label, value in rows if value]


def test_all_else_that_is_told(snapshot: SnapshotAssertion) -> None:
    found = {
        name: [told(alert) for alert in parse(Envelope(message, message, subject=subject), NOW)]
        for name, message, subject in messages()
        if isinstance(message, dict) and sources(message)
    }
    assert found == snapshot
