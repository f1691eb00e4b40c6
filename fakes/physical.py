"""What Ref and GetAtt return for each type of resource, once a stack is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

ACCOUNT, REGION, STACK = "123456789012", "eu-north-1", "avatar-watch"

type Attributes = Callable[[str, str], dict[str, str]]
"""Of a resource's name and its region, what Ref ("") and each GetAtt give."""


def _arn(service: str, rest: str, region: str) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{rest}"


# Source: CloudFormation User Guide, each type's "Return values"
ATTRIBUTES: Mapping[str, Attributes] = {
    "AWS::SNS::Topic": lambda name, region: {
        "": _arn("sns", name, region), "TopicName": name, "TopicArn": _arn("sns", name, region)},
    "AWS::SQS::Queue": lambda name, region: {
        "": f"https://sqs.{region}.amazonaws.com/{ACCOUNT}/{name}",
        "Arn": _arn("sqs", name, region), "QueueName": name},
    "AWS::KMS::Key": lambda name, region: {
        "": name, "Arn": _arn("kms", f"key/{name}", region)},
    "AWS::Lambda::Function": lambda name, region: {
        "": name, "Arn": _arn("lambda", f"function:{name}", region)},
    "AWS::Lambda::Url": lambda name, region: {
        "": name, "FunctionUrl": f"https://{name.lower()}.lambda-url.{region}.on.aws/"},
    "AWS::Lambda::LayerVersion": lambda name, region: {
        "": _arn("lambda", f"layer:{name}:1", region)},
    "AWS::Logs::LogGroup": lambda name, region: {
        "": name, "Arn": _arn("logs", f"log-group:{name}:*", region)},
    "AWS::DynamoDB::Table": lambda name, region: {
        "": name, "Arn": _arn("dynamodb", f"table/{name}", region)},
    "AWS::S3::Bucket": lambda name, _: {
        "": name.lower(), "Arn": f"arn:aws:s3:::{name.lower()}"},
    "AWS::IAM::Role": lambda name, _: {"": name, "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}"},
    "AWS::Events::Rule": lambda name, region: {
        "": name, "Arn": _arn("events", f"rule/{name}", region)},
    "AWS::CloudWatch::Alarm": lambda name, region: {
        "": name, "Arn": _arn("cloudwatch", f"alarm:{name}", region)},
    "AWS::CloudWatch::CompositeAlarm": lambda name, region: {
        "": name, "Arn": _arn("cloudwatch", f"alarm:{name}", region)},
    "AWS::CloudWatch::Dashboard": lambda name, _: {"": name},
    "AWS::CloudFront::Distribution": lambda _, __: {
        "": "E3SJ7B3QL1F8WH", "DomainName": "d111111abcdef8.cloudfront.net"},
    "AWS::CloudFront::OriginAccessControl": lambda _, __: {
        "": "E2QWRUHEXAMPLE", "Id": "E2QWRUHEXAMPLE"},
    "AWS::CE::AnomalyMonitor": lambda _, __: {"": f"arn:aws:ce::{ACCOUNT}:anomalymonitor/a"},
    "AWS::Cognito::IdentityPool": lambda _, region: {
        "": f"{region}:1a2b3c4d-0000-4000-8000-000000000000"},
    "AWS::RUM::AppMonitor": lambda name, _: {
        "": name, "Id": "1a2b3c4d-0000-4000-8000-000000000000"},
    "AWS::AutoScaling::AutoScalingGroup": lambda name, _: {"": name},
    "AWS::Kinesis::Stream": lambda name, region: {
        "": name, "Arn": _arn("kinesis", f"stream/{name}", region)},
    "AWS::Glue::Database": lambda name, _: {"": name},
    "AWS::Glue::Table": lambda name, _: {"": name},
    "AWS::Athena::WorkGroup": lambda name, _: {"": name},
}  # fmt: skip

# the property by which a template may name a resource itself
NAMES = {
    "AWS::SNS::Topic": "TopicName", "AWS::SQS::Queue": "QueueName",
    "AWS::Logs::LogGroup": "LogGroupName", "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::CompositeAlarm": "AlarmName", "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::RUM::AppMonitor": "Name", "AWS::Lambda::LayerVersion": "LayerName",
    "AWS::Scheduler::Schedule": "Name", "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName", "AWS::Lambda::Function": "FunctionName",
    "AWS::IAM::Role": "RoleName", "AWS::Glue::Database": "Name",
    "AWS::Athena::WorkGroup": "Name",
}  # fmt: skip


def physical_name(resource: str, written: Mapping[str, Any]) -> str:
    """Return the name that the template gives, or one as CloudFormation makes them up.

    CloudFormation puts the stack's name before it and 12 letters behind, and cuts what is in
    between to the type's greatest length; 64 is the least of them here.
    """
    properties = written["Properties"]
    if written["Type"] == "AWS::Glue::Database":
        properties = properties["DatabaseInput"]
    given = properties.get(NAMES.get(written["Type"], ""))
    return given or f"{STACK}-{resource}"[:51] + "-1A2B3C4D5E6F"


def references(resources: Mapping[str, Mapping[str, Any]], region: str) -> dict[str, str]:
    """Return what each ``Ref`` (``Topic``) and ``GetAtt`` (``Topic.Arn``) of a template gives."""
    found: dict[str, str] = {}
    for resource, written in resources.items():
        attributes = ATTRIBUTES.get(written["Type"])
        if attributes is None:
            continue
        for attribute, value in attributes(physical_name(resource, written), region).items():
            found[f"{resource}.{attribute}" if attribute else resource] = value
    return found
