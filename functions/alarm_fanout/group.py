"""Several alerts told as one message (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from avatarwatch.catalogue import Severity

IN_A_ROW = timedelta(minutes=2)  # changes of a message so near to each other are of one storm
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
_VARIES = re.compile(r"\b[0-9a-f]{8,}\b|\d+")


class Standing(StrEnum):
    """How a member of a group is: what happened once is never open, and never over."""

    ONGOING = "ongoing"
    EVENT = "event"
    OVER = "recovered"


@dataclass(frozen=True, slots=True)
class Member:
    """One alert of a group, as its latest change left it.

    ``title``, ``value``, ``threshold`` and ``sentence`` are as it was told when it rang;
    ``number`` is the value in the metric's unit, negative where less is worse. ``after`` says how
    it ended. ``shown`` says that the group's message has its change, ``rung`` that people heard of
    it since it opened, ``named`` that a reply names it for good: the message has room for some.
    ``answered`` says who acknowledged or muted it, ``opened`` which opening an answer would be to,
    empty where none is taken.
    """

    key: str
    title: str
    severity: Severity
    standing: Standing
    changed_at: datetime
    began_at: datetime
    value: str = ""
    number: float | None = None
    threshold: str = ""
    sentence: str = ""
    after: str = ""
    region: str | None = None
    account: str | None = None
    url: str = ""
    shown: bool = False
    rung: bool = False
    named: bool = False
    answered: str = ""
    opened: str = ""

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.standing is Standing.OVER

    @property
    def keeps_row(self) -> bool:
        """Whether people heard of it by the group's message, and no reply names it."""
        return self.rung and not self.named

    @property
    def short(self) -> str:
        """What and how bad, for a place among others."""
        what = f"{self.title} {self.value}".rstrip()
        if self.threshold:
            return f"{what}, {self.threshold}"
        return f"{what}: {self.sentence}" if self.sentence else what


@dataclass(frozen=True, slots=True)
class Family:
    """Members that differ in their name's middle alone; ``pattern`` has an asterisk there."""

    pattern: str
    members: tuple[Member, ...]

    @property
    def text(self) -> str:
        """What its members have in common: "60 times orders-db-*-cpu"."""
        first = self.members[0]
        if len(self.members) == 1:
            # what is over is not over its threshold any more
            return replace(first, threshold="").short if first.is_over else first.short
        text = f"{len(self.members)} \N{MULTIPLICATION SIGN} {self.pattern}"
        if first.is_over:
            return text
        known = [each for each in self.members if each.number is not None]
        worst = max(known, key=lambda each: each.number or 0.0, default=None)
        text += f" {first.threshold}" if first.threshold else ""
        return f"{text}, worst {worst.value}" if worst else text


