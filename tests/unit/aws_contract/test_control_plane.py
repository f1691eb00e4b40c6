"""Documents that CloudFormation would hand on and AWS refuse, each beside a legal twin.

Each case changes one thing of a legal request. Those over several requests are in test_account.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

SENT = "sent"
BY_BOTOCORE = "botocore"
"""What is below a model's lower bound does not leave botocore."""
TOPIC = "arn:aws:sns:eu-north-1:123456789012:alerts"
OTHER_TOPIC = "arn:aws:sns:eu-north-1:123456789012:mails"
QUEUE = "arn:aws:sqs:eu-north-1:123456789012:alerts"
QUEUE_URL = "https://sqs.eu-north-1.amazonaws.com/123456789012/alerts"
ROLE = "arn:aws:iam::123456789012:role/work"
LAYER = "arn:aws:lambda:eu-north-1:123456789012:layer:shared:1"
FUNCTION = "arn:aws:lambda:eu-north-1:123456789012:function:fan"

type Params = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A legal request, and what of it is changed so that AWS refuses it with a code."""

    name: str
    service: str
    operation: str
    legal: Params
    changed: Params
    code: str


def policy(**changes: Any) -> dict[str, Any]:
    statement = {
        "Sid": "Publish",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }
    given = {**statement, **changes}
    statement = {name: value for name, value in given.items() if value is not None}
    return {"Version": "2012-10-17", "Statement": [statement]}


def document(*statements: Params, **changes: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **changes})


def of_topic(**changes: Any) -> Params:
    text = json.dumps(policy(**changes))
    return {"TopicArn": TOPIC, "AttributeName": "Policy", "AttributeValue": text}


def of_queue(**changes: Any) -> Params:
    given = {"Action": "sqs:SendMessage", "Resource": QUEUE, **changes}
    return {"QueueUrl": QUEUE_URL, "Attributes": {"Policy": json.dumps(policy(**given))}}


def of_bucket(**changes: Any) -> Params:
    given = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::reports/*", **changes,
    }  # fmt: skip
    return {"Bucket": "reports", "Policy": json.dumps(policy(**given))}


def of_key(**changes: Any) -> Params:
    given = {
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*",
        "Resource": "*", "Condition": None, **changes,
    }  # fmt: skip
    return {"Policy": json.dumps(policy(**given))}


def of_role(**changes: Any) -> Params:
    given = {"Principal": None, **changes}
    text = json.dumps(policy(**given))
    return {"RoleName": "work", "PolicyName": "own", "PolicyDocument": text}


def trust(**changes: Any) -> Params:
    given = {
        "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole",
        "Resource": None, "Condition": None, **changes,
    }  # fmt: skip
    return {"RoleName": "work", "AssumeRolePolicyDocument": json.dumps(policy(**given))}


INVALID, MALFORMED = "InvalidParameter", "MalformedPolicyDocument"
KMS, LAMBDA = "MalformedPolicyDocumentException", "InvalidParameterValueException"

POLICIES = [
    Case("two topics in a statement", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Resource=[TOPIC, OTHER_TOPIC]), INVALID),
    Case("another topic", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Resource=OTHER_TOPIC), INVALID),
    Case("sns:*", "sns", "SetTopicAttributes", of_topic(), of_topic(Action="sns:*"), INVALID),
    Case("an action of no topic", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Action="sns:CreateTopic"), INVALID),
    Case("a topic's policy of 30 KB", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Condition={"StringEquals": {"aws:SourceArn": ["x" * 1_000] * 31}}), INVALID),
    Case("a misspelt condition key", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Condition={"StringEquals": {"aws:SourceAcount": "1"}}), INVALID),
    Case("nobody", "sns", "SetTopicAttributes", of_topic(), of_topic(Principal=None), INVALID),
    Case("no service of AWS", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Principal={"Service": "cloudwatch.amazon.com"}), INVALID),
    Case("a condition operator that is none", "sns", "SetTopicAttributes", of_topic(),
         of_topic(Condition={"StringMatches": {"aws:SourceAccount": "1"}}), INVALID),
    Case("another queue", "sqs", "SetQueueAttributes", of_queue(),
         of_queue(Resource=QUEUE + "-dead"), "InvalidAttributeValue"),
    Case("two queues", "sqs", "SetQueueAttributes", of_queue(),
         of_queue(Resource=[QUEUE, QUEUE + "-dead"]), "InvalidAttributeValue"),
    Case("eight actions on a queue", "sqs", "SetQueueAttributes", of_queue(Action="sqs:*"),
         of_queue(Action=[f"sqs:Action{n}" for n in range(8)]), "OverLimit"),
    Case("actions of another service", "sqs", "SetQueueAttributes", of_queue(),
         of_queue(Action="sns:Publish"), "InvalidAttributeValue"),
    Case("another bucket", "s3", "PutBucketPolicy", of_bucket(),
         of_bucket(Resource="arn:aws:s3:::avatars/*"), "MalformedPolicy"),
    Case("an object's action on the bucket", "s3", "PutBucketPolicy", of_bucket(),
         of_bucket(Resource="arn:aws:s3:::reports"), "MalformedPolicy"),
    Case("a bucket's action on its objects", "s3", "PutBucketPolicy",
         of_bucket(Action="s3:ListBucket", Resource="arn:aws:s3:::reports"),
         of_bucket(Action="s3:ListBucket"), "MalformedPolicy"),
    Case("a key that nobody may change", "kms", "CreateKey", of_key(),
         of_key(Action="kms:Decrypt"), KMS),
    Case("a key for services alone", "kms", "CreateKey", of_key(),
         of_key(Principal={"Service": "sns.amazonaws.com"}), KMS),
    Case("a principal in an inline policy", "iam", "PutRolePolicy", of_role(),
         of_role(Principal="*"), MALFORMED),
    Case("a name instead of an ARN", "iam", "PutRolePolicy", of_role(),
         of_role(Resource="alerts"), MALFORMED),
    Case("an action without its service", "iam", "PutRolePolicy", of_role(),
         of_role(Action="Publish"), MALFORMED),
    Case("a Sid with a blank", "iam", "PutRolePolicy", of_role(), of_role(Sid="May publish"),
         MALFORMED),
    Case("a Sid twice", "iam", "PutRolePolicy", of_role(),
         {**of_role(), "PolicyDocument": document(*policy(Principal=None)["Statement"] * 2)},
         MALFORMED),
    Case("a version that is none", "iam", "PutRolePolicy", of_role(),
         {**of_role(), "PolicyDocument": document(
             *policy(Principal=None)["Statement"], Version="2024-01-01")}, MALFORMED),
    Case("an effect that is none", "iam", "PutRolePolicy", of_role(), of_role(Effect="allow"),
         MALFORMED),
    Case("a region in a bucket's ARN", "iam", "PutRolePolicy",
         of_role(Action="s3:GetObject", Resource="arn:aws:s3:::reports/*"),
         of_role(Action="s3:GetObject", Resource="arn:aws:s3:eu-north-1::reports/*"), MALFORMED),
    Case("an inline policy of 10,241 characters", "iam", "PutRolePolicy",
         of_role(Resource=[TOPIC + "x" * 64] * 80), of_role(Resource=[TOPIC + "x" * 64] * 100),
         "LimitExceeded"),
    Case("a resource in a trust policy", "iam", "CreateRole", trust(), trust(Resource="*"),
         MALFORMED),
    Case("a trust policy for another action", "iam", "CreateRole", trust(),
         trust(Action="lambda:InvokeFunction"), MALFORMED),
    Case("a trust policy over 2,048 characters", "iam", "CreateRole", trust(),
         trust(Condition={"StringEquals": {"aws:SourceArn": ["x" * 100] * 20}}),
         "LimitExceeded"),
]  # fmt: skip


def created(**changes: Any) -> Params:
    base = {
        "FunctionName": "fan", "Runtime": "python3.13", "Handler": "fan.handler", "Role": ROLE,
        "Code": {"S3Bucket": "bucket", "S3Key": "key"}, "Timeout": 30, "MemorySize": 512,
    }  # fmt: skip
    return {**base, **changes}


def permitted(action: str, **more: Any) -> Params:
    given = {"FunctionName": "fan", "StatementId": "all", "Principal": "*", "Action": action}
    return {**given, **more}


def environment(**variables: str) -> Params:
    return created(Environment={"Variables": variables})


def mapping(**changes: Any) -> Params:
    base = {
        "EventSourceArn": QUEUE, "FunctionName": "fan", "BatchSize": 100,
        "MaximumBatchingWindowInSeconds": 1, "ScalingConfig": {"MaximumConcurrency": 2},
    }  # fmt: skip
    given = {**base, **changes}
    return {name: value for name, value in given.items() if value is not None}


def queue(**attributes: str) -> Params:
    return {"QueueName": "alerts", "Attributes": attributes}


def redrive(count: int, arn: str = QUEUE + "-dead") -> Params:
    return queue(RedrivePolicy=json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": count}))


def subscribed(**attributes: str) -> Params:
    return {"TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE, "Attributes": attributes}


def dead(region: str) -> Params:
    arn = f"arn:aws:sqs:{region}:123456789012:dead"
    return subscribed(RedrivePolicy=json.dumps({"deadLetterTargetArn": arn}))


def filtered(scope: str, written: Params) -> Params:
    return subscribed(FilterPolicyScope=scope, FilterPolicy=json.dumps(written))


def layers(count: int) -> list[str]:
    return [LAYER.replace(":shared:", f":shared{n}:") for n in range(count)]


FUNCTIONS_AND_QUEUES = [
    Case("by a URL", "lambda", "AddPermission",
         permitted("lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE"),
         permitted("lambda:InvokeFunction", FunctionUrlAuthType="NONE"), LAMBDA),
    Case("by way of a URL", "lambda", "AddPermission",
         permitted("lambda:InvokeFunction", InvokedViaFunctionUrl=True),
         permitted("lambda:InvokeFunctionUrl", InvokedViaFunctionUrl=True), LAMBDA),
    Case("4 KB of environment", "lambda", "CreateFunction", environment(AA="x" * 4_087),
         environment(AA="x" * 4_088), LAMBDA),
    Case("4 KB of environment in several", "lambda", "CreateFunction",
         environment(AA="x" * 2_000, BB="y" * 2_000), environment(AA="x" * 2_048, BB="y" * 2_048),
         LAMBDA),
    Case("a reserved variable", "lambda", "CreateFunction", environment(REGION="eu-north-1"),
         environment(AWS_REGION="eu-north-1"), LAMBDA),
    Case("a variable named with a hyphen", "lambda", "CreateFunction", environment(LOG_LEVEL="I"),
         environment(**{"LOG-LEVEL": "I"}), "ValidationException"),
    Case("over a quarter of an hour", "lambda", "CreateFunction", created(Timeout=900),
         created(Timeout=901), "ValidationException"),
    Case("no time", "lambda", "CreateFunction", created(Timeout=1), created(Timeout=0),
         BY_BOTOCORE),
    Case("too little memory", "lambda", "CreateFunction", created(MemorySize=128),
         created(MemorySize=127), BY_BOTOCORE),
    Case("too much memory", "lambda", "CreateFunction", created(MemorySize=10_240),
         created(MemorySize=10_241), "ValidationException"),
    Case("six layers", "lambda", "CreateFunction", created(Layers=layers(5)),
         created(Layers=layers(6)), LAMBDA),
    Case("a runtime that is none", "lambda", "CreateFunction", created(),
         created(Runtime="python3.99"), "ValidationException"),
    Case("a level in a text log", "lambda", "CreateFunction",
         created(LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO"}),
         created(LoggingConfig={"LogFormat": "Text", "ApplicationLogLevel": "INFO"}), LAMBDA),
    Case("a batch over 10 without a window", "lambda", "CreateEventSourceMapping", mapping(),
         mapping(MaximumBatchingWindowInSeconds=None), LAMBDA),
    Case("one at a time", "lambda", "CreateEventSourceMapping", mapping(),
         mapping(ScalingConfig={"MaximumConcurrency": 1}), BY_BOTOCORE),
    Case("a place in a queue", "lambda", "CreateEventSourceMapping", mapping(),
         mapping(StartingPosition="LATEST"), LAMBDA),
    Case("a FIFO queue's batch", "lambda", "CreateEventSourceMapping",
         mapping(EventSourceArn=QUEUE + ".fifo", BatchSize=10,
                 MaximumBatchingWindowInSeconds=None),
         mapping(EventSourceArn=QUEUE + ".fifo", BatchSize=11,
                 MaximumBatchingWindowInSeconds=None), LAMBDA),
    Case("a filter that is none", "lambda", "CreateEventSourceMapping",
         mapping(FilterCriteria={"Filters": [{"Pattern": '{"body": {"a": ["b"]}}'}]}),
         mapping(FilterCriteria={"Filters": [{"Pattern": '{"body": {"a": "b"}}'}]}), LAMBDA),
    Case("failures to a bucket's name", "lambda", "PutFunctionEventInvokeConfig",
         {"FunctionName": "fan", "DestinationConfig": {"OnFailure": {"Destination": QUEUE}}},
         {"FunctionName": "fan", "DestinationConfig": {
             "OnFailure": {"Destination": "arn:aws:dynamodb:eu-north-1:1:table/a"}}}, LAMBDA),
    Case("three asynchronous retries", "lambda", "PutFunctionEventInvokeConfig",
         {"FunctionName": "fan", "MaximumRetryAttempts": 2},
         {"FunctionName": "fan", "MaximumRetryAttempts": 3}, "ValidationException"),
    Case("1,001 receives", "sqs", "CreateQueue", redrive(1_000), redrive(1_001),
         "InvalidParameterValue"),
    Case("no receive", "sqs", "CreateQueue", redrive(1), redrive(0), "InvalidParameterValue"),
    Case("a dead-letter queue by its URL", "sqs", "CreateQueue", redrive(5),
         redrive(5, QUEUE_URL), "InvalidAttributeValue"),
    Case("15 days", "sqs", "CreateQueue", queue(MessageRetentionPeriod="1209600"),
         queue(MessageRetentionPeriod="1296000"), "InvalidAttributeValue"),
    Case("hidden for over 12 hours", "sqs", "CreateQueue", queue(VisibilityTimeout="43200"),
         queue(VisibilityTimeout="43201"), "InvalidAttributeValue"),
    Case("both encryptions", "sqs", "CreateQueue", queue(SqsManagedSseEnabled="true"),
         queue(SqsManagedSseEnabled="true", KmsMasterKeyId="alias/a"), "InvalidAttributeValue"),
    Case("an attribute that is none", "sqs", "CreateQueue", queue(DelaySeconds="1"),
         queue(Delay="1"), "InvalidAttributeName"),
    Case("a queue's name with a dot", "sqs", "CreateQueue", {"QueueName": "a-b"},
         {"QueueName": "a.b"}, "InvalidParameterValue"),
    Case("a topic's name with a dot", "sns", "CreateTopic", {"Name": "a-b"}, {"Name": "a.b"},
         INVALID),
    Case("a long display name", "sns", "CreateTopic",
         {"Name": "a", "Attributes": {"DisplayName": "x" * 100}},
         {"Name": "a", "Attributes": {"DisplayName": "x" * 101}}, INVALID),
    Case("dead letters in another region", "sns", "Subscribe", dead("eu-north-1"),
         dead("us-east-1"), INVALID),
    Case("a nested filter on attributes", "sns", "Subscribe",
         filtered("MessageBody", {"a": {"b": ["c"]}}),
         filtered("MessageAttributes", {"a": {"b": ["c"]}}), INVALID),
    Case("six keys to filter by", "sns", "Subscribe",
         filtered("MessageBody", {f"k{n}": ["v"] for n in range(5)}),
         filtered("MessageBody", {f"k{n}": ["v"] for n in range(6)}), INVALID),
    Case("151 combinations", "sns", "Subscribe",
         filtered("MessageBody", {"a": [str(n) for n in range(150)]}),
         filtered("MessageBody", {"a": [str(n) for n in range(151)]}), INVALID),
    Case("raw e-mail", "sns", "Subscribe", subscribed(RawMessageDelivery="true"),
         {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": "a@example.com",
          "Attributes": {"RawMessageDelivery": "true"}}, INVALID),
]  # fmt: skip


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

TIMES_AND_PATTERNS = [
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


def table(**changes: Any) -> Params:
    base = {
        "TableName": "state", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
    }  # fmt: skip
    return {**base, **changes}


def encrypted(**default: str) -> Params:
    rules = [{"ApplyServerSideEncryptionByDefault": default}]
    return {"Bucket": "reports", "ServerSideEncryptionConfiguration": {"Rules": rules}}


def group(**changes: Any) -> Params:
    base = {
        "AutoScalingGroupName": "api", "MinSize": 2, "MaxSize": 10,
        "VPCZoneIdentifier": "subnet-0a1b2c3d",
        "LaunchTemplate": {"LaunchTemplateId": "lt-0a1b2c3d", "Version": "1"},
    }  # fmt: skip
    given = {**base, **changes}
    return {name: value for name, value in given.items() if value is not None}


def tracking(**target: Any) -> Params:
    base = {
        "TargetValue": 70.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
    }
    return {
        "AutoScalingGroupName": "api", "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling",
        "TargetTrackingConfiguration": {**base, **target},
    }  # fmt: skip


def budget(amount: str, address: str = TOPIC) -> Params:
    notification = {
        "NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0,
    }  # fmt: skip
    return {
        "AccountId": "123456789012",
        "Budget": {
            "BudgetName": "monthly", "BudgetType": "COST", "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": amount, "Unit": "USD"},
        },
        "NotificationsWithSubscribers": [
            {"Notification": notification,
             "Subscribers": [{"SubscriptionType": "SNS", "Address": address}]}
        ],
    }  # fmt: skip


def monitor(**changes: Any) -> Params:
    return {"Name": "photos", "DomainList": ["www.example.com"], **changes}


OTHERS = [
    Case("a key that is not defined", "dynamodb", "CreateTable", table(),
         table(KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}]), TIME),
    Case("an attribute of no key", "dynamodb", "CreateTable", table(),
         table(KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}]), TIME),
    Case("capacity bought and paid by request", "dynamodb", "CreateTable", table(),
         table(ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}), TIME),
    Case("no capacity", "dynamodb", "CreateTable", table(), table(BillingMode="PROVISIONED"),
         TIME),
    Case("capitals in a bucket's name", "s3", "CreateBucket", {"Bucket": "reports-a"},
         {"Bucket": "Reports-A"}, "InvalidBucketName"),
    Case("a bucket named like an address", "s3", "CreateBucket", {"Bucket": "192.168.5.a"},
         {"Bucket": "192.168.5.4"}, "InvalidBucketName"),
    Case("S3's own key with a name", "s3", "PutBucketEncryption",
         encrypted(SSEAlgorithm="aws:kms", KMSMasterKeyID="alias/a"),
         encrypted(SSEAlgorithm="AES256", KMSMasterKeyID="alias/a"), "InvalidArgument"),
    Case("no launch template", "autoscaling", "CreateAutoScalingGroup", group(),
         group(LaunchTemplate=None), ALARM),
    Case("more wanted than allowed", "autoscaling", "CreateAutoScalingGroup",
         group(DesiredCapacity=10), group(DesiredCapacity=11), ALARM),
    Case("nowhere", "autoscaling", "CreateAutoScalingGroup", group(),
         group(VPCZoneIdentifier=None), ALARM),
    Case("a metric that Auto Scaling has not", "autoscaling", "PutScalingPolicy", tracking(),
         tracking(PredefinedMetricSpecification={"PredefinedMetricType": "CPUUtilization"}),
         ALARM),
    Case("a target of nothing", "autoscaling", "PutScalingPolicy", tracking(),
         tracking(TargetValue=0.0), ALARM),
    Case("a budget of nothing", "budgets", "CreateBudget", budget("200"), budget("0"), INSIGHT),
    Case("a budget told to a queue", "budgets", "CreateBudget", budget("200"),
         budget("200", QUEUE), INSIGHT),
    Case("a domain beside a list", "rum", "CreateAppMonitor", monitor(),
         monitor(Domain="www.example.com"), TIME),
    Case("a share over 1", "rum", "CreateAppMonitor",
         monitor(AppMonitorConfiguration={"SessionSampleRate": 1.0}),
         monitor(AppMonitorConfiguration={"SessionSampleRate": 1.1}), TIME),
    Case("a role for visitors of another kind", "cognito-identity", "SetIdentityPoolRoles",
         {"IdentityPoolId": "eu-north-1:a", "Roles": {"unauthenticated": ROLE}},
         {"IdentityPoolId": "eu-north-1:a", "Roles": {"guest": ROLE}}, INSIGHT),
    Case("metrics half on", "cloudfront", "CreateMonitoringSubscription",
         {"DistributionId": "E3SJ7B3QL1F8WH", "MonitoringSubscription": {
             "RealtimeMetricsSubscriptionConfig": {
                 "RealtimeMetricsSubscriptionStatus": "Enabled"}}},
         {"DistributionId": "E3SJ7B3QL1F8WH", "MonitoringSubscription": {
             "RealtimeMetricsSubscriptionConfig": {
                 "RealtimeMetricsSubscriptionStatus": "On"}}}, "InvalidArgument"),
    Case("dead letters moved to nobody", "sqs", "StartMessageMoveTask",
         {"SourceArn": QUEUE + "-dead", "DestinationArn": QUEUE},
         {"SourceArn": QUEUE + "-dead"}, "InvalidParameterValue"),
]  # fmt: skip

CASES = [*POLICIES, *FUNCTIONS_AND_QUEUES, *TIMES_AND_PATTERNS, *OTHERS]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_illegal_is_refused_and_its_twin_is_not(verdict: Any, case: Case) -> None:
    assert verdict(case.service, case.operation, case.legal) == SENT
    assert verdict(case.service, case.operation, case.changed) == case.code


def test_each_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 45
