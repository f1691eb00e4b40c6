"""The suite's own alerts: the watchman is watched, and what our functions tell by themselves.

EndpointDown, ComponentDown and TlsExpiry have no alarm: only the function knows the cause and the
endpoint, and an alarm beside it would tell the same thing twice (docs/decisions/0020).
"""

from __future__ import annotations

from datetime import timedelta

from avatarwatch.catalogue.alarm import (
    MINUTE,
    Alarm,
    Metric,
    Missing,
    Operator,
    Points,
    Threshold,
)
from avatarwatch.catalogue.model import AlertRule, ChannelKind, Logs, Severity, rule
from avatarwatch.namespaces import Own
from avatarwatch.units import Unit

_CHAT, _PAGE, _MAIL, _TEXT = (
    ChannelKind.CHAT, ChannelKind.PAGE, ChannelKind.MAIL, ChannelKind.TEXT,
)  # fmt: skip
_CRITICAL, _WARNING = Severity.CRITICAL, Severity.WARNING
_HOURLY, _DAILY = timedelta(hours=1), timedelta(days=1)
_POLLER, _KPIS, _REPORTS = Logs("health-polling"), Logs("kpi-aggregation"), Logs("reporting")
_FANOUT = Logs("alarm-fanout")
_SILENCE = (Missing.BREACHING, "its silence is what it tells of")
# Until what is watched has run for the first time its silence is no news: the alarm waits for data,
# and an hour at most. From its first data on it watches.
_FIRST_HOUR = 60
_FIRST_DAY = 26 * 60
_IDLE = (Missing.NOT_BREACHING, "an idle queue publishes nothing")


# Sources: each service's developer guide, "metrics" ("Available CloudWatch metrics for Amazon SQS",
# "Types of metrics for Lambda functions", "Monitoring Amazon SNS topics using CloudWatch").
_MEANS = {
    "ApproximateAgeOfOldestMessage":
        "Seconds since the oldest message that is still there was sent, those left out that were"
        " received three times or more.",
    "ApproximateNumberOfMessagesVisible":
        "Messages that could be received now. Nothing reads this queue by itself: it rings until"
        " somebody empties it, or each is too old to be kept (14 days; a failed run, an hour).",
    "Invocations":
        "Runs of the function's code, those that fail included; calls that are held back are not"
        " counted.",
    "Errors":
        "Runs that ended in an exception, a time-out or the end of memory; a call that Lambda"
        " makes again counts each time.",
    "Throttles":
        "Calls that Lambda turned away because no run was left of the account's or the function's"
        " concurrency; each try counts.",
    "NumberOfNotificationsFailed":
        "Messages that SNS gave up after its own retries, in this region; counted when it gave up,"
        " not when they were published.",
}  # fmt: skip


def _queue(metric: str, queue: str) -> Metric:
    where = (("QueueName", f"{queue}.QueueName"),)
    return Metric("AWS/SQS", metric, dimensions=where, means=_MEANS[metric])


def _function(metric: str, function: str) -> Metric:
    where = (("FunctionName", function),)
    return Metric("AWS/Lambda", metric, "Sum", where, _MEANS[metric])


_NOTHING_SENT = (Missing.NOT_BREACHING, "nothing was sent, so nothing failed")


def _refused_by(topic: str) -> Metric:
    """Return what a topic could not deliver (SNS Developer Guide, "CloudWatch metrics")."""
    metric, where = "NumberOfNotificationsFailed", (("TopicName", f"{topic}.TopicName"),)
    return Metric("AWS/SNS", metric, "Sum", where, _MEANS[metric])


_TOLD_BY_FUNCTIONS = (
    rule("EndpointDown", "Endpoints down", _CRITICAL, (_CHAT, _MAIL, _PAGE, _TEXT), Unit.NONE,
        _HOURLY, "endpoint-down", in_full=True, logs=_POLLER),
    rule("ComponentDown", "Components down", _CRITICAL, (_CHAT, _MAIL, _PAGE), Unit.NONE,
        _HOURLY, "component-down", under="EndpointDown", in_full=True, logs=_POLLER),
    rule("EndpointMistake", "Endpoints not polled", _WARNING, (_CHAT, _MAIL), Unit.NONE, _DAILY,
        "endpoint-mistake", in_full=True, logs=_POLLER),
    rule("HealthStateLost", "What was known of endpoints is lost", _WARNING, (_CHAT, _MAIL),
        Unit.NONE, _DAILY, "health-state-lost", in_full=True, logs=_POLLER),
    rule("TlsExpiry", "TLS certificates end", _WARNING, (_CHAT, _MAIL), Unit.NONE, _DAILY,
        "tls-expiry", in_full=True,
        threshold=Threshold(14,
            "days left of a polled endpoint's certificate from which on its end is told.", 1, 90)),
)  # fmt: skip

