"""What each function does that needs a right, as its handler does it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from unittest import mock

import time_machine
from moto.cloudwatch.models import cloudwatch_backends

from fakes import chat
from fakes.alarms import alarm
from fakes.inventories import Listed, configuration, deliver, packed
from fakes.measurements import STOCKHOLM
from fakes.physical import ACCOUNT, REGION
from fakes.s3 import FakeBucket
from integration.rights.stage import Stage
from local.inbox.client import InboxClient
from unit.access_logs.lines import s3 as line

JSON = "application/x-amz-json-1.1"
# of services and operations that moto has not
UNPLAYED = {
    "pricing.GetProducts": (JSON, json.dumps({"PriceList": list(STOCKHOLM)}).encode()),
    "cloudwatch.GetMetricWidgetImage": (JSON, json.dumps({"MetricWidgetImage": "UE5H"}).encode()),
    # moto loses the optional fields
    "s3.ListBucketInventoryConfigurations": (
        "application/xml",
        (
            '<ListInventoryConfigurationsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"{configuration()}<IsTruncated>false</IsTruncated></ListInventoryConfigurationsResult>"
        ).encode(),
    ),
    "cost-explorer.GetCostAndUsage": (JSON, b'{"ResultsByTime": []}'),
    "backup.ListRecoveryPointsByResource": (JSON, b'{"RecoveryPoints": []}'),
    "guardduty.ListDetectors": (JSON, b'{"detectorIds": ["0a1b2c"]}'),
    "guardduty.GetFindingsStatistics": (JSON, b'{"findingStatistics": {"groupedBySeverity": []}}'),
    "securityhub.GetFindings": (JSON, b'{"Findings": []}'),
}
OBJECT = 400_000
OBJECTS = 280_000


@cache
def now() -> datetime:
    """Return when the functions began to go their ways: tests may be collected long before."""
    return datetime.now(UTC).replace(microsecond=0)


def health_polling(stage: Stage) -> None:
    """Poll an endpoint that is down until it is told of, and write the page."""
    endpoint = json.dumps(["http://127.0.0.1:1/health"])
    stage.client("ssm").put_parameter(
        Name=stage.environment["HEALTH_ENDPOINTS_PARAMETER"], Type="SecureString", Value=endpoint
    )
    answers = [stage.invoke({"page": True}) for _ in range(3)]
    assert answers[-1]["told"], answers
    assert answers[-1]["page_written"]


def alarm_fanout(stage: Stage, inbox: InboxClient) -> None:
    """Tell over every channel, wait for one, set aside what nobody can read; then the actions."""
    slack = {
        "bot_token": "xoxb-test", "api_url": f"{inbox.url}/slack/api/",
        "channels": {"critical": "#critical", "warning": "#warning", "info": "#info"},
    }  # fmt: skip
    page = {"routing_key": "d" * 32, "events_url": f"{inbox.url}/pagerduty"}
    stage.client("ssm").put_parameter(
        Name=stage.environment["NOTIFICATION_SETTINGS_PARAMETER"], Type="SecureString",
        Value=json.dumps({"slack": slack, "pagerduty": page}),
    )  # fmt: skip
    system = stage.environment["SYSTEM_NAME"]
    stage.invoke(_records(alarm(f"{system}-UploadFailuresCritical", "ALARM", now())))
    assert inbox.slack("#critical")
    stage.invoke(_records(alarm(f"{system}-UploadFailuresCritical", "OK", now())))
    assert stage.invoke(_records("")) == {"batchItemFailures": []}
    inbox.set_faults([{"channel": "slack", "kind": "server_error", "status": 503}])
    later = now() + timedelta(minutes=1)
    stage.invoke(_records(alarm(f"{system}-ErrorRateCritical", "ALARM", later)))
    inbox.set_faults([])
    for action in (
        {"action": "mute", "alarms": "*", "minutes": 5, "reason": "a test"},
        {"action": "mutes"}, {"action": "unmute", "alarms": "*"}, {"action": "remind"},
    ):  # fmt: skip
        stage.invoke(action)


def chat_actions(stage: Stage) -> None:
    """Take a click in, and the same one again."""
    stage.client("ssm").put_parameter(
        Name=stage.environment["CHAT_SECRETS_PARAMETER"], Type="SecureString",
        Value=json.dumps(chat.SECRETS),
    )  # fmt: skip
    event = chat.of_slack(chat.click("answer:acknowledge", "1.000|key"), datetime.now(UTC))
    assert [stage.invoke(event)["statusCode"] for _ in range(2)] == [200, 200]
    queue = stage.client("sqs").receive_message(QueueUrl=stage.environment["ALERTS_QUEUE_URL"])
    assert len(queue["Messages"]) == 1


def _records(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"message-{number}", "receiptHandle": f"handle-{number}",
                "body": body, "eventSource": "aws:sqs", "awsRegion": "eu-north-1",
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "0"},
                "messageAttributes": {},
                "eventSourceARN": f"arn:aws:sqs:eu-north-1:{ACCOUNT}:alerts",
            }
            for number, body in enumerate(bodies)
        ]
    }  # fmt: skip


def cost_control(stage: Stage) -> None:
    """Plan, write a rule, and take it back; learn the sizes by listing and from an inventory."""
    s3 = stage.client("s3")
    where = {"LocationConstraint": "eu-north-1"}
    for bucket in ("avatars-a", "avatars-b", "inventories"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    for number in range(20):
        s3.put_object(Bucket="avatars-b", Key=f"a/{number:04}", Body=b"x" * OBJECT)
    _inventory(s3)
    at = now() - timedelta(hours=5)
    for bucket in ("avatars-a", "avatars-b"):
        _put(
            "AWS/S3",
            "BucketSizeBytes",
            OBJECT * OBJECTS,
            at,
            BucketName=bucket,
            StorageType="StandardStorage",
        )
        _put(
            "AWS/S3",
            "NumberOfObjects",
            OBJECTS,
            at,
            BucketName=bucket,
            StorageType="AllStorageTypes",
        )
    actions = ["plan", "apply", "apply"]  # the first run reads the inventory, the next one writes
    with mock.patch("time.sleep"):
        answers = [stage.invoke({"action": action}) for action in actions]
        answers.append(stage.invoke({"action": "rollback", "bucket": "avatars-a"}))
    assert "denied" not in json.dumps(answers), answers


def _put(namespace: str, metric: str, value: float, at: datetime, **dimensions: str) -> None:
    """Put a metric of AWS' own, as AWS does."""
    named = [{"Name": name, "Value": each} for name, each in dimensions.items()]
    moment = at.replace(tzinfo=None)  # moto's own are without a zone
    datum = {"MetricName": metric, "Value": value, "Timestamp": moment, "Dimensions": named}
    cloudwatch_backends[ACCOUNT][REGION].put_metric_data(namespace, [datum])


