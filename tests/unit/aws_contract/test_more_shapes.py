"""More documents that AWS would refuse, each beside a legal twin.

Sources: the code of aws/event-ruler, which EventBridge runs; SQS API reference, CreateQueue,
RedriveAllowPolicy; Lambda's answers; CloudWatch API reference, PutMetricAlarm.
"""

from __future__ import annotations

import json
from typing import Any

from unit.aws_contract.twins import FUNCTION, LAYER, QUEUE, ROLE, TOPIC, Case, Params, of_each

PATTERN, SQS = "InvalidEventPatternException", "InvalidAttributeValue"
LAMBDA = "InvalidParameterValueException"
VALIDATION, ALARM = "ValidationException", "ValidationError"


def pattern(match: Any, key: str = "size") -> Params:
    return {"Name": "rule", "EventPattern": json.dumps({"detail": {key: match}})}


def target(**changes: Any) -> Params:
    return {"Rule": "rule", "Targets": [{"Id": "fan", "Arn": FUNCTION, **changes}]}


def schedule(expression: str) -> Params:
    return {
        "Name": "tick", "ScheduleExpression": expression, "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": FUNCTION, "RoleArn": ROLE},
    }  # fmt: skip


def allows(permission: str | None, *sources: str) -> Params:
    policy: Params = {"redrivePermission": permission} if permission else {}
    if sources:
        policy["sourceQueueArns"] = list(sources)
    return {"QueueName": "dead", "Attributes": {"RedriveAllowPolicy": json.dumps(policy)}}


def redrive(source: str, dead: str) -> Params:
    policy = {"deadLetterTargetArn": f"arn:aws:sqs:eu-north-1:123456789012:{dead}"}
    attributes = {"RedrivePolicy": json.dumps({**policy, "maxReceiveCount": 5})}
    if source.endswith(".fifo"):
        attributes["FifoQueue"] = "true"
    return {"QueueName": source, "Attributes": attributes}


def function(**changes: Any) -> Params:
    return {
        "FunctionName": "fan", "Role": ROLE, "Runtime": "python3.13", "Handler": "a.b",
        "Code": {"S3Bucket": "code", "S3Key": "k"}, **changes,
    }  # fmt: skip


