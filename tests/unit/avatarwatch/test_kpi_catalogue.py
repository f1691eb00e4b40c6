"""The catalogue holds together: with the guide, with the alerts, and within itself."""

from __future__ import annotations

from collections import defaultdict

from avatarwatch.catalogue import CATALOGUE
from avatarwatch.catalogue.alarm import Alarm, Metric
from avatarwatch.kpi.formulas import Ratio
from avatarwatch.kpi.preferred import Preferred
from avatarwatch.kpi.signals import Recent
from avatarwatch.kpis import KPIS, Cadence, Direction
from avatarwatch.namespaces import Own

GUIDE = {
    "averageUploadTime": ("<", 2000), "cacheHitRate": (">", 95), "errorRate": ("<", 1),
    "availability": (">=", 99.9), "deduplicationRate": (">", 30), "compressionRatio": (">", 60),
    "bandwidthSavings": (">", 70), "uploadSuccessRate": (">", 99),
    "userSatisfactionScore": (">", 4.5), "timeToFirstByte": ("<", 100),
    "costPerUpload": ("<", 0.01), "costPerGb": ("<", 0.02),
}  # fmt: skip
MONITORED = """requestsPerSecond concurrentUploads storageGrowthRate monthlyGrowthRate
dailyActiveUploaders featureAdoptionRate uploadsLast24h storageBytes""".split()


def test_the_guides_kpis_have_the_guides_targets() -> None:
    found = {kpi.kpi_id: kpi.target for kpi in KPIS.values()}
    for kpi_id, (direction, value) in GUIDE.items():
        target = found[kpi_id]
        assert target is not None
        assert (target.direction, target.value) == (Direction(direction), value)
    for kpi_id in MONITORED:
        assert found[kpi_id] is None


def test_a_part_of_a_ratio_means_one_thing() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for kpi in KPIS.values():
        formula = kpi.formula.ratio if isinstance(kpi.formula, Recent) else kpi.formula
        ratios = [formula] if isinstance(formula, Ratio) else []
        if isinstance(formula, Preferred):
            ratios = list(formula.ratios.values())
        for ratio in ratios:
            for term in (ratio.numerator, ratio.denominator):
                meanings[term.name].add(repr(term))
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


def test_what_is_published_often_is_read_by_an_alarm() -> None:
    """A metric costs by the hours in which it is put: 24 times as much as once a day."""
    read = {
        rule.alarm.metric.name
        for rule in CATALOGUE.values()
        if isinstance(rule.alarm, Alarm) and rule.alarm.metric.namespace is Own.KPI
    }
    often = {kpi.metric for kpi in KPIS.values() if kpi.cadence is not Cadence.DAY}
    assert often <= read
    periods = {kpi.metric: kpi.cadence.length for kpi in KPIS.values()}
    assert read <= periods.keys()


def test_a_ratio_in_a_message_is_one_of_percent() -> None:
    """The message takes the counts from the set, whose sum is 100 times the numerator."""
    told = [rule for rule in CATALOGUE.values() if rule.ratio]
    assert told
    for rule in told:
        assert isinstance(rule.alarm, Alarm)
        assert isinstance(rule.alarm.metric, Metric)
        formula = KPIS[rule.alarm.metric.name].formula
        assert isinstance(formula, Recent)
        assert formula.ratio.scale == 100


def test_every_kpi_says_what_it_is() -> None:
    for kpi in KPIS.values():
        assert kpi.title
        assert kpi.formula.text
        assert kpi.inputs
        assert kpi.metric[0].isupper()


def test_who_is_judged_by_no_denominator_needs_none() -> None:
    for kpi in KPIS.values():
        judged = hasattr(kpi.formula, "minimum")
        assert (kpi.minimum_traffic >= 1) if judged else (kpi.minimum_traffic == 0)
