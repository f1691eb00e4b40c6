"""For each type of resource, the requests that make one, as CloudFormation's handlers do.

The types' schemas in CloudFormation's registry name the calls of each handler.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from fakes import stack_edge
from fakes.physical import ACCOUNT, REGION
from fakes.stack_making import Asked, Maker, Params, attribute, lowered, named, one, without


def key(name: str, properties: Params) -> Asked:
    others = without(properties, "KeyPolicy", "EnableKeyRotation", "PendingWindowInDays")
    yield "kms", "CreateKey", {**others, "Policy": json.dumps(properties["KeyPolicy"])}
    if properties["EnableKeyRotation"]:
        yield "kms", "EnableKeyRotation", {"KeyId": name}
    # when the stack is deleted
    days = properties["PendingWindowInDays"]
    yield "kms", "ScheduleKeyDeletion", {"KeyId": name, "PendingWindowInDays": days}


def log_group(name: str, properties: Params) -> Asked:
    others = without(properties, "RetentionInDays", "LogGroupName")
    yield "logs", "CreateLogGroup", {"logGroupName": name, **lowered(others)}
    days = properties["RetentionInDays"]
    yield "logs", "PutRetentionPolicy", {"logGroupName": name, "retentionInDays": days}


def topic(name: str, properties: Params) -> Asked:
    attributes = {k: attribute(v) for k, v in without(properties, "TopicName").items()}
    yield "sns", "CreateTopic", {"Name": name, "Attributes": attributes}


def topic_policy(_: str, properties: Params) -> Asked:
    policy = json.dumps(properties["PolicyDocument"])
    for arn in properties["Topics"]:
        told = {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": policy}
        yield "sns", "SetTopicAttributes", told


def parameter(name: str, properties: Params) -> Asked:
    # without Overwrite: a name that is taken is refused
    yield "ssm", "PutParameter", {"Name": name, **without(properties, "Name")}


def subscription(_: str, properties: Params) -> Asked:
    wanted = {k: properties[k] for k in ("TopicArn", "Protocol", "Endpoint")}
    attributes = {k: attribute(v) for k, v in without(properties, *wanted).items()}
    yield "sns", "Subscribe", {**wanted, "Attributes": attributes}


def queue(name: str, properties: Params) -> Asked:
    attributes = {k: attribute(v) for k, v in without(properties, "QueueName").items()}
    yield "sqs", "CreateQueue", {"QueueName": name, "Attributes": attributes}


def queue_policy(_: str, properties: Params) -> Asked:
    policy = json.dumps(properties["PolicyDocument"])
    for url in properties["Queues"]:
        yield "sqs", "SetQueueAttributes", {"QueueUrl": url, "Attributes": {"Policy": policy}}


def table(name: str, properties: Params) -> Asked:
    rest = ("TimeToLiveSpecification", "PointInTimeRecoverySpecification", "SSESpecification")
    encryption = {"Enabled": properties["SSESpecification"]["SSEEnabled"]}
    others = without(properties, *rest)
    yield "dynamodb", "CreateTable", {
        "TableName": name, **others, "SSESpecification": encryption,
    }  # fmt: skip
    live, restore = properties[rest[0]], properties[rest[1]]
    yield "dynamodb", "UpdateTimeToLive", {"TableName": name, rest[0]: live}
    yield "dynamodb", "UpdateContinuousBackups", {"TableName": name, rest[1]: restore}


# each part of a bucket that has a request of its own
BUCKET_PARTS: Mapping[str, tuple[str, Callable[[Params], Params]]] = {
    "BucketEncryption": ("PutBucketEncryption", lambda p: {"ServerSideEncryptionConfiguration": {
        "Rules": [
            {"ApplyServerSideEncryptionByDefault": each["ServerSideEncryptionByDefault"]}
            for each in p["ServerSideEncryptionConfiguration"]
        ]}}),
    "VersioningConfiguration": ("PutBucketVersioning", lambda p: {"VersioningConfiguration": p}),
    "PublicAccessBlockConfiguration": (
        "PutPublicAccessBlock", lambda p: {"PublicAccessBlockConfiguration": p}),
    "NotificationConfiguration": (
        "PutBucketNotificationConfiguration", lambda p: {"NotificationConfiguration": {
            "EventBridgeConfiguration": without(
                p["EventBridgeConfiguration"], "EventBridgeEnabled")}}),
    "OwnershipControls": ("PutBucketOwnershipControls", lambda p: {"OwnershipControls": p}),
    "LifecycleConfiguration": ("PutBucketLifecycleConfiguration", lambda p: {
        "LifecycleConfiguration": {"Rules": [lifecycle_rule(each) for each in p["Rules"]]}}),
}  # fmt: skip


def lifecycle_rule(written: Params) -> Params:
    """Return a rule in S3's spelling: CloudFormation writes every rule with a filter."""
    others = without(written, "Id", "Prefix", "ExpirationInDays")
    if "ExpirationInDays" in written:
        others["Expiration"] = {"Days": written["ExpirationInDays"]}
    return {"ID": written["Id"], "Filter": {"Prefix": written.get("Prefix", "")}, **others}


