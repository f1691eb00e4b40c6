"""The doctor finds nothing on a sound stack, and every mistake that is planted, with its mend."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from local.doctor.beliefs import BELIEFS
from local.doctor.checks import examine
from local.doctor.deployment import Deployment, on_emulator
from local.doctor.finding import Finding, Kind
from local.doctor.questions import Verdict
from local.doctor.verify import answer_of, verify
from local.scene import notification_settings
from local.stack import deploy

if TYPE_CHECKING:
    from local.emulator import Emulator
    from local.scene import Scene

pytestmark = pytest.mark.e2e

STACK, SYSTEM = "avatar-watch-patient", "patient"
SETTINGS, ENDPOINTS = "/patient/notifications", "/patient/endpoints"
GROUP = "/aws/patient/api"


def mistakes(deployment: Deployment) -> list[Finding]:
    findings = examine(deployment)
    assert not [each for each in findings if each.kind is Kind.UNASKED]
    return [each for each in findings if each.kind is Kind.MISTAKE]


@pytest.fixture(scope="module")
def patient(deployed: Scene) -> Iterator[Deployment]:
    """Deploy a stack of its own in which all is well."""
    emulator = deployed.emulator
    s3, sns = emulator.client("s3"), emulator.client("sns")
    s3.create_bucket(Bucket="patient-avatars", CreateBucketConfiguration=HERE)
    emulator.client("logs").create_log_group(logGroupName=GROUP)
    write(emulator, SETTINGS, notification_settings(deployed.inbox_url), "SecureString")
    write(emulator, ENDPOINTS, [{"name": "api", "url": deployed.health_url}], "String")
    emulator.client("cloudwatch").put_metric_alarm(**alarm("orders-late"))
    stack = deploy(emulator, given(emulator), STACK)
    # others may have emptied the inbox, which forgets those of before
    before = sum(each.confirmed for each in deployed.inbox.snapshot().subscriptions)
    for topic in ("EmailTopicArn", "SmsTopicArn"):
        kind = topic.removesuffix("TopicArn").lower()
        sns.subscribe(
            TopicArn=stack.outputs[topic],
            Protocol="http",
            Endpoint=f"{deployed.inbox_url}/sns/{kind}",
        )
    deployed.inbox.wait_for(
        lambda kept: sum(s.confirmed for s in kept.subscriptions) >= before + 2, 30
    )
    yield on_emulator(emulator.url, STACK)
    emulator.client("cloudformation").delete_stack(StackName=STACK)


HERE: Any = {"LocationConstraint": "eu-north-1"}


def given(emulator: Emulator) -> dict[str, str]:
    return {
        "SystemName": SYSTEM,
        # its own root of metrics: a second stack with the first one's is refused
        "MetricNamespace": "Patient",
        "Environment": "dev",
        "NotificationSettingsParameter": SETTINGS,
        "HealthEndpointsParameter": ENDPOINTS,
        "AllowPrivateEndpoints": "true",
        "AvatarBucketNames": "patient-avatars",
        "ApiLogGroupName": GROUP,
        "WatchedAlarmPrefix": "orders-",
        "DistributionIds": distribution(emulator, measured=True),
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


def test_a_sound_stack_has_nothing_to_mend(patient: Deployment) -> None:
    assert mistakes(patient) == []


def test_every_belief_can_be_asked_of_a_live_stack(patient: Deployment) -> None:
    answers = {each.claim: answer_of(each, patient) for each in BELIEFS}
    unanswered = [a.seen for a in answers.values() if a.seen.startswith("AWS does not answer")]
    assert not unanswered
    assert all(answer.seen for answer in answers.values())
    kept = answers["Each topic takes its policy as the template has it."]
    assert kept.verdict is Verdict.HOLDS
    # the emulator knows no warm-up: a question whose answer would be no on AWS is seen to be one
    warm = answers["CloudFormation hands the alarms on silence their warm-up."]
    assert warm.verdict is Verdict.REFUTED


def test_what_the_emulator_answers_is_told_as_not_known(patient: Deployment) -> None:
    console = Console(file=io.StringIO(), width=300)
    assert verify(patient, console) == 0
    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert told.count("not known: the emulator says: ") == len(BELIEFS)
    assert told.count("    → aws ") == len(BELIEFS)
    assert not re.search(r"[✓✗]", told)


# each mistake: where it is told, what is said, and what is advised
PLANTED = {
    "a misspelt field": ("settings, slack.bot_tokn", "is no setting", "did you mean bot_token?"),
    "a key that is cut": ("settings, pagerduty.routing_key", "needs 32 characters, has 31", "mend"),
    "a word of one's own": ("settings, routes.0.severity", "is none of what it can be", "mend"),
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
    "a function that may not run": ("CostControlFunction", "is throttled", "delete-function-conc"),
    "a queue that is not read": ("AlertsQueue", "no alert is told", "--enabled --uuid"),
    "a schedule turned off": ("schedule KpiAggregationFunctionHourly", "disabled", "enable it"),
    "dead letters": ("dead-letter queue", "1 message could not", "runbook.md#dead-letters"),
    "an alarm that is gone": ("alarm patient-StorageWarning", "not there any more", "deploy with"),
    "an alarm turned off": ("alarm patient-QueueAge", "tells nobody", "enable-alarm-actions"),
}


def test_every_planted_mistake_is_named_with_its_mend(patient: Deployment, deployed: Scene) -> None:
    plant(patient, deployed)
    found = mistakes(on_emulator(deployed.emulator.url, STACK))
    told = [f"{each.where}: {each.what} → {each.mend}" for each in found]
    for name, parts in PLANTED.items():
        wanted = re.compile(".*".join(map(re.escape, parts)), re.DOTALL)
        assert sum(bool(wanted.match(line)) for line in told) == 1, (name, told)
    assert len(found) == len(PLANTED)


def test_the_tick_asks_who_has_not_confirmed(patient: Deployment) -> None:
    """The address that was planted: nobody answers there."""
    answer = patient.client("lambda").invoke(
        FunctionName=patient.outputs["AlarmFanoutFunction"], Payload='{"action": "remind"}'
    )
    told = json.load(answer["Payload"])
    assert told["mail"].startswith("an e-mail address has not confirmed"), told


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
        TopicKey=emulator.client("kms").create_key()["KeyMetadata"]["KeyId"],
    )
    emulator.client("logs").delete_log_group(logGroupName=GROUP)
    emulator.client("sns").subscribe(
        TopicArn=patient.outputs["EmailTopicArn"],
        Protocol="http",
        Endpoint="http://127.0.0.1:9/nobody",
    )
    plant_in_what_runs(patient)


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
    functions, cloudwatch = patient.client("lambda"), patient.client("cloudwatch")
    functions.put_function_concurrency(
        FunctionName=patient.outputs["CostControlFunction"], ReservedConcurrentExecutions=0
    )
    [mapping] = functions.list_event_source_mappings(
        FunctionName=patient.outputs["AlarmFanoutFunction"]
    )["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    scheduler = patient.client("scheduler")
    found = scheduler.get_schedule(Name=patient.resources["KpiAggregationFunctionHourly"])
    kept = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    scheduler.update_schedule(**{key: found[key] for key in kept}, State="DISABLED")
    patient.client("sqs").send_message(
        QueueUrl=patient.outputs["AlertsDeadLetterQueueUrl"], MessageBody="{}"
    )
    cloudwatch.delete_alarms(AlarmNames=[f"{SYSTEM}-StorageWarning"])
    cloudwatch.disable_alarm_actions(AlarmNames=[f"{SYSTEM}-QueueAge"])


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
