"""A round's time is shared so that everybody is asked."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.health import NOON, answered, endpoint, failed
from health_polling.endpoint import Endpoint
from health_polling.exchange import Exchange
from health_polling.judge import judge
from health_polling.rounds import CONCURRENCY, LEAST_SECONDS, fair_share, run_round
from health_polling.verdict import Judgement, Verdict


def judged(each: Endpoint, exchange: Exchange) -> Judgement:
    return judge(each, exchange, NOON)


@given(st.integers(1, 5000), st.floats(1, 50))
def test_all_hanging_endpoints_fit_into_the_round_or_get_the_least(
    count: int, seconds: float
) -> None:
    share = fair_share(count, seconds)
    waves = max(1.0, count / CONCURRENCY)
    assert share == LEAST_SECONDS or share * waves <= seconds * (1 + 1e-9)


def test_few_endpoints_have_the_whole_round() -> None:
    assert fair_share(20, 43.0) == 43.0
    assert fair_share(1000, 43.0) == pytest.approx(5.5, abs=0.01)


def test_outcomes_keep_the_order_of_the_list() -> None:
    listed = [endpoint(name=f"e{n}") for n in range(300)]
    good = answered({"status": "ok"})
    outcomes = run_round(
        listed, lambda e, _: good if e.name != "e7" else failed(), judged, seconds=5
    )
    assert [outcome.endpoint.name for outcome in outcomes] == [e.name for e in listed]
    assert [o.endpoint.name for o in outcomes if o.judgement.verdict is Verdict.FAIL] == ["e7"]


def test_a_mistake_of_ours_is_told_as_unreadable_and_stops_nobody() -> None:
    def broken(each: Endpoint, seconds: float) -> Exchange:
        del seconds
        if each.name == "web":
            return answered({"status": "ok"})
        raise LookupError("a mistake of ours")

    first, second = run_round([endpoint(), endpoint(name="web")], broken, judged, seconds=1)
    assert first.judgement.reason == "its answer cannot be read (LookupError)"
    assert second.judgement.verdict is Verdict.PASS


def test_nothing_to_ask_is_a_round_as_well() -> None:
    assert run_round([], lambda *_: failed(), judged, seconds=1) == []


def test_no_garbage_is_looked_for_during_a_round_and_none_is_left_in_cycles() -> None:
    looked: list[bool] = []

    def poll(each: Endpoint, seconds: float) -> Exchange:
        del seconds
        looked.append(gc.isenabled())
        if each.name == "e7":
            raise LookupError("a mistake of ours")
        return answered({"status": "ok", "checks": {"db": {"status": "down", "error": "x"}}})

    gc.collect()
    outcomes = run_round([endpoint(name=f"e{n}") for n in range(200)], poll, judged, seconds=5)
    assert len(outcomes) == 200
    assert gc.isenabled()
    assert not any(looked)
    # what a hundred polls leave would be hundreds of objects
    assert gc.collect() < 100
