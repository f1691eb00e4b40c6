"""What comes back from AWS is seldom all there is: pages, faults, units, nonsense, silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.kpi.readings import NoData, Outcome, Value
from avatarwatch.kpis import KPIS, Cadence
from fakes.kpi_system import GLOBAL, HOME, SETTINGS, KpiSystem, traffic
from fakes.parameters import load
from kpi_aggregation.queries import Query, billed
from kpi_aggregation.report import Report
from local.price.bill import requested
from local.price.dashboards import STORAGE_CLASSES
from local.price.deployment import Deployed
from local.price.page import DEFAULT

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
START = (datetime.now(UTC) - timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0)
MIDNIGHT = START.replace(hour=0)
# what is published once a day is computed from the same series in any window
OFTEN = [
    replace(kpi, cadence=Cadence.FIVE_MINUTES)
    for kpi in KPIS.values()
    if (kpi.is_exact and not kpi.formula.lookback) or kpi.cadence is Cadence.FIVE_MINUTES
]


@pytest.fixture
def system() -> Iterator[KpiSystem]:
    made = KpiSystem()
    traffic(made, START, 10)
    yield made
    assert not any(fake.throttled for fake in made.regions.values()), "a fault was not met"


def outcome(report: Report, metric: str, number: int = 0) -> Outcome:
    found = {kpi.metric: each for kpi, each in report.done[number].outcomes.items()}
    return found[metric]


def computed(system: KpiSystem) -> Report:
    run = system.at(START + timedelta(hours=2), Cadence.FIVE_MINUTES, OFTEN)
    return run.recompute(START, START + 10 * MINUTE)


def of_the_day(system: KpiSystem) -> Report:
    return system.at(START + 2 * DAY, Cadence.DAY).recompute(MIDNIGHT, MIDNIGHT + DAY)


def reason(report: Report, metric: str) -> str:
    found = outcome(report, metric)
    assert isinstance(found, NoData), found
    return found.reason


def test_pages_are_followed(system: KpiSystem) -> None:
    whole = computed(system)
    system.reset()
    for fake in system.regions.values():
        fake.page = 7
        fake.calls.clear()
    paged = computed(system)
    assert [one.outcomes for one in paged.done] == [one.outcomes for one in whole.done]
    assert system.everywhere.count("GetMetricData") > 1


def test_one_call_for_each_region(system: KpiSystem) -> None:
    computed(system)
    assert system.home.count("GetMetricData") == 1
    assert system.everywhere.count("GetMetricData") == 2  # minutes are kept for fewer days
    assert system.home.count("PutMetricData") == 1
    assert system.usage.get_calls == 3
    calls = [
        [each["MetricStat"]["Metric"] for each in params["MetricDataQueries"]]
        for fake in system.regions.values()
        for name, params in fake.calls
        if name == "GetMetricData"
    ]
    metrics = [len({json.dumps(metric, sort_keys=True) for metric in call}) for call in calls]
    assert system.usage.metrics_requested == sum(metrics) < sum(map(len, calls))


@pytest.mark.parametrize(("statistics", "metrics"), [(1, 1), (2, 1), (5, 1), (6, 2), (11, 3)])
def test_up_to_five_statistics_of_a_metric_are_paid_as_one(statistics: int, metrics: int) -> None:
    queries = [
        Query(HOME, "AvatarSystem/Custom", name, (), f"p{n}", timedelta(minutes=5))
        for name in ("UploadDuration", "UploadBytes")
        for n in range(statistics)
    ]
    assert billed(queries) == 2 * metrics


def test_half_of_the_pages_is_nothing(system: KpiSystem) -> None:
    """The second page is throttled: what the first one told must not pass for the whole."""
    system.everywhere.page = 7
    system.everywhere.throttled = [False, True]
    report = computed(system)
    for metric in ("ErrorRate", "RequestRate", "CacheHitRate"):
        assert "ThrottlingException" in reason(report, metric)
    assert "Requests" not in report.done[0].changes.put


def test_a_region_that_is_down_takes_only_its_own_kpis(system: KpiSystem) -> None:
    system.everywhere.throttled = [True]
    report = system.at(START + 18 * MINUTE, Cadence.FIVE_MINUTES, OFTEN).run()
    number = [one.window.start for one in report.done].index(START)
    missing = outcome(report, "ErrorRate", number)
    assert isinstance(missing, NoData)
    assert missing.passing
    assert f"GetMetricData in {GLOBAL} failed" in missing.reason
    assert isinstance(outcome(report, "UploadFailureRate", number), Value)

    # no look is due; what was missing is
    report = system.at(START + 19 * MINUTE, Cadence.FIVE_MINUTES, OFTEN).run()
    number = [one.window.start for one in report.done].index(START)
    assert isinstance(outcome(report, "ErrorRate", number), Value)


def test_an_answer_that_says_it_failed_is_no_data(system: KpiSystem) -> None:
    system.home.status["UploadDuration"] = "InternalError"
    report = computed(system)
    assert "CloudWatch says InternalError" in reason(report, "AverageUploadTime")
    assert isinstance(outcome(report, "UploadFailureRate"), Value)


def test_only_the_unit_that_is_meant_is_read(system: KpiSystem) -> None:
    """Somebody puts seconds under the name of milliseconds; ours stay what they are."""
    before = outcome(computed(system), "AverageUploadTime")
    system.reset()
    for n in range(10):
        at = START + n * MINUTE
        system.home.put("AvatarSystem/Custom", "UploadDuration", {at: 1.2}, unit="Seconds")
    assert outcome(computed(system), "AverageUploadTime") == before


def test_home_that_cannot_be_read_takes_only_its_own_kpis(system: KpiSystem) -> None:
    """Lists of buckets fail as well: CloudFront's KPIs are published all the same."""
    system.home.down = True
    report = computed(system)
    assert "GetMetricData in eu-north-1 failed" in reason(report, "UploadFailureRate")
    assert "GetMetricData in eu-north-1 failed" in reason(report, "Availability")
    assert isinstance(outcome(report, "RequestRate"), Value)
    # from what it is published is not decided by a fault
    assert "GetMetricData in eu-north-1 failed" in reason(report, "ErrorRate")
    assert ("ErrorRate5m", START) in system.home.averages("AvatarSystem/KPI")
    system.home.down = False
    assert isinstance(outcome(computed(system), "UploadFailureRate"), Value)