def bucket(name: str, properties: Params) -> Asked:
    where = {"LocationConstraint": REGION}  # the one bucket is the main stack's
    yield "s3", "CreateBucket", {"Bucket": name.lower(), "CreateBucketConfiguration": where}
    for part, value in without(properties, "BucketName").items():
        operation, made = BUCKET_PARTS[part]
        yield "s3", operation, {"Bucket": name.lower(), **made(value)}


def bucket_policy(_: str, properties: Params) -> Asked:
    policy = json.dumps(properties["PolicyDocument"])
    yield "s3", "PutBucketPolicy", {"Bucket": properties["Bucket"], "Policy": policy}


def role(name: str, properties: Params) -> Asked:
    trust = json.dumps(properties["AssumeRolePolicyDocument"])
    others = without(properties, "AssumeRolePolicyDocument", "Policies", "ManagedPolicyArns")
    yield "iam", "CreateRole", {"RoleName": name, "AssumeRolePolicyDocument": trust, **others}
    for each in properties.get("Policies", ()):
        yield from inline_policy(name, {**each, "Roles": [name]})
    for arn in properties.get("ManagedPolicyArns", ()):
        yield "iam", "AttachRolePolicy", {"RoleName": name, "PolicyArn": arn}


def inline_policy(_: str, properties: Params) -> Asked:
    for name in properties["Roles"]:
        yield "iam", "PutRolePolicy", {
            "RoleName": name, "PolicyName": properties["PolicyName"],
            "PolicyDocument": json.dumps(properties["PolicyDocument"]),
        }  # fmt: skip


def function(name: str, properties: Params) -> Asked:
    tags = {each["Key"]: each["Value"] for each in properties.get("Tags", ())}
    own = without(properties, "ReservedConcurrentExecutions")
    yield "lambda", "CreateFunction", {**own, "FunctionName": name, "Tags": tags}
    if (reserved := properties.get("ReservedConcurrentExecutions")) is not None:
        yield "lambda", "PutFunctionConcurrency", {
            "FunctionName": name, "ReservedConcurrentExecutions": reserved,
        }  # fmt: skip


def function_url(_: str, properties: Params) -> Params:
    own = without(properties, "TargetFunctionArn")
    return {**own, "FunctionName": properties["TargetFunctionArn"]}


def rule(name: str, properties: Params) -> Asked:
    pattern = json.dumps(properties["EventPattern"])
    others = without(properties, "Targets")
    yield "events", "PutRule", {**others, "Name": name, "EventPattern": pattern}
    yield "events", "PutTargets", {"Rule": name, "Targets": properties["Targets"]}


def pool_roles(_: str, properties: Params) -> Params:
    return {"IdentityPoolId": properties["IdentityPoolId"], "Roles": properties["Roles"]}


def anomaly_subscription(_: str, properties: Params) -> Params:
    expression = json.loads(properties["ThresholdExpression"])
    return {"AnomalySubscription": {**properties, "ThresholdExpression": expression}}


def scaling_group(name: str, properties: Params) -> Asked:
    subnets = ",".join(properties["VPCZoneIdentifier"])
    others = without(properties, "MetricsCollection")
    yield "autoscaling", "CreateAutoScalingGroup", {
        "AutoScalingGroupName": name, **others, "VPCZoneIdentifier": subnets,
    }  # fmt: skip
    for each in properties.get("MetricsCollection", ()):
        yield "autoscaling", "EnableMetricsCollection", {"AutoScalingGroupName": name, **each}


