"""Levels over many days: by size, by the bill without our rules, and what is unknown."""

from __future__ import annotations

from cost_control.planning.levels import GB, Level, Standing, Thresholds
from fakes.cost_scenario import Scenario


def test_when_the_cause_is_gone_the_rule_goes_by_itself() -> None:
    it = Scenario()
    it.run()
    it.reader.gigabytes["avatars"] = 92  # hysteresis: not yet below 90 GB
    assert it.steps(it.run())["avatars"] == "leave"
    it.reader.gigabytes["avatars"] = 40
    report = it.run()
    assert report.level is Level.NORMAL
    assert it.steps(report)["avatars"] == "revert"
    assert not it.has_rules


def test_what_is_unknown_neither_ends_a_level_nor_is_zero() -> None:
    it = Scenario()
    it.run()
    it.reader.gigabytes["avatars"] = None
    report = it.run()
    assert report.level is Level.CRITICAL
    assert report.totals.size.value == 1 * GB
    assert it.has_rules
    it.reader.gigabytes["thumbnails"] = None
    assert it.run().as_json()["storage"] == "unknown"


def test_a_threshold_in_dollars_does_not_take_the_rule_away_because_it_works() -> None:
    """112 GB are 104.3 GiB x .023 = $2.40, in GLACIER_IR $0.42; the 1 GB beside costs $0.02."""
    it = Scenario()
    it.thresholds, it.usd_thresholds = Thresholds(), Thresholds(1, 2)
    report = it.run()
    assert it.steps(report)["avatars"] == "apply"
    assert report.standing == Standing(Level.NORMAL, Level.CRITICAL)
    assert report.as_json()["storage_usd_month"] == 2.42

    it.reader.kinds["avatars"] = "GlacierInstantRetrievalStorage"
    for _ in range(3):
        report = it.run()
        assert it.steps(report)["avatars"] == "leave"
    assert report.as_json()["storage_usd_month"] == 0.44
    assert report.as_json()["usd_month_without_our_rules"] == 2.42

    it.reader.gigabytes["avatars"] = 84  # $1.82: hysteresis
    assert it.steps(it.run())["avatars"] == "leave"
    it.reader.gigabytes["avatars"] = 82  # $1.78
    assert it.steps(it.run())["avatars"] == "revert"
    assert not it.has_rules
    assert it.run().level is Level.NORMAL  # the objects stay where they are cheap


def test_what_others_made_cheap_is_cheap() -> None:
    it = Scenario()
    it.thresholds, it.usd_thresholds = Thresholds(), Thresholds(1, 2)
    it.reader.kinds["avatars"] = "GlacierInstantRetrievalStorage"
    assert it.run().level is Level.NORMAL


def test_a_threshold_in_dollars_takes_no_more_calls() -> None:
    """Which class our rule moves into is known from StateTable."""
    it = Scenario()
    it.run("plan")
    other = Scenario()
    other.usd_thresholds = Thresholds(1, 2)
    other.run("plan")
    assert other.fake.calls == it.fake.calls


def test_a_bill_that_is_not_known_whole_never_lowers_the_level() -> None:
    it = Scenario()
    it.thresholds, it.usd_thresholds = Thresholds(), Thresholds(1, 2)
    it.run()
    it.reader.gigabytes |= {"avatars": 10, "thumbnails": None}
    assert it.run().level is Level.CRITICAL
    it.reader.gigabytes["thumbnails"] = 1
    assert it.run().level is Level.NORMAL
