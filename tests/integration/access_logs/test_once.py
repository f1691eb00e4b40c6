"""Each request counts once, whatever dies, comes twice, comes at once or is refused."""

from __future__ import annotations

import gzip
from contextlib import suppress
from datetime import date, timedelta

import pytest
from botocore.exceptions import ClientError

from access_logs.entry import Origin
from access_logs.ledger import ATTEMPTS
from access_logs.tally import Minute, Tally, in_one
from avatarwatch.access_days import ANONYMOUS, Refused, Requester, read_days
from fakes.steps import Killed, Steps

from .world import FIELDS, NOW, World, notification, record

HEADER = "#Fields: date time sc-status sc-bytes x-edge-result-type cs-method c-ip\n"


def log(*statuses: int, start: str = "10:0") -> bytes:
    rows = [
        f"2026-11-20\t{start}{index % 10}:00\t{status}\t{100 + index}\tHit\tGET\t192.0.2.7"
        for index, status in enumerate(statuses)
    ]
    return gzip.compress((HEADER + "\n".join(rows) + "\n").encode())


FILES = {
    "cf/E1EXAMPLE.2026-11-20-10.aa.gz": log(200, 200, 404, 403),
    "cf/E1EXAMPLE.2026-11-20-10.bb.gz": log(*[200] * 39, 500, start="09:1"),
}
REQUESTS, SIZE = 44, (100 + 101 + 102 + 103) + sum(range(100, 140))


def truth(world: World) -> None:
    assert world.metrics.total("BytesSent") == (REQUESTS, SIZE)
    assert world.metrics.total("ClientErrorRate") == (REQUESTS, 200)
    assert world.metrics.total("ServerErrorRate") == (REQUESTS, 100)
    assert world.metrics.total("CacheHitRate") == (REQUESTS - 3, 100 * (REQUESTS - 3))
    day = date(2026, 11, 20)
    told = read_days(world.store, [day, day + timedelta(days=1)])
    assert told.keys() == {day}
    assert told[day].requests == {"cdn": REQUESTS}
    assert told[day].refused == (Refused(Requester("cdn", ANONYMOUS, "192.0.2.0/24"), 1),)
    assert not list(world.store.query("access-waiting"))


def world_with_files() -> World:
    world = World()
    world.bucket.objects |= FILES
    return world


def deliver_all(world: World, times: int = 1) -> None:
    for number in range(times):
        world.deliver(*(notification(key, data, number) for key, data in FILES.items()))


def test_a_file_counts_once_though_it_is_delivered_again() -> None:
    world = world_with_files()
    deliver_all(world, times=3)
    truth(world)


def steps_of_one_delivery() -> list[str]:
    world = world_with_files()
    deliver_all(world)
    return world.steps.taken


@pytest.mark.parametrize("kill_at", range(len(steps_of_one_delivery())))
def test_a_crash_at_any_step_loses_and_repeats_nothing(kill_at: int) -> None:
    world = world_with_files()
    world.steps.kill_at = kill_at
    with pytest.raises(Killed):
        deliver_all(world)
    world.steps.revive()
    world.now += timedelta(minutes=30)  # the messages come back
    deliver_all(world)
    world.settle()
    truth(world)


@pytest.mark.parametrize("first", range(0, len(steps_of_one_delivery()), 2))
@pytest.mark.parametrize("second", range(0, 12, 3))
def test_two_crashes_lose_and_repeat_nothing(first: int, second: int) -> None:
    world = world_with_files()
    for kill_at in (first, second):
        world.steps.kill_at = len(world.steps.taken) + kill_at
        with suppress(Killed):
            deliver_all(world)
        world.steps.revive()
        world.now += timedelta(minutes=7)
    deliver_all(world)
    world.settle()
    truth(world)


@pytest.mark.parametrize("fault", ["before", "after"])
def test_a_put_that_fails_is_looked_up_before_it_is_put_again(fault: str) -> None:
    world = world_with_files()
    world.metrics.fails = [fault]
    with pytest.raises(ClientError):
        deliver_all(world)
    assert world.publisher().publish().waits == "another invocation publishes"
    world.settle()
    truth(world)


def test_nothing_is_put_again_before_the_marker_could_be_seen() -> None:
    world = world_with_files()
    world.metrics.delay = timedelta(minutes=4)
    world.metrics.fails = ["after"]
    with pytest.raises(ClientError):
        deliver_all(world)
    world.settle()
    truth(world)


@pytest.mark.parametrize("at", range(len(steps_of_one_delivery())))
def test_two_invocations_at_once_count_once(at: int) -> None:
    world = world_with_files()
    inside: list[bool] = []

    def another(number: int, what: str) -> None:
        del what
        if number == at and not inside:
            inside.append(True)
            deliver_all(world)

    world.steps = Steps(before=another)
    world.store.steps = world.metrics.steps = world.steps
    deliver_all(world)
    world.settle()
    truth(world)


def test_a_file_that_was_replaced_counts_in_its_new_version() -> None:
    world, key = World(), "cf/E1EXAMPLE.2026-11-20-10.aa.gz"
    old, new = log(200), log(200, 200)
    world.bucket.objects[key] = new
    world.deliver(notification(key, old), notification(key, new))
    assert world.metrics.total("BytesSent")[0] == 2


