"""Whole runs over several buckets: what is done, what is told, and what is remembered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avatarwatch.state_table.memory import MemoryDocumentStore
from cost_control.memory import Memory, RunningError
from cost_control.planning.levels import Level
from cost_control.settings import Mode
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
        "avatar-watch-transition: objects of 128 KiB and more: into GLACIER_IR after 1 day"
    )
    assert "Rules taken away" not in told.facts
    assert told.facts["Rules left as they were"] == "0"
    assert told.facts["Why"].startswith("280,000 objects of 128 KiB and more into GLACIER_IR")
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


def test_observing_writes_nothing() -> None:
    it = Scenario(Mode.OBSERVE)
    report = it.run()
    assert it.steps(report)["avatars"] == "advise"
    assert not it.has_rules
    assert it.told[0].summary == "Storage could cost less: avatars"
    assert "Undo" not in it.told[0].facts
    assert next(iter(report.buckets.values())).diff


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

    for _ in range(4):  # both buckets' rules, then ours twice before the write
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
    it.reader.is_denied = True
    undone = it.run("rollback", "avatars")
    assert undone.buckets["avatars"].error is None
    assert not it.has_rules


def test_what_s3_refuses_for_a_reason_of_its_own_is_told_with_its_code() -> None:
    """The 30 days of the infrequent-access classes are unproven: S3 has the last word."""
    it = Scenario()
    it.fake.refuse("PutBucketLifecycleConfiguration", "InvalidArgument", 400)
    report = it.run()
    assert "answers InvalidArgument" in (next(iter(report.buckets.values())).error or "")
    assert not it.has_rules
    assert it.told[0].summary == "Cost control could not work on avatars"


def test_a_rollback_by_hand_holds_until_somebody_asks_again() -> None:
    it = Scenario()
    it.run()
    undone = it.run("rollback", "avatars")
    assert undone.buckets["avatars"].change is not None
    assert not it.has_rules
    told = len(it.told)
    assert it.steps(it.run())["avatars"] == "leave"
    assert len(it.told) == told  # who took it out knows
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
    first, second = report.buckets.values()
    assert first.error is not None
    assert " lacks s3:GetLifecycleConfiguration: " in first.error
    assert second.verdict is not None
    assert it.told[0].summary == "Cost control could not work on avatars"


@pytest.mark.parametrize("readings", [2, 3])
def test_trouble_while_rules_are_read_again_is_of_the_bucket_that_is_read(readings: int) -> None:
    it = Scenario()
    for _ in range(readings):
        it.fake.once("GetBucketLifecycleConfiguration", lambda: None)
    it.fake.refuse("GetBucketLifecycleConfiguration", "AccessDenied", 403, times=20)
    report = it.run()
    assert " lacks s3:GetLifecycleConfiguration: " in (report.buckets["avatars"].error or "")
    assert report.buckets["thumbnails"].error is None
    assert not it.has_rules


def test_metrics_that_are_denied_are_an_error_of_every_bucket() -> None:
    it = Scenario()
    it.reader.is_denied = True
    report = it.run()
    assert all("measuring: " in (one.error or "") for one in report.buckets.values())
    assert not it.has_rules


def test_in_normal_times_nothing_is_listed() -> None:
    it = Scenario()
    it.reader.gigabytes["avatars"] = 10
    report = it.run()
    assert "ListObjectsV2" not in it.fake.calls
    assert it.steps(report) == {"avatars": "leave", "thumbnails": "leave"}
    assert not it.told


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
        pytest.raises(RunningError, match="another run is at work"),
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
