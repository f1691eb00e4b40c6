"""The mistakes that the doctor's patient has: what each looks like, and how it is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.scene import notification_settings

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment
    from local.emulator import Emulator
    from local.scene import Scene

STACK, SYSTEM = "avatar-watch-patient", "patient"
SETTINGS, ENDPOINTS = "/patient/notifications", "/patient/endpoints"
GROUP = "/aws/patient/api"
HERE: Any = {"LocationConstraint": "eu-north-1"}


# each mistake: where it is told, what is said, and what is advised
PLANTED = {
    "a misspelt field": ("settings, slack.bot_tokn", "is no setting", "did you mean bot_token?"),
    "a key that is cut": ("settings, pagerduty.routing_key", "needs 32 characters, has 31", "mend"),
    "a word of one's own": ("settings, routes.0.severity", "is none of what", "mean critical?"),
    "nobody confirmed": ("e-mail", "has not confirmed", "click the link"),
    "a key that locks alarms out": ("key ", "locks cloudwatch.amazonaws.com out", "put-key-policy"),
    "a bucket that is not there": ("bucket patient-avatrs", "no such bucket", "mend the name"),
    "a bucket elsewhere": ("bucket patient-far", "is in us-west-2", "a stack in us-west-2"),
    "a bucket that is enforced alone": ("bucket patient-old", "not watched", "AvatarBucketNames"),
    "a distribution that is not there": ("distribution E0", "no such", "list-distributions"),
    "no additional metrics": ("distribution", "no additional metrics", "global.yaml with Measured"),
    "a log group that is not there": (f"log group {GROUP}", "is not there", "MakeApiLogGroup=true"),
    "an endpoint twice": ("endpoint http://", "is listed 2 times", "list it once"),
    "an endpoint that is down": ("endpoint gone", "refused", "mend the service"),
    "an entry that cannot be read": ("endpoints, ", "only http and https", "health-polling.md"),
    "a prefix of no alarm": ("WatchedAlarmPrefix", "begins with 'Orders-'", "case counts"),
    "a function that may not run": ("function CostControl", "throttled", "delete-function-conc"),
    "a queue that is not read": ("mapping AlarmFanoutFunctionAlerts", "not read", "--enabled"),
    "a schedule turned off": ("schedule KpiAggregationFunctionHourly", "calls nothing", "update-s"),
    "dead letters": ("dead-letter queue:", "1 message could not", "runbook.md#dead-letters"),
    "dead letters of runs": ("dead-letter queue of runs:", "the last hour", "#runs-failed"),
    "an alarm that is gone": ("alarm patient-StorageWarning", "not there any", "put-metric-alarm"),
    "an alarm turned off": ("alarm patient-QueueAge", "tells nobody", "enable-alarm-actions"),
    "another threshold": ("alarm patient-BandwidthWarning", "Threshold is 9,", "WarningThreshold="),
    "actions taken away": ("alarm patient-DeadLetters", "tells nobody; OK", "put-metric-alarm"),
    "a dashboard that is gone": ("dashboard patient-", "not there any", "#changed-by-hand"),
    "a rule turned off": ("rule OtherAlarmsRule", "State is DISABLED", "enable-rule"),
    "another environment": ("function KpiAggregation", "METRIC_NAMESPACE is 'X'", "write it back"),
    "less memory": ("function ReportingFunction", "MemorySize is 128", "--memory-size 512"),
    "a role without its rights": ("role CostControlRole", "Policies, work is gone", ""),
    "a topic that lets others in": ("policy SmsTopicPolicy", "lost TlsOnly; new x", "set-topic"),
    "a queue without redrive": ("queue AlertsQueue", "RedrivePolicy is none", "set-queue-attr"),
    "a filter": ("subscription AlertsSubscription", "FilterPolicy is", "set-subscription-attr"),
    "items that stay": ("table StateTable", "Specification.Enabled is false", "update-time-to"),
    "reports without versions": ("bucket ReportsBucket", "Status is Suspended", "put-bucket-v"),
    "lines that stay": ("log group /avatar-watch/", "RetentionInDays is none", "put-retention"),
    "a root that is free": ("parameter /avatar-watch/roots/P", "not there any", "put-parameter"),
    "a mute for ever": ("Mute Storage*", "until 9999-01-01", "unmute ENV=… ALARMS='Storage*'"),
    "a database that is not there": ("database gone-db", "no such", "DatabaseInstanceIds"),
    "a cache that is not there": ("cache gone-cache", "no such", "CacheClusterIds"),
    "workers' queue that is not there": ("queue gone-jobs", "no such", "WorkerQueueNames"),
}


def distribution(emulator: Emulator, *, measured: bool) -> str:
    client = emulator.client("cloudfront", "us-east-1")
    origin = {
        "Id": "o",
        "DomainName": "avatars.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    behavior = {
        "TargetOriginId": "o",
        "ViewerProtocolPolicy": "https-only",
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",  # AWS' own CachingOptimized
    }
    config = {
        "CallerReference": f"patient-{measured}", "Comment": "", "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]}, "DefaultCacheBehavior": behavior,
    }  # fmt: skip
    made: str = client.create_distribution(DistributionConfig=config)["Distribution"]["Id"]
    if measured:
        wanted = {
            "RealtimeMetricsSubscriptionConfig": {"RealtimeMetricsSubscriptionStatus": "Enabled"}
        }
        client.create_monitoring_subscription(DistributionId=made, MonitoringSubscription=wanted)
    return made


def alarm(name: str) -> dict[str, Any]:
    return {
        "AlarmName": name, "Namespace": "Orders", "MetricName": "Late", "Statistic": "Sum",
        "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }  # fmt: skip


def write(emulator: Emulator, name: str, value: Any, kind: str) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    emulator.client("ssm").put_parameter(Name=name, Value=text, Type=kind, Overwrite=True)


def plant(patient: Deployment, deployed: Scene) -> None:
    emulator = deployed.emulator
    plant_documents(deployed)
    emulator.client("s3").create_bucket(Bucket="patient-old", CreateBucketConfiguration=HERE)
    emulator.client("s3", "us-west-2").create_bucket(
        Bucket="patient-far", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    change(
        patient,
        AvatarBucketNames="patient-avatrs,patient-far",
        EnforcedBucketNames="patient-old",
        DistributionIds=f"E0,{distribution(emulator, measured=False)}",
        WatchedAlarmPrefix="Orders-",
        DatabaseInstanceIds="gone-db",
        CacheClusterIds="gone-cache",
        WorkerQueueNames="gone-jobs",
        TopicKey=emulator.client("kms").create_key()["KeyMetadata"]["KeyId"],
    )
    emulator.client("logs").delete_log_group(logGroupName=GROUP)
    emulator.client("sns").subscribe(
        TopicArn=patient.outputs["EmailTopicArn"],
        Protocol="http",
        Endpoint="http://127.0.0.1:9/nobody",
    )
    plant_in_what_runs(patient)
    plant_in_alarms(patient)
    plant_in_what_is_kept(patient)
    plant_in_messages(patient)


def plant_documents(deployed: Scene) -> None:
    settings = notification_settings(deployed.inbox_url)
    settings["slack"]["bot_tokn"] = settings["slack"].pop("bot_token")
    settings["pagerduty"]["routing_key"] = "d" * 31
    settings["routes"] = [{"alarms": "Storage*", "severity": "crit"}]
    write(deployed.emulator, SETTINGS, settings, "SecureString")
    listed = [
        {"name": "api", "url": deployed.health_url},
        {"name": "again", "url": deployed.health_url},
        {"name": "gone", "url": "http://127.0.0.1:9/health"},
        {"name": "wrong", "url": "ftp://127.0.0.1/health"},
    ]
    write(deployed.emulator, ENDPOINTS, listed, "String")


def plant_in_what_runs(patient: Deployment) -> None:
    functions = patient.client("lambda")
    functions.put_function_concurrency(
        FunctionName=patient.outputs["CostControlFunction"], ReservedConcurrentExecutions=0
    )
    functions.update_event_source_mapping(
        UUID=patient.resources["AlarmFanoutFunctionAlerts"], Enabled=False
    )
    name = patient.outputs["KpiAggregationFunction"]
    kept = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": kept | {"METRIC_NAMESPACE": "X"}}
    )
    functions.update_function_configuration(
        FunctionName=patient.outputs["ReportingFunction"], MemorySize=128
    )
    scheduler = patient.client("scheduler")
    found = scheduler.get_schedule(Name=patient.resources["KpiAggregationFunctionHourly"])
    same = ("Name", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow",
            "Target")  # fmt: skip
    scheduler.update_schedule(**{key: found[key] for key in same}, State="DISABLED")
    patient.client("events").disable_rule(Name=patient.resources["OtherAlarmsRule"])
    patient.client("iam").delete_role_policy(
        RoleName=patient.resources["CostControlRole"], PolicyName="work"
    )


def plant_in_alarms(patient: Deployment) -> None:
    cloudwatch = patient.client("cloudwatch")
    cloudwatch.delete_alarms(AlarmNames=[f"{SYSTEM}-StorageWarning"])
    cloudwatch.disable_alarm_actions(AlarmNames=[f"{SYSTEM}-QueueAge"])
    cloudwatch.delete_dashboards(DashboardNames=[patient.resources["Dashboard"]])
    nobody: dict[str, Any] = {"AlarmActions": [], "OKActions": []}
    for name, changed in (("BandwidthWarning", {"Threshold": 9.0}), ("DeadLetters", nobody)):
        [kept] = cloudwatch.describe_alarms(AlarmNames=[f"{SYSTEM}-{name}"])["MetricAlarms"]
        known = cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
        same = {
            key: value
            for key, value in kept.items()
            if key in known and value not in ("", [], None)
        }
        cloudwatch.put_metric_alarm(**same | changed)


def plant_in_what_is_kept(patient: Deployment) -> None:
    dynamodb, table = patient.client("dynamodb"), patient.outputs["StateTableName"]
    dynamodb.update_time_to_live(
        TableName=table,
        TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires_at"},
    )
    mute = {
        "alarms": "Storage*", "reason": "by hand", "since": "2026-01-01T00:00:00Z",
        "until": "9999-01-01T00:00:00Z",
    }  # fmt: skip
    dynamodb.put_item(
        TableName=table,
        Item={"pk": {"S": "mute"}, "sk": {"S": "Storage*"}, "version": {"N": "1"},
              "body": {"S": json.dumps(mute)}},
    )  # fmt: skip
    patient.client("s3").put_bucket_versioning(
        Bucket=patient.outputs["ReportsBucketName"],
        VersioningConfiguration={"Status": "Suspended"},
    )
    patient.client("logs").delete_retention_policy(logGroupName=patient.resources["ReportingLogs"])
    patient.client("ssm").delete_parameter(Name=patient.resources["MetricRoot"])


def plant_in_messages(patient: Deployment) -> None:
    sns, sqs = patient.client("sns"), patient.client("sqs")
    anybody = {
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "x", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Publish",
            "Resource": patient.outputs["SmsTopicArn"],
        }],
    }  # fmt: skip
    sns.set_topic_attributes(
        TopicArn=patient.outputs["SmsTopicArn"],
        AttributeName="Policy",
        AttributeValue=json.dumps(anybody),
    )
    sns.set_subscription_attributes(
        SubscriptionArn=patient.resources["AlertsSubscription"],
        AttributeName="FilterPolicy",
        AttributeValue='{"team": ["avatars"]}',
    )
    sqs.set_queue_attributes(
        QueueUrl=patient.outputs["AlertsQueueUrl"], Attributes={"RedrivePolicy": ""}
    )
    for queue in ("AlertsDeadLetterQueueUrl", "RunsDeadLetterQueueUrl"):
        sqs.send_message(QueueUrl=patient.outputs[queue], MessageBody="{}")


def change(patient: Deployment, **parameters: str) -> None:
    client = patient.client("cloudformation")
    client.update_stack(
        StackName=STACK,
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": key, "ParameterValue": parameters.get(key, value)}
            for key, value in patient.parameters.items()
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    client.get_waiter("stack_update_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
