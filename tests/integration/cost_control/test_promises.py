"""What was promised when a rule was written, held against what came of it a month later."""

from __future__ import annotations

import pytest

from fakes.cost_world import OURS, World

GIB = 2.0**30
TOTAL = 300_000 * 400_000.0


def moved(share: float, **more: float) -> World:
    """Return a world in which a rule was written, and so much moved in a month and some days."""
    it = World()
    it.holds([(300_000, 400_000, "STANDARD")], requests={"GetRequests": 1_000, **more})
    it.run()
    assert OURS in it.rules()
    it.metrics["avatars"].types = {
        "StandardStorage": TOTAL * (1 - share),
        "GlacierInstantRetrievalStorage": TOTAL * share,
    }
    it.pass_days(36)
    return it


def test_a_month_later_the_saving_is_held_against_the_promise() -> None:
    """119.2 x (.023 - .004) = 111.76 x .019 = $2.12 a month, less the reads; promised the same."""
    it = moved(1.0, BytesDownloaded=4e8)
    report = it.run()
    found = report.buckets["avatars"].kept
    assert found is not None
    reading = 1_000 * 0.0096 / 1_000 + 4e8 / GIB * 0.03
    assert found.realised == pytest.approx(TOTAL / GIB * 0.019 - reading, rel=0.02)
    assert found.realised == pytest.approx(found.promise.monthly, rel=0.02)
    told = it.told[-1]
    assert told.summary == "A month of our lifecycle rule: avatars"
    assert "were promised" in told.reason
    assert "$0.0" in told.reason  # the difference
    answer = report.as_json()["buckets"][0]["promise"]
    assert answer["usd_month"] == pytest.approx(answer["usd_month_realised"], abs=0.05)


def test_the_difference_is_said() -> None:
    """Half of the bytes moved: half of the promise is missing."""
    it = moved(0.5, BytesDownloaded=4e8)
    found = it.run().buckets["avatars"].kept
    assert found is not None
    missing = found.promise.monthly - found.realised
    assert missing == pytest.approx(found.promise.monthly / 2, rel=0.05)
    assert it.told[-1].reason.endswith(f"${missing:.2f} less")


def test_it_is_told_once_and_not_before_a_month_is_over() -> None:
    it = World()
    it.holds([(300_000, 400_000, "STANDARD")])
    it.run()
    for _ in range(60):
        it.pass_days()
        it.run()
    months = [one for one in it.told if one.summary.startswith("A month of our")]
    assert len(months) == 1
    assert (months[0].time - it.told[0].time).days == 34


def test_the_kpi_expects_what_was_promised_while_the_rule_is_in_place() -> None:
    it = World()
    it.holds([(300_000, 400_000, "STANDARD")])
    first = it.run().as_json()["expected_saving_usd_month"]
    it.pass_days()
    assert it.run().as_json()["expected_saving_usd_month"] == first


def test_on_an_uncertain_day_nothing_is_held_against_a_promise() -> None:
    it = moved(1.0, BytesDownloaded=4e8)
    it.metrics["avatars"].types = {"GlacierInstantRetrievalStorage": TOTAL}
    it.pass_days(4)
    report = it.run()
    assert report.buckets["avatars"].kept is None
    assert report.buckets["avatars"].realised is None
