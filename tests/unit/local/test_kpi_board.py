"""The board of a day's KPIs: every verdict, the reasons, and the days to come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from fakes.kpi_system import SETTINGS, KpiSystem
from local.kpi_board.board import Board, board
from local.kpi_board.last import last_windows
from local.kpi_board.page import curve, goal, html
from local.kpi_board.text import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

END, MINUTE = datetime(2026, 11, 25, tzinfo=UTC), timedelta(minutes=1)
ANSWERS: dict[str, dict[str, Any]] = {
    "AverageUploadTime": {"verdict": "✓", "shown": "1.14 s", "target": "< 2 s"},
    "P95UploadTime": {"verdict": "✗", "shown": "2.22 s", "target": "< 2 s"},
    "TimeToFirstByte": {"verdict": "no data", "reason": "no <TimedRequests>", "target": "< 100 ms"},
    "CdnLatency": {"verdict": "·", "shown": "345 ms"},
    "DaysUntilStorageCritical": {"verdict": "·", "shown": "81.5 days", "day": "2027-02-13"},
    "UploadBudgetLeft": {
        "verdict": "·",
        "shown": "95.4 %",
        "basis": "of 30 days, 1 day known: 99.86 % of 1,440 uploads succeeded",
    },
    "DatabaseCpu": {"verdict": "no data", "reason": "the parameter DatabaseInstanceIds is empty"},
}


@pytest.fixture(autouse=True, scope="module")
def _then() -> Iterator[None]:
    """CloudWatch keeps minutes for two weeks, by the real clock."""
    with time_machine.travel(END):
        yield


@pytest.fixture
def shown() -> Board:
    courses = {
        "P95UploadTime": [1900.0, 2300.0, 2220.0],
        "AverageUploadTime": [100.0, 101.0],
        "UploadBudgetLeft": [90.0, 95.4],
    }
    return board(ANSWERS, courses, END, {"AverageUploadTime": "980 ms", "CdnLatency": "350 ms"})


def test_the_terminal_shows_each_with_its_verdict(shown: Board) -> None:
    found = lines(shown)
    assert found[0] == "1 of 3 targets met, 1 missed, 1 without data · up to Wed 25 Nov 00:00 UTC"
    by_title = {line[2:34].strip(): line for line in found}
    assert by_title["Mean upload time"].startswith("✓ Mean upload time ")
    assert "1.14 s  < 2 s" in by_title["Mean upload time"]
    assert by_title["Upload time, 95th percentile"].startswith("✗")
    assert by_title["Upload time, 95th percentile"].endswith("▁█▇")
    assert by_title["Time to first byte"].endswith("no data: no <TimedRequests> (target < 100 ms)")
    assert by_title["Storage reaches its limit in"].endswith(
        "81.5 days              on 13 February 2027"
    )
    assert by_title["CDN latency, 95th percentile"].endswith(
        "345 ms              350 ms in the last 5 min"
    )
    budget = next(n for n, line in enumerate(found) if "Upload error budget left" in line)
    assert found[budget].endswith("95.4 %              ▁█")
    assert found[budget + 1].endswith(
        "  of 30 days, 1 day known: 99.86 % of 1,440 uploads succeeded"
    )
    assert found.index("UPLOADS") < found.index("DELIVERY") < found.index("STORAGE AND COST")
    assert found[-1].startswith("1 more is not shown")
    assert max(map(len, found)) <= 96


def test_the_page_shows_the_same_and_trusts_no_reason(shown: Board) -> None:
    page = html(shown)
    assert "<h1>1 of 3 targets met, 1 missed, 1 without data</h1>" in page
    assert '<tr class="missed" id="P95UploadTime">' in page
    assert "no data: no &lt;TimedRequests&gt;" in page
    assert "on 13 February 2027" in page
    assert "of 30 days, 1 day known: 99.86 % of 1,440 uploads succeeded" in page
    assert "DatabaseCpu" not in page
    assert '<span class="span">980 ms in the last 5 min</span>' in page
    assert page.count("in the last 5 min") == 2


def test_a_days_number_is_computed_over_the_last_five_minutes_as_well() -> None:
    system = KpiSystem()
    for minutes, good, bad in ((600, 50, 50), (4, 99, 11), (3, 10, 0)):
        at = {END - minutes * MINUTE: [1.0]}
        for metric, times in (("AvatarUploads", good), ("UploadFailures", bad)):
            system.home.put("AvatarSystem/Custom", metric, {t: v * times for t, v in at.items()})
    system.home.put("AvatarSystem/Custom", "UploadDuration", {END - 2 * MINUTE: [700.0, 900.0]},
                    unit="Milliseconds")  # fmt: skip
    found = last_windows(lambda region: system.regions[region].client(), SETTINGS, END, {})
    assert found == {"UploadSuccessRate": "90.8 %", "AverageUploadTime": "800 ms",
                     "P95UploadTime": "890 ms", "DeduplicationRate": "0 %"}  # fmt: skip


@pytest.mark.parametrize(("basis", "rate"), [("the backend's metrics", "75 %"),
                                             ("access logs", "40 %")])  # fmt: skip
def test_the_last_minutes_are_of_the_days_source(basis: str, rate: str) -> None:
    system, at = KpiSystem(), END - 2 * MINUTE
    for metric, size in (("UploadBytes", 400.0), ("StoredBytes", 100.0)):
        system.home.put("AvatarSystem/Custom", metric, {at: [size]})
    system.home.put("AvatarSystem/Access", "ByteHitRate", {at: [100.0] * 4 + [0.0] * 6})
    system.home.put("AvatarSystem/Access", "BytesSent", {at: [1.0] * 10})
    found = last_windows(lambda region: system.regions[region].client(), SETTINGS, END,
                         {"BandwidthSavings": f"from {basis}"})  # fmt: skip
    assert found["BandwidthSavings"] == rate


def test_the_targets_line_is_drawn_where_the_course_comes_near_it(shown: Board) -> None:
    rows = {row.kpi.metric: row for section in shown.sections for row in section.rows}
    assert curve(rows["P95UploadTime"]) == "M0.0 21.0L70.0 7.0L140.0 9.8"
    assert goal(rows["P95UploadTime"]) == pytest.approx(21 - 14 * 100 / 400)
    assert goal(rows["AverageUploadTime"]) is None
    assert curve(rows["CdnLatency"]) == ""
