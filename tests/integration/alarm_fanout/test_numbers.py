"""Each number in a message can be computed again from the points that CloudWatch keeps."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
import time_machine
from hypothesis import example, given
from hypothesis import strategies as st

from avatarwatch.units import compact
from fakes.alarms import arn, notification
from fakes.aws import OneCourse
from fakes.cloudwatch import FakeCloudWatch
from fakes.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

PERIOD = timedelta(minutes=5)
THRESHOLD = 10.0
NAME = "avatar-system-UploadFailuresCritical"
METRIC = ("AvatarSystem/KPI", "UploadFailureRate")
AT = datetime(2026, 11, 23, 10, 16, tzinfo=UTC)
LATEST = AT.replace(minute=10)  # the last period that is over


@pytest.fixture(autouse=True, scope="module")
def _then() -> Iterator[None]:
    """CloudWatch takes what is of the last two weeks, by the real clock."""
    with time_machine.travel(AT):
        yield


type Counted = tuple[int, int]
"""How many uploads failed in a period, of how many."""

QUIET = st.integers(20, 9_000).map(lambda uploads: (uploads // 100, uploads))
TROUBLE = st.integers(20, 9_000).flatmap(
    lambda uploads: st.tuples(st.integers(uploads // 8 + 1, uploads), st.just(uploads))
)


@dataclass(slots=True)
class Kept(OneCourse):
    """What CloudWatch keeps: sets of samples, put and read as KpiAggregation and the charts do."""

    kept: FakeCloudWatch = field(default_factory=FakeCloudWatch)

    def keep(self, at: datetime, counted: Counted) -> None:
        failed, uploads = counted
        given: dict[str, float] = {"Sum": 100 * failed, "SampleCount": uploads}
        self.kept.client().put_metric_data(
            Namespace=METRIC[0],
            MetricData=[{
                "MetricName": METRIC[1], "Timestamp": at,
                "StatisticValues": cast("Any", given | {"Minimum": 0, "Maximum": 100}),
            }],
        )  # fmt: skip

    def get_metric_data(self, **asked: Any) -> dict[str, Any]:
        answer = self.kept.client().get_metric_data(ScanBy="TimestampAscending", **asked)
        for found in answer["MetricDataResults"]:  # as they come where nobody asks for an order
            found["Timestamps"].reverse()
            found["Values"].reverse()
        return cast("dict[str, Any]", answer)


def percent(counted: Counted) -> float:
    return 100 * counted[0] / counted[1]


def written(counted: Counted) -> str:
    """Return the percentage as people read it: near 100 it is cut, as 100 is said of all alone."""
    failed, uploads = counted
    cut = failed * 10_000 // uploads / 100
    return compact(cut if cut >= 99 else percent(counted))


def rings(periods: list[Counted]) -> str:
    """Return the alarm over SNS, as CloudWatch words what it judged, the latest first."""
    times = [LATEST - PERIOD * back for back in range(len(periods))]
    over = [
        f"{percent(each)} ({at:%d/%m/%y %H:%M:%S})"
        for each, at in zip(periods, times, strict=True)
        if percent(each) > THRESHOLD
    ]
    is_one = len(over) == 1
    body = {
        "AlarmName": NAME,
        "AWSAccountId": "123456789012",
        "NewStateValue": "ALARM",
        "NewStateReason": f"Threshold Crossed: {len(over)} out of the last {len(periods)}"
        f" datapoints [{', '.join(over)}] {'was' if is_one else 'were'} greater than the threshold"
        f" ({THRESHOLD}) (minimum 1 datapoint for OK -> ALARM transition).",
        "StateChangeTime": f"{AT:%Y-%m-%dT%H:%M:%S.000+0000}",
        "Region": "EU (Stockholm)",
        "AlarmArn": arn(NAME),
        "OldStateValue": "OK",
        "Trigger": {
            "MetricName": METRIC[1], "Namespace": METRIC[0], "StatisticType": "Statistic",
            "Statistic": "AVERAGE", "Unit": None, "Dimensions": [],
            "Period": int(PERIOD.total_seconds()), "EvaluationPeriods": len(periods),
            "DatapointsToAlarm": 1, "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": THRESHOLD, "TreatMissingData": "ignore",
        },
    }  # fmt: skip
    return notification(json.dumps(body))


@given(st.lists(QUIET | TROUBLE, min_size=1, max_size=3), TROUBLE)
@example([(0, 20)], (905, 914))
def test_headline_sentence_and_periods_are_those_of_the_points(
    before: list[Counted], latest: Counted
) -> None:
    periods = [latest, *before]
    cloudwatch = Kept()
    for back, counted in enumerate(periods):
        cloudwatch.keep(LATEST - PERIOD * back, counted)
    with World(cloudwatch=cloudwatch).running() as world:
        world.clock.now = AT
        world.tell(rings(periods))
        [told] = [posted.text for posted in world.slack.top()]

    headline = re.search(r"Upload failures ([\d.,]+) %\*?, over ([\d.]+) %", told)
    assert headline, told
    assert headline[1] == written(latest)
    assert float(headline[2]) == THRESHOLD

    sentence = re.search(r"([\d,]+) of ([\d,]+) uploads failed in the time up to (\d\d:\d\d)", told)
    assert sentence, told
    failed, uploads = (int(number.replace(",", "")) for number in sentence.groups()[:2])
    assert (failed, uploads) == latest
    assert sentence[3] == f"{LATEST + PERIOD:%H:%M}"

    over = sum(percent(each) > THRESHOLD for each in periods)
    assert f"{over} of {len(periods)} periods" in told


@given(st.lists(TROUBLE, min_size=2, max_size=3))
def test_no_counts_are_told_that_do_not_make_up_the_ratio(periods: list[Counted]) -> None:
    """What was put meanwhile, or is not there yet, is not told beside another figure."""
    cloudwatch = Kept()
    moved = [(failed, uploads + 9_000) for failed, uploads in periods]
    for back, counted in enumerate(moved):
        cloudwatch.keep(LATEST - PERIOD * back, counted)
    with World(cloudwatch=cloudwatch).running() as world:
        world.clock.now = AT
        world.tell(rings(periods))
        [told] = [posted.text for posted in world.slack.top()]
    for failed, uploads in re.findall(r"([\d,]+) of ([\d,]+) uploads failed", told):
        share = 100 * int(failed.replace(",", "")) / int(uploads.replace(",", ""))
        assert abs(share - percent(periods[0])) <= 0.006 * percent(periods[0])