_WATCHMAN = (
    rule("HealthPollingSilent", "Health polling is silent", _CRITICAL, (_CHAT, _MAIL), Unit.NONE,
        _HOURLY, "health-polling-silent", logs=_POLLER,
        alarm=Alarm(
            "The health of {system} has not been polled for 5 minutes: whether it is up is not"
            " known.",
            # put once in a round of which every endpoint was judged and kept
            Metric(Own.HEALTH, "UnhealthyEndpoints", "SampleCount"), Operator.UNDER,
            Points(MINUTE, 5, 5, "a minute's run may be late or tried again"), _SILENCE,
            limit=1, condition="PollsHealth", after="HealthPollingFunctionEveryMinute",
            past_queue=True, warm_up=_FIRST_HOUR)),
    # A run that fails ends in RunsDeadLetterQueue, so that it began is all that is asked.
    rule("KpiAggregationSilent", "KPI aggregation is silent", _WARNING, (_CHAT, _MAIL), Unit.NONE,
        _DAILY, "kpi-aggregation-silent", logs=_KPIS,
        alarm=Alarm(
            "KpiAggregation for {system} has not run for 15 minutes: the alarms on KPIs are blind.",
            _function("Invocations", "KpiAggregationFunction"), Operator.UNDER,
            Points(15 * MINUTE), _SILENCE, limit=1, after="KpiAggregationFunctionFiveMinutes",
            past_queue=True, warm_up=_FIRST_HOUR)),
    rule("ReportingSilent", "Reports are silent", _WARNING, (_CHAT, _MAIL), Unit.NONE, _DAILY,
        "reporting-silent", logs=_REPORTS,
        alarm=Alarm(
            "Reporting for {system} has not run for 26 hours, for the daily report neither.",
            _function("Invocations", "ReportingFunction"), Operator.UNDER,
            Points(60 * MINUTE, 26, 26,
                "a day of 25 hours, when clocks are put back, and the hour in which a run is"
                " tried again"),
            _SILENCE, limit=1, after="ReportingFunctionDaily", past_queue=True,
            warm_up=_FIRST_DAY)),
    # Every other function's failure waits in a dead-letter queue, which has its own alarm, once its
    # retries are over: one metric each would tell it a second time (docs/decisions/0145).
    rule("FunctionErrors", "Errors of AlarmFanout", _WARNING, (_CHAT, _MAIL), Unit.NONE,
        _DAILY, "function-errors", logs=_FANOUT,
        alarm=Alarm("AlarmFanout of {system} fails again and again: alerts are told late.",
            _function("Errors", "AlarmFanoutFunction"), Operator.OVER,
            Points(5 * MINUTE, 2, 3,
                "one failure is tried again and, should that not help, waits in the dead-letter"
                " queue, which has its own alarm"),
            (Missing.NOT_BREACHING, "a function that does not run does not fail"),
            limit=0, condition="OnAws", past_queue=True)),
    rule("FunctionThrottles", "Held back calls of AlarmFanout", _WARNING, (_CHAT, _MAIL),
        Unit.NONE, _DAILY, "function-throttles", logs=_FANOUT,
        alarm=Alarm(
            "AlarmFanout of {system} is not let run: the account's concurrency is used up.",
            _function("Throttles", "AlarmFanoutFunction"), Operator.OVER,
            Points(5 * MINUTE, 2, 3,
                "a call that was held back is made again; twice in a quarter of an hour it does"
                " not pass by itself"),
            (Missing.NOT_BREACHING, "a function that is not called is not held back"),
            limit=0, condition="OnAws", past_queue=True)),
    rule("QueueAge", "Oldest alert waits", _CRITICAL, (_CHAT, _MAIL), Unit.SECONDS, _HOURLY,
        "queue-age", logs=_FANOUT,
        alarm=Alarm(
            "An alert of {system} has waited for 15 minutes and was hardly tried: AlarmFanout does"
            " not run.",
            _queue("ApproximateAgeOfOldestMessage", "AlertsQueue"), Operator.OVER,
            Points(5 * MINUTE), _IDLE, limit=900, past_queue=True)),
    # SQS leaves messages that were received three times out of that age (SQS Developer Guide,
    # "Available CloudWatch metrics"): a channel that is down for long is seen here alone.
    rule("DeliveryWaits", "Oldest delivery waits", _CRITICAL, (_CHAT, _MAIL), Unit.SECONDS,
        _HOURLY, "queue-age", logs=_FANOUT,
        alarm=Alarm(
            "An alert of {system} has waited for 15 minutes for a channel that is down;"
            " AlarmFanout's log names it (waits).",
            Metric(Own.OPERATIONS, "OldestDeliveryWaits"), Operator.OVER,
            Points(5 * MINUTE, 1, 3, "a channel that is down is tried every five minutes at most"),
            (Missing.NOT_BREACHING, "nothing waits, nothing is put"), limit=900,
            past_queue=True)),
    rule("DeadLetters", "Messages in the dead-letter queue", _WARNING, (_CHAT, _MAIL), Unit.NONE,
        _DAILY, "dead-letters", logs=_FANOUT,
        alarm=Alarm(
            "Alerts or events of {system} could not be handled and wait in the dead-letter queue.",
            _queue("ApproximateNumberOfMessagesVisible", "AlertsDeadLetterQueue"), Operator.OVER,
            Points(5 * MINUTE), _IDLE, limit=0, past_queue=True)),
    rule("RunsFailed", "Runs by the clock that failed", _WARNING, (_CHAT, _MAIL), Unit.NONE,
        _DAILY, "runs-failed",
        alarm=Alarm(
            "A scheduled run of a function that watches {system} failed within the hour, retries"
            " included.",
            _queue("ApproximateNumberOfMessagesVisible", "RunsDeadLetterQueue"), Operator.OVER,
            Points(5 * MINUTE), _IDLE, limit=0)),
    # Publish answers 200 whatever becomes of the message: a phone in the SMS sandbox, a spending
    # limit that is used up, a mailbox that is gone. SNS counts them afterwards, and only here.
    rule("TextsFailed", "SMS that did not arrive", _WARNING, (_CHAT, _MAIL), Unit.NONE, _DAILY,
        "texts-and-mails-failed",
        alarm=Alarm("SMS of {system} did not reach the phone.", _refused_by("SmsTopic"),
            Operator.OVER, Points(5 * MINUTE), _NOTHING_SENT, limit=0)),
    rule("MailsFailed", "E-mails that did not arrive", _WARNING, (_CHAT, _TEXT), Unit.NONE, _DAILY,
        "texts-and-mails-failed",
        alarm=Alarm("E-mails of {system} did not reach the mailbox.", _refused_by("EmailTopic"),
            Operator.OVER, Points(5 * MINUTE), _NOTHING_SENT, limit=0)),
)  # fmt: skip

