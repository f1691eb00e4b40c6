"""What an alert of a service says, word by word: it is read at night."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avatarwatch.alert_state import AlertState
from fakes.health import NOON
from health_polling.announce import alerts, over_by_now, state_lost
from health_polling.track import Status, Track
from health_polling.watch import GONE, Change, Service, look_at_certificate

PAGE = "https://status.example/"
ADDRESS = "https://api.example.com/health"


def service(**parts: Status) -> Service:
    return Service(ADDRESS, components={name: Track(status) for name, status in parts.items()})


def change(part: str, minutes: float, *, down: bool = False, reason: str = "") -> Change:
    since = NOON - timedelta(minutes=minutes)
    return Change("api", part, is_down=down, since=since, at=NOON, reason=reason)


DOWN, UP = Status.DOWN, Status.UP


@pytest.mark.parametrize(
    ("after", "changes", "summary"),
    [
        (service(db=DOWN), [change("db", 1, down=True, reason="refused")],
         "api: db is down: refused"),
        (service(db=DOWN, s3=DOWN),
         [change("db", 1, down=True, reason="refused"), change("s3", 1, down=True, reason="slow")],
         "api: db and s3 are down: refused; slow"),
        (service(db=DOWN, s3=DOWN, mq=DOWN),
         [change(each, 1, down=True, reason="refused") for each in ("db", "s3", "mq")],
         "api: db, s3 and mq are down: refused"),
        # what comes back beside it has no reason of its own here
        (service(db=DOWN),
         [change("db", 1, down=True, reason="refused"), change("s3", 9, reason="answers again")],
         "api: db is down: refused"),
    ],
)  # fmt: skip
def test_what_is_down_is_named_with_each_reason_once(
    after: Service, changes: list[Change], summary: str
) -> None:
    [told] = alerts("api", service(), after, changes, PAGE, NOON)
    assert told.summary == summary
    assert told.state is AlertState.ALARM
    assert told.facts["Components"] == ", ".join(after.down)
    assert told.facts["Failing since"] == f"{min(each.since for each in changes):%H:%M:%S} UTC"
    assert told.links == {"Status page": PAGE, "Endpoint": ADDRESS}
    assert told.key == "component-down/api"


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ([change("db", 5)], "api: db works again after 5 min"),
        ([change("db", 5), change("s3", 125)], "api: db and s3 work again after 2.1 h"),
        ([change("db", 5, reason=GONE)], f"api: db is {GONE}, after 5 min down"),
        ([change("db", 5, reason=GONE), change("s3", 0.5, reason=GONE)],
         f"api: db and s3 are {GONE}, after 5 min down"),
        ([change("db", 0.5), change("s3", 119, reason=GONE)],
         f"api: db works again after 30 s; s3 is {GONE}, after 119 min down"),
    ],
)  # fmt: skip
def test_what_is_over_counts_from_the_first_that_went(changes: list[Change], summary: str) -> None:
    parts = {each.component: DOWN for each in changes}
    [told] = alerts("api", service(**parts), service(), changes, None, NOON)
    assert told.summary == summary
    assert told.state is AlertState.OK
    assert told.facts == {}
    assert told.links == {"Endpoint": ADDRESS}


def test_the_end_that_was_seen_counts_and_how_long_it_is_well() -> None:
    ended = NOON - timedelta(minutes=2)
    over = Change("api", "db", is_down=False, since=NOON - timedelta(minutes=7), at=NOON,
                  reason="", ended=ended)  # fmt: skip
    [told] = alerts("api", service(db=DOWN), service(), [over], None, NOON)
    assert told.summary == "api: db works again after 5 min (well for 2 min now)"


def test_a_part_less_of_several_that_are_down_tells_nothing_yet() -> None:
    before, after = service(db=DOWN, s3=DOWN), service(db=DOWN, s3=UP)
    assert alerts("api", before, after, [change("s3", 5)], PAGE, NOON) == []


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (59, "59 s"),
        (60, "1 min"),
        (7199, "120 min"),
        (7200, "2.0 h"),
        (9000, "2.5 h"),
    ],
)
def test_how_long_it_lasted(seconds: float, said: str) -> None:
    [told] = alerts("api", service(), service(), [change("", seconds / 60)], None, NOON)
    assert told.summary == f"api answers again after {said}"


@pytest.mark.parametrize(
    ("settled", "said"), [(59, ""), (60, " (well for 1 min now)"), (90, " (well for 2 min now)")]
)
def test_what_was_well_for_a_minute_says_so(settled: float, said: str) -> None:
    ended = NOON - timedelta(seconds=settled)
    over = Change("api", "", is_down=False, since=ended - timedelta(minutes=3), at=NOON,
                  reason="", ended=ended)  # fmt: skip
    [told] = alerts("api", service(), service(), [over], None, NOON)
    assert told.summary == f"api answers again after 3 min{said}"


def test_an_endpoint_that_is_down_says_how_many_polls_failed() -> None:
    state = Service(ADDRESS, Track(DOWN, window="PFFPF"))
    [told] = alerts(
        "api", service(), state, [change("", 3, down=True, reason="refused")], PAGE, NOON
    )
    assert (told.alert, told.state, told.key) == (
        "EndpointDown",
        AlertState.ALARM,
        "endpoint-down/api",
    )
    assert (told.summary, told.reason) == ("api is down: refused", "refused")
    assert told.facts == {
        "Endpoint": ADDRESS, "Failing since": "11:58:00 UTC", "Polls": "3 of the last 5 failed",
    }  # fmt: skip
    [well] = alerts(
        "api", state, Service(ADDRESS, Track(UP, window="PP")), [change("", 3)], PAGE, NOON
    )
    assert "Polls" not in well.facts


@pytest.mark.parametrize(
    ("days", "ends", "said"),
    [
        (-1, True, "api: its TLS certificate has ended"),
        (0, True, "api: its TLS certificate ends within a day"),
        (1, True, "api: its TLS certificate ends in 1 day"),
        (2, True, "api: its TLS certificate ends in 2 days"),
        (90, False, "api: its TLS certificate is good for 90 days again"),
        (None, False, "api is watched no longer"),
    ],
)
def test_what_is_said_of_a_certificate(days: int | None, said: str, *, ends: bool) -> None:
    before, after = (
        Service(ADDRESS, certificate_days=days, certificate_ends=each) for each in (not ends, ends)
    )
    [told] = alerts("api", before, after, [], PAGE, NOON)
    assert (told.summary, told.reason, told.key) == (said, said, "tls-expiry/api")
    assert told.state is (AlertState.ALARM if ends else AlertState.OK)
    left = {} if days is None else {"Days left": str(days)}
    assert told.facts == {"Endpoint": ADDRESS} | left


def test_a_certificate_ends_soon_below_the_days_that_are_given() -> None:
    said = [look_at_certificate(Service(ADDRESS, certificate_days=days), 14).certificate_ends
            for days in (13, 14)]  # fmt: skip
    assert said == [True, False]
    assert look_at_certificate(Service(ADDRESS, certificate_ends=True), 14).certificate_ends


def test_what_is_not_known_to_be_open_is_told_to_be_over() -> None:
    """But for what is open: of that the next message tells."""
    every = ["EndpointDown", "ComponentDown", "TlsExpiry"]
    well = over_by_now("api", service(db=UP), PAGE, NOON)
    assert [each.alert for each in well] == every
    assert [each.key for each in well] == [
        "endpoint-down/api", "component-down/api", "tls-expiry/api",
    ]  # fmt: skip
    assert {each.state for each in well} == {AlertState.OK}
    open_ = (
        Service(ADDRESS, Track(DOWN)),
        service(db=DOWN),
        Service(ADDRESS, certificate_ends=True),
    )
    for state, missing in zip(open_, every, strict=True):
        told = over_by_now("api", state, None, NOON)
        assert [each.alert for each in told] == [each for each in every if each != missing]


def test_a_lost_document_names_ten_of_its_endpoints() -> None:
    names = [f"e{n}" for n in range(11)]
    ten, eleven = (state_lost("shard-1", "no JSON", names[:n], NOON) for n in (10, 11))
    assert ten.summary == (
        f"what was known of {', '.join(names[:10])} could not be read and begins anew"
    )
    assert "e9, … could" in eleven.summary
    assert (ten.key, ten.state) == ("health-state-lost/shard-1", AlertState.INFO)
    assert state_lost("x", "y", [], NOON).summary == (
        "what was known could not be read and begins anew"
    )
