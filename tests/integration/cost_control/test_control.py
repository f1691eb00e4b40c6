"""Whole runs over several buckets: what is done, what is told, and what is remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from avatarwatch.environment import SettingsError
from avatarwatch.state import MemoryDocumentStore
from cost_control.levels import GB, NEVER, Level, Standing, Thresholds
from cost_control.memory import BusyError, Memory
from cost_control.settings import FunctionSettings, Mode, read_request
from fakes.cost_scenario import NOW, Scenario


def test_over_the_threshold_a_rule_is_written_and_told_with_its_undoing() -> None:
    it = Scenario()
    report = it.run()
    assert report.level is Level.CRITICAL
    assert it.steps(report)["avatars"] == "apply"
    assert it.has_rules
    told = next(one for one in it.told if one.facts["Bucket"] == "avatars")
    assert told.summary == "Lifecycle rules changed: avatars"
    assert '{"action": "rollback", "bucket": "avatars"}' in told.facts["Undo"]
    assert told.facts["Rules added"] == (
        "avatar-watch-transition: objects of 384 KiB and more: into GLACIER_IR after 1 day"
    )
    assert "Rules taken away" not in told.facts
    assert told.facts["Rules left as they were"] == "0"
    assert told.facts["Why"].startswith("280,000 objects of 384 KiB and more into GLACIER_IR")
    assert all(each not in text for text in told.facts.values() for each in ('"ID"', "None"))
    assert told.facts["Backup"].startswith("cost-control/backups/avatars/")
    answer = report.as_json()
    assert answer["expected_saving_usd_month"] > 1
    assert answer["buckets"][0]["change"]["result"] == "changed"


def test_a_run_a_day_says_the_same_once() -> None:
    it = Scenario()
    it.run()
    told = len(it.told)
    for _ in range(5):
        report = it.run()
        assert it.steps(report)["avatars"] == "leave"
    assert len(it.told) == told
    assert it.fake.calls.count("PutBucketLifecycleConfiguration") == 1


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


def test_observing_writes_nothing() -> None:
    it = Scenario(Mode.OBSERVE)
    report = it.run()
    assert it.steps(report)["avatars"] == "advise"
    assert not it.has_rules
    assert it.told[0].summary == "Storage could cost less: avatars"
    assert "Undo" not in it.told[0].facts
    assert report.buckets[0].diff


def test_an_advice_is_told_once_and_again_when_it_changes() -> None:
    it = Scenario(Mode.OBSERVE)
    for _ in range(4):
        it.run()
    assert [one.facts["Bucket"] for one in it.told].count("avatars") == 1
    it.reader.gigabytes["avatars"] = 10
    it.run()
    it.reader.gigabytes["avatars"] = 112
    it.run()
    assert [one.facts["Bucket"] for one in it.told].count("avatars") == 2


def test_enforcing_needs_the_bucket_by_name() -> None:
    it = Scenario(enforced="thumbnails")
    assert it.steps(it.run())["avatars"] == "advise"
    assert not it.has_rules


def test_a_plan_changes_and_tells_nothing() -> None:
    it = Scenario()
    report = it.run("plan")
    assert it.steps(report)["avatars"] == "apply"
    assert not it.has_rules
    assert not it.told
    assert not it.documents.items
    assert "PutObject" not in it.fake.calls


def test_what_could_not_be_published_is_told_by_the_next_run() -> None:
    it = Scenario()
    it.topic_is_down = True
    report = it.run()
    assert it.has_rules
    assert set(report.untold) == {"avatars"}
    assert not it.told
    it.topic_is_down = False
    assert it.run().told == ["avatars"]
    [told] = it.told
    assert told.summary == "Lifecycle rules changed: avatars"
    assert told.facts["Rules added"].startswith("avatar-watch-transition: ")
    assert "rollback" in told.facts["Undo"]
    assert it.run().told == []


def test_a_run_that_died_after_writing_is_told_by_the_next() -> None:
    it = Scenario()

    def dies() -> None:
        raise KeyboardInterrupt

    for _ in range(3):  # the facts, the reading before the write, the one that compares
        it.fake.once("GetBucketLifecycleConfiguration", lambda: None)
    it.fake.once("GetBucketLifecycleConfiguration", dies)
    with pytest.raises(KeyboardInterrupt):
        it.run()
    report = it.run()
    assert it.steps(report)["avatars"] == "leave"
    assert it.fake.calls.count("PutBucketLifecycleConfiguration") == 1
    assert [one.summary for one in it.told] == ["Lifecycle rules changed: avatars"]
    assert it.told[0].facts["Backup"].startswith("cost-control/backups/avatars/")


def test_a_run_that_died_before_writing_is_not_told() -> None:
    it = Scenario()

    def dies() -> None:
        raise KeyboardInterrupt

    it.fake.once("PutBucketLifecycleConfiguration", dies)
    with pytest.raises(KeyboardInterrupt):
        it.run()
    it.reader.gigabytes["avatars"] = 40
    it.run()
    assert not it.told


def test_undoing_needs_no_figures() -> None:
    it = Scenario()
    it.run()
    it.reader.denied = {"avatars"}
    undone = it.run("rollback", "avatars")
    assert undone.buckets[0].error is None
    assert not it.has_rules


def test_what_s3_refuses_for_a_reason_of_its_own_is_told_with_its_code() -> None:
    """The 30 days of the infrequent-access classes are unproven: S3 has the last word."""
    it = Scenario()
    it.fake.refuse("PutBucketLifecycleConfiguration", "InvalidArgument", 400)
    report = it.run()
    assert "answers InvalidArgument" in (report.buckets[0].error or "")
    assert not it.has_rules
    assert it.told[0].summary == "Cost control could not work on avatars"


def test_a_rollback_by_hand_holds_until_somebody_asks_again() -> None:
    it = Scenario()
    it.run()
    undone = it.run("rollback", "avatars")
    assert undone.buckets[0].change is not None
    assert not it.has_rules
    assert it.steps(it.run())["avatars"] == "advise"
    assert not it.has_rules
    assert it.steps(it.run("apply", "avatars"))["avatars"] == "apply"
    assert it.has_rules


def test_a_rollback_holds_only_as_long_as_the_crossing() -> None:
    it = Scenario()
    it.run()
    it.run("rollback", "avatars")
    it.reader.gigabytes["avatars"] = 10
    it.run()
    it.reader.gigabytes["avatars"] = 150
    assert it.steps(it.run())["avatars"] == "apply"


def test_one_buckets_trouble_does_not_stop_the_others() -> None:
    it = Scenario()
    it.fake.refuse("GetBucketLifecycleConfiguration", "AccessDenied", 403)
    report = it.run()
    first, second = report.buckets
    assert first.error is not None
    assert "s3:GetLifecycleConfiguration" in first.error
    assert second.verdict is not None
    assert it.told[0].summary == "Cost control could not work on avatars"


def test_metrics_that_are_denied_are_an_error_of_the_bucket() -> None:
    it = Scenario()
    it.reader.denied = {"thumbnails"}
    report = it.run()
    assert report.buckets[1].error is not None
    assert it.steps(report) == {"avatars": "apply"}


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


def test_in_normal_times_nothing_is_listed() -> None:
    it = Scenario()
    it.reader.gigabytes["avatars"] = 10
    report = it.run()
    assert "ListObjectsV2" not in it.fake.calls
    assert it.steps(report) == {"avatars": "leave", "thumbnails": "leave"}
    assert not it.told


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


def test_without_a_threshold_in_dollars_no_more_is_read() -> None:
    it = Scenario()
    it.run("plan")
    plain = list(it.fake.calls)
    other = Scenario()
    other.usd_thresholds = Thresholds(1, 2)
    other.run("plan")
    assert len(other.fake.calls) == len(plain) + 2


def test_a_bill_that_cannot_be_read_whole_never_lowers_the_level() -> None:
    it = Scenario()
    it.thresholds, it.usd_thresholds = Thresholds(), Thresholds(1, 2)
    it.run()
    it.reader.gigabytes["avatars"] = 10
    it.fake.refuse("GetBucketLifecycleConfiguration", "AccessDenied", 403)
    assert it.run().level is Level.CRITICAL
    assert it.run().level is Level.NORMAL


def test_petabytes() -> None:
    it = Scenario()
    it.reader.gigabytes["avatars"] = 5e6
    report = it.run()
    assert report.as_json()["storage"] == "5 PB"
    assert it.has_rules


def test_one_run_at_a_time() -> None:
    documents = MemoryDocumentStore()
    with (
        Memory(documents, NOW).alone("first"),
        pytest.raises(BusyError, match="another run is at work"),
        Memory(documents, NOW + timedelta(minutes=5)).alone("second"),
    ):
        pass
    with Memory(documents, NOW).alone("third"):
        pass


def test_a_dead_runs_lock_expires() -> None:
    documents = MemoryDocumentStore()
    first = Memory(documents, NOW).alone("died")
    first.__enter__()
    with Memory(documents, NOW + timedelta(minutes=17)).alone("next"):
        pass


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({}, "action"),
        ({"action": "delete"}, "action"),
        ({"action": "plan", "force": True}, "force"),
        ({"action": "rollback"}, "bucket"),
        ({"action": "plan", "bucket": "others"}, "bucket"),
        ({"action": "plan", "bucket": 7}, "bucket"),
        ("plan", "event"),
        (None, "event"),
    ],
)
def test_a_wrong_request_is_refused_by_field(event: Any, field: str) -> None:
    with pytest.raises(SettingsError, match=f"^{field}: "):
        read_request(event, ("avatars",))


ENVIRONMENT = {
    "SYSTEM_NAME": "avatar-system",
    "STATE_TABLE_NAME": "state",
    "ALERTS_TOPIC_ARN": "arn",
    "REPORTS_BUCKET_NAME": "reports",
    "AWS_LAMBDA_FUNCTION_NAME": "cost-control",
    "AWS_REGION": "eu-north-1",
    "AVATAR_BUCKET_NAMES": "avatars,thumbnails,avatars",
    "ENFORCED_BUCKET_NAMES": "",
    "COST_CONTROL_MODE": "observe",
    "STORAGE_WARNING_THRESHOLD_GB": "50",
    "STORAGE_CRITICAL_THRESHOLD_GB": "100",
    "ASSUMED_MONTHLY_READS": "0.5",
    "ALLOW_ONE_ZONE": "true",
    "IA_MINIMUM_DAYS": "7",
    "STORAGE_WARNING_USD": "0",
    "STORAGE_CRITICAL_USD": "120",
}


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    settings = FunctionSettings.from_env()
    assert settings.buckets == ("avatars", "thumbnails")
    assert settings.thresholds.critical == 100 * GB
    assert settings.usd_thresholds == Thresholds(NEVER, 120)
    assert settings.allow_one_zone
    assert settings.ia_minimum_days == 7
    assert not settings.writes("avatars")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COST_CONTROL_MODE", "delete"),
        ("ENFORCED_BUCKET_NAMES", "others"),
        ("ASSUMED_MONTHLY_READS", "many"),
        ("STORAGE_WARNING_THRESHOLD_GB", "-1"),
        ("STORAGE_CRITICAL_USD", "much"),
        ("ALLOW_ONE_ZONE", "maybe"),
        ("IA_MINIMUM_DAYS", "-1"),
        ("STORAGE_WARNING_USD", "nan"),
        ("STORAGE_WARNING_USD", "inf"),
        ("REPORTS_BUCKET_NAME", ""),
    ],
)
def test_a_wrong_environment_is_refused_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each, given in (ENVIRONMENT | {name: value}).items():
        monkeypatch.setenv(each, given)
    with pytest.raises(SettingsError, match=name):
        FunctionSettings.from_env()
