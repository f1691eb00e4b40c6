"""The bounds within which AccessLogs works, from both sides, and what its report says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from access_logs.arrivals import Message
from access_logs.entry import Origin
from access_logs.tally import Minute, Tally
from avatarwatch.metrics import PartialAnswerError
from fakes.steps import Steps
from unit.access_logs.lines import s3

from .world import FIELDS, NOW, World, notification, record

MINUTE = timedelta(minutes=1)
STAMP = "20/Nov/2026:10:00:59 +0000"
ROW = "2026-11-20\t10:00:00\t{status}\t{size}\tHit\tGET\n"
HEADER = "#Fields: date time sc-status sc-bytes x-edge-result-type cs-method\n"


def log(*sizes: int, status: int = 200) -> bytes:
    return (HEADER + "".join(ROW.format(status=status, size=size) for size in sizes)).encode()


@pytest.mark.parametrize(
    ("age", "counts"),
    [
        (timedelta(days=13, hours=23), True),
        (timedelta(days=13, hours=23) + MINUTE, False),
        (-timedelta(hours=1), True),
        (-timedelta(hours=1) - MINUTE, False),
    ],
)
def test_what_cloudwatch_would_refuse_by_its_age_is_left_out(
    age: timedelta, *, counts: bool
) -> None:
    """It takes points of two weeks to two hours ahead; an hour is kept for the way there."""
    world = World(stream_fields=FIELDS)
    counting = world.work()
    assert counting.records([record(1, NOW - age)])
    assert (counting.report.requests, counting.report.outside) == (int(counts), int(not counts))


def left_behind(world: World) -> None:
    """Have an invocation die at the put of its batch."""
    world.bucket.objects["a"] = log(1)
    world.metrics.fails = ["before"]
    with pytest.raises(ClientError):
        world.deliver(notification("a", log(1)))


def test_a_batch_is_its_invocation_s_for_six_minutes() -> None:
    """Longer than an invocation lives."""
    world = World()
    left_behind(world)
    world.now += timedelta(minutes=6) - timedelta(seconds=1)
    assert world.publisher().publish().waits == "another invocation publishes"
    world.now += timedelta(seconds=1)
    assert world.publisher().publish().batches == 1


def test_a_batch_is_put_again_when_its_marker_could_be_seen_for_five_minutes() -> None:
    world = World()
    left_behind(world)
    leases = world.publisher()._leases
    held = leases.get("current")
    assert leases.release(held, held.value, world.now)  # its holder ended at once
    world.now += timedelta(minutes=5) - timedelta(seconds=1)
    waits = world.publisher().publish()
    assert (waits.batches, waits.waits) == (
        0,
        "whether the last batch arrived is not to be seen yet",
    )
    world.now += timedelta(seconds=1)
    assert world.publisher().publish().batches == 1


def test_where_cloudwatch_does_not_say_what_arrived_nothing_is_put_again() -> None:
    """It answers 200 with InternalError and no value: the batch may be there all the same."""
    world = World()
    left_behind(world)
    world.now += timedelta(minutes=6)
    before = len(world.metrics.data)
    world.metrics.status = "InternalError"
    with pytest.raises(PartialAnswerError, match="CloudWatch says InternalError of marker"):
        world.publisher().publish()
    assert len(world.metrics.data) == before


@pytest.mark.parametrize(("left", "batches"), [(0.0, 2), (-0.001, 1)])
def test_without_time_the_rest_waits_for_the_next_tick(left: float, batches: int) -> None:
    world, first = World(), int(NOW.timestamp()) // 60 - 200
    tally = Tally({(Origin.CDN, first + n): Minute(1, 5, 5, 5) for n in range(141)})
    assert world.ledger().enter_file("a", tally)
    world.seconds_left = left
    done = world.publisher().publish()
    assert (done.batches, done.waits) == (batches, "" if batches == 2 else "no time is left")
    world.publisher().publish()
    assert world.metrics.total("BytesSent") == (141, 705)


def test_a_file_is_known_longer_than_a_queue_may_still_announce_it() -> None:
    world = World()
    world.bucket.objects["a"] = log(1)
    counting = world.work()
    counting.message(notification("a", log(1)))
    kept = {key[0]: until for key, (_, _, until) in world.store.items.items()}
    longest_in_a_queue = timedelta(days=14)
    assert kept == dict.fromkeys(
        ("access-source", "access-waiting"), NOW + longest_in_a_queue + timedelta(days=2)
    )


def test_the_report_of_files_tells_each_kind() -> None:
    world = World(distribution_ids=("E2EXAMPLE",))
    data, broken = log(1, 2, 3), log(1, 2) + b"no line of a log\n"
    foreign = "cf/E1EXAMPLE.2026-11-20-10.aa.gz"
    world.bucket.objects |= {"a": data, "b": broken, foreign: data, "c": b"nothing\n"}
    lines = "\n".join([s3(time=STAMP), s3(time=STAMP, bucket="other"), s3("S3.EXPIRE.OBJECT")])
    world.bucket.objects["d"] = lines.encode()
    counting = world.work()
    for number in (1, 2):
        counting.message(notification("a", data, number))
    counting.message(notification("b", broken))
    counting.message(notification(foreign, data))
    counting.message(notification("c", b"nothing\n"))
    counting.message(notification("d", lines.encode()))
    counting.message(Message("m", "{}"))
    wrong = "1 fields instead of 6: 'no line of a log'"
    none = "s3://logs/c: no format that is known: it begins 'nothing'"
    assert counting.report.as_json() == {
        "files": 3, "known": 1, "lines": 9, "requests": 6, "skipped": 1 + 2, "unread": 1,
        "outside": 0, "set_aside": 2,
        "reasons": [wrong, none, "the message is no notification of S3's"],
    }  # fmt: skip


def test_the_report_of_a_stream_tells_what_was_known_and_what_is_none() -> None:
    world = World(stream_fields=FIELDS)
    assert world.work().records([record(n, NOW) for n in (1, 2, 3)])
    counting = world.work()
    garbled = replace(record(5, NOW), lines=None)
    unended = replace(record(6, NOW), lines=(record(6, NOW).lines or b"").rstrip(b"\n"))
    assert counting.records([record(3, NOW), record(4, NOW), garbled, unended, record(7, NOW)])
    reason = (
        "1 of 4 records of cdn#shardId-000 cannot be read (STREAM_LOG_FIELDS must be the"
        " configuration's fields): no base64"
    )
    assert counting.report.as_json() == {
        "files": 0, "known": 1, "lines": 3, "requests": 3, "skipped": 0, "unread": 0,
        "outside": 0, "set_aside": 1, "reasons": [reason],
    }  # fmt: skip
    assert world.set_aside == [(reason, "")]
    again = world.work()
    assert again.records([record(7, NOW)])
    assert (again.report.known, again.report.requests) == (1, 0)


def test_of_a_bucket_with_versions_the_announced_one_is_read() -> None:
    world = World()
    world.bucket.objects["a"] = log(1, 2, 3)
    world.bucket.versions["a", "v1"] = log(9)
    counting = world.work()
    counting.message(notification("a", log(9), versionId="v1"))
    counting.message(notification("a", log(8), versionId="v2"))
    counting.message(notification("a", log(1, 2, 3), eTag=""))
    assert world.bucket.asked == [{"VersionId": "v1"}, {"VersionId": "v2"}, {}]
    assert counting.report.requests == 1 + 3
    assert counting.report.reasons == ["s3://logs/a: it is not there any more"]


def test_the_marker_of_a_batch_that_is_put_late_is_that_of_its_first_try() -> None:
    """Else the third run would look for it where it is not, and put the batch once more."""
    world = World()
    left_behind(world)
    world.metrics.fails = ["after"]
    world.now += timedelta(minutes=7)
    with pytest.raises(ClientError):
        world.publisher().publish()
    world.now += timedelta(minutes=7)
    assert world.publisher().publish().batches == 0
    assert world.metrics.total("BytesSent") == (1, 1)


def meanwhile(world: World, does: Callable[[], object]) -> None:
    """Let something happen before the next step of the world, once."""
    left = [does]

    def before(_number: int, _what: str) -> None:
        if left:
            left.pop()()

    world.steps = Steps(before=before)
    world.store.steps = world.metrics.steps = world.steps


def test_a_shard_that_another_read_meanwhile_comes_again() -> None:
    """What the other did not have would be lost else: a stream is told once that it is done."""
    world = World(stream_fields=FIELDS)
    every = [record(n, NOW) for n in range(1, 11)]
    mine = world.work()
    meanwhile(world, lambda: world.work().records(every[:5]))
    assert not mine.records(every)
    assert mine.report.requests == 0
    again = world.work()
    assert again.records(every)
    assert (again.report.known, again.report.requests) == (5, 5)
    world.publisher().publish()
    assert world.metrics.total("BytesSent") == (10, 100)


def test_a_file_that_another_counted_meanwhile_is_known() -> None:
    world = World()
    world.bucket.objects["a"] = log(1, 2)
    mine = world.work()
    meanwhile(world, lambda: world.deliver(notification("a", log(1, 2))))
    mine.message(notification("a", log(1, 2)))
    assert (mine.report.files, mine.report.known, mine.report.requests) == (1, 1, 0)
    world.publisher().publish()
    assert world.metrics.total("BytesSent") == (2, 3)
