"""Changes to a bucket's rules, through real clients, on a strict S3: every fault on the way."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from avatarwatch.state_table.memory import MemoryDocumentStore
from cost_control.changing.backups import Backups
from cost_control.changing.changes import BucketChanges
from cost_control.changing.store import BucketError, BucketStore
from cost_control.changing.writing import PAUSE, Change, Result
from cost_control.lifecycle.checks import violations
from cost_control.lifecycle.compare import same
from cost_control.lifecycle.document import read, write
from cost_control.lifecycle.merge import is_ours
from cost_control.lifecycle.model import Configuration, Rule
from cost_control.measuring.usage import Versioning
from cost_control.memory import Memory
from cost_control.money.moves import Move
from cost_control.money.prices import StorageClass
from cost_control.planning.plan import own_rule
from fakes.lifecycles import LEGAL, moves, rule, to
from fakes.s3 import OWNER, FakeBucket, FakeS3, kept_documents

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OURS = (own_rule(Move(StorageClass.GLACIER_IR, 30, 131071)),)
THREE = [
    rule(ID="tmp", Filter={"Prefix": "tmp/"}, Expiration={"Days": 7}),
    rule(
        ID="uploads", Filter={}, Expiration=None,
        AbortIncompleteMultipartUpload={"DaysAfterInitiation": 3},
    ),
    rule(
        ID="versions",
        Filter={"And": {"Prefix": "avatars/", "ObjectSizeGreaterThan": 1024}},
        Expiration=None,
        NoncurrentVersionExpiration={"NoncurrentDays": 30, "NewerNoncurrentVersions": 2},
    ),
]  # fmt: skip


class Scenario:
    """One bucket with its changes."""

    def __init__(self, rules: list[dict[str, Any]], size: str | None = None) -> None:
        self.fake = FakeS3(avatars=FakeBucket(), reports=FakeBucket())
        self.slept: list[float] = []
        self.memory = Memory(MemoryDocumentStore(), NOW)
        client = self.fake.client()
        self.store = BucketStore(client, client, "avatars", OWNER)
        self.changes = BucketChanges(
            self.store,
            Backups(client, "reports", OWNER, "a test", NOW),
            self.memory,
            self.slept.append,
            30,
        )
        if rules:
            self.store.replace(read({"Rules": rules, "TransitionDefaultMinimumObjectSize": size}))
        self.before = self.rules
        self.fake.calls.clear()

    def apply(self, own: tuple[Rule, ...], reason: str) -> Change:
        """Put our rule in, from what S3 shows first."""
        return self.changes.carried_out(self.changes.apply(own, reason, self.rules), forgets=False)

    def revert(self, reason: str) -> Change:
        return self.changes.carried_out(self.changes.revert(reason, self.rules), forgets=True)

    @property
    def rules(self) -> Configuration:
        return self.store.lifecycle()[0]

    def somebody_adds(self, *names: str) -> Any:
        """Return a hook by which another writer adds rules to the bucket."""

        def add() -> None:
            now = write(self.rules).get("Rules", [])
            added = [rule(ID=name, Filter={"Prefix": f"{name}/"}) for name in names]
            self.store.replace(read({"Rules": [*now, *added]}))

        return add


def test_ours_joins_the_others_and_everything_of_theirs_stays() -> None:
    it = Scenario(THREE, "varies_by_storage_class")
    change = it.apply(OURS, "over 100 GB")
    assert change.result is Result.CHANGED
    assert it.rules.rules == (*it.before.rules, *OURS)
    assert it.rules.default_size == "varies_by_storage_class"
    assert not violations(it.rules)
    assert it.fake.calls.count("PutBucketLifecycleConfiguration") == 1
    [backup] = kept_documents(it.fake, "reports")
    assert backup["why"] == "over 100 GB"
    assert backup["who"] == "a test"
    assert same(read(backup["configuration"]), it.before)
    assert '+      "ID": "avatar-watch-transition",' in change.diff


def test_applying_twice_writes_once() -> None:
    it = Scenario(THREE)
    it.apply(OURS, "first")
    again = it.apply(OURS, "second")
    assert again.result is Result.UNCHANGED
    assert it.fake.calls.count("PutBucketLifecycleConfiguration") == 1
    assert len(kept_documents(it.fake, "reports")) == 1


@pytest.mark.parametrize("name", [each for each in LEGAL if each != "1,000 rules"])
def test_a_rollback_restores_exactly(name: str) -> None:
    """Byte for byte: what S3 holds afterwards is the XML that was there, legacy forms included."""
    it = Scenario(LEGAL[name])
    there = it.fake.buckets["avatars"].lifecycle
    change = it.apply(OURS, "test")
    assert change.result is Result.CHANGED
    assert it.revert("undo").result is Result.CHANGED
    assert it.fake.buckets["avatars"].lifecycle == there
    assert it.rules == it.before


def test_a_bucket_without_rules_has_none_afterwards() -> None:
    it = Scenario([])
    it.apply(OURS, "test")
    assert it.rules.rules == OURS
    it.revert("undo")
    assert it.fake.buckets["avatars"].lifecycle is None


def test_a_second_apply_does_not_forget_the_way_back() -> None:
    it = Scenario(LEGAL["a legacy prefix"])
    it.apply(OURS, "first")
    it.apply((own_rule(Move(StorageClass.STANDARD_IA, 30, 262143)),), "second")
    it.revert("undo")
    assert it.rules == it.before


def test_what_others_changed_since_stays() -> None:
    it = Scenario(THREE)
    it.apply(OURS, "test")
    it.somebody_adds("theirs")()
    it.revert("undo")
    assert [each.rule_id for each in it.rules.rules] == ["tmp", "uploads", "versions", "theirs"]


def test_a_thousand_rules_leave_no_room() -> None:
    it = Scenario(LEGAL["1,000 rules"])
    change = it.apply(OURS, "test")
    assert change.result is Result.REFUSED
    assert "1001 rules" in change.reason
    assert "PutBucketLifecycleConfiguration" not in it.fake.calls


def test_a_writer_between_reading_and_writing_is_never_overwritten() -> None:
    """The configuration changes after the backup: it starts over from what is there now."""
    it = Scenario(THREE)
    it.fake.once("PutObject", it.somebody_adds("theirs"))
    change = it.apply(OURS, "test")
    assert change.result is Result.CHANGED
    assert [each.rule_id for each in it.rules.rules][:4] == ["tmp", "uploads", "versions", "theirs"]
    assert it.rules.rules[4:] == OURS
    assert it.slept == [PAUSE] * 4


def test_a_writer_who_never_stops_wins() -> None:
    it = Scenario(THREE)
    for number in range(10):
        it.fake.once("PutObject", it.somebody_adds(f"n{number}"))
    change = it.apply(OURS, "test")
    assert change.result is Result.REFUSED
    assert "kept changing" in change.reason
    assert not any(map(is_ours, it.rules.rules))


@pytest.mark.parametrize("code", ["OperationAborted", "ConditionalRequestConflict"])
def test_a_conflict_is_tried_again(code: str) -> None:
    it = Scenario(THREE)
    it.fake.refuse("PutBucketLifecycleConfiguration", code, 409, times=2)
    assert it.apply(OURS, "test").result is Result.CHANGED
    assert it.rules.rules[3:] == OURS


def test_a_conflict_that_lasts_is_told() -> None:
    it = Scenario(THREE)
    it.fake.refuse("PutBucketLifecycleConfiguration", "OperationAborted", 409, times=9)
    assert it.apply(OURS, "test").result is Result.REFUSED
    assert it.rules == it.before


def timed_out() -> None:
    raise ReadTimeoutError(endpoint_url="s3")


def test_no_answer_and_nothing_written_starts_over() -> None:
    it = Scenario(THREE)
    it.fake.once("PutBucketLifecycleConfiguration", timed_out)
    assert it.apply(OURS, "test").result is Result.CHANGED
    assert it.rules.rules[3:] == OURS


def test_no_answer_but_written_is_recognised() -> None:
    it = Scenario(THREE)
    other = it.fake.client()

    def written_then_silent() -> None:
        BucketStore(other, other, "avatars", OWNER).replace(
            Configuration((*it.before.rules, *OURS), it.before.default_size)
        )
        timed_out()

    it.fake.once("PutBucketLifecycleConfiguration", written_then_silent)
    assert it.apply(OURS, "test").result is Result.CHANGED
    assert it.slept == [PAUSE, PAUSE]
    it.revert("undo")
    assert it.rules == it.before


def test_a_run_that_died_after_writing_is_continued_by_the_next() -> None:
    """The backup's key is remembered before anything is written."""
    it = Scenario(THREE)

    def dies() -> None:
        raise KeyboardInterrupt

    # reading: at first, twice before the write, and to verify
    for _ in range(3):
        it.fake.once("GetBucketLifecycleConfiguration", lambda: None)
    it.fake.once("GetBucketLifecycleConfiguration", dies)
    with pytest.raises(KeyboardInterrupt):
        it.apply(OURS, "test")
    assert it.apply(OURS, "again").result is Result.UNCHANGED
    it.revert("undo")
    assert it.rules == it.before


