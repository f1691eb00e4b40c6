"""The status page says which alerts are held back: before and during maintenance, and mutes."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.mutes import PARTITION, Mute, shown
from avatarwatch.state_table.codec import encode
from avatarwatch.state_table.documents import Document
from avatarwatch.state_table.memory import MemoryDocumentStore
from fakes.health_page import NOW, page
from health_polling.page.held import MOST, SOON, held
from health_polling.page.html import page_html
from health_polling.page.view import page_json, view

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def window(since: datetime, lasts: timedelta = HOUR, name: str = "imports") -> Mute:
    return Mute("Storage*", "bulk import", since, since + lasts, window=name)


def text(*mutes: Mute) -> str:
    html = page_html(view("s", {}, [], [], NOW, mutes))
    body = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", body))


def words(*mutes: Mute) -> str:
    return " ".join(text(*mutes).split())


def test_maintenance_is_shown_before_it_begins() -> None:
    said = words(window(NOW + 6 * DAY))
    assert (
        "Maintenance imports planned bulk import 29 Nov 10:12 to 11:12 UTC · alerts held back:"
        " Storage*"
    ) in said
    assert "in maintenance" not in said


def test_maintenance_is_shown_while_it_goes_on_and_the_banner_says_so() -> None:
    said = words(window(NOW - HOUR, 2 * HOUR))
    assert "0 services watched · in maintenance: imports until 11:12 UTC" in said
    assert "imports now bulk import today 09:12 to 11:12 UTC" in said


def test_one_over_midnight_says_on_which_day_it_ends() -> None:
    assert "today 10:02 to 24 Nov 09:02 UTC" in words(window(NOW - HOUR / 6, 23 * HOUR))


def test_a_mute_is_shown_without_its_reason() -> None:
    mute = Mute("pay-*", "anna looks at it", NOW - HOUR, NOW + HOUR)
    said = words(mute)
    assert "Muted alerts pay-* now today 09:12 to 11:12 UTC" in said
    assert "anna" not in said
    assert "anna" not in page_json(view("s", {}, [], [], NOW, [mute]))


@pytest.mark.parametrize(
    ("since", "lasts", "is_shown"),
    [
        (-HOUR, HOUR, False),  # its last instant is not in it
        (-HOUR, HOUR + timedelta(seconds=1), True),
        (timedelta(0), HOUR, True),
        (SOON - timedelta(seconds=1), HOUR, True),
        (SOON, HOUR, False),
    ],
)
def test_what_is_over_or_far_away_is_not_shown(
    since: timedelta, lasts: timedelta, *, is_shown: bool
) -> None:
    assert bool(held([window(NOW + since, lasts)], NOW)) is is_shown


def test_nothing_is_said_where_nothing_is_held_back() -> None:
    assert "Maintenance" not in text()
    assert "Muted" not in text()


def test_the_nearest_come_first_and_a_page_stays_small() -> None:
    many = [window(NOW + n * HOUR, name=f"w{n:03}") for n in reversed(range(-1, 200))]
    found = held(many, NOW)
    assert len(found) == MOST
    assert [each.name for each in found[:3]] == ["w000", "w001", "w002"]


def test_the_json_beside_it_says_the_same() -> None:
    [first] = json.loads(page_json(view("s", {}, [], [], NOW, [window(NOW - HOUR, 2 * HOUR)])))[
        "held"
    ]
    assert first == {
        "name": "imports", "alarms": "Storage*", "reason": "bulk import",
        "since": "2026-11-23T09:12:00Z", "until": "2026-11-23T11:12:00Z", "is_now": True,
    }  # fmt: skip
    assert {each["name"] for each in json.loads(page_json(page()))["held"]} == {"bulk import", ""}


ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(ANY, ANY, ANY, st.integers(-90, 600), st.integers(91, 10_000))
def test_whatever_people_write_is_text(
    name: str, alarms: str, reason: str, begins: int, lasts: int
) -> None:
    since = NOW + timedelta(minutes=begins)
    end = since + timedelta(minutes=lasts)
    before = page_html(view("s", {}, [], [], NOW, [Mute("*", "r", since, end, window="n")]))
    after = page_html(view("s", {}, [], [], NOW, [Mute(alarms, reason, since, end, window=name)]))
    assert re.findall("<[^>]+>", after) == re.findall("<[^>]+>", before)


def test_a_damaged_mute_hides_no_other() -> None:
    store = MemoryDocumentStore()
    good = window(NOW - HOUR, 2 * HOUR)
    for name, body in (("a", {"alarms": 3}), (good.key, encode(good)), ("z", {})):
        store.put(Document((PARTITION, name), 0, body), NOW + DAY)
    assert list(shown(store)) == [good]