@dataclass(frozen=True, slots=True)
class Group:
    """The alerts of one message; ``until`` is when it takes no further ones.

    ``updated_at`` is when its message last changed, ``waves`` how often before that in a row.
    """

    members: Mapping[str, Member]
    opened_at: datetime
    updated_at: datetime
    until: datetime
    waves: int = 0

    @property
    def ongoing(self) -> list[Member]:
        """The alerts that are open, the worst first, then who has a row, then the newest."""
        return self._standing(Standing.ONGOING)

    @property
    def events(self) -> list[Member]:
        """What happened once, in the same order."""
        return self._standing(Standing.EVENT)

    @property
    def over(self) -> list[Member]:
        """The alerts that are over."""
        return self._standing(Standing.OVER)

    @property
    def rows(self) -> list[Member]:
        """Every member: what goes on stands first."""
        return [*self.ongoing, *self.events, *self.over]

    @property
    def severity(self) -> Severity:
        """The worst severity of what is ongoing or happened, or of all when nothing is."""
        rows = [*self.ongoing, *self.events] or self.over
        return min((row.severity for row in rows), key=rank, default=Severity.INFO)

    @property
    def joined(self) -> list[Member]:
        """What nobody has heard of yet, in the order of rows."""
        unheard = {key: row for key, row in self.members.items() if not row.rung}
        return replace(self, members=unheard).rows if unheard else []

    def without_a_row(self, shown: Iterable[Member]) -> list[Member]:
        """Return what only the message names, where it has no row for it any more."""
        keys = {row.key for row in shown}
        return [row for row in self.rows if row.keeps_row and row.key not in keys]

    @property
    def rises(self) -> bool:
        """Whether what joined is worse than all that is shown."""
        shown = [rank(row.severity) for row in self.members.values() if row.shown]
        joined = [rank(row.severity) for row in self.joined if not row.is_over]
        return bool(joined) and (not shown or min(joined) < min(shown))

    def tells(self, told: Member) -> bool:
        """Whether its message shows a member's change with what was answered, or a later one."""
        member = self.members.get(told.key)
        if member is None or not member.shown or member.changed_at < told.changed_at:
            return False
        return member.changed_at > told.changed_at or member.answered == told.answered

    def expects(self, told: Member) -> bool:
        """Whether its message tells a member's change, or will: that waits for the next wave."""
        known = self.members.get(told.key)
        return known is not None and (self.tells(told) or not known.rung)

    def with_members(self, members: Iterable[Member]) -> Group:
        """Add alerts or their later changes; an older change never replaces a later one."""
        merged = dict(self.members)
        for member in members:
            known = merged.get(member.key)
            if known is None or known.changed_at <= member.changed_at:
                merged[member.key] = _changed(known, member)
        return replace(self, members=merged)

    def with_named(self, keys: Iterable[str]) -> Group:
        """Note which members a reply names."""
        named = {key: replace(self.members[key], rung=True, named=True) for key in keys}
        return replace(self, members={**self.members, **named})

    def as_shown(self, now: datetime, keys: Iterable[str] | None = None) -> Group:
        """Note that its message shows these members, by default all of them."""
        those = self.members if keys is None else keys
        shown = {key: replace(self.members[key], shown=True, rung=True) for key in those}
        waves = self.waves + 1 if now - self.updated_at < IN_A_ROW else 0
        return replace(self, members={**self.members, **shown}, updated_at=now, waves=waves)

    def _standing(self, standing: Standing) -> list[Member]:
        rows = [row for row in self.members.values() if row.standing is standing]
        newest_first = sorted(rows, key=lambda row: row.changed_at, reverse=True)
        return sorted(newest_first, key=lambda row: (rank(row.severity), not row.keeps_row))


def _changed(known: Member | None, member: Member) -> Member:
    """Return a member's later change: what is over keeps the words with which it rang."""
    if known is None:
        return member
    if not member.is_over:
        # of whose end nobody has read yet goes on for them: there is nothing to ring for
        again = known.is_over and known.shown and member.changed_at > known.changed_at
        return replace(member, named=known.named, rung=known.rung and not again)
    return replace(
        known,
        standing=member.standing,
        changed_at=member.changed_at,
        after=member.after,
        answered=member.answered or known.answered,
        shown=known.shown and known.changed_at == member.changed_at,
    )


def rank(severity: Severity) -> int:
    """Return how bad a severity is, 0 the worst."""
    return _RANKS[severity]


def families(members: Sequence[Member]) -> list[Family]:
    """Sort members into families, the worst and then the largest first."""
    found: dict[tuple[str, str, bool], list[Member]] = {}
    for member in members:
        pattern = _VARIES.sub("*", member.title)
        # what is over is not over its threshold any more: those differ in nothing that is told
        threshold = "" if member.is_over else member.threshold
        found.setdefault((pattern, threshold, member.is_over), []).append(member)
    lone = [rows[0] for rows in found.values() if len(rows) == 1]
    made = [
        Family(key[0] if len({row.title for row in rows}) > 1 else rows[0].title, tuple(rows))
        for key, rows in found.items()
        if len(rows) > 1
    ]
    made += _by_ends(lone)
    return sorted(made, key=lambda each: (_worst(each), -len(each.members)))


def _worst(family: Family) -> int:
    return min(rank(member.severity) for member in family.members)


def _by_ends(lone: Sequence[Member]) -> list[Family]:
    """Make one family of members whose names begin and end alike, where most of a name does."""
    titles = [member.title for member in lone]
    alike = {(member.threshold, member.is_over) for member in lone}
    if len(lone) >= 3 and len(alike) == 1:
        start = _common(titles)
        end = _common([title[len(start) :][::-1] for title in titles])[::-1]
        if 2 * (len(start) + len(end)) >= min(map(len, titles)):
            return [Family(f"{start}*{end}", tuple(lone))]
    return [Family(member.title, (member,)) for member in lone]


def _common(texts: Sequence[str]) -> str:
    shortest = min(texts, key=len)
    for index, character in enumerate(shortest):
        if any(text[index] != character for text in texts):
            return shortest[:index]
    return shortest
