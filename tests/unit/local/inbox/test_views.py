"""What the page shows, before any HTML."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from local.inbox.models import Author, Content, Refusal, SlackMessage, Snapshot
from local.inbox.shown import colour, duration
from local.inbox.sns import is_local
from local.inbox.store import Store, channel_id
from local.inbox.views import View, sidebar

NOW = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)


def message(channel: str, ts: str, *, minutes: int = 0) -> SlackMessage:
    at = NOW + timedelta(minutes=minutes)
    return SlackMessage(channel, channel_id(channel), ts, Author("B1", "App"), Content("x"), at)


def test_the_sidebar_begins_with_the_channels_of_alerts() -> None:
    groups = sidebar(Snapshot(slack={"#ops": (message("#ops", "1.000000"),)}), "#ops")
    places = {place.key: place for group in groups for place in group.places}
    titles = ["", "Channels", "Other chats", "On call", "Subscriptions"]
    assert [group.title for group in groups] == titles
    assert [p.label for p in groups[1].places] == ["critical", "warning", "info", "ops"]
    assert [key for key, place in places.items() if place.current] == ["#ops"]
    assert places["#ops"].count == 1


def test_refusals_are_listed_once_there_are_some() -> None:
    refusal = Refusal("#x", "chat.postMessage", 200, "no_text", NOW)
    groups = sidebar(Snapshot(refusals=(refusal,)), "everything")
    assert groups[-1].places[0].alert == 1


def test_everything_is_in_the_order_of_arrival() -> None:
    late, early = message("#a", "2.000000", minutes=2), message("#b", "1.000000")
    snapshot = Snapshot(slack={"#a": (late,), "#b": (early,)})
    view = View.of(snapshot, channel=None, section=None)
    assert view is not None
    assert [entry.item for entry in view.entries] == [early, late]


def test_a_broadcast_reply_is_in_the_channel_too() -> None:
    reply = replace(message("#a", "2.000000", minutes=1), thread_ts="1.000000", broadcast=True)
    quiet = replace(reply, ts="3.000000", broadcast=False)
    parent = replace(message("#a", "1.000000"), replies=(reply, quiet))
    view = View.of(Snapshot(slack={"#a": (parent,)}), channel="#a", section=None)
    assert view is not None
    assert [entry.id for entry in view.entries] == ["m1.000000", "b2.000000"]


def test_old_entries_are_cut_and_counted() -> None:
    kept = tuple(message("#a", f"{n}.000000", minutes=n) for n in range(310))
    view = View.of(Snapshot(slack={"#a": kept}), channel="#a", section=None)
    assert view is not None
    assert (len(view.entries), view.hidden) == (300, 10)
    assert view.entries[0].item.ts == "10.000000"


@pytest.mark.parametrize(
    ("channel", "section"), [("nobody", None), (None, "fax"), (None, "everything")]
)
def test_unknown_views(channel: str | None, section: str | None) -> None:
    assert View.of(Snapshot(), channel=channel, section=section) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("#D72B3F", "#d72b3f"),
        ("2eb67d", "#2eb67d"),
        ("good", "#2eb67d"),
        ("danger", "#e01e5a"),
        ('#fff" onload="x', "#9a9aa0"),
        (None, "#9a9aa0"),
    ],
)
def test_colours(value: object, shown: str) -> None:
    assert colour(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(40, "40 s"), (1380, "23 min"), (3900, "1 h 5 min"), (-3, "0 s")]
)
def test_durations(seconds: int, shown: str) -> None:
    assert duration(NOW, NOW + timedelta(seconds=seconds)) == shown


def test_time_stamps_grow_within_one_instant() -> None:
    store = Store(clock=lambda: NOW)
    stamps = [store.next_ts() for _ in range(3)]
    assert stamps == ["1795428300.000000", "1795428300.000001", "1795428300.000002"]


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:4566/?Action=ConfirmSubscription", True),
        ("http://localhost:4566/", True),
        ("https://[::1]/", True),
        ("http://127.0.0.1.example.com/", False),
        ("http://localhost.example.com/", False),
        ("http://127.0.0.1@example.com/", False),
        ("https://sns.eu-north-1.amazonaws.com/", False),
        ("file:///etc/passwd", False),
        ("http://[oops", False),
    ],
)
def test_only_this_machine_is_visited(url: str, local: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_local(url) is local