def _inventory(s3: Any) -> None:
    delivered = FakeBucket()
    files = [packed([Listed(OBJECT * 280)] * (OBJECTS // 280))]
    deliver(
        delivered, now() - timedelta(hours=6), files, folder="daily/avatars-a/all/",
        source="avatars-a",
    )  # fmt: skip
    for key, body in delivered.bodies.items():
        s3.put_object(Bucket="inventories", Key=key, Body=body)


def access_logs(stage: Stage) -> None:
    """Count log files, one of a version, set aside what is none, and publish twice over."""
    s3, bucket = stage.client("s3"), stage.made["AccessLogsBucket"]
    at = now() - timedelta(minutes=9)
    log = line(bucket="avatars-a", time=f"{at:%d/%b/%Y:%H:%M:%S} +0000").encode()
    files = [s3.put_object(Bucket=bucket, Key="s3/a", Body=log)]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    files += [
        s3.put_object(Bucket=bucket, Key="s3/b", Body=log),
        s3.put_object(Bucket=bucket, Key="none", Body=b"no log\n"),
    ]
    events = []
    for key, answer in zip(("s3/a", "s3/b", "none"), files, strict=True):
        made = {"key": key, "etag": answer["ETag"].strip('"')}
        if "VersionId" in answer:
            made["version-id"] = answer["VersionId"]
        detail = {"bucket": {"name": bucket}, "object": made}
        created = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}
        events.append(json.dumps(created))
    stage.broken = {"cloudwatch.PutMetricData"}  # whether it was taken is not known
    assert stage.invoke(_records(*events)) == {"batchItemFailures": []}
    stage.broken = set()
    waits = []
    for minutes in (0, 10):
        with time_machine.travel(now() + timedelta(minutes=minutes)):
            waits.append(stage.invoke({"action": "publish"})["waits"])
    assert waits == ["another invocation publishes", ""], waits


def kpi_aggregation(stage: Stage) -> None:
    """Run each cadence, count users in the logs, ask for costs, and compute a span anew."""
    group = stage.environment["API_LOG_GROUP_NAME"]
    stage.client("logs").create_log_group(logGroupName=group)
    for hours in range(1, 60):  # users are counted where lines came in
        _put(
            "AWS/Logs",
            "IncomingBytes",
            1_000.0,
            now() - timedelta(hours=hours),
            LogGroupName=group,
        )
    own = stage.environment["METRIC_NAMESPACE"]
    for minutes in range(1, 24 * 60, 5):  # one upload in twenty fails: five times what is allowed
        at = now() - timedelta(minutes=minutes)
        _put(f"{own}/Custom", "AvatarUploads", 190.0, at)
        _put(f"{own}/Custom", "UploadFailures", 10.0, at)
    for cadence in ("PT5M", "PT1H", "P1D"):
        stage.invoke({"cadence": cadence})
    stage.invoke({
        "action": "recompute", "from": (now() - timedelta(hours=2)).isoformat(),
        "to": (now() - timedelta(hours=1)).isoformat(),
    })  # fmt: skip


def reporting(stage: Stage) -> None:
    """Make a report of the day, with a look at the buckets; and one again by its date."""
    where = {"LocationConstraint": "eu-north-1"}
    for bucket in ("avatars-a", "avatars-b"):
        stage.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    rule = {"SourceBucket": "avatars-a", "DestinationBucket": "copies", "RuleId": "all"}
    _put("AWS/S3", "ReplicationLatency", 12.0, now() - timedelta(hours=5), **rule)
    answer = stage.invoke({"report": "daily"})
    assert answer["outcome"] == "made and told"
    assert not answer["unread"]
    stage.invoke({"report": "daily", "date": f"{now() - timedelta(days=2):%Y-%m-%d}"})
