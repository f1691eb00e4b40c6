"""Daily values of a bucket: what of them is of one day, and what a month of requests is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cost_control.money.use import Requests

type Series = dict[datetime, float]

WEEK = timedelta(days=7)
_MONTH = 30.0
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes by storage type, and the number of objects, by day.

    A day is whole when every type has a value, or had none before either: a type that was there
    and is missing is late, and not zero.
    """

    sizes: Mapping[str, Series]
    objects: Series

    def newest_whole_day(self, since: datetime) -> datetime | None:
        """Return the newest whole day, one with a number of objects if there is one."""
        whole = [day for day in self._days(since) if not self.missing_on(day)]
        return next((day for day in whole if day in self.objects), whole[0] if whole else None)

    def newest_day(self, since: datetime) -> datetime | None:
        """Return the newest day of which anything is known."""
        return next(iter(self._days(since)), None)

    def missing_on(self, day: datetime) -> list[str]:
        """Return the types that are late on a day."""
        return [
            kind
            for kind, series in self.sizes.items()
            if day not in series and series and min(series) < day
        ]

    def on(self, day: datetime) -> dict[str, float]:
        """Return the bytes by type of one day."""
        return {kind: series[day] for kind, series in self.sizes.items() if day in series}

    def objects_on(self, day: datetime) -> int | None:
        """Return the number of objects of a day, None where it is unknown."""
        return round(self.objects[day]) if day in self.objects else None

    def growth(self, day: datetime) -> float | None:
        """Return the bytes by which all types together grew in the week before a day."""
        then = day - WEEK
        if self.missing_on(day) or self.missing_on(then) or not self.on(then):
            return None
        return sum(self.on(day).values()) - sum(self.on(then).values())

    def grown(self, day: datetime) -> float | None:
        """Return by how many objects a week makes the bucket more, None without two days."""
        of_late = [at for at in self.objects if day - WEEK <= at < day]
        if day not in self.objects or not of_late:
            return None
        first = min(of_late)
        return (self.objects[day] - self.objects[first]) * (WEEK / (day - first))

    def _days(self, since: datetime) -> list[datetime]:
        days = {day for series in self.sizes.values() for day in series if day >= since}
        return sorted(days, reverse=True)


def requests_of(counted: Mapping[str, Series], now: datetime) -> Requests | None:
    """Return what requests make in a month, None where nobody counts them.

    S3 publishes no zeros: of a bucket whose requests are counted, what is missing did not happen.
    A SELECT is a read of what it scans; a HEAD has no body, reads no bytes, and is no access to
    Intelligent-Tiering.
    The month is what was counted, or as the last week was, whichever is more.
    """
    first = min((min(series) for series in counted.values() if series), default=None)
    if first is None:
        return None

    def monthly(*names: str) -> float:
        whole = _rate([counted[name] for name in names], first, now)
        week = _rate([counted[name] for name in names], max(first, now - WEEK), now)
        return max(whole, week)

    gets, selects = monthly("GetRequests"), monthly("SelectRequests")
    are_read = (counted["BytesDownloaded"] or not gets) and (
        counted["SelectBytesScanned"] or not selects
    )
    puts = monthly("PutRequests", "PostRequests")
    return Requests(
        reads=monthly("GetRequests", "HeadRequests", "SelectRequests"),
        touches=monthly("GetRequests", "SelectRequests"),
        downloaded=monthly("BytesDownloaded", "SelectBytesScanned") if are_read else None,
        puts=puts,
        uploaded=monthly("BytesUploaded") if counted["BytesUploaded"] or not puts else None,
        deletes=monthly("DeleteRequests"),
    )


def _rate(several: list[Series], since: datetime, now: datetime) -> float:
    days = max(1.0, (now - since) / _DAY)
    total = sum(value for series in several for at, value in series.items() if at >= since)
    return total / days * _MONTH
