"""Reports of availability that leaves maintenance out say so, and reckon without its minutes."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from avatarwatch import left_out
from avatarwatch.left_out import LeftOut, Run
from avatarwatch.state_table.documents import Document
from fakes import reporting_scenes as scenes
from fakes.reporting import ReportWorld

SAID = "without maintenance (2 h 10 min of it)"
# an hour before November begins: of the budget's thirty days as well, not of the month
NOVEMBER = LeftOut((Run(datetime(2026, 10, 31, 23, tzinfo=UTC), 190),))
LAST_DAY = LeftOut((Run(datetime(2026, 11, 30, 4, tzinfo=UTC), 130),))


def files(found: LeftOut, kind: str) -> dict[str, str]:
    world = scenes.rich(scenes.YEAR)
    keep(world, found)
    world.run({"report": kind, "date": "2026-11-30"}, scenes.later(24 * 8))
    return {name.rpartition("/")[2]: file.text for name, file in world.kept.items() if kind in name}


def keep(world: ReportWorld, found: LeftOut) -> None:
    left_out.partition(world.store).set(left_out.NAME, found, datetime(2026, 12, 1, tzinfo=UTC))


def uptime(kept: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kept["report.json"])["uptime"]
    return found


def test_the_minutes_are_reckoned_without_it() -> None:
    before, after = (uptime(files(each, "monthly")) for each in (LeftOut(), NOVEMBER))
    assert (before["maintenance"], after["maintenance"]) == (0, 130)
    assert after["minutes"] == 43_200 - 130
    assert after["polled"] == before["polled"] - 130
    assert after["down"] / after["polled"] == pytest.approx(before["down"] / before["polled"])
    assert after["allowed"] == pytest.approx((43_200 - 130) / 1000)


@pytest.mark.parametrize("kind", ["daily", "monthly"])
def test_every_place_says_how_long_it_was(kind: str) -> None:
    kept = files(LAST_DAY, kind)
    figures = {each["metric"]: each for each in json.loads(kept["report.json"])["figures"]}
    saying = {name for name, each in figures.items() if each["without"]}
    assert saying == {"Availability", "AvailabilityBudgetLeft"}
    assert figures["Availability"]["without"] == SAID
    [number] = [
        n for n in json.loads(kept["report.json"])["numbers"] if n["title"] == "Availability"
    ]
    assert SAID in number["beside"]
    assert kept["index.html"].count(SAID) >= 3  # the number, and both rows
    [row] = [r for r in csv.DictReader(kept["kpis.csv"].splitlines()) if r["kpi"] == "Availability"]
    assert row["without"] == SAID


def test_a_budget_s_thirty_days_begin_before_the_report_s() -> None:
    kept = files(NOVEMBER, "daily")
    figures = {each["metric"]: each for each in json.loads(kept["report.json"])["figures"]}
    assert figures["Availability"]["without"] == ""
    assert figures["AvailabilityBudgetLeft"]["without"] == SAID


def test_the_monthly_line_says_it() -> None:
    lines = json.loads(files(NOVEMBER, "monthly")["report.json"])["lines"]
    [level] = [each for each in lines if "error budget left" in each["text"]]
    assert SAID in level["details"]


def test_nothing_is_said_where_nothing_is_left_out() -> None:
    assert not any("without maintenance" in text for text in files(LeftOut(), "monthly").values())


def test_what_is_damaged_stops_no_report() -> None:
    world = scenes.rich()
    kept = left_out.partition(world.store)
    world.store.put(
        Document(kept.at(left_out.NAME), 0, {"runs": 3}), datetime(2027, 1, 1, tzinfo=UTC)
    )
    answer = world.run({"report": "daily"}, scenes.later(6))
    assert answer["outcome"] == "made and told"