@pytest.mark.parametrize("twin", [12.0, 5.0], ids=["as much", "another"])
def test_a_count_in_two_units_is_no_count(system: KpiSystem, twin: float) -> None:
    """Nobody can tell whether the two add up or tell the same uploads twice."""
    system.home.put("AvatarSystem/Custom", "AvatarUploads", {START: twin * 5}, unit="Count")
    report = computed(system)
    why = f"AvatarUploads has two values at {START:%H:%M}: it was put in two units"
    for metric in ("UploadFailureRate", "UploadSuccessRate", "DeduplicationRate"):
        assert reason(report, metric) == why
    assert isinstance(outcome(report, "ErrorRate"), Value)
    assert "SuccessfulUploads" not in report.done[0].changes.put


@pytest.mark.parametrize("absurd", [-5.0, 1e12, float("nan"), float("inf")])
def test_absurd_shares_are_left_out(system: KpiSystem, absurd: float) -> None:
    system.everywhere.points.clear()
    dimensions = {"DistributionId": "E1", "Region": "Global"}
    for metric, value in (("Requests", 600.0), ("TotalErrorRate", absurd)):
        system.everywhere.put("AWS/CloudFront", metric, {START: value}, dimensions)
    assert "no Requests with TotalErrorRate" in reason(computed(system), "ErrorRate")


@pytest.mark.parametrize("absurd", [-40.0, float("nan"), float("-inf")])
def test_what_counts_nothing_is_no_count(system: KpiSystem, absurd: float) -> None:
    system.home.points.clear()
    system.home.put("AvatarSystem/Custom", "AvatarUploads", {START: absurd})
    assert reason(computed(system), "UploadFailureRate") == "no UploadAttempts in the window"


