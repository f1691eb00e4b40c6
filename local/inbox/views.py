"""What the page shows: the sidebar's entries and the feed of a view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from alarm_fanout.channels import registry as channels
from alarm_fanout.channels.registry import load
from avatarwatch.catalogue import ChannelKind
from local.inbox.models import IncidentState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.inbox.models import SlackMessage, Snapshot

DEFAULT_CHANNELS = ("#critical", "#warning", "#info")
_MOST = 300
_WEBHOOK = "webhook/"
# the chats whose messages stay as they are: Slack's are edited, and have views of their own
POSTING = tuple(
    name for name in channels.NAMES if load(name).kind is ChannelKind.CHAT and name != "slack"
)


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the sidebar."""

    key: str
    label: str
    href: str
    icon: str
    count: int
    alert: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the sidebar with its entries."""

    title: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of the feed; ``kind`` chooses how it is shown, ``origin`` where it belongs."""

    id: str
    kind: str
    item: Any
    at: datetime
    origin: Place


@dataclass(frozen=True, slots=True)
class View:
    """A page: its title, what will appear there, and its entries in the order shown."""

    key: str
    title: str
    icon: str
    about: str
    address: str
    entries: tuple[Entry, ...]
    hidden: int = 0

    @classmethod
    def of(cls, snapshot: Snapshot, *, channel: str | None, section: str | None) -> Self | None:
        """Return the view of a channel, a section or, with neither, of everything."""
        if channel is not None:
            return cls._channel(snapshot, channel)
        if section == "everything":  # its path is /
            return None
        found = _sections(snapshot).get(section or "everything")
        if found is None:
            return None
        place, about, address, entries = found
        newest_first = place.key in ("email", "pagerduty", "refused")
        return cls._cut(place, about, address, entries, newest_first=newest_first)

    @classmethod
    def _channel(cls, snapshot: Snapshot, channel: str) -> Self | None:
        if not channel.startswith(("#", "C", _WEBHOOK)):
            return None
        kept = snapshot.slack.get(channel, ())
        place = _channel_place(channel, len(kept))
        if channel.startswith(_WEBHOOK):
            about = "Messages that this incoming webhook brings arrive here. They can't be edited."
            address = f"/slack/{channel}"
        else:
            about = f"Messages posted to {channel} arrive here the moment they are sent."
            address = "/slack/api/chat.postMessage"
        return cls._cut(place, about, address, _slack_entries(channel, kept))

    @classmethod
    def _cut(
        cls,
        place: Place,
        about: str,
        address: str,
        entries: Iterable[Entry],
        *,
        newest_first: bool = False,
    ) -> Self:
        ordered = sorted(entries, key=lambda entry: entry.at)
        hidden = max(0, len(ordered) - _MOST)
        shown = ordered[hidden:]
        if newest_first:
            shown.reverse()
        return cls(place.key, place.label, place.icon, about, address, tuple(shown), hidden)


def sidebar(snapshot: Snapshot, current: str) -> tuple[Group, ...]:
    """Return the left column, with the current view marked."""
    names = [*DEFAULT_CHANNELS, *(name for name in snapshot.slack if name not in DEFAULT_CHANNELS)]
    places = [_channel_place(name, len(snapshot.slack.get(name, ()))) for name in names]
    sections = {key: found[0] for key, found in _sections(snapshot).items()}
    groups = [
        Group("", (sections["everything"],)),
        Group("Channels", tuple(p for p in places if p.icon == "channel")),
        Group("Webhooks", tuple(p for p in places if p.icon == "webhook")),
        Group("Other chats", tuple(sections[name] for name in POSTING)),
        Group("On call", (sections["pagerduty"],)),
        Group("Subscriptions", (sections["email"], sections["sms"])),
    ]
    if snapshot.refusals or current == "refused":
        groups.append(Group("Not delivered", (sections["refused"],)))
    return tuple(
        replace(group, places=tuple(replace(p, current=p.key == current) for p in group.places))
        for group in groups
        if group.places
    )


