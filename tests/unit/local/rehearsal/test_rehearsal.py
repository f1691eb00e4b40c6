"""A rehearsal over a simulated account: recorded once, replayed as often as is liked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alarm_evaluator import Comparison, Datum, MetricRef, Series
from alarm_evaluator.stats import Data, statistic
from avatarwatch.catalogue import CATALOGUE, ChannelKind
from avatarwatch.catalogue.matrix import MATRIX
from local.generate.template import load
from local.rehearsal.__main__ import main
from local.rehearsal.burning import burns, read_all
from local.rehearsal.deployed import Stack
from local.rehearsal.kpis import Computed, compute
from local.rehearsal.page import as_json, html
from local.rehearsal.recording import (
    VERSION,
    Counted,
    Recorder,
    Recording,
    RecordingError,
    Replay,
)
from local.rehearsal.rehearse import Question, Rehearsal, rehearse

REGION = "eu-north-1"
START = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 3
END = START + timedelta(days=DAYS)
NOW = END + timedelta(hours=9)
GIVEN = {"AvatarBucketNames": "avatars", "DistributionIds": "E1", "ReportTimeZone": "Europe/Zurich"}
MINUTES = DAYS * 1440
BROKEN = range(1440 + 2 * 60, 1440 + 3 * 60)  # the second night, 2:00 to 3:00 UTC


def uploads(minute: int) -> tuple[int, int]:
    """How many uploads succeeded and failed in a minute."""
    return (4, 6) if minute in BROKEN else (10, 0)


CHANNELS = {
    ChannelKind.CHAT: "slack", ChannelKind.PAGE: "pagerduty", ChannelKind.MAIL: "email",
    ChannelKind.TEXT: "sms",
}  # fmt: skip


@dataclass
class Account:
    """CloudWatch of a small system: exact sums, one storage class; strict on what it is asked."""

    region: str
    calls: list[dict[str, Any]] = field(default_factory=list)

    def get_metric_data(self, **request: Any) -> dict[str, Any]:
        self.calls.append(request)
        return {
            "MetricDataResults": [self._result(q, request) for q in request["MetricDataQueries"]]
        }

    def _result(self, query: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
        stat = query["MetricStat"]
        rows = self._rows(stat["Metric"]["MetricName"])
        period, read = stat["Period"], statistic(stat["Stat"])
        first, last = request["StartTime"].timestamp(), request["EndTime"].timestamp()
        found: dict[int, list[Datum]] = {}
        for at, datum in rows:
            if first <= at < last:
                found.setdefault(at - at % period, []).append(datum)
        values = {at: read.over(Data(data))(0, len(data)) for at, data in found.items()}
        return {
            "Id": query["Id"], "StatusCode": "Complete",
            "Timestamps": [datetime.fromtimestamp(at, UTC) for at in values],
            "Values": list(values.values()),
        }  # fmt: skip

    def _rows(self, metric: str) -> list[tuple[int, Datum]]:
        start = int(START.timestamp())
        if metric == "BucketSizeBytes":
            return [(start + day * 86_400, Datum.of(40e9 + day * 12e9)) for day in range(-3, DAYS)]
        by_metric = {"AvatarUploads": 0, "UploadFailures": 1}
        if metric not in by_metric:
            return []
        counts = ((start + 60 * n, uploads(n)[by_metric[metric]]) for n in range(MINUTES))
        return [(at, Datum.of(float(count))) for at, count in counts if count]

    def get_paginator(self, operation: str) -> Account:
        assert operation == "list_metrics"
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        assert asked["MetricName"] == "BucketSizeBytes"
        dimensions = [{"Name": "BucketName", "Value": "avatars"},
                      {"Name": "StorageType", "Value": "StandardStorage"}]  # fmt: skip
        return [{"Metrics": [{"Dimensions": dimensions}]}]


@pytest.fixture(scope="module")
def recording() -> Recording:
    made = Recording(VERSION, START, END)
    settings = Stack.of(load(), GIVEN, REGION).kpi_settings(REGION)
    read_all(settings, lambda region: Recorder(made, region, Account(region), NOW), START, END)
    return made


def rehearsed(recording: Recording, **more: str) -> Rehearsal:
    stack = Stack.of(load(), {**GIVEN, **more}, REGION)
    settings = stack.kpi_settings(REGION)

    def client(region: str) -> Replay:
        return Replay(recording, region)

    computed = compute(settings, client, START, END)
    burnt = burns(settings, client, START, END)
    return rehearse(stack, computed, Question(START, END, REGION, 2), burnt)


@pytest.fixture(scope="module")
def usual(recording: Recording) -> Rehearsal:
    return rehearsed(recording)


def test_a_bad_night_is_told_as_the_stack_would_have(usual: Rehearsal) -> None:
    found = usual
    lines = {line.alert_id: line for line in found.lines}
    [(rang, over)] = lines["UploadFailuresCritical"].rang
    assert START + timedelta(minutes=BROKEN.start) < rang < START + timedelta(minutes=BROKEN.stop)
    assert over is not None
    assert over > START + timedelta(minutes=BROKEN.stop)
    told = [each for each in found.told if "pload failures" in each.text]
    assert {each.channel for each in told} == {"slack", "email", "sms"}
    # 2:00 UTC is three in the morning in Zurich
    assert any("pload failures" in each.text for each in found.at_night)
    assert "Upload failures 20 %" in next(each.text for each in told if each.channel == "slack")


def test_storage_crosses_its_warning_once(usual: Rehearsal) -> None:
    lines = {line.alert_id: line for line in usual.lines}
    assert len(lines["StorageWarning"].rang) == 1
    assert lines["StorageCritical"].rang == ()


def test_what_never_had_data_says_why(usual: Rehearsal) -> None:
    lines = {line.alert_id: line for line in usual.lines}
    assert "Requests" in lines["ErrorRateCritical"].no_data
    assert lines["UploadFailuresCritical"].no_data == ""
    assert "KpiAggregationSilent" in usual.left_out


def test_the_curve_ends_where_nothing_rings(usual: Rehearsal) -> None:
    line = next(x for x in usual.lines if x.alert_id == "UploadFailuresCritical")
    rates = [step.a_week for step in line.curve]
    assert line.threshold in {step.threshold for step in line.curve}
    assert max(rates) > 0
    assert rates[-1] == 0  # nothing is over the greatest value that was seen
    assert line.fits is not None
    assert all(step.a_week <= 2 for step in line.curve if step.threshold >= line.fits)


def test_another_threshold_tells_less(recording: Recording, usual: Rehearsal) -> None:
    lax = rehearsed(recording, UploadFailuresCriticalThreshold="90")
    assert sum("Upload failures" in each.text for each in lax.told) == 0
    assert sum("Upload failures" in each.text for each in usual.told) > 0
    text = html(usual, lax)
    assert "Twice somebody would have been woken at night" in text
    assert "with the other parameters never, which miss 2 Nov 03:08" in text
    assert "<circle" in text
    assert json.loads(json.dumps(as_json(usual)))["alerts"]["StorageWarning"]["rang"]


def test_the_price_is_that_of_what_is_asked() -> None:
    settings = Stack.of(load(), {**GIVEN, "AvatarBucketNames": ""}, REGION).kpi_settings(REGION)
    said = read_all(settings, lambda _: Counted(), START, END)
    account = Account(REGION)
    assert said.usd == read_all(settings, lambda _: account, START, END).usd > 0


def test_what_has_expired_is_not_asked_for() -> None:
    made, account = Recording(VERSION, START, END), Account("us-east-1")
    settings = Stack.of(load(), GIVEN, REGION).kpi_settings(REGION)
    later = END + timedelta(days=14)
    compute(settings, lambda region: Recorder(made, region, account, later), START, END)
    fine = [call for call in account.calls
            if any(q["MetricStat"]["Period"] < 300 for q in call["MetricDataQueries"])]  # fmt: skip
    assert all(call["StartTime"] >= later - timedelta(days=15) for call in fine)


def test_a_file_is_kept_and_read(recording: Recording, tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    recording.save(path)
    assert Recording.load(path) == recording
    given, out = [f"{name}={value}" for name, value in GIVEN.items()], tmp_path / "out"
    options = ["--file", str(path), "--out", str(out), "--diff"]
    assert main([*given, *options, "UploadFailuresCriticalThreshold=90"]) == 0
    written = json.loads((out / "rehearsal.json").read_text())
    assert list(written["missed_by_other"]) == ["UploadFailuresCritical"]
    # what UploadFailuresCritical would have held back: the budget that burns pages instead
    assert list(written["other"]["alerts"]["UploadBudgetBurn"]["rang"])
    assert written["other"]["messages"]["pagerduty"] == 1
    assert "pagerduty" not in written["this"]["messages"]


@pytest.mark.parametrize(
    ("content", "why"),
    [("", "no recording"), ("[]", "no recording"), ('{"version": 1}', "version 1, 2 is needed"),
     ('{"version": 2}', "no recording")],
)  # fmt: skip
def test_files_that_cannot_be_used(content: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    path.write_text(content)
    with pytest.raises(RecordingError, match=why):
        Recording.load(path)
    with pytest.raises(RecordingError):
        Recording.load(tmp_path / "absent.json")


@pytest.mark.parametrize(
    "given", [{"Nonsense": "1"}, {"DistributionIds": "E2"}], ids=["unknown", "other resources"]
)
def test_what_does_not_fit_the_file_is_said(
    recording: Recording, given: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "metrics.json"
    recording.save(path)
    arguments = [f"{name}={value}" for name, value in {**GIVEN, **given}.items()]
    assert main([*arguments, "--file", str(path), "--out", str(tmp_path)]) == 2
    assert "rehearse: " in capsys.readouterr().out


def _computed(metric: str, bad: float, good: float, lasts: int, end: int) -> Computed:
    """A KPI that is bad for a while from the second day on, and well again."""
    ref = MetricRef("AvatarSystem/KPI", metric)
    first = int(START.timestamp())
    spell = range(first + 86_400, first + 86_400 + lasts)
    points = ((at, bad if at in spell else good) for at in range(first, end, 300))
    return Computed({ref: Series.values(points)})


def test_every_alarm_on_a_kpi_rings_and_ends_and_is_told_as_its_route_says() -> None:
    stack = Stack.of(load(), GIVEN, REGION)
    assert set(stack.alarms) >= {rule.alert_id for rule in MATRIX}
    for name, alarm in stack.alarms.items():
        [query] = alarm.queries
        assert query.metric is not None
        near = abs(alarm.threshold) / 2 or 5.0
        good, bad = alarm.threshold - near, alarm.threshold + 3 * near
        if alarm.comparison is Comparison.UNDER:
            good, bad = alarm.threshold + near, alarm.threshold - 3 * near
        lasts = max(3_600, alarm.period)
        end = START + timedelta(days=2, seconds=lasts + alarm.range * alarm.period)
        computed = _computed(query.metric.name, bad, good, lasts, int(end.timestamp()))
        alone = replace(stack, alarms={name: alarm})
        found = rehearse(alone, computed, Question(START, end, REGION, 2))
        [line] = found.lines
        [(_, over)] = line.rang
        assert over is not None, name
        told = {each.channel for each in found.told}
        assert told == {CHANNELS[kind] for kind in CATALOGUE[name].channels}, name
        starts = [each.text for each in found.told if each.channel == "slack"]
        assert all(CATALOGUE[name].title in text for text in starts), name


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--diff", "UploadFailuresCriticalThreshold=much"], "takes a number"),
        (["--diff", "UploadFailuresCriticalThreshold"], "is not Name=value"),
        (["--file", "absent.json"], "record it first"),
        (["--acknowledge", "5"], "ChatSecretsParameter"),
    ],
)  # fmt: skip
def test_what_cannot_be_rehearsed_is_said_in_a_line(
    recording: Recording, options: list[str], why: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = tmp_path / "metrics.json"
    recording.save(path)
    given = [f"{name}={value}" for name, value in GIVEN.items()]
    assert main([*given, "--file", str(path), "--out", str(tmp_path / "out"), *options]) == 2
    [line] = capsys.readouterr().out.splitlines()
    assert why in line


@pytest.mark.parametrize(
    "options",
    [["--days", "0"], ["--days", "many"], ["--at-most", "-1"], ["--at-most", "nan"],
     ["--acknowledge", "soon"], ["--diff"], ["--mute"]],
    ids=" ".join,
)  # fmt: skip
def test_options_that_are_none(options: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(options)
