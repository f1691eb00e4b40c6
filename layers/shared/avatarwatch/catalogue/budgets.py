"""Error budgets that burn: a long window that says it matters AND a short one that it goes on.

14.4 times the allowed rate uses up 2 % of 30 days' budget in an hour, 6 times 5 % in six hours
(Google, The Site Reliability Workbook, chapter 5). The windows' alarms tell nobody, the composites
do (docs/decisions/0051).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from avatarwatch.catalogue.alarm import (
    MINUTE,
    Alarm,
    Composite,
    Metric,
    Missing,
    Operator,
    Points,
    kpi,
)
from avatarwatch.catalogue.model import AlertRule, ChannelKind, Severity, rule
from avatarwatch.namespaces import Own
from avatarwatch.units import Unit

_OBJECTIVES = {"Upload": "OnAws", "Availability": "WatchesAvailability"}
"""Each objective, and the condition under which it is watched."""

_ONE_POINT = Points(5 * MINUTE)
_TWO_OF_THREE = Points(
    5 * MINUTE, 2, 3, "one lost poll or unlucky minute is over the rate by itself"
)
_WINDOWS = {
    "1h": (14.4, _ONE_POINT),
    "5m": (14.4, _TWO_OF_THREE),
    "6h": (6.0, _ONE_POINT),
    "30m": (6.0, _ONE_POINT),
}


def _window(objective: str, condition: str, name: str) -> Alarm:
    factor, points = _WINDOWS[name]
    return Alarm(
        f"Looked at by {objective}BudgetBurn",
        kpi(f"{objective}BurnRate{name}"), Operator.OVER, points,
        (Missing.NOT_BREACHING, "without traffic no budget is used"),
        limit=factor, condition=condition,
    )  # fmt: skip


def _burn(objective: str, what: str) -> AlertRule:
    long_and_short = (("1h", "5m"), ("6h", "30m"))
    return rule(
        f"{objective}BudgetBurn",
        f"Error budget of {'uploads' if objective == 'Upload' else 'availability'} burns",
        Severity.CRITICAL, (ChannelKind.CHAT, ChannelKind.MAIL, ChannelKind.PAGE),
        Unit.NONE, timedelta(hours=1), "error-budgets",
        alarm=Composite(
            f"{what} use up the error budget of {{system}} many times as fast as allowed.",
            tuple(tuple(f"{objective}BurnRate{name}" for name in pair) for pair in long_and_short),
            condition=_OBJECTIVES[objective],
            held_back_by="ServiceDown",
            wait=300,
            extension=1_800,  # the windows forget a trouble later than it ends
        ),
    )  # fmt: skip


LOOKED_AT: Mapping[str, Alarm | Composite] = {
    **{
        f"{objective}BurnRate{name}": _window(objective, condition, name)
        for objective, condition in _OBJECTIVES.items()
        for name in _WINDOWS
    },
    # What EndpointDown tells of by itself, as a state that a composite can look at.
    "EndpointsUnhealthy": Alarm(
        "Looked at by ServiceDown", Metric(Own.HEALTH, "UnhealthyEndpoints"), Operator.OVER,
        Points(MINUTE, 3, 5, "as health polling itself decides that an endpoint is down"),
        (Missing.NOT_BREACHING, "silence is HealthPollingSilent's"),
        limit=0, condition="WatchesAvailability",
    ),
    # The parent: while the service is known to be down, by an alarm or by EndpointDown, which say
    # it with a number or a cause, its children do not page for the same trouble.
    "ServiceDown": Composite(
        "Holds back the pages of the error budgets while a critical alert on the same service"
        " rings",
        (("UploadFailuresCritical",), ("ErrorRateCritical",), ("EndpointsUnhealthy",)),
        condition="OnAws",
    ),
}  # fmt: skip
"""Alarms that tell nobody: composites look at them, or are held back by them."""

BUDGETS = (_burn("Upload", "Failed uploads"), _burn("Availability", "Failed health polls"))
