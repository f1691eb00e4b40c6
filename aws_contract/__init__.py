"""AWS's documented limits and rules, checked before a request leaves the process.

Emulators accept much that AWS refuses. With the contract on, a request that AWS would refuse
raises what boto3 would raise, with AWS's code, message and status, and is recorded::

    import aws_contract

    aws_contract.enable()  # every botocore session created from now on
    ...
    assert not aws_contract.violations()

A new rule is a function in the module of its service; see `aws_contract.core.rule`. An operation
that no rule knows passes. The package needs botocore and the standard library alone, so that an
emulator's own environment can load it (`aws_contract.pth`).
"""

from aws_contract import (
    athena,
    autoscaling,
    billing,
    browsers,
    cloudwatch,
    cloudwatch_actions,
    cloudwatch_alarms,
    cloudwatch_composites,
    cloudwatch_dashboards,
    cloudwatch_widgets,
    cost_explorer,
    distributions,
    dynamodb,
    dynamodb_tables,
    event_patterns,
    event_targets,
    eventbridge,
    iam,
    kinesis,
    lambda_,
    lambda_control,
    logs,
    realtime_logs,
    resource_policies,
    s3,
    s3_buckets,
    schedules,
    slack_message,
    sns,
    sns_topics,
    sqs,
    sqs_queues,
    ssm,
    watching,
)
from aws_contract.core import (
    Breach,
    Violation,
    attach,
    clear_violations,
    disable,
    enable,
    enabled,
    rule,
    violations,
)
from aws_contract.pth import write_pth

__all__ = [
    "Breach",
    "Violation",
    "athena",
    "attach",
    "autoscaling",
    "billing",
    "browsers",
    "clear_violations",
    "cloudwatch",
    "cloudwatch_actions",
    "cloudwatch_alarms",
    "cloudwatch_composites",
    "cloudwatch_dashboards",
    "cloudwatch_widgets",
    "cost_explorer",
    "disable",
    "distributions",
    "dynamodb",
    "dynamodb_tables",
    "enable",
    "enabled",
    "event_patterns",
    "event_targets",
    "eventbridge",
    "iam",
    "kinesis",
    "lambda_",
    "lambda_control",
    "logs",
    "realtime_logs",
    "resource_policies",
    "rule",
    "s3",
    "s3_buckets",
    "schedules",
    "slack_message",
    "sns",
    "sns_topics",
    "sqs",
    "sqs_queues",
    "ssm",
    "violations",
    "watching",
    "write_pth",
]
