"""What an alert of a service says, word by word: it is read at night."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avatarwatch.alert_state import AlertState
from fakes.health import NOON
from health_polling.announce import alerts
from health_polling.track import Status, Track
from health_polling.watch import GONE, Change, Service

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