def dashboard(name: str, properties: Params) -> Params:
    return {**properties, "DashboardName": name}


def stream(name: str, properties: Params) -> Asked:
    others = without(properties, "RetentionPeriodHours", "StreamEncryption")
    yield "kinesis", "CreateStream", {"StreamName": name, **others}
    hours = properties["RetentionPeriodHours"]
    if int(hours) != 24:  # what a stream has by itself
        yield "kinesis", "IncreaseStreamRetentionPeriod", {
            "StreamName": name, "RetentionPeriodHours": hours,
        }  # fmt: skip
    yield "kinesis", "StartStreamEncryption", {
        "StreamName": name, **properties["StreamEncryption"],
    }  # fmt: skip


def workgroup(_: str, properties: Params) -> Params:
    others = without(properties, "WorkGroupConfiguration", "RecursiveDeleteOption")
    return {**others, "Configuration": properties["WorkGroupConfiguration"]}


MAKERS: Mapping[str, Maker] = {
    **stack_edge.MAKERS,
    "AWS::KMS::Key": key,
    "AWS::Logs::LogGroup": log_group,
    "AWS::SQS::Queue": queue,
    "AWS::SQS::QueuePolicy": queue_policy,
    "AWS::SSM::Parameter": parameter,
    "AWS::SNS::Topic": topic,
    "AWS::SNS::TopicPolicy": topic_policy,
    "AWS::SNS::Subscription": subscription,
    "AWS::DynamoDB::Table": table,
    "AWS::S3::Bucket": bucket,
    "AWS::S3::BucketPolicy": bucket_policy,
    "AWS::Cognito::IdentityPool": one(
        "cognito-identity", "CreateIdentityPool", named("IdentityPoolName")),
    "AWS::IAM::Role": role,
    "AWS::IAM::Policy": inline_policy,
    "AWS::Cognito::IdentityPoolRoleAttachment": one(
        "cognito-identity", "SetIdentityPoolRoles", pool_roles),
    "AWS::Kinesis::Stream": stream,
    "AWS::Lambda::LayerVersion": one("lambda", "PublishLayerVersion", named("LayerName")),
    "AWS::Lambda::Function": function,
    "AWS::Lambda::Url": one("lambda", "CreateFunctionUrlConfig", function_url),
    "AWS::Lambda::Permission": one("lambda", "AddPermission", named("StatementId")),
    "AWS::Lambda::EventInvokeConfig": one("lambda", "PutFunctionEventInvokeConfig"),
    "AWS::Lambda::EventSourceMapping": one("lambda", "CreateEventSourceMapping"),
    "AWS::Scheduler::Schedule": one("scheduler", "CreateSchedule", named("Name")),
    "AWS::Events::Rule": rule,
    "AWS::CloudWatch::Alarm": one("cloudwatch", "PutMetricAlarm"),
    "AWS::CloudWatch::Dashboard": one("cloudwatch", "PutDashboard", dashboard),
    "AWS::Logs::MetricFilter": one(
        "logs", "PutMetricFilter", lambda name, p: lowered({"FilterName": name, **p})),
    "AWS::Logs::QueryDefinition": one("logs", "PutQueryDefinition", lambda _, p: lowered(p)),
    "AWS::Glue::Database": one("glue", "CreateDatabase"),
    "AWS::Glue::Table": one("glue", "CreateTable"),
    "AWS::Athena::WorkGroup": one("athena", "CreateWorkGroup", workgroup),
    "AWS::Athena::NamedQuery": one("athena", "CreateNamedQuery"),
    "AWS::AutoScaling::AutoScalingGroup": scaling_group,
    "AWS::AutoScaling::ScalingPolicy": one(
        "autoscaling", "PutScalingPolicy", named("PolicyName")),
    "AWS::Budgets::Budget": one(
        "budgets", "CreateBudget", lambda _, p: {"AccountId": ACCOUNT, **p}),
    "AWS::CE::AnomalyMonitor": one(
        "ce", "CreateAnomalyMonitor", lambda _, p: {"AnomalyMonitor": p}),
    "AWS::CE::AnomalySubscription": one("ce", "CreateAnomalySubscription", anomaly_subscription),
    "AWS::RUM::AppMonitor": one("rum", "CreateAppMonitor"),
}  # fmt: skip