_FOUND = (
    rule("CostControl", "Storage cost", _WARNING, (_CHAT, _MAIL), Unit.NONE, None, "cost-control",
        in_full=True, logs=Logs("cost-control")),
    rule("CostControlInfo", "Storage cost", Severity.INFO, (_CHAT, _MAIL), Unit.NONE, None,
        "cost-control", in_full=True, logs=Logs("cost-control")),
    rule("Report", "Report", Severity.INFO, (_CHAT, _MAIL), Unit.NONE, None, "report",
        in_full=True, logs=_REPORTS),
    rule("DeliveryFailed", "A channel refuses our messages", _CRITICAL, (_CHAT, _MAIL, _TEXT),
        Unit.NONE, _HOURLY, "delivery-failed", logs=_FANOUT),
    rule("AlertStateLost", "What was known of alerts is lost", _WARNING, (_CHAT, _MAIL), Unit.NONE,
        _DAILY, "alert-state-lost", in_full=True, logs=_FANOUT),
    rule("MailUnconfirmed", "E-mails that nobody gets", _WARNING, (_CHAT, _TEXT), Unit.NONE,
        _DAILY, "mail-unconfirmed"),
)  # fmt: skip

# `make test-alert` sends them, over every kind of channel that their severity uses
TESTS = (
    rule("TestCritical", "TEST, nothing is wrong", _CRITICAL, (_CHAT, _MAIL, _PAGE, _TEXT),
        Unit.NONE, None, "test-alert"),
    rule("TestWarning", "TEST, nothing is wrong", _WARNING, (_CHAT, _MAIL), Unit.NONE, None,
        "test-alert"),
    rule("TestInfo", "TEST, nothing is wrong", Severity.INFO, (_CHAT,), Unit.NONE, None,
        "test-alert"),
)  # fmt: skip

OWN: tuple[AlertRule, ...] = (*_TOLD_BY_FUNCTIONS, *_WATCHMAN, *_FOUND, *TESTS)
