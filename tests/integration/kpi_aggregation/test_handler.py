"""What an invocation leaves behind: a structured line that tells of every KPI, and one request."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger

from avatarwatch import left_out
from avatarwatch.kpis import KPIS, Cadence, of_cadence
from avatarwatch.left_out import LeftOut, Run
from fakes.kpi_system import SETTINGS, KpiSystem, traffic
from kpi_aggregation import handler as module
from kpi_aggregation.settings import FunctionSettings

MINUTE = timedelta(minutes=1)
# an hour at which no day is just over, whatever the machine's clock says
NOW = (datetime.now(UTC) - timedelta(1)).replace(hour=10, minute=7, second=0, microsecond=0)


class Context:
    aws_request_id = "11111111-2222-3333-4444-555555555555"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 120_000


class Invocations:
    """The function on a system with two hours of traffic; each call returns what it logged."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, minutes: int = 115) -> None:
        self.system, self._stream = KpiSystem(), StringIO()
        traffic(self.system, NOW - 120 * MINUTE, minutes)
        self.system.logs.statuses = ["Complete"] * 9
        # a service of its own: Powertools keeps the handler, and with it the stream, of a service
        logger = Logger(service=f"kpi-{uuid4()}", stream=self._stream)
        monkeypatch.setattr(module, "logger", lambda: logger)
        monkeypatch.setattr(module, "aggregation", lambda cadence, *_: self.system.at(NOW, cadence))
        monkeypatch.setattr(module, "budget_watch", lambda _, __, at: self.system.watch(at))
        monkeypatch.setattr(FunctionSettings, "from_env", lambda: SETTINGS)

    def __call__(self, event: Any) -> dict[str, Any]:
        answer = module.handler(event, Context())  # type: ignore[arg-type]
        [text] = self._stream.getvalue().splitlines()
        line: dict[str, Any] = json.loads(text)
        assert {key: line[key] for key in answer} == answer
        assert len(text) < 256_000, "an event of CloudWatch Logs"
        return line


@pytest.fixture
def invoked(monkeypatch: pytest.MonkeyPatch) -> Invocations:
    return Invocations(monkeypatch)


def test_a_line_tells_of_each_kpi_its_value_target_and_verdict_or_why_there_is_none(
    invoked: Invocations,
) -> None:
    line = invoked({"cadence": "PT5M"})
    [run] = line["runs"]
    assert set(run["kpis"]) == {kpi.metric for kpi in of_cadence(Cadence.FIVE_MINUTES)}
    for metric, row in run["kpis"].items():
        assert ("target" in row) is (KPIS[metric].target is not None), metric
        assert row["verdict"] in {"✓", "✗", "·", "no data"}
        assert ("reason" in row) is (row["verdict"] == "no data") is ("value" not in row), metric
        assert datetime.fromisoformat(row["window"]).tzinfo
    assert run["kpis"]["CacheHitRate1h"]["value"] == pytest.approx(93)
    # a failure in 180 uploads and a lost poll in fifty are more than a month's budget bears
    assert set(run["burning"]) == {
        "UploadBudgetDrain",
        "AvailabilityBudgetBurn",
        "AvailabilityBudgetDrain",
    }
    told = {message.alert: message.facts for message in invoked.system.told}
    facts = told["AvailabilityBudgetBurn"]
    assert facts["Objective"] == "99.9 % of polls in 30 days"
    left = r"(8[5-9]|9[0-4])[\d.]* % left \(of 30 days, [1-3] h known\)"  # by the minute
    assert re.fullmatch(left, facts["Error budget"])
    assert re.fullmatch(r"9[6-9][\d.]* % of 1[01]\d polls succeeded", facts["In the same time"])
    verdicts = [row["verdict"] for row in run["kpis"].values()]
    counts = (run["met"], run["missed"], run["no_data"])
    assert counts == tuple(verdicts.count(each) for each in ("✓", "✗", "no data"))
    assert line["message"] == "computed"
    assert line["usage"]["usd"] >= 0


def test_endpoints_that_are_down_are_only_asked_for_where_a_budget_burns(
    invoked: Invocations, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoked({"cadence": "PT5M"})
    assert asked_for(invoked.system, "UnhealthyEndpoints") == 1
    calm = Invocations(monkeypatch, minutes=0)
    assert calm({"cadence": "PT5M"})["runs"][0]["burning"] == []
    assert asked_for(calm.system, "EndpointUp") > 0
    assert asked_for(calm.system, "UnhealthyEndpoints") == 0


def asked_for(system: KpiSystem, metric: str) -> int:
    """Return how many GetMetricData calls ask for a metric."""
    return sum(
        name == "GetMetricData"
        and metric in {each["MetricStat"]["Metric"]["MetricName"]
                       for each in params["MetricDataQueries"]}
        for name, params in system.home.calls
    )  # fmt: skip


def test_an_hourly_invocation_tells_of_hours_and_days_in_one_line(invoked: Invocations) -> None:
    yesterday = NOW.replace(hour=0, minute=0) - timedelta(1)
    traffic(invoked.system, yesterday + timedelta(hours=3), 100)
    line = invoked({"cadence": "PT1H"})
    hours, days = line["runs"]
    assert set(hours["kpis"]) == {kpi.metric for kpi in of_cadence(Cadence.HOUR)}
    assert set(days["kpis"]) == {kpi.metric for kpi in of_cadence(Cadence.DAY)}
    assert days["kpis"]["UploadSuccessRate"]["target"] == "> 99 %"
    assert days["kpis"]["DatabaseCpu"]["reason"] == "the parameter DatabaseInstanceIds is empty"
    basis = days["kpis"]["AvailabilityBudgetLeft"]["basis"]
    assert re.fullmatch(
        r"of 30 days, (1 day|\d+ h) known: 9[78][\d.]* % of \d{3} polls succeeded", basis
    ), basis
    assert days["kpis"]["CostIncrease30d"]["costs_from"] == "billing metrics"


def leave_out(invoked: Invocations, start: datetime, minutes: int) -> None:
    """Write down, as HealthPolling does, that so many minutes were maintenance."""
    kept = left_out.partition(invoked.system.documents)
    kept.set(left_out.NAME, LeftOut((Run(start, minutes),)), start)


def test_availability_and_its_budget_say_what_maintenance_they_leave_out(
    invoked: Invocations,
) -> None:
    yesterday = NOW.replace(hour=0, minute=0) - timedelta(1)
    traffic(invoked.system, yesterday + timedelta(hours=3), 100)
    leave_out(invoked, yesterday - timedelta(hours=1), 190)  # of it 130 min are of the day
    kpis = invoked({"cadence": "PT1H"})["runs"][1]["kpis"]
    assert {name: row["left_out"] for name, row in kpis.items() if "left_out" in row} == {
        "Availability": "without maintenance (2 h 10 min of it)",
        "AvailabilityBudgetLeft": "without maintenance (3 h 10 min of it)",
    }


def test_a_burning_budget_says_what_maintenance_it_leaves_out(invoked: Invocations) -> None:
    leave_out(invoked, NOW - timedelta(days=3), 25)
    invoked({"cadence": "PT5M"})
    told = {message.alert: message.facts for message in invoked.system.told}
    said = " polls succeeded, without maintenance (25 min of it)"
    assert told["AvailabilityBudgetBurn"]["In the same time"].endswith(said)
    assert "maintenance" not in told["UploadBudgetDrain"]["In the same time"]


def test_a_run_of_five_minutes_puts_all_its_windows_at_once(invoked: Invocations) -> None:
    invoked({"cadence": "PT5M"})
    assert invoked.system.home.count("PutMetricData") == 1
