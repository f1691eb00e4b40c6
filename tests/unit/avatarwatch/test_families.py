"""Which alerts are of one measure, and which of them is the greatest."""

from __future__ import annotations

from itertools import pairwise

from avatarwatch.catalogue import CATALOGUE, Severity
from avatarwatch.catalogue.alarm import Alarm, Operator
from avatarwatch.catalogue.families import FAMILIES

GREATEST_FIRST = [
    ("AvailabilityBudgetBurn", "AvailabilityBudgetDrain"),
    ("EndpointDown", "ComponentDown"),
    ("StorageCritical", "StorageWarning"),
    ("UploadBudgetBurn", "UploadBudgetDrain"),
]


def test_the_families() -> None:
    assert sorted(set(FAMILIES.values())) == GREATEST_FIRST
    assert sorted(FAMILIES) == sorted(each for family in GREATEST_FIRST for each in family)


def test_alarms_on_one_side_of_one_metric_are_of_one_family_by_severity_then_threshold() -> None:
    alarms = {name: rule.alarm for name, rule in CATALOGUE.items() if isinstance(rule.alarm, Alarm)}
    for one, first in alarms.items():
        for other, second in alarms.items():
            if one != other and (first.metric, first.operator) == (second.metric, second.operator):
                assert other in FAMILIES[one]
    for family in FAMILIES.values():
        for greater, lesser in pairwise(CATALOGUE[each] for each in family):
            order = list(Severity)
            assert order.index(greater.severity) <= order.index(lesser.severity)
            if greater.severity is lesser.severity and greater.threshold and lesser.threshold:
                further = greater.threshold.default - lesser.threshold.default
                assert isinstance(greater.alarm, Alarm)
                assert further >= 0 if greater.alarm.operator is Operator.OVER else further <= 0
