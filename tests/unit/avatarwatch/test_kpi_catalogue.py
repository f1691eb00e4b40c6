"""The catalogue holds together: with the guide, with the alerts, and within itself."""

from __future__ import annotations

from collections import defaultdict

from avatarwatch.catalogue import CATALOGUE
from avatarwatch.kpi.formulas import Ratio
from avatarwatch.kpis import KPIS, Cadence, Direction

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


def test_a_metric_means_one_thing_at_one_cadence() -> None:
    """A count of five minutes and one of a day under one name would be each other's error."""
    cadences: dict[str, set[Cadence]] = defaultdict(set)
    meanings: dict[str, set[str]] = defaultdict(set)
    for kpi in KPIS.values():
        for name in (kpi.metric, *kpi.formula.parts):
            cadences[name].add(kpi.cadence)
        if isinstance(kpi.formula, Ratio):
            for term in (kpi.formula.numerator, kpi.formula.denominator):
                meanings[term.name].add(repr(term))
    assert {name: found for name, found in cadences.items() if len(found) > 1} == {}
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}
    parts = {name for kpi in KPIS.values() for name in kpi.formula.parts}
    assert not parts & set(KPIS)


def test_what_alert_messages_say_is_published() -> None:
    parts = {name for kpi in KPIS.values() for name in kpi.formula.parts}
    ratios = [rule.ratio for rule in CATALOGUE.values() if rule.ratio]
    assert ratios
    for ratio in ratios:
        assert {ratio.numerator, ratio.denominator} <= parts


def test_the_burn_rates_pairs_are_all_there() -> None:
    spans = "5m 1h 30m 6h 2h 1d 6h 3d".split()
    for prefix in ("Upload", "Availability"):
        assert all(f"{prefix}BurnRate{span}" in KPIS for span in spans)
        assert f"{prefix}BudgetLeft" in KPIS


def test_every_kpi_says_what_it_is() -> None:
    for kpi in KPIS.values():
        assert kpi.title
        assert kpi.formula.text
        assert kpi.inputs
        assert kpi.metric[0].isupper()
