"""Several alerts told as one message (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from avatarwatch.catalogue import Severity


@dataclass(frozen=True, slots=True)
class Member:
    """One alert of a group, as its latest change left it."""

    key: str
    text: str
    severity: Severity
    changed_at: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The alerts of one message; ``until`` is when it takes no further ones."""

    members: Mapping[str, Member]
    opened_at: datetime
    updated_at: datetime
    until: datetime

    @property
    def ongoing(self) -> list[Member]:
        """The alerts that are open, the worst and then the newest first."""
        return _ordered(member for member in self.members.values() if not member.is_over)

    @property
    def over(self) -> list[Member]:
        """The alerts that are over."""
        return _ordered(member for member in self.members.values() if member.is_over)

    @property
    def severity(self) -> Severity:
        """The worst severity of what is ongoing, or of all when nothing is."""
        rows = self.ongoing or self.over
        return rows[0].severity if rows else Severity.INFO

    def with_members(self, members: Iterable[Member], now: datetime) -> Group:
        """Add alerts or their later changes; an older change never replaces a later one."""
        merged = dict(self.members)
        for member in members:
            known = merged.get(member.key)
            if known is None or known.changed_at <= member.changed_at:
                merged[member.key] = member
        return replace(self, members=merged, updated_at=now)


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def _ordered(members: Iterable[Member]) -> list[Member]:
    newest_first = sorted(members, key=lambda member: member.changed_at, reverse=True)
    return sorted(newest_first, key=lambda member: _RANK[member.severity])
