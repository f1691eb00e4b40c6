"""Costs from Cost Explorer: asked once a day, remembered, and never mixed with the other source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from avatarwatch.kpi.readings import NoData, Outcome, Value
from avatarwatch.kpis import KPIS, Cadence
from fakes.cost_explorer import Item
from fakes.kpi_system import SETTINGS, KilledError, KpiSystem
from kpi_aggregation.answer import as_json
from kpi_aggregation.claims import LEASE
from kpi_aggregation.cost_explorer import MAX_PAGES, SERVICES
from kpi_aggregation.report import Report

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
S3, CDN = SERVICES
TODAY = datetime(2026, 11, 20, tzinfo=UTC)
MONTH = TODAY.replace(day=1)
OURS = frozenset({("project", "avatar")})


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    """Let the AWS contract see the same present as the runs."""
    with time_machine.travel(TODAY + 2 * DAY, tick=False):
        yield


def bill(first: date, last: date, usd: float, service: str = S3, **changes: object) -> list[Item]:
    days = (last - first).days
    return [Item(first + n * DAY, service, usd, **changes) for n in range(days)]  # type: ignore[arg-type]


@pytest.fixture
def system() -> KpiSystem:
    """$2 of S3 and $1 of CloudFront a day, half of that a month ago; 100 uploads an hour."""
    made = KpiSystem(settings=replace(SETTINGS, asks_cost_explorer=True))
    today, turn = TODAY.date(), (TODAY - 32 * DAY).date()
    for service, usd in ((S3, 2.0), (CDN, 1.0)):
        made.costs.items += bill((TODAY - 100 * DAY).date(), turn, usd / 2, service)
        made.costs.items += bill(turn, today, usd, service)
    hours = int((TODAY - MONTH) / (60 * MINUTE))
    uploads = {MONTH + n * 60 * MINUTE: 100.0 for n in range(hours)}
    made.home.put("AvatarSystem/Custom", "AvatarUploads", uploads)
    return made


def run(system: KpiSystem, after: timedelta, cadence: Cadence = Cadence.DAY) -> Report:
    return system.at(TODAY + after, cadence).run()


def newest(report: Report, metric: str) -> Outcome:
    return report.done[-1].outcomes[KPIS[metric]]


def test_costs_go_back_further_than_the_stack(system: KpiSystem) -> None:
    """30 days at $3 against 30 that were at $1.50 but for the first of them: known at once."""
    outcome = newest(run(system, 62 * MINUTE), "CostIncrease30d")
    assert isinstance(outcome, Value)
    # the last day known is that before yesterday: the 30 days to it all cost $3, those before $1.50
    known = (TODAY - DAY).date()
    days = {item.day: 0.0 for item in system.costs.items}
    for item in system.costs.items:
        days[item.day] += item.usd
    now = sum(usd for day, usd in days.items() if known - 30 * DAY <= day < known)
    before = sum(usd for day, usd in days.items() if known - 60 * DAY <= day < known - 30 * DAY)
    assert outcome.value == pytest.approx((now / before - 1) * 100)
    assert now == pytest.approx(30 * 3)


def test_a_day_is_asked_once_whoever_runs(system: KpiSystem) -> None:
    run(system, 62 * MINUTE)
    assert len(system.costs.calls) == system.usage.cost_requests == 1
    assert system.usage.usd >= 0.01
    run(system, 122 * MINUTE)
    run(system, 123 * MINUTE, Cadence.DAY)
    system.at(TODAY + 5 * 60 * MINUTE, Cadence.DAY).recompute(TODAY - 2 * DAY, TODAY)
    assert len(system.costs.calls) == 1
    run(system, DAY + 62 * MINUTE)
    assert len(system.costs.calls) == 2


def test_what_was_asked_is_kept_for_as_long_as_windows_are_computed_again(
    system: KpiSystem,
) -> None:
    run(system, 62 * MINUTE)
    kept = [ends for (of, _), (_, _, ends) in system.documents.items.items() if of == "kpi-costs"]
    assert kept
    assert {ends - (TODAY + 62 * MINUTE) for ends in kept} == {100 * DAY}


def test_a_run_of_five_minutes_costs_nothing(system: KpiSystem) -> None:
    run(system, 62 * MINUTE, Cadence.FIVE_MINUTES)
    assert system.costs.calls == []


def test_the_present_is_left_out_until_it_is_whole(system: KpiSystem) -> None:
    """The bill's yesterday is being filled: half of a day must not look like a cheap one."""
    with_yesterday = newest(run(system, 62 * MINUTE), "CostIncrease30d")
    system.reset()
    yesterday = (TODAY - DAY).date()
    system.costs.items = [i for i in system.costs.items if i.day != yesterday]
    assert newest(run(system, 62 * MINUTE), "CostIncrease30d") == with_yesterday


def test_days_that_are_not_told_yet_cost_not_nothing(system: KpiSystem) -> None:
    """Cost Explorer is up to three days behind: $1 a day is $1 a day, told or not."""
    start = (TODAY - 100 * DAY).date()
    for behind in (2, 3):
        system.reset()
        system.costs.items = [Item(start + n * DAY, SERVICES[0], 1.0) for n in range(101 - behind)]
        outcome = newest(run(system, 62 * MINUTE), "CostIncrease30d")
        assert isinstance(outcome, Value)
        assert outcome.value == pytest.approx(0)