def test_what_cannot_be_read_is_set_aside_and_the_rest_goes_on() -> None:
    world = world_with_files()
    world.bucket.objects["cut"] = FILES["cf/E1EXAMPLE.2026-11-20-10.bb.gz"][:-9]
    cut = notification("cut", world.bucket.objects["cut"])
    gone = notification("gone", b"")
    nonsense = notification("x", b"").__class__("m", '{"Records": [{}]}')
    world.deliver(nonsense, cut, gone, *(notification(k, d) for k, d in FILES.items()))
    truth(world)
    reasons = [reason for reason, _ in world.set_aside]
    assert reasons == [
        "the message is no notification of S3's",
        "s3://logs/cut: it ends within its compression: it was cut short",
        "s3://logs/gone: it is not there any more",
    ]


def test_what_is_denied_comes_again() -> None:
    world = world_with_files()
    world.bucket.denied = True
    with pytest.raises(ClientError):
        deliver_all(world)
    world.bucket.denied = False
    deliver_all(world)
    truth(world)


def test_requests_of_times_that_cloudwatch_refuses_are_told_of() -> None:
    world, key = World(), "old.gz"
    rows = "".join(
        f"{date}\t10:00:00\t200\t5\tHit\tGET\t-\n"
        for date in ("2026-11-20", "2026-11-05", "2031-01-01", "1999-12-31")
    )
    world.bucket.objects[key] = (HEADER + rows).encode()
    counting = world.work()
    counting.message(notification(key, world.bucket.objects[key]))
    assert (counting.report.requests, counting.report.outside) == (1, 3)
    world.publisher().publish()
    assert world.metrics.total("BytesSent") == (1, 5)


@pytest.mark.parametrize("buckets", [1, 150])
def test_a_request_to_cloudwatch_holds_what_it_may(buckets: int) -> None:
    world, tally, first = World(), Tally(), int(NOW.timestamp()) // 60 - 2_000
    for minute in range(first, first + 1_440):
        found = tally.at(Origin.CDN, minute)
        found.add(Minute(9, 900, 1, 900, 1, 1, 5, 3, 500, 300))
        for spread in (found.first_byte, found.total):
            spread.update({bucket: in_one(7, 7 * 10**7 + bucket) for bucket in range(buckets)})
    assert world.ledger().enter_file("a day of a busy system", tally)
    done = world.publisher().publish()
    assert done.requests == 9 * 1_440
    assert done.batches == (12 if buckets == 1 else 24)
    assert world.metrics.total("BytesSent") == (9 * 1_440, 900 * 1_440)


def test_other_distributions_and_what_the_stream_tells_are_passed_over() -> None:
    world = world_with_files()
    world.distribution_ids = ("E2EXAMPLE",)
    deliver_all(world)
    world.distribution_ids, world.stream_fields = (), FIELDS
    world.bucket.objects["renamed"] = FILES["cf/E1EXAMPLE.2026-11-20-10.bb.gz"]
    deliver_all(world)
    world.deliver(notification("renamed", world.bucket.objects["renamed"]))
    assert world.metrics.data == []
    assert not list(world.store.query("access-day"))


# -- the stream ---------------------------------------------------------------------------------

RECORDS = [record(100 + n, NOW - timedelta(seconds=n), 404 if n == 3 else 200) for n in range(30)]


def streaming() -> World:
    return World(stream_fields=FIELDS)


def read(world: World, first: int, last: int) -> bool:
    done = world.work().records(RECORDS[first:last])
    world.publisher().publish()
    return done


def test_a_shard_counts_each_record_once_however_it_is_cut() -> None:
    world = streaming()
    for first, last in ((0, 20), (0, 10), (10, 20), (5, 25), (0, 30)):
        read(world, first, last)
    assert world.metrics.total("BytesSent") == (30, 300)
    assert world.metrics.total("ClientErrorRate") == (30, 100)


def steps_of_one_batch() -> list[str]:
    world = streaming()
    read(world, 0, 30)
    return world.steps.taken


@pytest.mark.parametrize("kill_at", range(len(steps_of_one_batch())))
def test_a_crash_in_a_batch_of_the_stream_loses_and_repeats_nothing(kill_at: int) -> None:
    world = streaming()
    world.steps.kill_at = kill_at
    with pytest.raises(Killed):
        read(world, 0, 30)
    world.steps.revive()
    world.now += timedelta(minutes=7)
    for first, last in ((0, 15), (15, 30)):  # Lambda cuts a batch that failed in two
        read(world, first, last)
    world.settle()
    assert world.metrics.total("BytesSent") == (30, 300)


def test_records_that_cannot_be_read_are_set_aside_together_and_the_rest_counts() -> None:
    world = streaming()
    wrong = record(105, NOW).__class__("cdn#shardId-000", "105", b"not\ta\trecord\n")
    other = record(106, NOW).__class__("cdn#shardId-000", "106", b"nor\tthis\n")
    world.work().records([RECORDS[0], wrong, other, RECORDS[10]])
    world.publisher().publish()
    assert world.metrics.total("BytesSent")[0] == 2
    [(reason, body)] = world.set_aside
    assert reason.startswith("2 of 4 records of cdn#shardId-000 cannot be read (STREAM_LOG_FIELDS")
    assert body == "not\ta\trecord\nnor\tthis"


def test_while_nothing_can_be_published_the_stream_waits_and_loses_nothing() -> None:
    world = streaming()
    many = [record(1 + n, NOW) for n in range(ATTEMPTS + 5)]
    done = [world.work().records([each]) for each in many]
    assert done == [True] * ATTEMPTS + [False] * 5
    world.publisher().publish()
    for each in many:
        world.work().records([each])
    world.publisher().publish()
    assert world.metrics.total("BytesSent")[0] == len(many)