def test_a_saving_below_zero_is_a_loss_and_shown(system: KpiSystem) -> None:
    system.home.put("AvatarSystem/Operations", "LifecycleSavingRealised", {START: -4.5})
    report = of_the_day(system)
    assert outcome(report, "StorageSavingRealised") == Value(-4.5)


def test_an_absurd_number_does_not_keep_the_others_from_being_published(system: KpiSystem) -> None:
    """PutMetricData refuses all of a request for one number that is too large."""
    system.home.put(
        "AvatarSystem/Custom", "UploadDuration", {START: 1e150}, unit="Milliseconds"
    )  # fmt: skip
    report = computed(system)
    assert "absurd" in reason(report, "AverageUploadTime")
    assert ("UploadFailureRate", START) in system.home.averages("AvatarSystem/KPI")


def test_parameters_that_are_empty_are_named() -> None:
    bare = replace(KpiSystem().settings, bucket_names=(), distribution_ids=(), api_log_group=None)
    system = KpiSystem(settings=bare)
    report = computed(system)
    assert reason(report, "ErrorRate") == "the parameter DistributionIds is empty"
    assert reason(report, "Availability") == "no Probes in the window"
    daily = of_the_day(system)
    assert reason(daily, "DatabaseCpu") == "the parameter DatabaseInstanceIds is empty"
    assert reason(daily, "StorageBytes") == "the parameter AvatarBucketNames is empty"
    assert reason(daily, "DailyActiveUploaders") == "the parameter ApiLogGroupName is empty"


def test_late_sources_are_waited_for(system: KpiSystem) -> None:
    """Access logs come a quarter of an hour late, all else settles within three minutes."""
    system.home.put("AvatarSystem/Access", "TimeToFirstByte", {START: [80.0, 90.0]})
    report = system.at(START + 8 * MINUTE, Cadence.FIVE_MINUTES, OFTEN).run()
    assert isinstance(outcome(report, "UploadFailureRate", -1), Value)
    assert isinstance(outcome(report, "ErrorRate", -1), Value)
    assert "Access may be late: waits until" in reason(
        Report(report.cadence, report.done[-1:]), "TimeToFirstByte"
    )
    report = system.at(START + 23 * MINUTE, Cadence.FIVE_MINUTES, OFTEN).run()
    first = Report(report.cadence, [one for one in report.done if one.window.start == START])
    assert outcome(first, "TimeToFirstByte") == Value(170.0, 2.0, (
        ("TimeToFirstByteTotal", 170.0), ("TimedRequests", 2.0)))  # fmt: skip


def test_all_storage_classes_of_all_buckets_count(system: KpiSystem) -> None:
    for kind, size in (("StandardStorage", 30e9), ("StandardIAStorage", 4e9)):
        dimensions = {"BucketName": "avatars", "StorageType": kind}
        system.home.put("AWS/S3", "BucketSizeBytes", {MIDNIGHT: size}, dimensions)
    other = {"BucketName": "somebody-elses", "StorageType": "StandardStorage"}
    system.home.put("AWS/S3", "BucketSizeBytes", {MIDNIGHT: 9e12}, other)
    report = of_the_day(system)
    assert outcome(report, "StorageBytes") == Value(34e9)


def test_home_is_where_kpis_go(system: KpiSystem) -> None:
    computed(system)
    assert system.home.averages("AvatarSystem/KPI")
    assert not system.everywhere.averages("AvatarSystem/KPI")
    assert system.settings.region == HOME


@pytest.mark.parametrize("cadence", Cadence)
def test_the_bill_counts_what_a_run_asks_for(cadence: Cadence) -> None:
    system = KpiSystem(replace(SETTINGS, distribution_ids=("E1",), api_log_group=None))
    for name in ("StandardStorage", "StandardIAStorage")[:STORAGE_CLASSES]:
        where = {"BucketName": "avatars", "StorageType": name}
        system.home.put("AWS/S3", "BucketSizeBytes", {START: 5.0}, where)
    system.at(START + timedelta(hours=30, minutes=3), cadence).run()
    found = Deployed.of(load("template.yaml"), DEFAULT)
    assert system.usage.metrics_requested == requested(cadence, found) > 0
