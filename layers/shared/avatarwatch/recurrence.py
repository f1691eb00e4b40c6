"""On which days a rule of RFC 5545 falls: looked at day by day, so it ends (pure).

dateutil looks on up to the year 9999: 26 s for a rule that never comes, and without an end where
INTERVAL is 0. Whoever reads a rule here has alerts to tell.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

PARTS = ("FREQ", "INTERVAL", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
"""Of a rule. COUNT would have to be counted from the beginning each time: UNTIL says the same."""

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_LONGEST = 1000  # of an interval
_NUMBERS = {"BYMONTHDAY": 31, "BYMONTH": 12, "BYSETPOS": 366}  # and as far back, but for months
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY = re.compile(r"(?P<number>[+-]?[1-9]\d?)?(?P<name>[A-Z]{2})")
_UNTIL = re.compile(r"\d{8}(T\d{6})?")
_DAY = timedelta(days=1)


class RuleError(ValueError):
    """A text is no rule that is known here; the message says which part."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule says; empty parts say nothing.

    ``weekdays`` are pairs of which one (from 1 on, from the end from -1 on, 0 for each) and the day
    of the week from Monday, 0, on; ``until`` is on the zone's clock.
    """

    frequency: str
    interval: int = 1
    until: datetime | None = None
    weekdays: tuple[tuple[int, int], ...] = ()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    def falls_on(self, start: date, after: date, before: date) -> Iterator[date]:
        """Yield the days of a span, both ends included, on which it falls; ``start`` is its first.

        Where a week's ``positions`` are asked for, the week of the start is a whole one.
        """
        rule = self.meant(start)
        day, known, chosen = max(start, after), -1, frozenset[date]()
        while day <= before:
            number = rule.number(day, start)
            if number % rule.interval == 0:
                if rule.positions and number != known:
                    known, chosen = number, rule.chosen(day)
                if day in chosen if rule.positions else rule.matches(day):
                    yield day
            day += _DAY

    def meant(self, start: date) -> Rule:
        """Return it with what the start says where no part names a day."""
        if self.days or self.weekdays or self.frequency == "DAILY":
            return self
        if self.frequency == "WEEKLY":
            return replace(self, weekdays=((0, start.weekday()),))
        yearly = frozenset({start.month}) if self.frequency == "YEARLY" else frozenset[int]()
        return replace(self, days=frozenset({start.day}), months=self.months or yearly)

    def number(self, day: date, start: date) -> int:
        """Return of which period a day is, from that of the start, 0, on."""
        match self.frequency:
            case "DAILY":
                return (day - start).days
            case "WEEKLY":
                return (self.bounds(day)[0] - self.bounds(start)[0]).days // 7
            case "MONTHLY":
                return (day.year - start.year) * 12 + day.month - start.month
            case _:
                return day.year - start.year

    def bounds(self, day: date) -> tuple[date, date]:
        """Return the first and last day of a day's period."""
        match self.frequency:
            case "DAILY":
                return day, day
            case "WEEKLY":
                first = day - (day.weekday() - self.week_start) % 7 * _DAY
                return first, first + 6 * _DAY
            case "MONTHLY":
                return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
            case _:
                return day.replace(month=1, day=1), day.replace(month=12, day=31)

    def chosen(self, day: date) -> frozenset[date]:
        """Return the days at the positions that are asked for in a day's period."""
        first, last = self.bounds(day)
        every = (first + number * _DAY for number in range((last - first).days + 1))
        found = [each for each in every if self.matches(each)]
        places = (place - 1 if place > 0 else len(found) + place for place in self.positions)
        return frozenset(found[place] for place in places if 0 <= place < len(found))

    def matches(self, day: date) -> bool:
        """Whether a day is one that the parts name, wherever in its period."""
        longest = monthrange(day.year, day.month)[1]
        return (
            (not self.months or day.month in self.months)
            and (not self.days or not self.days.isdisjoint({day.day, day.day - longest - 1}))
            and (not self.weekdays or any(self._is(day, *each) for each in self.weekdays))
        )

    def _is(self, day: date, number: int, weekday: int) -> bool:
        """Whether it is that weekday, the first or so of its month, or of a year without months."""
        if day.weekday() != weekday or not number:
            return day.weekday() == weekday
        within = replace(self, frequency="MONTHLY") if self.months else self
        first, last = within.bounds(day)
        return number in {(day - first).days // 7 + 1, -((last - day).days // 7 + 1)}


def read_rule(text: str) -> Rule:
    """Read a rule's value (``FREQ=WEEKLY;BYDAY=SU``); RuleError says what is wrong with it."""
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise RuleError(f"FREQ needs one of {', '.join(FREQUENCIES)}")
    interval = parts.get("INTERVAL", "1")
    if not (re.fullmatch(r"[0-9]{1,4}", interval) and 1 <= int(interval) <= _LONGEST):
        raise RuleError(f"INTERVAL needs a number of 1 to {_LONGEST}")
    [(first, week_start)] = _weekdays("WKST", parts.get("WKST", "MO"))[:1]
    if first:
        raise RuleError("WKST needs a day without a number")
    weekdays = _weekdays("BYDAY", parts["BYDAY"]) if "BYDAY" in parts else ()
    if any(number for number, _ in weekdays) and frequency not in {"MONTHLY", "YEARLY"}:
        raise RuleError("BYDAY has a number, which needs FREQ=MONTHLY or FREQ=YEARLY")
    return Rule(
        frequency,
        interval=int(interval),
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        weekdays=weekdays,
        days=frozenset(_numbers("BYMONTHDAY", parts)),
        months=frozenset(_numbers("BYMONTH", parts)),
        positions=tuple(_numbers("BYSETPOS", parts)),
        week_start=week_start,
    )


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.upper().strip().removeprefix("RRULE:").strip("; ").split(";"):
        name, sign, value = (each.strip() for each in part.partition("="))
        if not sign or not value or name not in PARTS or name in parts:
            raise RuleError(
                f"{part.strip()!r} is none of {', '.join(PARTS)}, each once, as in"
                " FREQ=WEEKLY;BYDAY=SU"
            )
        parts[name] = value
    return parts


def _weekdays(name: str, text: str) -> tuple[tuple[int, int], ...]:
    found = [_WEEKDAY.fullmatch(each.strip()) for each in text.split(",")]
    if any(each is None or each["name"] not in _WEEKDAYS for each in found):
        raise RuleError(f"{name}={text} needs days as {', '.join(_WEEKDAYS)}")
    return tuple(
        (int(each["number"] or 0), _WEEKDAYS.index(each["name"])) for each in found if each
    )


def _numbers(name: str, parts: dict[str, str]) -> Iterator[int]:
    most = _NUMBERS[name]
    least = 1 if name == "BYMONTH" else -most
    for each in parts[name].split(",") if name in parts else ():
        number = int(each) if re.fullmatch(r"\s*[+-]?\d{1,3}\s*", each, re.ASCII) else 0
        if not number or not least <= number <= most:
            back = "" if least == 1 else f", or -1 to {least} from the end"
            raise RuleError(f"{name}={parts[name]} needs numbers of 1 to {most}{back}")
        yield number


def _until(text: str) -> datetime:
    if not _UNTIL.fullmatch(text):
        raise RuleError("UNTIL needs a day or a time of the window's zone, without Z")
    form = "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d"
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - on the zone's clock
    except ValueError:
        raise RuleError(f"UNTIL={text} is no time") from None
