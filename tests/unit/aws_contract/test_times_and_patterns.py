"""Schedules, patterns of events and of log lines, expressions of metrics."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from unit.aws_contract.twins import FUNCTION, QUEUE, ROLE, TOPIC, Case, Params, of_each


def schedule(expression: str, **changes: Any) -> Params:
    base = {
        "Name": "tick", "ScheduleExpression": expression, "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": FUNCTION, "RoleArn": ROLE, "Input": '{"action": "remind"}'},
    }  # fmt: skip
    return {**base, **changes}


def put_rule(pattern: Any) -> Params:
    return {"Name": "alarms", "EventPattern": json.dumps(pattern)}


def by(detail: Any) -> Params:
    return put_rule({"source": ["aws.cloudwatch"], "detail": detail})


def metric_filter(pattern: str) -> Params:
    return {
        "logGroupName": "/api", "filterName": "uploads", "filterPattern": pattern,
        "metricTransformations": [
            {"metricName": "Uploads", "metricNamespace": "Avatars", "metricValue": "1"}
        ],
    }  # fmt: skip


def math_alarm(expression: str, metrics: int = 1, **changes: Any) -> Params:
    queries: list[Params] = [
        {"Id": f"m{n}", "ReturnData": False, "MetricStat": {
            "Metric": {"Namespace": "AWS/Lambda", "MetricName": "Errors"}, "Period": 300,
            "Stat": "Sum"}}
        for n in range(metrics)
    ]  # fmt: skip
    return {
        "AlarmName": "errors", "ComparisonOperator": "GreaterThanThreshold", "Threshold": 0.0,
        "EvaluationPeriods": 1, "Metrics": [{"Id": "total", "Expression": expression}, *queries],
        **changes,
    }  # fmt: skip


def searching(characters: int) -> Params:
    query = "{AWS/Lambda,FunctionName} Errors".ljust(characters, "x")
    now = datetime.now(UTC)
    return {
        "StartTime": now - timedelta(hours=1), "EndTime": now,
        "MetricDataQueries": [{"Id": "all", "Expression": f"SEARCH('{query}', 'Sum', 300)"}],
    }  # fmt: skip


def acting(arn: str) -> Params:
    return math_alarm("SUM(METRICS())", AlarmActions=[arn])


def composite(rule: str, **changes: Any) -> Params:
    return {"AlarmName": "down", "AlarmRule": rule, **changes}


EVENT, INSIGHT = "InvalidEventPatternException", "InvalidParameterException"
TIME, ALARM = "ValidationException", "ValidationError"

CASES = [
    Case("1 minutes", "scheduler", "CreateSchedule", schedule("rate(1 minute)"),
         schedule("rate(1 minutes)"), TIME),
    Case("5 minute", "scheduler", "CreateSchedule", schedule("rate(5 minutes)"),
         schedule("rate(5 minute)"), TIME),
    Case("no time at all", "scheduler", "CreateSchedule", schedule("rate(1 day)"),
         schedule("rate(0 days)"), TIME),
    Case("five fields", "scheduler", "CreateSchedule", schedule("cron(30 9 * * ? *)"),
         schedule("cron(30 9 * * *)"), TIME),
    Case("two days", "scheduler", "CreateSchedule", schedule("cron(30 9 ? * MON *)"),
         schedule("cron(30 9 * * MON *)"), TIME),
    Case("neither day", "scheduler", "CreateSchedule", schedule("cron(0 0 1 * ? *)"),
         schedule("cron(0 0 ? * ? *)"), TIME),
    Case("minute 60", "scheduler", "CreateSchedule", schedule("cron(59 0 1 * ? *)"),
         schedule("cron(60 0 1 * ? *)"), TIME),
    Case("Sunday as 0", "scheduler", "CreateSchedule", schedule("cron(0 8 ? * 1 *)"),
         schedule("cron(0 8 ? * 0 *)"), TIME),
    Case("a moment that is none", "scheduler", "CreateSchedule",
         schedule("at(2026-02-28T08:00:00)"), schedule("at(2026-02-30T08:00:00)"), TIME),
    Case("a zone that is none", "scheduler", "CreateSchedule",
         schedule("rate(1 day)", ScheduleExpressionTimezone="Europe/Stockholm"),
         schedule("rate(1 day)", ScheduleExpressionTimezone="Stockholm"), TIME),
    Case("a window of no length", "scheduler", "CreateSchedule",
         schedule("rate(1 day)", FlexibleTimeWindow={
             "Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}),
         schedule("rate(1 day)", FlexibleTimeWindow={"Mode": "FLEXIBLE"}), TIME),
    Case("input that is no JSON", "scheduler", "CreateSchedule", schedule("rate(1 day)"),
         schedule("rate(1 day)", Target={"Arn": FUNCTION, "RoleArn": ROLE, "Input": "remind"}),
         TIME),
    Case("a rule at a moment", "events", "PutRule",
         {"Name": "tick", "ScheduleExpression": "rate(1 day)"},
         {"Name": "tick", "ScheduleExpression": "at(2026-02-28T08:00:00)"}, TIME),
    Case("a rule on nothing", "events", "PutRule", by({"a": ["b"]}), {"Name": "alarms"}, TIME),
    Case("a value outside an array", "events", "PutRule", by({"alarmName": ["a"]}),
         by({"alarmName": "a"}), EVENT),
    Case("an empty array", "events", "PutRule", by({"alarmName": [""]}), by({"alarmName": []}),
         EVENT),
    Case("an operator that is none", "events", "PutRule", by({"alarmName": [{"prefix": "a"}]}),
         by({"alarmName": [{"starts-with": "a"}]}), EVENT),
    Case("a prefix of a number", "events", "PutRule", by({"alarmName": [{"prefix": "1"}]}),
         by({"alarmName": [{"prefix": 1}]}), EVENT),
    Case("a comparison of texts", "events", "PutRule", by({"n": [{"numeric": [">", 1]}]}),
         by({"n": [{"numeric": [">", "1"]}]}), EVENT),
    Case("exists as a text", "events", "PutRule", by({"n": [{"exists": True}]}),
         by({"n": [{"exists": "true"}]}), EVENT),
    Case("an alternative of one", "events", "PutRule",
         by({"$or": [{"a": ["b"]}, {"c": ["d"]}]}), by({"$or": [{"a": ["b"]}]}), EVENT),
    Case("six targets", "events", "PutTargets",
         {"Rule": "alarms", "Targets": [{"Id": f"t{n}", "Arn": QUEUE} for n in range(5)]},
         {"Rule": "alarms", "Targets": [{"Id": f"t{n}", "Arn": QUEUE} for n in range(6)]},
         "LimitExceededException"),
    Case("an open brace", "logs", "PutMetricFilter", metric_filter('{ $.a = "b" }'),
         metric_filter('{ $.a = "b"'), INSIGHT),
    Case("two equal signs", "logs", "PutMetricFilter", metric_filter("{ $.a = 1 }"),
         metric_filter("{ $.a == 1 }"), INSIGHT),
    Case("a single &", "logs", "PutMetricFilter",
         metric_filter('{ ($.a = "b") && ($.c IS TRUE) }'),
         metric_filter('{ ($.a = "b") & ($.c IS TRUE) }'), INSIGHT),
    Case("IS of a number", "logs", "PutMetricFilter", metric_filter("{ $.a IS FALSE }"),
         metric_filter("{ $.a IS 1 }"), INSIGHT),
    Case("greater than a text", "logs", "PutMetricFilter", metric_filter("{ $.a >= 0 }"),
         metric_filter('{ $.a >= "0" }'), INSIGHT),
    Case("a field without $", "logs", "PutMetricFilter", metric_filter("{ $.a NOT EXISTS }"),
         metric_filter("{ a NOT EXISTS }"), INSIGHT),
    Case("an open bracket", "logs", "PutMetricFilter",
         metric_filter("[ip, user, ..., status = 4*, bytes]"),
         metric_filter("[ip, user, ..., status = 4*, bytes"), INSIGHT),
    Case("100 days of logs", "logs", "PutRetentionPolicy",
         {"logGroupName": "/api", "retentionInDays": 90},
         {"logGroupName": "/api", "retentionInDays": 100}, INSIGHT),
    Case("SEARCH in an alarm", "cloudwatch", "PutMetricAlarm", math_alarm("SUM(METRICS())"),
         math_alarm("SUM(SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum', 300))"), ALARM),
    Case("SEARCH over 1,024 characters", "cloudwatch", "GetMetricData", searching(1_024),
         searching(1_025), ALARM),
    Case("eleven metrics in an alarm", "cloudwatch", "PutMetricAlarm",
         math_alarm("SUM(METRICS())", 10), math_alarm("SUM(METRICS())", 11), ALARM),
    Case("a queue as an action", "cloudwatch", "PutMetricAlarm", acting(TOPIC), acting(QUEUE),
         ALARM),
    Case("a role as an action", "cloudwatch", "PutMetricAlarm", acting(FUNCTION), acting(ROLE),
         ALARM),
    Case("a FIFO topic as an action", "cloudwatch", "PutMetricAlarm", acting(TOPIC),
         acting(TOPIC + ".fifo"), ALARM),
    Case("six actions", "cloudwatch", "PutMetricAlarm",
         math_alarm("SUM(METRICS())", AlarmActions=[TOPIC] * 5),
         math_alarm("SUM(METRICS())", AlarmActions=[TOPIC] * 6), ALARM),
    Case("an instance stopped by a composite", "cloudwatch", "PutCompositeAlarm",
         composite("ALARM(a)", AlarmActions=[TOPIC]),
         composite("ALARM(a)", AlarmActions=["arn:aws:automate:eu-north-1:ec2:stop"]), ALARM),
    Case("nothing between two alarms", "cloudwatch", "PutCompositeAlarm",
         composite("ALARM(a) OR ALARM(b)"), composite("ALARM(a) ALARM(b)"), ALARM),
    Case("an operator at the end", "cloudwatch", "PutCompositeAlarm",
         composite("NOT ALARM(a)"), composite("ALARM(a) AND"), ALARM),
    Case("a composite of itself", "cloudwatch", "PutCompositeAlarm", composite("ALARM(a)"),
         composite("ALARM(down) OR ALARM(a)"), ALARM),
    Case("at least no alarm", "cloudwatch", "PutCompositeAlarm",
         composite("AT_LEAST(2, ALARM, (a, b, c))"), composite("AT_LEAST(ALARM, (a, b))"), ALARM),
]  # fmt: skip


@of_each(CASES)
def test_the_illegal_is_refused_and_its_twin_is_not(verdict: Any, case: Case) -> None:
    assert case.verdicts(verdict) == case.right
