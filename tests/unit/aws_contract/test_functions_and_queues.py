"""Functions, their layers and triggers, queues and subscriptions."""

from __future__ import annotations

import json
from typing import Any

from unit.aws_contract.twins import (
    BY_BOTOCORE,
    LAYER,
    QUEUE,
    QUEUE_URL,
    ROLE,
    TOPIC,
    Case,
    Params,
    of_each,
)

INVALID, LAMBDA = "InvalidParameter", "InvalidParameterValueException"


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


CASES = [
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


@of_each(CASES)
def test_the_illegal_is_refused_and_its_twin_is_not(verdict: Any, case: Case) -> None:
    assert case.verdicts(verdict) == case.right