def test_what_a_tag_bears_is_the_systems(system: KpiSystem) -> None:
    """$1.20 a day bear the tag, Lambda's among it; the account's other $3 are another team's."""
    settings = replace(system.settings, cost_tag=("project", "avatar"))
    tagged = KpiSystem(settings=settings, regions=system.regions)
    first, last = (TODAY - 100 * DAY).date(), TODAY.date()
    tagged.costs.items = system.costs.items + [
        item
        for service, usd in ((S3, 0.7), ("AWS Lambda", 0.5))
        for item in bill(first, last, usd, service, tags=OURS)
    ]
    report = tagged.at(TODAY + DAY + 20 * MINUTE, Cadence.DAY).recompute(TODAY - DAY, TODAY)
    charges = dict(newest(report, "CostPerUpload").parts)
    # asked on the 21st: whole are the days to the 19th, which is the window's own
    assert charges["MonthToDateCharges"] == pytest.approx(19 * 1.2)
    assert charges["MonthToDateUploads"] == 19 * 24 * 100
    kpi = as_json(report)["kpis"]["CostPerUpload"]
    assert kpi["costs_from"] == "Cost Explorer (tag project=avatar)"


def test_credits_and_taxes_are_not_what_the_system_costs(system: KpiSystem) -> None:
    plain = newest(run(system, 62 * MINUTE), "CostIncrease30d")
    system.reset()
    for kind, usd in (("Credit", -3.0), ("Tax", 0.6), ("Refund", -9.0)):
        system.costs.items += bill((TODAY - 20 * DAY).date(), TODAY.date(), usd, record_type=kind)
    assert newest(run(system, 62 * MINUTE), "CostIncrease30d") == plain


def test_pages_are_followed_and_paid_for(system: KpiSystem) -> None:
    whole = newest(run(system, 62 * MINUTE), "CostIncrease30d")
    system.reset()
    system.usage.cost_requests = 0
    system.costs.page = 30  # of 80 days: the first of September to today
    assert newest(run(system, 62 * MINUTE), "CostIncrease30d") == whole
    assert system.usage.cost_requests == 3


def test_an_answer_without_an_end_is_none(system: KpiSystem) -> None:
    system.costs.page = 1
    missing = newest(run(system, 62 * MINUTE), "CostIncrease30d")
    assert isinstance(missing, NoData)
    assert f"more than {MAX_PAGES} pages" in missing.reason
    assert system.usage.cost_requests == MAX_PAGES


def test_a_question_that_failed_leaves_what_was_known(system: KpiSystem) -> None:
    known = newest(run(system, 62 * MINUTE), "CostIncrease30d")
    system.costs.failing = "LimitExceededException"
    assert newest(run(system, DAY + 62 * MINUTE), "CostIncrease30d") == known
    run(system, DAY + 122 * MINUTE)
    assert len(system.costs.calls) == 2, "a failure is not asked again before tomorrow"


def test_nothing_known_says_why(system: KpiSystem) -> None:
    system.costs.failing = "DataUnavailableException"
    missing = newest(run(system, 62 * MINUTE), "CostIncrease30d")
    assert isinstance(missing, NoData)
    assert "asked once a day" in missing.reason
    assert "DataUnavailableException" in missing.reason


@pytest.mark.parametrize("effect", range(8))
@pytest.mark.parametrize("is_after", [False, True])
def test_a_run_that_dies_asks_at_most_once_a_day(
    system: KpiSystem, effect: int, *, is_after: bool
) -> None:
    system.fuse.left, system.fuse.is_after = effect, is_after
    with pytest.raises(KilledError):
        run(system, 62 * MINUTE)
    system.fuse.left = None
    run(system, 62 * MINUTE + LEASE)
    assert len(system.costs.calls) <= 1
    assert isinstance(newest(run(system, DAY + 62 * MINUTE), "CostIncrease30d"), Value)


def test_a_window_keeps_the_source_of_its_costs(system: KpiSystem) -> None:
    """The parameter changes between two looks: the bill of the account is not the tag's."""
    first = run(system, 62 * MINUTE)
    start = first.done[-1].window.start
    system.settings = replace(system.settings, asks_cost_explorer=False)
    months = {MONTH + n * DAY / 4: 40.0 * n for n in range(-260, 0)}
    for service in ("AmazonS3", "AmazonCloudFront"):
        dimensions = {"Currency": "USD", "ServiceName": service}
        system.everywhere.put("AWS/Billing", "EstimatedCharges", months, dimensions)
    again = run(system, 11 * 60 * MINUTE)
    looked = next(one for one in again.done if one.window.start == start)
    kept = looked.outcomes[KPIS["CostIncrease30d"]]
    assert isinstance(kept, NoData)
    assert "published from Cost Explorer" in kept.reason
    assert "a window keeps its source" in kept.reason
    assert "CostIncrease30d" not in looked.changes.corrected
