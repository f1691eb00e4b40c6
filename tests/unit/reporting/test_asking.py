"""What is asked of CloudWatch, StateTable and the finders, in parts and pages, and read whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from avatarwatch.namespaces import Own
from avatarwatch.state_table.memory import MemoryDocumentStore
from fakes import wire
from fakes.cloudwatch import FakeCloudWatch, Point
from fakes.reporting import ReportWorld
from reporting.asking import findings, metrics
from reporting.asking.kept import read_cost_runs
from reporting.asking.metrics import Metric, read_days
from reporting.asking.replication import MOST_RULES, lag
from reporting.found import Amount, Check, State
from reporting.spans import DAY, Kind, span_of

SPAN = span_of(Kind.WEEKLY, date(2026, 11, 23))
NAMES = [Metric(Own.KPI, f"Kpi{n}") for n in range(5)]


def put(
    cloudwatch: FakeCloudWatch, metric: Metric, at: datetime, total: float, count: float
) -> None:
    point = Point(at, total / count, count, "None", is_set=True)
    cloudwatch.points[metric.namespace.full, metric.name, frozenset()].append(point)


def world(page: int = 100_800) -> FakeCloudWatch:
    cloudwatch = FakeCloudWatch(page=page)
    for number, metric in enumerate(NAMES[:-1], 1):
        for day in SPAN.days:
            at = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
            put(cloudwatch, metric, at, number * 10.0, number)
    return cloudwatch


@pytest.mark.parametrize(
    ("queries", "points", "calls"),
    [
        (500, 100_800, 1),
        (10, 100_800, 1),  # two statistics of each of five
        (9, 100_800, 2),
        (500, 10 * 8, 1),  # of seven days, and the one between
        (500, 10 * 8 - 1, 2),
        (500, 1, 10),
    ],
)
def test_all_that_fits_is_asked_at_once(
    queries: int, points: int, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "MAX_QUERIES", queries)
    monkeypatch.setattr(metrics, "MAX_POINTS", points)
    cloudwatch = world()
    found = read_days(cloudwatch.client(), NAMES, SPAN.start, SPAN.end)
    assert cloudwatch.count("GetMetricData") == calls
    assert found == read_days(world(page=3).client(), NAMES, SPAN.start, SPAN.end)
    for number, metric in enumerate(NAMES[:-1], 1):
        assert found[metric.name] == dict.fromkeys(SPAN.days, Amount(number * 10.0, number))
    assert found[NAMES[-1].name] == {}


def test_days_of_nothing_or_of_no_number_are_left_out() -> None:
    cloudwatch = FakeCloudWatch()
    cases = ((5.0, 1.0), (0.0, 1.0), (float("inf"), 1.0), (5.0, float("inf")))
    for day, (total, count) in zip(SPAN.days, cases, strict=False):
        at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        cloudwatch.points[Own.KPI.full, NAMES[0].name, frozenset()].append(
            Point(at, total / count if count < 9 else 5.0, count, "None", is_set=True)
        )
    found = read_days(cloudwatch.client(), NAMES[:1], SPAN.start, SPAN.end)[NAMES[0].name]
    assert found == {SPAN.days[0]: Amount(5.0, 1.0), SPAN.days[1]: Amount(0.0, 1.0)}


@pytest.mark.parametrize(
    ("status", "is_whole"), [("Complete", True), ("PartialData", False), ("InternalError", False)]
)
def test_an_answer_that_failed_is_no_silence(status: str, *, is_whole: bool) -> None:
    cloudwatch = world()
    cloudwatch.status = {NAMES[0].name: status}
    if is_whole:
        read_days(cloudwatch.client(), NAMES, SPAN.start, SPAN.end)
    else:
        with pytest.raises(RuntimeError, match=f"{status} of Kpi0"):
            read_days(cloudwatch.client(), NAMES, SPAN.start, SPAN.end)


def test_a_correction_alone_is_no_day() -> None:
    """What it corrects is held back by CloudWatch: a billionth of a sample is no mean."""
    it = ReportWorld()
    it.kpi("ErrorRate", SPAN.days[0], -100.0, 2.0**-30)
    found = read_days(it.cloudwatch.client(), [Metric(Own.KPI, "ErrorRate")], SPAN.start, SPAN.end)
    assert found == {"ErrorRate": {}}


def test_cost_controls_days_are_those_of_the_span_and_the_day_after() -> None:
    it = ReportWorld(store=MemoryDocumentStore())
    days = [SPAN.days[0] - DAY, *SPAN.days, SPAN.end.date(), SPAN.end.date() + DAY]
    for day in days:
        it.cost_run(day, {"level": "normal"})
    assert list(read_cost_runs(it.store, SPAN)) == days[1:-1]


class Hub:
    """Security Hub with so many findings, by pages."""

    def __init__(self, labels: list[str]) -> None:
        self.labels, self.asked = labels, list[Mapping[str, Any]]()

    def answer(self, operation: str, params: wire.Params) -> dict[str, Any]:
        assert operation == "GetFindings"
        self.asked.append(params)
        start = int(params.get("NextToken", "0"))
        page = self.labels[start : start + findings.A_PAGE]
        more = start + findings.A_PAGE < len(self.labels)
        found = [{"Severity": {"Label": each}} for each in page]
        return {"Findings": found} | ({"NextToken": str(start + findings.A_PAGE)} if more else {})

    def check(self) -> Check:
        return findings.security_hub(
            wire.client("securityhub", "eu-north-1", self.answer), "eu-north-1"
        )


@pytest.mark.parametrize(
    ("critical", "high", "pages", "state", "text"),
    [
        (0, 0, 1, State.DONE, "no new findings of high severity"),
        (1, 99, 1, State.PERSON, "1 critical and 99 high findings are new"),
        (2, 99, 2, State.PERSON, "2 critical and 99 high findings are new"),
        (100, 400, 5, State.PERSON, "100 critical and 400 high findings are new"),
        (100, 401, 5, State.PERSON, "at least 100 critical and 400 high findings are new"),
    ],
)
def test_findings_are_counted_up_to_five_pages(
    critical: int, high: int, pages: int, state: State, text: str
) -> None:
    hub = Hub(["CRITICAL"] * critical + ["HIGH"] * high)
    found = hub.check()
    assert (found.state, found.text, len(hub.asked)) == (state, text, pages)
    filters = hub.asked[0]["Filters"]
    equal = {name: [(each["Value"], each["Comparison"]) for each in of]
             for name, of in filters.items()}  # fmt: skip
    assert equal == {
        "RecordState": [("ACTIVE", "EQUALS")],
        "WorkflowStatus": [("NEW", "EQUALS")],
        "SeverityLabel": [("CRITICAL", "EQUALS"), ("HIGH", "EQUALS")],
    }


def test_guardduty_is_asked_for_the_span_in_milliseconds() -> None:
    asked: list[Mapping[str, Any]] = []

    def answer(operation: str, params: wire.Params) -> dict[str, Any]:
        if operation == "ListDetectors":
            return {"DetectorIds": ["one", "two"]}
        asked.append(params)
        return {"FindingStatistics": {"GroupedBySeverity": []}}

    found = findings.guardduty(wire.client("guardduty", "eu-north-1", answer), SPAN, "eu-north-1")
    assert (found.state, found.text) == (State.DONE, "no findings")
    [request] = asked
    assert (request["DetectorId"], request["GroupBy"]) == ("one", "SEVERITY")
    criterion = request["FindingCriteria"]["Criterion"]
    assert criterion["service.archived"] == {"Equals": ["false"]}
    updated = criterion["updatedAt"]
    assert updated["GreaterThanOrEqual"] == SPAN.start.timestamp() * 1000
    assert updated["LessThan"] == SPAN.end.timestamp() * 1000


def test_of_all_rules_the_one_that_lags_furthest_counts() -> None:
    cloudwatch = FakeCloudWatch()
    assert lag(cloudwatch.client(), "avatars", SPAN) is None
    for number in range(MOST_RULES):
        cloudwatch.of_bucket(
            "ReplicationLatency", SPAN.start + timedelta(hours=number), float(number),
            SourceBucket="avatars", DestinationBucket="copies", RuleId=f"r{number:03}",
        )  # fmt: skip
    found = lag(cloudwatch.client(), "avatars", SPAN)
    assert found is not None
    assert found.text == "replicas were 99 s behind at most"
    idle = lag(cloudwatch.client(), "avatars", SPAN.before)
    assert idle is not None
    assert (idle.state, idle.text) == (
        State.NO_DATA, "no latency was told: nothing was replicated, or nobody knows how late",
    )  # fmt: skip
    cloudwatch.down = True
    denied = lag(cloudwatch.client(), "avatars", SPAN)
    assert denied is not None
    assert denied.state is State.NO_DATA
