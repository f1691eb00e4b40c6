"""What a run leaves for others: metrics that become KPIs, and the day's lines for the reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from avatarwatch.kpi.readings import Readings, Series, Source, Value, Window
from avatarwatch.kpis import KPIS
from avatarwatch.namespaces import Own
from avatarwatch.state_table.memory import MemoryDocumentStore
from cost_control import wiring
from cost_control.measuring.usage import Usage
from cost_control.memory import DAILY, Memory
from cost_control.planning.verdict import Step, Verdict
from cost_control.report import BucketReport, Report
from fakes.cloudwatch import FakeCloudWatch
from fakes.cost_scenario import NOW, Scenario


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    """AWS takes a point that is not two weeks old, by its own clock."""
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


def published(
    monkeypatch: pytest.MonkeyPatch, thumbnails: float | None = 1
) -> tuple[FakeCloudWatch, Scenario]:
    cloudwatch, it = FakeCloudWatch(), Scenario()
    monkeypatch.setattr(wiring, "client", lambda _: cloudwatch.client())
    it.reader.gigabytes["thumbnails"] = thumbnails
    report = it.run()
    wiring.publish_savings(report, it.control())
    return cloudwatch, it


def test_savings_become_the_kpis_of_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    cloudwatch, it = published(monkeypatch)
    put = {each["MetricName"]: each for each in cloudwatch.published(Own.OPERATIONS.full)}
    kpis = [kpi for kpi in KPIS.values() if kpi.inputs[0].source is Source.OPERATIONS]
    assert {kpi.metric for kpi in kpis} == {"StorageSavingExpected", "StorageSavingRealised"}
    assert {kpi.inputs[0].metric for kpi in kpis} == set(put)
    assert put["LifecycleSavingExpected"]["Value"] > 1
    for kpi in kpis:
        datum = put[kpi.inputs[0].metric]
        series = Series.of({datum["Timestamp"]: datum["Value"]})
        window = Window(it.now, it.now + timedelta(hours=1))
        found = kpi.formula.compute(Readings({kpi.inputs[0]: {"": series}}), window)
        assert found == Value(datum["Value"])


def test_what_is_unknown_is_not_published_as_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    cloudwatch, _ = published(monkeypatch, thumbnails=None)
    assert not cloudwatch.published(Own.OPERATIONS.full)
    calm = Scenario()
    calm.reader.gigabytes["avatars"] = 1
    wiring.publish_savings(calm.run(), calm.control())  # below its thresholds nothing is sampled
    assert [each["MetricName"] for each in cloudwatch.published(Own.OPERATIONS.full)] == [
        "LifecycleSavingRealised"
    ]


def test_the_days_lines_are_kept_by_date(monkeypatch: pytest.MonkeyPatch) -> None:
    _, it = published(monkeypatch, thumbnails=None)
    [kept] = it.documents.query(DAILY)
    assert kept.key == (DAILY, f"{it.now:%Y-%m-%d}")
    body = kept.body
    assert body["time"] == it.now.isoformat(timespec="seconds")
    assert body["level"] == "critical"
    assert body["bytes"] == 112e9
    assert body["buckets"]["avatars"]["outcome"] == "changed"
    assert body["buckets"]["avatars"]["bytes"] == 112e9
    assert body["buckets"]["avatars"]["expected_saving_usd_month"] > 1
    assert body["buckets"]["thumbnails"]["outcome"] == "leave"
    assert body["buckets"]["thumbnails"]["bytes"] is None
    assert body["buckets"]["thumbnails"]["expected_saving_usd_month"] is None
    assert body["expected_saving_usd_month"] is None
    assert body["buckets"]["thumbnails"]["line"].startswith("no action because")


def test_a_second_run_of_the_day_replaces_the_first() -> None:
    documents = MemoryDocumentStore()
    for level in ("warning", "critical"):
        Memory(documents, NOW).set_daily({"level": level})
    Memory(documents, NOW + timedelta(days=1)).set_daily({"level": "normal"})
    assert [each.body["level"] for each in documents.query(DAILY)] == ["critical", "normal"]


@pytest.mark.parametrize(
    ("report", "outcome", "line"),
    [
        (BucketReport("b", error="denied" + "x" * 9_000), "error", "denied"),
        (BucketReport("b", verdict=Verdict(Step.ADVISE, "it would pay")), "advise", "it would pay"),
        (BucketReport("b"), "leave", "nothing was decided"),
    ],
)
def test_a_line_is_short_enough_for_where_it_is_kept(
    report: BucketReport, outcome: str, line: str
) -> None:
    """A DynamoDB item holds 400 KB: a hundred buckets with their longest lines take 60."""
    found = report.daily()
    assert found["outcome"] == outcome
    assert found["line"].startswith(line)
    assert len(found["line"]) <= 500


def test_what_rules_cost_more_than_they_save_is_below_zero() -> None:
    losing = BucketReport("b", Usage({"StandardStorage": 1.0}), realised=-4.499)
    answer: dict[str, Any] = Report("apply", "enforce", buckets={"b": losing}).daily()
    assert answer["realised_saving_usd_month"] == -4.5
    assert answer["buckets"]["b"]["realised_saving_usd_month"] == -4.5
