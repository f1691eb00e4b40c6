"""Calls for a bucket, in every situation that the benchmark lists, whatever the bucket holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.cost_control import SITUATIONS, Situation
from cost_control.measuring.calls import CALLS

SEVERAL = 7


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.name)
def test_a_bucket_takes_twelve_calls_at_most(situation: Situation) -> None:
    alone, _, world = situation.run(1)
    assert alone.total() <= CALLS, alone
    assert world.waited <= 30
    together, _, world = situation.run(SEVERAL)
    of_all = together["ListMetrics"] + together["GetMetricData"]
    assert of_all <= 3
    assert together.total() <= SEVERAL * (CALLS - 2) + of_all
    assert world.waited <= 30  # all wait at once


@pytest.mark.parametrize("situation", SITUATIONS[2:], ids=lambda each: each.name)
def test_the_calls_do_not_grow_with_the_objects(situation: Situation) -> None:
    calls = {replace(situation, count=10**power).run(1)[0].total() for power in (5, 9)}
    assert len(calls) == 1
