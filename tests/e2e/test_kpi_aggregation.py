"""A simulated day in two regions, and what was published of it: both computed independently."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from avatarwatch.kpis import KPIS, Cadence
from avatarwatch.units import Unit, humanize
from e2e.kpi_book import (
    DEPENDENCIES,
    FIVE,
    SAVINGS,
    Expected,
    of_five_minutes,
    of_the_day,
)
from local.backend.metric_data import distribution, put, single
from local.demo import evidence
from local.emulator import REGION
from local.history import DAY, Day, exempt_client, play_day, yesterday
from local.paths import ROOT
from local.scene import FunctionError

if TYPE_CHECKING:
    from local.scene import Scene

pytestmark = pytest.mark.e2e

WITHIN = 1e-3
# what the emulator has nothing of, or the day is too short for
ABSENT = {
    "CostIncrease30d", "UserAdoption7d", "MonthlyGrowthRate",
    "DailyActiveUploaders",
}  # fmt: skip


@pytest.fixture(scope="module")
def day(deployed: Scene) -> Day:
    """Play a day and let the deployed function compute it."""
    # the day before yesterday: other tests put points that are almost a day old
    played = play_day(deployed.emulator, yesterday() - DAY)
    # as access logs would tell: what the edge waited for the origin stands for the first byte
    put(
        deployed.emulator.client("cloudwatch"), "AvatarSystem/Access",
        (datum for minute in played.minutes for datum in distribution(
            "TimeToFirstByte", minute.cdn.origin_latencies_ms, "Milliseconds", minute.start)),
    )  # fmt: skip
    aws = exempt_client(deployed.emulator, REGION)
    for namespace, metric, dimension, name, value in DEPENDENCIES.values():
        data = (
            single(metric, value(n), "None", minute.start, {dimension: name})
            for n, minute in enumerate(played.minutes)
        )
        put(aws, namespace, data)
    deployed.emulator.client("cloudwatch").put_metric_data(
        Namespace="AvatarSystem/Operations",
        MetricData=[
            {"MetricName": name, "Value": value, "Unit": "None", "Timestamp": played.start}
            for name, value in SAVINGS.items()
        ],
    )
    for cadence in Cadence:
        answer = deployed.invoke("KpiAggregation", recompute(played.start, cadence))
        [run] = answer["runs"]
        assert (run["busy"], run["left"]) == (0, 0)
    return played


def recompute(start: datetime, cadence: Cadence) -> dict[str, str]:
    return {
        "action": "recompute",
        "from": start.isoformat(),
        "to": (start + DAY).isoformat(),
        "cadence": cadence.value,
    }


def published(
    scene: Scene, day: Day, names: list[str], period: timedelta
) -> dict[str, dict[datetime, float]]:
    answer = scene.emulator.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {"Id": f"m{index}", "MetricStat": {
                "Metric": {"Namespace": "AvatarSystem/KPI", "MetricName": name},
                "Period": int(period.total_seconds()), "Stat": "Average"}}
            for index, name in enumerate(names)
        ],
        StartTime=day.start, EndTime=day.start + DAY,
    )  # fmt: skip
    return {
        names[int(result["Id"][1:])]: dict(zip(result["Timestamps"], result["Values"], strict=True))
        for result in answer["MetricDataResults"]
        if result["Timestamps"]
    }


@pytest.mark.parametrize(
    ("cadence", "expected_of"),
    [
        (Cadence.FIVE_MINUTES, of_five_minutes),
        (Cadence.DAY, of_the_day),
    ],
)
def test_published_values_are_those_of_the_simulators_own_book(
    scene: Scene, day: Day, cadence: Cadence, expected_of: Callable[[Day], Expected]
) -> None:
    expected = expected_of(day)
    kpis = [kpi.metric for kpi in KPIS.values() if kpi.cadence is cadence]
    found = published(scene, day, sorted({*kpis, *expected}), cadence.length)
    assert set(found) == set(expected), "a KPI is published that nothing here computes, or lacks"
    assert set(kpis) - set(found) <= ABSENT
    compared = 0
    for name, values in found.items():
        for at, value in values.items():
            assert value == pytest.approx(expected[name](at), rel=WITHIN, abs=1e-6), (name, at)
            compared += 1
    windows = int(DAY / cadence.length)
    assert compared >= len(found) * windows * 0.9


def test_a_day_s_sum_that_crosses_nothing_is_put_at_the_day_s_end(scene: Scene, day: Day) -> None:
    found = published(scene, day, ["Bandwidth24h"], timedelta(hours=1))["Bandwidth24h"]
    assert found == {day.start + 23 * timedelta(hours=1): day.ledger.totals().bytes_downloaded}


def test_windows_are_whole(scene: Scene, day: Day) -> None:
    found = published(scene, day, ["RequestRate"], FIVE)["RequestRate"]
    assert len(found) == 288
    assert all(later - earlier == FIVE for earlier, later in pairwise(sorted(found)))


def test_computing_a_day_again_publishes_nothing_anew(scene: Scene, day: Day) -> None:
    [run] = scene.invoke("KpiAggregation", recompute(day.start, Cadence.DAY))["runs"]
    assert (run["windows"], run["numbers"], run["corrected"]) == (1, 0, 0)


def test_a_scheduled_run_comes_to_its_end_and_shows_it(scene: Scene, day: Day) -> None:
    del day
    answer = scene.invoke("KpiAggregation", {"cadence": "PT5M"})
    [run] = answer["runs"]
    assert run["cadence"] == "PT5M"
    assert set(run["kpis"]) <= set(KPIS)
    assert answer["usage"]["usd"] < 0.001


def test_an_hourly_run_takes_the_days_along(scene: Scene) -> None:
    runs = scene.invoke("KpiAggregation", {"cadence": "PT1H"})["runs"]
    assert [run["cadence"] for run in runs] == ["PT1H", "P1D"]


@pytest.mark.parametrize(
    ("event", "problem"),
    [("refused-cadence", "cadence: "), ("refused-too-old", "from: CloudWatch takes points")],
)
def test_a_wrong_payload_is_refused_by_the_name_of_its_field(
    scene: Scene, event: str, problem: str
) -> None:
    path = ROOT / "events" / "kpi_aggregation" / f"{event}.json"
    with pytest.raises(FunctionError, match=problem):
        scene.invoke("KpiAggregation", json.loads(path.read_text()))


def test_failing_uploads_reach_slack_through_the_function(scene: Scene, day: Day) -> None:
    """From the backend's own metrics: computed, published, judged by the alarm, told."""
    del day  # played first: its points must not come after these
    now = datetime.now(UTC)
    window = now - (now - datetime(1970, 1, 1, tzinfo=UTC)) % FIVE - FIVE
    scene.backend.play("upload_failures", 5, window)
    totals = scene.backend.ledger.totals(window, window + FIVE)

    scene.invoke("KpiAggregation", {
        "action": "recompute", "cadence": "PT5M",
        "from": window.isoformat(), "to": (window + FIVE).isoformat(),
    })  # fmt: skip

    message = scene.inbox.wait_for(lambda kept: evidence.ringing(kept, "Upload failures"), 30)
    rate = totals.failures / (totals.failures + totals.uploads) * 100
    assert f"Upload failures {humanize(rate, Unit.PERCENT)}" in message.content.text
