"""One alert, whatever shape it came in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, StrEnum

from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity
from avatarwatch.console import MetricRef
from avatarwatch.units import Unit

RELEASED = "CloudWatch no longer mutes this alarm's actions, and it is still in alarm."
NEVER_HAD_DATA = "It rang when it was made, for want of data, and is still in alarm."
HELD_FACTS = ("Muted by", "Muted until", "Held back")


class Kind(StrEnum):
    """Where an alert comes from."""

    METRIC = "metric alarm"
    MATH = "metric math alarm"
    ANOMALY = "anomaly alarm"
    COMPOSITE = "composite alarm"
    CONFIGURATION = "alarm configuration"
    CONTRIBUTOR = "alarm contributor"
    BUDGET = "budget"
    COST_ANOMALY = "cost anomaly"
    HEALTH = "AWS Health"
    OWN = "avatar watch"
    EVENT = "event"
    TEXT = "text"


class Comparison(Enum):
    """CloudWatch's comparison operators, by the words that a reader needs."""

    GreaterThanThreshold = "over"
    GreaterThanOrEqualToThreshold = "at or over"
    LessThanThreshold = "under"
    LessThanOrEqualToThreshold = "at or under"
    GreaterThanUpperThreshold = "over the expected band"
    LessThanLowerThreshold = "under the expected band"
    LessThanLowerOrGreaterThanUpperThreshold = "outside the expected band"

    @property
    def is_band(self) -> bool:
        """Whether the threshold is an anomaly detector's band, not a number."""
        return "band" in self.value

    def crosses(self, value: float, threshold: float) -> bool:
        """Whether a value is on the side of a threshold on which the alarm rings."""
        if value == threshold:
            return "at or" in self.value
        return value < threshold if "under" in self.value else value > threshold


@dataclass(frozen=True, slots=True)
class Crossing:
    """What crossed which threshold.

    ``values`` are the datapoints that CloudWatch gave its reason with, the latest first, and may
    be empty; ``threshold`` is None for a band; ``period`` is in seconds; ``breaching`` of
    ``periods`` datapoints must cross (M of N). ``since`` is when the earliest of ``values`` began.
    What was observed, each None where the reason does not tell: ``crossed`` datapoints of ``of``,
    ``silent`` periods without data, ``edges`` of the expected band, ``series`` of a query that
    returns several (how many crossed, of how many). ``unit`` is the metric's.
    """

    metrics: tuple[MetricRef, ...]
    comparison: Comparison | None
    threshold: float | None
    period: int
    periods: int
    breaching: int
    values: tuple[float, ...] = ()
    expression: str | None = None
    since: datetime | None = None
    unit: Unit = Unit.NONE
    crossed: int | None = None
    of: int | None = None
    silent: int | None = None
    edges: tuple[float, ...] = ()
    series: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Child:
    """An alarm that made a composite alarm ring."""

    arn: str
    state: AlertState

    @property
    def name(self) -> str:
        """The alarm's name, from its ARN."""
        return self.arn.rsplit(":alarm:", 1)[-1]

    @property
    def place(self) -> tuple[str, ...]:
        """The alarm's region and account, empty where its ARN is none."""
        parts = self.arn.split(":", 5)
        return (parts[3], parts[4]) if len(parts) == 6 else ()


@dataclass(frozen=True, slots=True)
class Alert:
    """One change of state of one alert, or one event that a person should know.

    ``key`` identifies the alert over all its changes (an alarm's ARN, our own dedup key);
    ``changed_at`` is the source's time of this change, in UTC. ``previous`` is None where the
    source does not tell. ``suppressed`` says that CloudWatch itself holds the actions back,
    ``held_until`` until when, where it tells; ``waits_until`` that the alarm is new and never had
    data, and until when that is no news.
    ``alert_id`` is the catalogue's where the alert is one of ours. ``stamp`` identifies the change
    where ``changed_at`` is only when it was read: the id of a message that tells no time, or the
    source's time that lies ahead. ``closes`` is the key of the alarm that this says is deleted,
    ``deleted`` marks the end that follows for it.
    """

    kind: Kind
    name: str
    key: str
    state: AlertState
    changed_at: datetime
    title: str = ""
    severity: Severity | None = None
    region: str | None = None
    account: str | None = None
    previous: AlertState | None = None
    alert_id: str | None = None
    summary: str = ""
    description: str = ""
    reason: str = ""
    crossing: Crossing | None = None
    children: tuple[Child, ...] = ()
    suppressed: bool = False
    held_until: datetime | None = None
    waits_until: datetime | None = None
    facts: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    stamp: str | None = None
    closes: str | None = None
    deleted: bool = False

    @property
    def change_id(self) -> str:
        """Identify this change, the same for every copy of it and over every way it came.

        The default idempotency key (the whole payload) differs between the SNS copy and the
        EventBridge copy of one change. What was held back is another change than the same when it
        is not: it becomes news when the hold ends.
        """
        held = "~held" if self.is_held else ""
        return f"{self.state}@{self.stamp or self._moment}{held}"

    @property
    def _moment(self) -> str:
        return self.changed_at.isoformat(timespec="milliseconds")

    @property
    def is_held(self) -> bool:
        """Whether it is no news before it is released, or changes."""
        return self.suppressed or self.waits_until is not None

    def is_due(self, now: datetime) -> bool:
        """Whether all that holds it back has an end, and that is over."""
        ends = (self.waits_until, self.held_until)
        known = self.held_until is not None or not self.suppressed
        return self.is_held and known and all(end is None or end <= now for end in ends)

    def counted_as(self, now: datetime) -> Alert:
        """Return the same change as of now: no later one may wait for a time that lies ahead."""
        return replace(self, changed_at=now, stamp=self.stamp or self._moment)

    def released(self) -> Alert:
        """Return the same change as it is once nothing holds it back any more."""
        facts = tuple(fact for fact in self.facts if fact[0] not in HELD_FACTS)
        summary = RELEASED if self.suppressed else NEVER_HAD_DATA
        free = replace(self, suppressed=False, held_until=None, waits_until=None)
        return replace(free, summary=summary, facts=facts)

    def end_of_the_deleted(self) -> Alert:
        """Return the end of the alarm that this says is deleted."""
        return replace(
            self,
            key=self.closes or self.key,
            state=AlertState.OK,
            summary="",
            facts=(),
            closes=None,
            deleted=True,
        )
