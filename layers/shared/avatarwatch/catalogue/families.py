"""Which alerts judge the same measure: the greater, while it is open, says what the lesser would.

Derived from the catalogue: alarms on one metric with one operator are a family, the more severe and
then the further threshold first; an alert that names another as ``under`` is of that one's.
"""

from __future__ import annotations

from avatarwatch.catalogue import CATALOGUE, AlertRule, Severity
from avatarwatch.catalogue.alarm import Alarm, Operator

type _Order = tuple[int, int, float]


def _made() -> dict[str, tuple[str, ...]]:
    found: dict[object, list[tuple[_Order, str]]] = {}
    for rule in CATALOGUE.values():
        root, depth = _root(rule)
        found.setdefault(_measure(root), []).append((_order(rule, depth), rule.alert_id))
    return {
        alert_id: tuple(name for _, name in sorted(members))
        for members in found.values()
        if len(members) > 1
        for _, alert_id in members
    }


def _root(rule: AlertRule) -> tuple[AlertRule, int]:
    """Return what stands above all, and how far above."""
    depth = 0
    while rule.under:
        rule, depth = CATALOGUE[rule.under], depth + 1
    return rule, depth


def _measure(rule: AlertRule) -> object:
    match rule.alarm:
        case Alarm(metric=metric, operator=operator):
            return metric, operator
        case _:
            return rule.alert_id


def _order(rule: AlertRule, depth: int) -> _Order:
    """Return by what the greater comes first."""
    reach = 0.0
    if isinstance(rule.alarm, Alarm):
        limit = rule.threshold.default if rule.threshold else rule.alarm.limit or 0.0
        reach = -limit if rule.alarm.operator is Operator.OVER else limit
    return depth, list(Severity).index(rule.severity), reach


FAMILIES: dict[str, tuple[str, ...]] = _made()
"""The ids of each alert's family, the greatest first; an alert alone in its measure has none."""