def _channel_place(channel: str, count: int) -> Place:
    webhook = channel.startswith(_WEBHOOK)
    # A webhook's path is long and its last part tells the hooks apart.
    label = channel.rpartition("/")[2] if webhook else channel.removeprefix("#")
    icon = "webhook" if webhook else "channel"
    return Place(channel, label, f"/channel/{quote(channel)}", icon, count)


def _slack_entries(channel: str, kept: tuple[SlackMessage, ...]) -> list[Entry]:
    """Return a channel's messages and the replies that were also sent to it."""
    place = _channel_place(channel, len(kept))
    entries = []
    for message in kept:
        entries.append(Entry(f"m{message.ts}", "slack", message, message.received_at, place))
        entries += [
            Entry(f"b{reply.ts}", "broadcast", (reply, message), reply.received_at, place)
            for reply in message.replies
            if reply.broadcast
        ]
    return entries


type _Section = tuple[Place, str, str, list[Entry]]


def _sections(snapshot: Snapshot) -> dict[str, _Section]:
    """Return the views that are not channels: place, what they are for, address, entries."""
    opened = sum(i.state is not IncidentState.RESOLVED for i in snapshot.incidents)
    pager = Place("pagerduty", "PagerDuty", "/pagerduty", "pager", len(snapshot.incidents), opened)
    email = Place("email", "E-mail", "/email", "email", len(snapshot.emails))
    sms = Place("sms", "SMS", "/sms", "sms", len(snapshot.texts))
    refused = Place(
        "refused", "Refused", "/refused", "refused", len(snapshot.refusals), len(snapshot.refusals)
    )
    incidents = [
        Entry(f"i{i.number}", "incident", i, i.opened_at, pager) for i in snapshot.incidents
    ]
    emails = [
        Entry(f"e{n}", "email", e, e.received_at, email) for n, e in enumerate(snapshot.emails)
    ]
    texts = [Entry(f"t{n}", "text", t, t.received_at, sms) for n, t in enumerate(snapshot.texts)]
    refusals = [
        Entry(f"r{n}", "refusal", r, r.received_at, refused)
        for n, r in enumerate(snapshot.refusals)
    ]
    slack = [entry for name, kept in snapshot.slack.items() for entry in _slack_entries(name, kept)]
    arrived = [*slack, *incidents, *emails, *texts]
    posts = {name: _posts(snapshot, name) for name in POSTING}
    arrived += [entry for _, entries in posts.values() for entry in entries]
    everything = Place("everything", "Everything", "/", "everything", len(arrived))
    return {
        "everything": (
            everything,
            f"Whatever an alert sends, to {', '.join(_labels())}, arrives here.",
            "/slack/api/",
            arrived,
        ),
        "pagerduty": (
            pager,
            "Incidents open here when an event triggers and turn green when it resolves.",
            "/pagerduty/v2/enqueue",
            incidents,
        ),
        "email": (
            email,
            "E-mails from SNS topics arrive here as plain text.",
            "/sns/email",
            emails,
        ),
        "sms": (
            sms,
            "Text messages from SNS topics arrive here, with the parts they are billed as.",
            "/sns/sms",
            texts,
        ),
        **{
            name: (
                place,
                f"What alerts post to {place.label} arrives here. It stays as it is.",
                f"/{name}/",
                entries,
            )
            for name, (place, entries) in posts.items()
        },
        "refused": (
            refused,
            "Requests that the services would refuse, and injected faults, are listed here.",
            "/faults",
            refusals,
        ),
    }


def _posts(snapshot: Snapshot, name: str) -> tuple[Place, list[Entry]]:
    """Return the place of a service that only takes posts, and what it holds."""
    kept = [post for post in snapshot.posts if post.service == name]
    place = Place(name, load(name).label, f"/{name}", "webhook", len(kept))
    return place, [
        Entry(f"p{name}{n}", "post", each, each.received_at, place) for n, each in enumerate(kept)
    ]


def _labels() -> list[str]:
    return [load(name).label for name in channels.NAMES]