def overwrites(it: Scenario, *names: str) -> Any:
    """Return a hook by which another writer, who never saw ours, puts its own rules."""
    theirs = it.fake.client()

    def put() -> None:
        BucketStore(theirs, theirs, "avatars", OWNER).replace(
            read({"Rules": [rule(ID=name) for name in names]})
        )

    return put


def test_another_writer_right_after_ours_is_noticed_and_what_vanished_is_named() -> None:
    it = Scenario(THREE)
    it.fake.afterwards("PutBucketLifecycleConfiguration", overwrites(it, "new"))
    change = it.apply(OURS, "test")
    assert change.result is Result.UNVERIFIED
    assert change.reason == (
        "written, but S3 shows other rules: another writer came; not there: tmp, uploads,"
        " versions, avatar-watch-transition"
    )
    assert [each.rule_id for each in it.rules.rules] == ["new"]


def test_what_our_writing_covered_is_put_back() -> None:
    """Another hand's rules came between our last reading and our writing, and S3 shows them once
    more before it shows ours.
    """
    it = Scenario(THREE)
    seconds = iter(range(1_000))
    it.fake.goes_stale(1_000, lambda: float(next(seconds)), lambda: False)
    it.fake.once("PutBucketLifecycleConfiguration", it.somebody_adds("theirs"))
    stale = iter([True] + [False] * 100)
    written = it.fake.afterwards
    written("PutBucketLifecycleConfiguration", lambda: None)
    written(
        "PutBucketLifecycleConfiguration",
        lambda: setattr(it.fake, "is_stale", lambda: next(stale)),
    )
    change = it.apply(OURS, "test")
    assert change.result is Result.CHANGED
    assert "were put back: theirs: theirs/*" in change.reason
    assert [each.rule_id for each in it.rules.rules] == [
        "tmp", "uploads", "versions", "theirs", "avatar-watch-transition",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "right"),
    [
        ("GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
        ("PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
    ],
)
def test_what_is_denied_is_named(operation: str, right: str) -> None:
    it = Scenario(THREE)
    it.fake.refuse(operation, "AccessDenied", 403)
    with pytest.raises(BucketError, match=f" lacks {right}: "):
        it.apply(OURS, "test")
    assert it.rules == it.before


@pytest.mark.parametrize(
    ("operation", "right"),
    [
        ("GetBucketTagging", "s3:GetBucketTagging"),
        ("GetBucketVersioning", "s3:GetBucketVersioning"),
    ],
)
def test_a_setup_that_may_not_be_read_is_named(operation: str, right: str) -> None:
    it = Scenario(THREE)
    it.fake.refuse(operation, "AccessDenied", 403)
    with pytest.raises(BucketError, match=f" lacks {right}: "):
        it.store.setup()


def test_without_a_backup_nothing_is_written() -> None:
    it = Scenario(THREE)
    it.fake.refuse("PutObject", "AccessDenied", 403)
    with pytest.raises(Exception, match="AccessDenied"):
        it.apply(OURS, "test")
    assert it.rules == it.before


@pytest.mark.parametrize("trouble", ["changed", "gone", "no JSON"])
def test_a_backup_that_cannot_be_trusted_restores_nothing_but_ours_still_goes(trouble: str) -> None:
    it = Scenario(THREE)
    it.apply(OURS, "test")
    [key] = it.fake.buckets["reports"].bodies
    body = it.fake.buckets["reports"].bodies[key]
    match trouble:
        case "changed":
            it.fake.buckets["reports"].bodies[key] = body.replace(b'"tmp/"', b'"avatars/"')
        case "gone":
            del it.fake.buckets["reports"].bodies[key]
        case _:
            it.fake.buckets["reports"].bodies[key] = b"{"
    change = it.revert("undo")
    assert change.result is Result.CHANGED
    assert f"only our rule was taken away: backup {key}" in change.reason
    assert it.rules == it.before


def test_throttling_is_waited_out_by_the_client() -> None:
    it = Scenario(THREE)
    patient = it.fake.client(attempts=3)
    it.fake.refuse("GetBucketLifecycleConfiguration", "SlowDown", 503, times=1)
    found, _ = BucketStore(patient, patient, "avatars", OWNER).lifecycle()
    assert found == it.before


def test_elements_of_tomorrow_are_noticed_and_never_lost() -> None:
    """boto3 drops what its model does not name: such a configuration is not written."""
    it = Scenario(THREE)
    bucket = it.fake.buckets["avatars"]
    assert bucket.lifecycle is not None
    bucket.lifecycle = bucket.lifecycle.replace(
        b"</Rule>", b"<Replay><Days>3</Days></Replay></Rule>", 1
    )
    there = bucket.lifecycle
    assert it.store.lifecycle()[1] == ("Replay",)
    change = it.apply(OURS, "test")
    assert change.result is Result.REFUSED
    assert "Replay" in change.reason
    assert bucket.lifecycle == there


def test_legacy_prefixes_become_filters_only_beside_ours() -> None:
    it = Scenario(LEGAL["legacy prefixes apart"])
    it.apply(OURS, "test")
    assert all(each.prefix is None for each in it.rules.rules)
    assert [each.scope.prefix for each in it.rules.rules][:2] == ["a/", "b/"]


def test_a_bucket_is_known_by_its_setup() -> None:
    it = Scenario([moves(to("GLACIER_IR", 90))])
    it.fake.buckets["avatars"].tags = {"team": "avatars & co"}
    it.fake.buckets["avatars"].versioning = "Enabled"
    setup = it.store.setup()
    assert setup.tags == {"team": "avatars & co"}
    assert setup.versioning is Versioning.ENABLED
    assert not setup.has_mfa_delete
    it.fake.buckets["avatars"].mfa_delete = True
    assert it.store.setup().has_mfa_delete


RUNS = int(os.environ.get("RUNS", "100"))


@pytest.mark.parametrize("seed", range(RUNS))
def test_no_rule_is_lost_while_s3_answers_by_turns(seed: int) -> None:
    """Another hand's rule comes up to half a minute before; half of that time's answers are old."""
    rng = random.Random(seed)  # noqa: S311 - not a secret
    it = Scenario(THREE)
    start = rng.uniform(0, 29)  # seconds since theirs when ours begins
    it.somebody_adds("exports")()
    it.fake.buckets["avatars"].replaced.popleft()  # how the scenario began is long ago
    it.fake.goes_stale(30, lambda: start + sum(it.slept), lambda: rng.random() < 0.5)
    change = it.apply(OURS, "test")
    it.fake.stale_seconds = 0
    assert change.result is Result.CHANGED
    names = [each.rule_id for each in it.rules.rules]
    assert names == ["tmp", "uploads", "versions", "exports", "avatar-watch-transition"]
    assert it.revert("undo").result is Result.CHANGED
    assert [each.rule_id for each in it.rules.rules] == names[:-1]


def test_ours_is_taken_out_beside_elements_of_tomorrow_and_every_other_byte_stays() -> None:
    like_ours = "avatar-watch-transition "
    it = Scenario([rule(ID=like_ours, Filter={"Prefix": "logs/"}), *THREE])
    it.apply(OURS, "test")
    bucket = it.fake.buckets["avatars"]
    assert bucket.lifecycle is not None
    bucket.lifecycle = bucket.lifecycle.replace(
        b"</Rule>", b"<Replay><Days>3</Days></Replay></Rule>", 1
    )
    there = bucket.lifecycle
    start = there.index(b"<Rule><ID>avatar-watch-transition</ID>")
    end = there.index(b"</Rule>", start) + len(b"</Rule>")
    change = it.revert("undo")
    assert change.result is Result.CHANGED
    assert bucket.lifecycle == there[:start] + there[end:]
    assert b"<Replay><Days>3</Days></Replay>" in bucket.lifecycle
    assert [each.rule_id for each in it.rules.rules] == [like_ours, "tmp", "uploads", "versions"]
