"""Tallies as metric data, under the names and in the units that the list of metrics has."""

from __future__ import annotations

import pytest

from access_logs.data import data
from access_logs.entry import Origin
from access_logs.tally import Tally
from avatarwatch.access_metrics import ACCESS_METRICS, PREFIXES

from .lines import TEN, answered


def told(origin: Origin, *requests: dict[str, object]) -> dict[str, dict[str, object]]:
    tally = Tally()
    for each in requests:
        tally.count(answered(**each), origin)
    prefix = PREFIXES[origin.value]
    return {each["MetricName"].removeprefix(prefix): dict(each) for each in data(tally)}


@pytest.mark.parametrize("origin", Origin)
def test_what_is_put_is_what_the_list_has(origin: Origin) -> None:
    found = told(origin, {"hit": True}, {"hit": False})
    has = [each for each in ACCESS_METRICS if each.of_bucket or origin is Origin.CDN]
    assert {name: each["Unit"] for name, each in found.items()} == {
        each.name: each.unit for each in has
    }
    for each in found.values():
        assert each["Timestamp"].timestamp() == TEN * 60  # type: ignore[attr-defined]


def test_rates_are_sets_whose_mean_is_the_percentage() -> None:
    found = told(
        Origin.CDN,
        {"hit": True, "size": 300},
        {"hit": False, "size": 100},
        {"hit": None, "status": 404, "size": 10},
        {"hit": None, "status": 502, "size": 20},
        {"hit": None, "status": 500, "size": 30},
    )

    def values(name: str) -> object:
        return found[name]["StatisticValues"]

    assert values("BytesSent") == {
        "SampleCount": 5.0, "Sum": 460.0, "Minimum": 10.0, "Maximum": 300.0,
    }  # fmt: skip
    for name, count, part in (
        ("ClientErrorRate", 5, 1), ("ServerErrorRate", 5, 2), ("CacheHitRate", 2, 1),
        ("ByteHitRate", 400, 300),
    ):  # fmt: skip
        assert values(name) == {
            "SampleCount": count, "Sum": 100.0 * part, "Minimum": 0.0, "Maximum": 100.0,
        }  # fmt: skip
    alike = told(Origin.CDN, {"hit": True})
    assert alike["CacheHitRate"]["StatisticValues"] == {
        "SampleCount": 1.0, "Sum": 100.0, "Minimum": 100.0, "Maximum": 100.0,
    }  # fmt: skip
    none = told(Origin.CDN, {"hit": False})
    assert none["CacheHitRate"]["StatisticValues"] == {
        "SampleCount": 1.0, "Sum": 0.0, "Minimum": 0.0, "Maximum": 0.0,
    }  # fmt: skip


def test_where_no_answer_could_be_cached_there_is_no_rate() -> None:
    assert not {"CacheHitRate", "ByteHitRate"} & told(Origin.CDN, {"hit": None}).keys()
    assert "CacheHitRate" in told(Origin.CDN, {"hit": True, "size": 0})
    assert "ByteHitRate" not in told(Origin.CDN, {"hit": True, "size": 0})
