"""What PagerDuty's Events API takes and refuses."""

from typing import Any

import pytest

from local.inbox.pagerduty import check_event

KEY = "0123456789abcdef0123456789abcdef"


def event(payload: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    sound = {"summary": "s", "source": "here", "severity": "critical", **(payload or {})}
    return {"routing_key": KEY, "event_action": "trigger", "payload": sound, **more}


@pytest.mark.parametrize(
    "sound",
    [
        event(),
        event({"summary": "x" * 1024}, dedup_key="x" * 255),
        event(links=[{"href": "http://127.0.0.1/", "text": "x"}], images=[{"src": "https://x"}]),
        {"routing_key": KEY, "event_action": "resolve", "dedup_key": "k"},
        {"routing_key": KEY, "event_action": "acknowledge", "dedup_key": "k"},
    ],
)
def test_sound_events(sound: dict[str, Any]) -> None:
    assert check_event(sound) == []


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (event(routing_key="x" * 31), "Length of 'routing_key' is incorrect (should be 32"),
        (event(routing_key="-" * 32), "'routing_key' cannot contain non-alphanumeric"),
        (event(routing_key=None), "'routing_key' is missing or blank"),
        (event(event_action="page"), "'event_action' is invalid"),
        (event(dedup_key="x" * 256), "Length of 'dedup_key' is incorrect"),
        (event(dedup_key=7), "'dedup_key' must be a string"),
        (event({"summary": "x" * 1025}), "Length of 'payload.summary' is incorrect"),
        (event({"summary": " "}), "'payload.summary' is missing or blank"),
        (event({"source": None}), "'payload.source' is missing or blank"),
        (event({"severity": "fatal"}), "'payload.severity' is invalid"),
        (event({"group": 3}), "'payload.group' must be a string"),
        (event(images=[{"src": "http://x"}]), "'images[0].src' is invalid (must be an https URL)"),
        (event(links=[{"href": "javascript:x"}]), "'links[0].href' is invalid"),
        (event(links="x"), "'links' must be an array"),
        ({"routing_key": KEY, "event_action": "trigger"}, "'payload' is missing or blank"),
        ({"routing_key": KEY, "event_action": "resolve"}, "'dedup_key' is missing or blank"),
    ],
)
def test_refused_events(bad: dict[str, Any], error: str) -> None:
    found = check_event(bad)
    assert len(found) == 1
    assert found[0].startswith(error)
