"""Where the bounds of a run lie, from both sides: its lock, its calls, a promise's month."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from avatarwatch.state_table.memory import MemoryDocumentStore
from cost_control.changing.store import BucketError, BucketStore, NoAnswerError
from cost_control.lifecycle.document import read
from cost_control.measuring.calls import Calls, NoCallsLeftError
from cost_control.measuring.usage import Usage
from cost_control.memory import Memory, RunningError
from cost_control.money.prices import BUNDLED
from cost_control.planning.promises import Kept, Promise, kept
from fakes.lifecycles import rule
from fakes.s3 import OWNER, FakeBucket, FakeS3

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LOCKED = timedelta(minutes=16)


def test_a_run_that_died_locks_the_next_ones_out_for_sixteen_minutes() -> None:
    store = MemoryDocumentStore()
    runs = [
        Memory(store, NOW + age).alone("a run") for age in (timedelta(0), LOCKED - SECOND, LOCKED)
    ]
    died, refused, free = runs
    died.__enter__()
    with pytest.raises(RunningError, match=r"^another run is at work since 09:30:00 UTC$"):
        refused.__enter__()
    free.__enter__()


def test_a_bucket_takes_twelve_calls_five_of_which_are_a_change_s() -> None:
    calls = Calls()
    calls.spend(12)
    with pytest.raises(NoCallsLeftError, match=r"^a bucket takes 12 calls a run at most$"):
        calls.spend()
    assert calls.left == 0
    assert [Calls(left).can_write for left in (4, 5)] == [False, True]


PROMISE = Promise(NOW, 10, "GLACIER_IR", 2.0, 1.0, 3.0, {"StandardStorage": 100 * 2.0**30})
MOVED = Usage({"GlacierInstantRetrievalStorage": 100 * 2.0**30}, objects=1000)
DUE = NOW + timedelta(days=10 + 30 + 3)


def test_what_came_of_a_promise_is_told_a_month_and_three_days_after_the_move() -> None:
    assert kept(PROMISE, MOVED, BUNDLED, DUE - SECOND) is None
    found = kept(PROMISE, MOVED, BUNDLED, DUE)
    assert found is not None
    assert found.realised == pytest.approx(100 * (0.023 - 0.004))


@pytest.mark.parametrize(
    ("promise", "usage"),
    [
        (PROMISE, replace(MOVED, is_certain=False)),
        (PROMISE, Usage()),
        (PROMISE, Usage({"StandardStorage": 0.0})),
        (replace(PROMISE, bytes_by_type={}), MOVED),
    ],
)
def test_nothing_is_told_of_a_promise_when_the_bytes_are_not_known(
    promise: Promise, usage: Usage
) -> None:
    assert kept(promise, usage, BUNDLED, DUE) is None


@pytest.mark.parametrize(
    ("realised", "than"), [(2.5, "$0.50 more"), (2.0, "$0.00 more"), (1.5, "$0.50 less")]
)
def test_a_promise_is_told_with_the_difference(realised: float, than: str) -> None:
    assert Kept(PROMISE, realised).sentence.endswith(f"moving included): {than}")


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("Whatever", 499, BucketError),
        ("Whatever", 500, NoAnswerError),
        ("Whatever", 503, NoAnswerError),
        ("RequestTimeout", 400, NoAnswerError),
        ("TooManyRequests", 429, NoAnswerError),
    ],
)
def test_of_a_server_in_trouble_nobody_knows_whether_the_rules_were_written(
    code: str, status: int, error: type[Exception]
) -> None:
    fake = FakeS3(avatars=FakeBucket())
    client = fake.client()
    fake.refuse("PutBucketLifecycleConfiguration", code, status, times=9)
    with pytest.raises(error):
        BucketStore(client, client, "avatars", OWNER).replace(read({"Rules": [rule()]}))
