"""Tables, buckets, groups of machines, budgets, pages that users are measured on."""

from __future__ import annotations

from typing import Any

from unit.aws_contract.twins import QUEUE, ROLE, TOPIC, Case, Params, of_each

INSIGHT, TIME, ALARM = "InvalidParameterException", "ValidationException", "ValidationError"


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


CASES = [
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


@of_each(CASES)
def test_the_illegal_is_refused_and_its_twin_is_not(verdict: Any, case: Case) -> None:
    assert case.verdicts(verdict) == case.right
