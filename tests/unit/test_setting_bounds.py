"""What the settings that people write may be: their bounds to the last one, and their defaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from alarm_fanout import actions
from alarm_fanout.channels.registry import OF_THE_TEAM, load
from alarm_fanout.fields import Section
from alarm_fanout.routing import RouteSettings
from alarm_fanout.settings import WindowSettings
from health_polling.documents import EndpointEntry
from health_polling.payload import Order

WEEK = 7 * 24 * 60  # minutes
BOUNDS = {
    "RouteSettings.alarms": (1, None), "RouteSettings.remind_minutes": (0, WEEK),
    "RouteSettings.hand_on_minutes": (0, WEEK), "RouteSettings.escalate_minutes": (0, WEEK),
    "EndpointEntry.url": (1, 2000), "EndpointEntry.status.items": (100, 599),
    "EndpointEntry.timeout": (0, 30), "EndpointEntry.slow_ms": (0, None),
    "EndpointEntry.stale_after": (0, None), "EndpointEntry.words": (None, 50),
    "EndpointEntry.words.propertyNames": (1, 60), "EndpointEntry.conditions": (None, 20),
    "EndpointEntry.failures": (1, 30), "EndpointEntry.window": (1, 30),
    "EndpointEntry.recoveries": (1, 30), "Order.endpoint": (None, 4000),
    "SlackSettings.channels.critical": (1, None), "SlackSettings.channels.warning": (1, None),
    "SlackSettings.channels.info": (1, None),
    "MuteAction.alarms": (1, 900), "MuteAction.minutes": (1, WEEK), "MuteAction.reason": (1, 500),
    "UnmuteAction.alarms": (1, 900), "MaintainAction.name": (1, 100),
    "MaintainAction.alarms": (1, 900), "MaintainAction.reason": (1, 500),
    "MaintainAction.repeat": (None, 200), "CancelAction.name": (1, 100),
}  # fmt: skip
ABOVE = {"EndpointEntry.timeout", "EndpointEntry.slow_ms"}
"""What must be more than its least."""
DEFAULTS = {
    "RouteSettings": {},
    "EndpointEntry": {
        "status": (), "timeout": 10.0, "slow_ms": 2000.0, "stale_after": 300.0,
        "metrics": frozenset(), "conditions": (), "optional": frozenset(),
        "failures": 3, "window": 5, "recoveries": 2,
    },
    "SlackSettings": {"api_url": "https://slack.com/api/"},
    "PagerDutySettings": {"events_url": "https://events.pagerduty.com"},
    "TeamsSettings": {}, "Order": {"page": False},
}  # fmt: skip
MODELS: list[Any] = [
    RouteSettings, EndpointEntry, Order, *(load(each).settings_model for each in OF_THE_TEAM),
]  # fmt: skip
ACTIONS: list[Any] = [
    actions.MuteAction, actions.UnmuteAction, actions.MaintainAction, actions.CancelAction,
]  # fmt: skip
KINDS = ("imum", "Length", "Items", "Properties")


def schema(model: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    if model in ACTIONS:
        found = model.model_json_schema()
        return found, found.get("$defs", {})
    (found,), parts = msgspec.json.schema_components(
        [model], ref_template="#/$defs/{name}", schema_hook=lambda _: {"type": "string"}
    )
    return found, parts


def bounds(found: dict[str, Any], at: str, parts: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what is bounded, with its least and its most."""
    if "$ref" in found:
        found = parts[found["$ref"].rsplit("/", 1)[1]]
    ends = [
        next((found[key] for kind in KINDS if (key := f"{end}{kind}") in found), None)
        for end in ("min", "max")
    ]
    above = found.get("exclusiveMinimum")
    if ends != [None, None] or above is not None:
        assert (above is not None) is (at in ABOVE)
        yield at, (ends[0] if above is None else above, ends[1])
    for each in found.get("anyOf", ()):
        yield from bounds(each, at, parts)
    for name in ("items", "propertyNames"):
        if isinstance(inner := found.get(name), dict):
            yield from bounds(inner, f"{at}.{name}", parts)
    for name, inner in found.get("properties", {}).items():
        yield from bounds(inner, f"{at}.{name}", parts)


def test_each_bound() -> None:
    found: dict[str, Any] = {}
    for model in (*MODELS, *ACTIONS):
        found |= dict(bounds(schema(model)[0], model.__name__, schema(model)[1]))
    assert found == BOUNDS


@pytest.mark.parametrize("model", MODELS, ids=lambda each: each.__name__)
def test_what_is_left_out(model: Any) -> None:
    found = {each.name: each.default for each in msgspec.structs.fields(model)}
    given = {name: value for name, value in found.items() if value not in {None, msgspec.NODEFAULT}}
    assert given == DEFAULTS[model.__name__]


def test_what_was_read_stays_as_it_was() -> None:
    """Settings are kept from one invocation to the next."""
    sections: list[Any] = [Section, *Section.__subclasses__()]
    assert WindowSettings in sections
    assert [each.__name__ for each in sections if not each.__struct_config__.frozen] == []
