"""Runs of Reporting: once, again, doubled, dying half-way, missed, and with nothing to read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alarm_fanout.envelopes import Envelope
from alarm_fanout.parsers.dispatch import parse
from avatarwatch.state_table.documents import Document
from fakes import reporting_scenes as scenes
from fakes.reporting import KilledError, ReportWorld
from reporting.books import HELD, BusyRunError
from reporting.payload import read_order

NOW = scenes.later(6)
DAILY = {"report": "daily"}


def test_a_report_is_made_kept_and_told_once() -> None:
    world = scenes.rich()
    assert world.run(DAILY, NOW)["outcome"] == "made and told"
    assert world.run(DAILY, NOW + timedelta(minutes=10))["outcome"] == "made before"
    assert sorted(world.kept) == [
        "daily/2026-11-30/incidents.csv", "daily/2026-11-30/index.html",
        "daily/2026-11-30/kpis.csv", "daily/2026-11-30/report.json", "index.html",
    ]  # fmt: skip
    [told] = world.told
    assert told.summary == "Daily report, Monday 30 November 2026: 2 things need a person"
    assert list(told.links) == ["Report"]
    assert list(told.facts)[:5] == [
        "Availability", "Uploads that succeeded", "Requests that failed", "Alerts", "Storage",
    ]  # fmt: skip
    assert sum(name.startswith("To do") for name in told.facts) == 2


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_made_again_it_has_the_same_bytes_and_nobody_is_told(kind: str) -> None:
    world = scenes.rich()
    world.run({"report": kind, "date": "2026-11-29"}, NOW + timedelta(days=6))
    first = {name: file.text for name, file in world.kept.items()}
    world.answers = scenes.empty().answers  # the buckets stand otherwise by then
    other = "2026-11-29" if kind == "daily" else "2026-11-27"  # of the same week and month
    world.run({"report": kind, "date": other}, NOW + timedelta(days=200))
    assert {name: file.text for name, file in world.kept.items()} == first
    assert world.told == []


def test_what_is_open_now_and_over_later_leaves_a_report_as_it_was() -> None:
    world = scenes.rich()
    opened = NOW - timedelta(hours=8)
    before = {"alert": {"name": "avatar-system-ErrorRateCritical", "kind": "metric alarm",
                        "alert_id": "ErrorRateCritical"}}  # fmt: skip
    _incident(world, {**before, "is_open": True, "opened_at": opened.isoformat(), "key": "k",
                      "sentence": "as told"})  # fmt: skip
    world.run({**DAILY, "date": "2026-11-30"}, NOW)
    first = world.kept["daily/2026-11-30/index.html"].text
    assert "still open" in first
    _incident(world, {**before, "is_open": False, "opened_at": opened.isoformat(), "key": "k"})
    world.episode("ErrorRateCritical", opened, 900.0, sentence="as told")
    world.run({**DAILY, "date": "2026-11-30"}, NOW + timedelta(days=1))
    assert world.kept["daily/2026-11-30/index.html"].text == first


def _incident(world: ReportWorld, body: dict[str, Any]) -> None:
    known = world.store.get(("incident", "k")) or Document(("incident", "k"), 0, {})
    world.store.put(replace(known, body=body), NOW + timedelta(days=30))


def test_a_run_doubled_tells_once() -> None:
    world = scenes.rich()
    seen: list[str] = []

    def meanwhile(_: str) -> None:
        world.before_put = None
        seen.append(world.run(DAILY, NOW)["outcome"])

    world.before_put = meanwhile
    assert world.run(DAILY, NOW)["outcome"] == "made and told"
    assert seen == ["another run is at it"]
    assert len(world.told) == 1


def test_one_by_its_date_does_not_wait_for_another() -> None:
    world = scenes.rich()

    def meanwhile(_: str) -> None:
        world.before_put = None
        with pytest.raises(BusyRunError):
            world.run({**DAILY, "date": "2026-11-30"}, NOW)

    world.before_put = meanwhile
    world.run(DAILY, NOW)


@pytest.mark.parametrize("step", range(1, 6))
def test_a_run_that_is_killed_half_way_is_done_by_the_next_try(step: int) -> None:
    world = scenes.rich()
    left = [step]

    def kill(_: str) -> None:
        left[0] -= 1
        if not left[0]:
            world.before_put = None
            raise KilledError

    world.before_put = kill
    with pytest.raises(KilledError):
        world.run(DAILY, NOW)
    again = NOW + HELD + timedelta(seconds=1)
    assert world.run(DAILY, again)["outcome"] == "made and told"
    calm = scenes.rich()
    calm.run(DAILY, NOW)
    assert {n: f.text for n, f in world.kept.items()} == {n: f.text for n, f in calm.kept.items()}
    assert world.told == calm.told


def test_told_and_dead_before_it_was_written_down_is_the_same_change_again() -> None:
    world = scenes.rich()
    work = world.work(NOW)
    publish = work.publish

    def told_and_dead(message: Any) -> None:
        publish(message)
        raise KilledError

    work.publish = told_and_dead
    with pytest.raises(KilledError):
        work.run(read_order(DAILY, NOW))
    world.run(DAILY, NOW + timedelta(minutes=5))
    first, second = world.told
    assert first == second  # of which AlarmFanout takes one
    bodies = [each.as_json() for each in world.told]
    changes = {alert.change_id for body in bodies for alert in parse(Envelope(body, body), NOW)}
    assert len(changes) == 1


def test_a_missed_run_is_made_at_the_next_and_says_so() -> None:
    world = scenes.rich()
    world.run(DAILY, NOW - timedelta(days=3))
    answer = world.run(DAILY, NOW)
    assert answer["late"] == [
        "Saturday 28 November 2026",
        "Sunday 29 November 2026",
        "Week 48, 23 November to 29 November 2026",
    ]
    assert len(world.told) == 2
    assert world.told[1].facts["Made up late"] == ", ".join(answer["late"])
    for day in ("28", "29"):
        assert "was missed at its time" in world.kept[f"daily/2026-11-{day}/index.html"].text
    assert "was missed at its time" not in world.kept["daily/2026-11-30/index.html"].text
    assert world.run(DAILY, NOW + timedelta(days=1))["late"] == ["November 2026"]


def test_a_missed_week_is_made_by_the_next_days_run() -> None:
    world = scenes.rich()
    monday = datetime(2026, 11, 30, 6, tzinfo=UTC)
    world.run(DAILY, monday - timedelta(days=2))
    world.run(DAILY, monday - timedelta(days=1))
    world.run(DAILY, monday)
    week = world.run(DAILY, monday + timedelta(days=1))["late"]
    assert week == ["Week 48, 23 November to 29 November 2026"]
    assert world.run(DAILY, monday + timedelta(days=2))["late"] == ["November 2026"]


def test_what_time_does_not_allow_is_left_to_the_next_run() -> None:
    world = scenes.rich()
    world.run(DAILY, NOW - timedelta(days=3))
    world.seconds = 50.0
    assert world.run(DAILY, NOW)["late"] == []
    world.seconds = 170.0
    assert len(world.run(DAILY, NOW + timedelta(days=1))["late"]) == 4


def test_far_in_the_east_mondays_morning_finds_nothing_over() -> None:
    world = scenes.rich()
    sunday = datetime(2026, 11, 29, 18, 10, tzinfo=UTC)  # Monday in Auckland
    assert world.run({"report": "weekly"}, sunday)["outcome"] == "not over yet"
    week = world.run({"report": "weekly"}, sunday + timedelta(days=1))
    assert week["report"] == "weekly/2026-W48"
    assert "was missed" not in world.kept["weekly/2026-W48/index.html"].text


def test_each_source_that_is_denied_says_so_on_its_line() -> None:
    world = scenes.empty()
    world.cloudwatch.down = True
    answer = world.run({"report": "monthly"}, NOW)
    assert answer["unread"] == ["metrics: GetMetricData was refused: ThrottlingException"]
    found = json.loads(world.kept["monthly/2026-11/report.json"].text)
    lines = {line["question"]: line for line in found["lines"]}
    assert lines["Review SLA compliance"]["text"] == (
        "GetMetricData was refused: ThrottlingException"
    )
    assert "GetBucketVersioning was refused: AccessDenied" in lines["Verify backup status"]["text"]
    assert lines["Generate comprehensive report"]["state"] == "no data"
    assert lines["Update disaster recovery plan"]["state"] == "done"


def test_documents_of_another_shape_are_a_reason_and_no_crash() -> None:
    world = scenes.rich()
    world.store.put(Document(("episode#2026-11", "x"), 0, {"key": 1}), NOW + timedelta(days=1))
    answer = world.run({"report": "daily"}, NOW)
    assert len(answer["unread"]) == 1
    assert answer["unread"][0].startswith("incidents: Expected `str`")


def test_a_thousand_endpoints_down() -> None:
    world = scenes.rich()
    start = datetime(2026, 11, 30, 3, tzinfo=UTC)
    for number in range(1000):
        world.episode("EndpointDown", start + timedelta(seconds=number), 5.0,
                      name=f"https://api-{number}.example.com/health")  # fmt: skip
    world.run(DAILY, NOW)
    page = world.kept["daily/2026-11-30/index.html"].text
    assert "and 941 more, in incidents.csv" in page
    assert len(page.encode()) < 120_000
    assert world.kept["daily/2026-11-30/incidents.csv"].text.count("\n") == 1002


def test_the_index_lists_all_of_them() -> None:
    world = scenes.rich()
    for back in (2, 1, 0):
        world.run(DAILY, NOW - timedelta(days=back))
    world.run({"report": "monthly"}, NOW)
    index = world.kept["index.html"].text
    assert index.index("daily/2026-11-30") < index.index("daily/2026-11-28")
    assert 'href="monthly/2026-11/index.html"' in index
