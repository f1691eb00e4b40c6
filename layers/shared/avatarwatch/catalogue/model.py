"""What one entry of the catalogue says of an alert.

By msgspec, not as dataclasses: AlarmFanout reads the catalogue at its cold start, and a class costs
it a fiftieth of what a frozen, slotted dataclass does (docs/decisions/0060).
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from avatarwatch.catalogue.alarm import Alarm, Composite, Threshold
from avatarwatch.units import Unit


class Severity(StrEnum):
    """How soon a person must act."""

    CRITICAL = "critical"  # now
    WARNING = "warning"  # today
    INFO = "info"  # when reading the report


class ChannelKind(StrEnum):
    """The kinds of ways to tell a person; which service it is, a team's settings say."""

    CHAT = "chat"
    PAGE = "page"
    MAIL = "mail"
    TEXT = "text"


class Ratio(Struct, frozen=True):
    """The sentence that the two counts of a ratio in percent fill.

    The alarm's metric is a statistic set: its SampleCount is the denominator, its Sum 100 times
    the numerator.
    """

    sentence: str  # with {numerator} and {denominator}


class Logs(Struct, frozen=True):
    """Where the logs are that say more of an alert, and what to ask them.

    ``group`` is the end of one of our functions' log groups, None for the avatar API's.
    """

    group: str | None = None
    query: str = "fields @timestamp, @message | sort @timestamp desc | limit 200"


# as the saved query "Errors by type" (template.yaml) has it
FAILED_UPLOADS = Logs(
    query='filter operation="avatar_upload" and success=0\n'
    "| stats count(*) as failures, count_distinct(userId) as users by errorType\n"
    "| sort failures desc"
)


class AlertRule(Struct, frozen=True):
    """What the suite knows of one alert.

    ``title`` is read before the value ("Upload failures 18.2 %"); ``unit`` is the unit of the
    alarm's metric; ``remind`` is the time between reminders while the alert stays open, None for
    no reminders; ``runbook`` is the heading's anchor in docs/runbook.md. ``threshold`` makes the
    parameter ``<alert_id>Threshold``; ``alarm`` makes the alarm ``<SystemName>-<alert_id>``, None
    where a function of ours tells of it. ``under`` is the alert that, while it is open of the same
    thing, says enough (families.py). ``in_full`` means that what the function says is the headline,
    for it names what the title does not: which endpoint, which bucket. ``logs`` are those that its
    messages link to.
    """

    alert_id: str
    title: str
    severity: Severity
    channels: frozenset[ChannelKind]
    unit: Unit
    remind: timedelta | None
    runbook: str
    ratio: Ratio | None = None
    threshold: Threshold | None = None
    alarm: Alarm | Composite | None = None
    under: str | None = None
    in_full: bool = False
    logs: Logs | None = None


def rule(  # noqa: PLR0913, PLR0917 - an entry of the catalogue, the rarer half by name
    alert_id: str,
    title: str,
    severity: Severity,
    channels: tuple[ChannelKind, ...],
    unit: Unit,
    remind: timedelta | None,
    runbook: str,
    *,
    ratio: Ratio | None = None,
    threshold: Threshold | None = None,
    alarm: Alarm | Composite | None = None,
    under: str | None = None,
    in_full: bool = False,
    logs: Logs | None = None,
) -> AlertRule:
    """Return an entry."""
    return AlertRule(
        alert_id, title, severity, frozenset(channels), unit, remind, runbook, ratio, threshold,
        alarm, under, in_full, logs,
    )  # fmt: skip
