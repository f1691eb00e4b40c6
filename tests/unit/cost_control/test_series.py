"""What daily values say: which day counts, how a bucket grows, and what a month of requests is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cost_control.measuring.series import Series, Storage, requests_of
from cost_control.money.use import Requests

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = NOW.replace(hour=0, minute=0)
DAY = timedelta(days=1)


def days(**values: float) -> Series:
    """Return values by how many days ago they are of: ``d1=5`` is yesterday's."""
    return {TODAY - int(name[1:]) * DAY: value for name, value in values.items()}


def of(objects: Series | None = None, **sizes: Series) -> Storage:
    return Storage(sizes, objects or {})


def test_the_newest_whole_day_is_one_with_a_number_of_objects_if_there_is_one() -> None:
    sizes = days(d1=1, d2=1, d3=1)
    assert of(a=sizes).newest_whole_day(TODAY - 9 * DAY) == TODAY - DAY
    assert of(days(d2=5, d3=5), a=sizes).newest_whole_day(TODAY - 9 * DAY) == TODAY - 2 * DAY
    assert of(days(d8=5), a=sizes).newest_whole_day(TODAY - 9 * DAY) == TODAY - DAY
    assert of(a={}).newest_whole_day(TODAY - 9 * DAY) is None


def test_a_day_counts_from_the_first_that_is_asked_for() -> None:
    for since, found in ((2 * DAY, TODAY - 2 * DAY), (2 * DAY - timedelta(seconds=1), None)):
        assert of(a=days(d2=1)).newest_day(TODAY - since) == found
        assert of(a=days(d2=1)).newest_whole_day(TODAY - since) == found


def test_a_type_is_late_where_it_was_before_and_new_where_it_was_not() -> None:
    storage = of(old=days(d3=1, d2=1), new=days(d1=1), never={}, steady=days(d3=1, d2=1, d1=1))
    assert storage.missing_on(TODAY - DAY) == ["old"]
    assert storage.missing_on(TODAY - 3 * DAY) == []  # the first day of one is no late one
    assert storage.newest_whole_day(TODAY - 9 * DAY) == TODAY - 2 * DAY
    assert storage.newest_day(TODAY - 9 * DAY) == TODAY - DAY
    assert storage.on(TODAY - DAY) == {"new": 1, "steady": 1}


def test_growth_is_of_all_types_over_a_week() -> None:
    storage = of(a=days(d1=70, d8=50), b=days(d1=5))
    assert storage.growth(TODAY - DAY) == 25
    assert storage.growth(TODAY - 2 * DAY) is None  # a is late
    assert of(a=days(d1=70, d7=50)).growth(TODAY - DAY) is None
    gap = of(a=days(d1=70, d8=50), b=days(d1=5, d9=5))
    assert gap.growth(TODAY - DAY) is None  # b was late a week ago


@pytest.mark.parametrize(
    ("objects", "grown"),
    [
        (days(d1=170, d8=100), 70.0),
        (days(d1=170, d4=140), 70.0),  # three days, of which a week is made
        (days(d1=170, d8=100, d4=165), 70.0),
        (days(d1=170, d9=100), None),  # longer ago than a week
        (days(d1=170), None),
        (days(d8=100), None),
        (days(d1=30, d8=100), -70.0),
    ],
)
def test_how_many_objects_a_week_makes_more(objects: Series, grown: float | None) -> None:
    found = of(objects).grown(TODAY - DAY)
    assert found == (None if grown is None else pytest.approx(grown))


def test_the_objects_of_a_day_are_a_whole_number() -> None:
    assert of(days(d1=2.6)).objects_on(TODAY - DAY) == 3
    assert of(days(d1=2.6)).objects_on(TODAY) is None


NAMES = ("GetRequests", "HeadRequests", "SelectRequests", "PutRequests", "PostRequests",
         "DeleteRequests", "BytesDownloaded", "SelectBytesScanned", "BytesUploaded")  # fmt: skip


def counted(now: datetime = TODAY, **series: Series) -> Requests | None:
    return requests_of({name: {} for name in NAMES} | series, now)


def test_nobody_counts_where_nothing_was_counted() -> None:
    assert counted() is None


def test_a_month_is_thirty_days_of_what_was_counted() -> None:
    ten = {TODAY - n * DAY: 3.0 for n in range(1, 11)}
    found = counted(GetRequests=ten, HeadRequests=ten, PutRequests=ten, PostRequests=ten,
                    DeleteRequests=ten, BytesDownloaded=ten, BytesUploaded=ten)  # fmt: skip
    assert found == Requests(180, 90, 180, 90, 90, touches=90)


def test_a_busier_week_counts_as_a_month_of_it_and_a_quieter_one_does_not() -> None:
    month = {TODAY - n * DAY: 1.0 for n in range(1, 31)}
    week = {TODAY - n * DAY: 2.0 for n in range(1, 8)}
    busier = counted(GetRequests=month | week)
    assert busier is not None
    assert busier.reads == pytest.approx(60)
    quieter = counted(GetRequests={at: 1.0 for at in month if at not in week})
    assert quieter is not None
    assert quieter.reads == pytest.approx(23)


def test_a_first_hour_is_no_day_of_its_own() -> None:
    found = counted(TODAY + timedelta(hours=1), GetRequests={TODAY: 10.0})
    assert found is not None
    assert found.reads == 300


def test_a_select_reads_what_it_scans_and_a_head_nothing() -> None:
    one = days(d1=1)
    scanned = counted(SelectRequests=one, SelectBytesScanned=days(d1=7))
    unknown = counted(SelectRequests=one, BytesDownloaded=one)
    head = counted(HeadRequests=one)
    assert scanned is not None
    assert unknown is not None
    assert head is not None
    assert scanned.downloaded == pytest.approx(7 * scanned.reads)
    assert unknown.downloaded is None
    assert (head.reads, head.downloaded) == (scanned.reads, 0)


def test_bytes_that_nobody_counts_are_unknown_where_there_were_requests() -> None:
    one = days(d1=1)
    reads, puts = counted(GetRequests=one), counted(PutRequests=one)
    assert reads is not None
    assert puts is not None
    assert (reads.downloaded, reads.uploaded) == (None, 0)
    assert (puts.downloaded, puts.uploaded) == (0, None)