def band(watched: str, expression: str = "ANOMALY_DETECTION_BAND(m1, 2)") -> Params:
    metric = {"Namespace": "AvatarSystem/KPI", "MetricName": "ErrorRate"}
    return {
        "AlarmName": "odd", "EvaluationPeriods": 1,
        "ComparisonOperator": "GreaterThanUpperThreshold", "ThresholdMetricId": watched,
        "Metrics": [
            {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Average"}},
            {"Id": "ad1", "Expression": expression},
        ],
    }  # fmt: skip


OTHER_LAYER = LAYER.replace(":shared:", ":other:")
IS = {"numeric": ["=", 5]}
CASES = [
    Case("a range upside down", "events", "PutRule", pattern([{"numeric": [">", 1, "<", 5]}]),
         pattern([{"numeric": [">", 5, "<", 1]}]), PATTERN),
    Case("a range from its end", "events", "PutRule", pattern([{"numeric": [">=", 1, "<", 5]}]),
         pattern([{"numeric": ["<", 5, ">=", 1]}]), PATTERN),
    Case("equal to two numbers", "events", "PutRule", pattern([IS]),
         pattern([{"numeric": ["=", 5, "=", 6]}]), PATTERN),
    Case("from below twice", "events", "PutRule", pattern([IS]),
         pattern([{"numeric": [">", 5, ">", 6]}]), PATTERN),
    Case("anything but a text and a number", "events", "PutRule",
         pattern([{"anything-but": ["a", "b"]}]), pattern([{"anything-but": ["a", 1]}]), PATTERN),
    Case("anything but what begins with nothing", "events", "PutRule",
         pattern([{"anything-but": {"prefix": "a"}}]),
         pattern([{"anything-but": {"prefix": ""}}]), PATTERN),
    Case("an escape that is none", "events", "PutRule", pattern([{"wildcard": "a\\*b*"}]),
         pattern([{"wildcard": "a\\b*"}]), PATTERN),
    Case("a pattern of 4,096 characters", "events", "PutRule", pattern(["x" * 2_000]),
         pattern(["x" * 4_096]), VALIDATION),
    Case("a target's input that is no JSON", "events", "PutTargets", target(Input='{"a": 1}'),
         target(Input="{a: 1}"), VALIDATION),
    Case("a FIFO queue without a group", "events", "PutTargets",
         target(Arn=QUEUE + ".fifo", SqsParameters={"MessageGroupId": "g"}),
         target(Arn=QUEUE + ".fifo"), VALIDATION),
    Case("a template of what is not there", "events", "PutTargets",
         target(InputTransformer={"InputPathsMap": {"a": "$.a"}, "InputTemplate": '"<a>"'}),
         target(InputTransformer={"InputPathsMap": {"a": "$.a"}, "InputTemplate": '"<b>"'}),
         VALIDATION),
    Case("the weekday nearest to the 32nd", "scheduler", "CreateSchedule",
         schedule("cron(0 9 15W * ? *)"), schedule("cron(0 9 32W * ? *)"), VALIDATION),
    Case("the second XYZ of a month", "scheduler", "CreateSchedule",
         schedule("cron(0 9 ? * MON#2 *)"), schedule("cron(0 9 ? * XYZ#2 *)"), VALIDATION),
    Case("31 days before a month's end", "scheduler", "CreateSchedule",
         schedule("cron(0 9 L-3 * ? *)"), schedule("cron(0 9 L-31 * ? *)"), VALIDATION),
    Case("by queue, and by none", "sqs", "CreateQueue", allows("byQueue", QUEUE),
         allows("byQueue"), SQS),
    Case("everybody, by name", "sqs", "CreateQueue", allows("allowAll"),
         allows("allowAll", QUEUE), SQS),
    Case("eleven sources of dead letters", "sqs", "CreateQueue",
         allows("byQueue", *(f"{QUEUE}{n}" for n in range(10))),
         allows("byQueue", *(f"{QUEUE}{n}" for n in range(11))), SQS),
    Case("a permission that is none", "sqs", "CreateQueue", allows("denyAll"),
         allows("byAccount"), SQS),
    Case("dead letters of a queue in a FIFO queue", "sqs", "CreateQueue",
         redrive("alerts", "dead"), redrive("alerts", "dead.fifo"), SQS),
    Case("dead letters of a FIFO queue in another", "sqs", "CreateQueue",
         redrive("alerts.fifo", "dead.fifo"), redrive("alerts.fifo", "dead"), SQS),
    Case("one layer in two versions", "lambda", "CreateFunction",
         function(Layers=[LAYER, OTHER_LAYER]), function(Layers=[LAYER, LAYER[:-1] + "2"]), LAMBDA),
    Case("dead letters to a FIFO topic", "lambda", "CreateFunction",
         function(DeadLetterConfig={"TargetArn": TOPIC}),
         function(DeadLetterConfig={"TargetArn": TOPIC + ".fifo"}), LAMBDA),
    Case("a network of subnets alone", "lambda", "CreateFunction",
         function(VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}),
         function(VpcConfig={"SubnetIds": ["subnet-1"]}), LAMBDA),
    Case("a band that is not there", "cloudwatch", "PutMetricAlarm", band("ad1"), band("ad2"),
         ALARM),
    Case("a band that is a metric", "cloudwatch", "PutMetricAlarm", band("ad1"),
         band("ad1", "m1 * 2"), ALARM),
]  # fmt: skip


@of_each(CASES)
def test_the_illegal_is_refused_and_its_twin_is_not(verdict: Any, case: Case) -> None:
    assert case.verdicts(verdict) == case.right
