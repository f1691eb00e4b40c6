"""The alerts that the suite knows: one entry each, read by routing, messages, docs and tests.

A new alert is one entry here and one alarm in template.yaml named ``<SystemName>-<AlertId>``.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Ratio:
    """The two metrics of AvatarSystem/KPI behind a ratio, and the sentence that they fill."""

    numerator: str
    denominator: str
    sentence: str  # with {numerator} and {denominator}


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What the suite knows of one alert.

    ``title`` is read before the value ("Upload failures 18.2 %"); ``unit`` is the unit of the
    alarm's metric; ``remind`` is the time between reminders while the alert stays open, None for
    no reminders; ``runbook`` is the heading's anchor in docs/runbook.md.
    """

    alert_id: str
    title: str
    severity: Severity
    channels: frozenset[ChannelKind]
    unit: Unit
    remind: timedelta | None
    runbook: str
    ratio: Ratio | None = None


_CHAT, _PAGE = ChannelKind.CHAT, ChannelKind.PAGE
_MAIL, _TEXT = ChannelKind.MAIL, ChannelKind.TEXT
_CRITICAL, _WARNING, _INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO
_HOURLY, _DAILY = timedelta(hours=1), timedelta(days=1)


def _rule(  # noqa: PLR0913, PLR0917 - a row of the table below
    alert_id: str,
    title: str,
    severity: Severity,
    channels: tuple[ChannelKind, ...],
    unit: Unit,
    remind: timedelta | None,
    runbook: str,
    ratio: Ratio | None = None,
) -> AlertRule:
    return AlertRule(alert_id, title, severity, frozenset(channels), unit, remind, runbook, ratio)


_UPLOADS_FAILED = Ratio(
    "UploadFailures", "UploadAttempts", "{numerator} of {denominator} uploads failed"
)
_REQUESTS_FAILED = Ratio(
    "FailedRequests", "Requests", "{numerator} of {denominator} requests failed"
)
_REQUESTS_HIT = Ratio(
    "CacheHits", "CacheableRequests", "{numerator} of {denominator} requests came from the cache"
)

# The guide's matrix, its actions exactly; Slack besides for all but info, which has no page.
_MATRIX = (
    _rule("StorageCritical", "Storage", _CRITICAL, (_CHAT, _MAIL, _TEXT),
          Unit.BYTES, _DAILY, "storage-critical"),
    _rule("ErrorRateCritical", "Error rate", _CRITICAL, (_CHAT, _MAIL, _PAGE),
          Unit.PERCENT, _HOURLY, "error-rate", _REQUESTS_FAILED),
    _rule("CdnLatencyCritical", "CDN latency", _CRITICAL, (_CHAT, _MAIL),
          Unit.MILLISECONDS, _HOURLY, "cdn-latency"),
    _rule("UploadFailuresCritical", "Upload failures", _CRITICAL, (_CHAT, _MAIL, _TEXT),
          Unit.PERCENT, _HOURLY, "upload-failures", _UPLOADS_FAILED),
    _rule("StorageWarning", "Storage", _WARNING, (_CHAT, _MAIL),
          Unit.BYTES, _DAILY, "storage-warning"),
    _rule("BandwidthWarning", "Bandwidth in 24 h", _WARNING, (_CHAT, _MAIL),
          Unit.BYTES, _DAILY, "bandwidth"),
    _rule("CacheHitRateWarning", "Cache hit rate", _WARNING, (_CHAT, _MAIL),
          Unit.PERCENT, _DAILY, "cache-hit-rate", _REQUESTS_HIT),
    _rule("RequestRateWarning", "Request rate", _WARNING, (_CHAT, _MAIL),
          Unit.PER_MINUTE, _DAILY, "request-rate"),
    _rule("DailyUploadsInfo", "Uploads in a day", _INFO, (), Unit.NONE, None, "daily-uploads"),
    _rule("StorageGrowthInfo", "Storage growth in 7 days", _INFO, (),
          Unit.BYTES, None, "storage-growth"),
    _rule("CostIncreaseInfo", "Cost increase in 30 days", _INFO, (),
          Unit.PERCENT, None, "cost-increase"),
    _rule("UserAdoptionInfo", "User adoption in 7 days", _INFO, (),
          Unit.PERCENT, None, "user-adoption"),
)  # fmt: skip

# Service level objectives: an error budget that burns, looked at over a long and a short window.
_BUDGETS = (
    _rule("UploadBudgetBurn", "Error budget of uploads burns", _CRITICAL,
          (_CHAT, _MAIL, _PAGE), Unit.NONE, _HOURLY, "error-budgets"),
    _rule("AvailabilityBudgetBurn", "Error budget of availability burns", _CRITICAL,
          (_CHAT, _MAIL, _PAGE), Unit.NONE, _HOURLY, "error-budgets"),
)  # fmt: skip

_OWN = (
    _rule("EndpointDown", "Endpoints down", _CRITICAL, (_CHAT, _MAIL, _PAGE, _TEXT),
          Unit.NONE, _HOURLY, "endpoint-down"),
    _rule("ComponentDown", "Components down", _CRITICAL, (_CHAT, _MAIL, _PAGE),
          Unit.NONE, _HOURLY, "component-down"),
    _rule("EndpointMistake", "Endpoints not polled", _WARNING, (_CHAT, _MAIL),
          Unit.NONE, _DAILY, "endpoint-mistake"),
    _rule("TlsExpiry", "TLS certificates end", _WARNING, (_CHAT, _MAIL),
          Unit.NONE, _DAILY, "tls-expiry"),
    _rule("HealthPollingSilent", "Health polling is silent", _CRITICAL, (_CHAT, _MAIL),
          Unit.NONE, _HOURLY, "health-polling-silent"),
    _rule("KpiAggregationSilent", "KPI aggregation is silent", _WARNING, (_CHAT, _MAIL),
          Unit.NONE, _DAILY, "kpi-aggregation-silent"),
    _rule("FunctionErrors", "Errors of our own functions", _WARNING, (_CHAT, _MAIL),
          Unit.NONE, _DAILY, "function-errors"),
    _rule("FunctionThrottles", "Held back calls of our own functions", _WARNING, (_CHAT, _MAIL),
          Unit.NONE, _DAILY, "function-throttles"),
    _rule("QueueAge", "Oldest alert waits", _CRITICAL, (_CHAT, _MAIL),
          Unit.SECONDS, _HOURLY, "queue-age"),
    _rule("DeadLetters", "Messages in the dead-letter queue", _WARNING, (_CHAT, _MAIL),
          Unit.NONE, _DAILY, "dead-letters"),
    _rule("CostControl", "Storage cost", _WARNING, (_CHAT, _MAIL),
          Unit.NONE, None, "cost-control"),
    _rule("DeliveryFailed", "A channel refuses our messages", _CRITICAL, (_CHAT, _MAIL, _TEXT),
          Unit.NONE, _HOURLY, "delivery-failed"),
)  # fmt: skip

CATALOGUE: dict[str, AlertRule] = {rule.alert_id: rule for rule in (*_MATRIX, *_BUDGETS, *_OWN)}
"""Every alert by its id, the guide's matrix first and in its order."""


def rule_of_alarm(alarm_name: str, system_name: str) -> AlertRule | None:
    """Return the rule of one of our alarms (``<SystemName>-<AlertId>``), None for any other."""
    prefix = f"{system_name}-"
    if not alarm_name.startswith(prefix):
        return None
    return CATALOGUE.get(alarm_name.removeprefix(prefix))
