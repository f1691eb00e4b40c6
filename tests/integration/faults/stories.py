"""One story for each function: an hour of its work, and what the world has seen of it.

A story begins with what is there, goes on past the end of the longest fault, and ends when
everything should have come right. `faults.table` tells it once without and once with each fault.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from avatarwatch.answers import PARTITION, Answer, What
from avatarwatch.state_table.dynamodb import DynamoDocumentStore
from fakes import chat
from fakes.alarms import alarm
from fakes.answers import body
from integration.faults import canaries, facts
from integration.faults.facts import Facts
from integration.faults.kinds import Fault, Kind, Span
from integration.faults.stack import NOW, Lambda
from integration.rights import paths
from local.inbox.client import InboxClient
from unit.access_logs.lines import s3 as line

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Story:
    """``tell`` lets the function work; ``facts`` says what came of it."""

    tell: Callable[[Lambda, InboxClient], None]
    facts: Callable[[Lambda, InboxClient], Facts]


# --- AlarmFanout


def _as_they_are(world: Lambda) -> None:
    del world


def alarm_fanout(
    world: Lambda, inbox: InboxClient, spoil: Callable[[Lambda], None] = _as_they_are
) -> None:
    """Two alerts open, of the second one channel is down; one message nobody can read; both end."""
    inbox.clear()
    _settings(world, inbox)
    spoil(world)
    system = world.of.environment["SYSTEM_NAME"]
    names = [f"{system}-{each}" for each in ("UploadFailuresCritical", "ErrorRateCritical")]
    world.feed(alarm(names[0], "ALARM", world.now()))
    down = {"channel": "teams", "kind": "server_error", "status": 503, "times": 2}
    inbox.set_faults([down])  # it waits: the queue hides the message, and the wait is measured
    world.feed(alarm(names[1], "ALARM", world.now()))
    inbox.set_faults([])
    world.feed("")
    # too late: who pressed is told so, at an address that lives no more
    late = Answer(
        id="late", what=What.ACKNOWLEDGE, by="anna", at=world.now(), over="Slack", opened="1.000",
        key="none", reply_to=f"{inbox.url}/slack/response/none",
    )  # fmt: skip
    world.feed(body(late))
    world.run({"action": "mute", "alarms": "none-*", "minutes": 5, "reason": "a test"})
    world.run({"action": "unmute", "alarms": "none-*"})
    world.run({"action": "remind"})
    world.advance(1200)
    for name in names:
        world.feed(alarm(name, "OK", world.now()))
    if world.dead_letters:  # moved back, as the runbook says
        world.feed(*world.dead_letters)
    for _ in range(3):
        world.advance(300)
        world.run({"action": "remind"})


def notifications(inbox: InboxClient) -> dict[str, dict[str, Any]]:
    """Return settings in which each secret is a canary."""
    slack = {
        "bot_token": canaries.BOT_TOKEN, "api_url": f"{inbox.url}/slack/api/",
        "channels": {"critical": "#critical", "warning": "#warning", "info": "#info"},
    }  # fmt: skip
    return {
        "slack": slack,
        "teams": {"webhook_url": f"{inbox.url}/teams/workflow?sig={canaries.WORKFLOW}"},
        "pagerduty": {"routing_key": canaries.ROUTING_KEY, "events_url": f"{inbox.url}/pagerduty"},
    }


def _settings(world: Lambda, inbox: InboxClient) -> None:
    world.client("ssm").put_parameter(
        Name=world.of.environment["NOTIFICATION_SETTINGS_PARAMETER"], Type="SecureString",
        Value=json.dumps(notifications(inbox)),
    )  # fmt: skip


def told(world: Lambda, inbox: InboxClient) -> Facts:
    found = Facts(facts.people(inbox.snapshot(), world))
    aside = [c for c, _ in world.wire.took_effect if c == "sqs:SendMessage"]
    found.told["set aside: what nobody can read"] = len(aside)
    return found


# --- ChatActions


def chat_actions(world: Lambda, inbox: InboxClient) -> None:
    """Two people answer, a third in PagerDuty; whoever is shown that it did not work asks again."""
    del inbox
    world.client("ssm").put_parameter(
        Name=world.of.environment["CHAT_SECRETS_PARAMETER"], Type="SecureString",
        Value=json.dumps(canaries.SIGNING),
    )  # fmt: skip
    slack, pagerduty = canaries.SIGNING.values()
    for name in ("anna", "bo"):
        press = chat.click("answer:acknowledge", "1.000|key", user={"name": name})
        _until_taken(world, partial(chat.of_slack, press, secret=slack))
    told = chat.acknowledged("key", world.now(), who="cleo")
    _until_taken(world, lambda _: chat.of_pagerduty(told, pagerduty))


def _until_taken(world: Lambda, asked: Callable[[datetime], dict[str, Any]]) -> None:
    for _ in range(20):
        answer = world.invoke(asked(world.now()))
        world.advance(60)
        if answer and answer["statusCode"] == 200:
            break


def answered(world: Lambda, inbox: InboxClient) -> Facts:
    del inbox
    found = Facts()
    store = DynamoDocumentStore(world.client("dynamodb"), world.of.environment["STATE_TABLE_NAME"])
    for document in store.query(PARTITION):
        found.values[f"answer of {document.body['by']}"] = "is kept"
    return found


# --- HealthPolling


class _Health(BaseHTTPRequestHandler):
    is_well = True

    def do_GET(self) -> None:
        body = b'{"status": "ok"}' if _Health.is_well else b'{"status": "down"}'
        self.send_response(200 if _Health.is_well else 503)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's
        del format, args


@contextmanager
def _serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Health)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/health"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def health_polling(world: Lambda, inbox: InboxClient) -> None:
    """An endpoint is well, goes down for a quarter of an hour, and comes back."""
    del inbox
    with _serving() as address:
        parameter = world.of.environment["HEALTH_ENDPOINTS_PARAMETER"]
        entry = {"url": address, "name": "api", "headers_from_ssm": {"Authorization": "token"}}
        for name, value in (
            (parameter, json.dumps([entry])), (f"{parameter}/headers/token", canaries.HEADER),
        ):  # fmt: skip
            world.client("ssm").put_parameter(Name=name, Type="SecureString", Value=value)
        for minute in range(24):
            _Health.is_well = not 2 <= minute < 16
            at = world.now()
            world.run({})
            world.advance(max(0.0, 60 - (world.now() - at).total_seconds()))


def polled(world: Lambda, inbox: InboxClient) -> Facts:
    del inbox
    found = Facts(Counter(facts.alerts(world)))
    for name, (count, total) in facts.points(world).items():
        if name.startswith("EndpointUp "):
            found.values[f"{facts.NICE}{name}"] = total / count
            found.told[f"{facts.NICE}minute {name}"] = round(count)
    page = world.client("s3").get_object(
        Bucket=world.of.named["ReportsBucket"], Key="status/status.json"
    )
    found.values["the page"] = json.loads(page["Body"].read())["status"]
    return found


# --- KpiAggregation


def kpi_aggregation(world: Lambda, inbox: InboxClient) -> None:
    """An hour of traffic, computed as the schedules do it."""
    del inbox
    group = world.of.environment["API_LOG_GROUP_NAME"]
    world.client("logs").create_log_group(logGroupName=group)
    own = world.of.environment["METRIC_NAMESPACE"]
    # each five minutes of late, which are read one by one; what is older by hours
    late = [(minutes, 1) for minutes in range(-60, 240, 5)]
    for minutes, many in [*late, *((60 * hours, 12) for hours in range(4, 50))]:
        at, failed = NOW - timedelta(minutes=minutes), 150.0 if minutes < 0 else 0.0
        paths._put(f"{own}/Custom", "AvatarUploads", (200.0 - failed) * many, at)
        paths._put(f"{own}/Custom", "UploadFailures", failed * many, at)
    for hours in range(-1, 50):
        at = NOW - timedelta(hours=hours)
        paths._put("AWS/Logs", "IncomingBytes", 1000.0, at, LogGroupName=group)
    # the very first runs decide where the work begins: before midnight, for a day's costs
    world.wire.is_quiet = True
    world.traveller.move_to(NOW - timedelta(hours=12))
    world.run({"cadence": "PT1H"})
    world.traveller.move_to(NOW)
    world.run({"cadence": "PT5M"})
    world.wire.is_quiet = False
    world.advance(300)
    for number in range(6):
        at = world.now()
        for cadence, every in (("PT5M", 1), ("PT1H", 4), ("P1D", 6)):
            if number % every == 0:
                world.run({"cadence": cadence})
        world.advance(max(0.0, 300 - (world.now() - at).total_seconds()))
    # what an old stamp holds can be read two hours later: so long a day is left that was not taken
    world.advance(2.25 * 3600)
    for number in range(5):
        world.advance(300)
        world.run({"cadence": "PT5M"})
        if number < 2:
            world.run({"cadence": "PT1H"})


def computed(world: Lambda, inbox: InboxClient) -> Facts:
    del inbox
    found = Facts(Counter(dict.fromkeys(set(facts.alerts(world)), 1)))
    end = f"{NOW + 35 * MINUTE}"
    for name, (count, total) in facts.points(world).items():
        if name.rsplit("] ", 1)[1] < end:
            found.values[name] = round(total / count, 3)
    return found


# --- CostControl


def cost_control(world: Lambda, inbox: InboxClient) -> None:
    """Four days of a bucket that is worth a rule: learn its sizes, write it, look after it."""
    del inbox
    s3 = world.client("s3")
    where = {"LocationConstraint": "eu-north-1"}
    for bucket in ("avatars-a", "avatars-b", "inventories"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    for number in range(20):
        s3.put_object(Bucket="avatars-b", Key=f"a/{number:04}", Body=b"x" * paths.OBJECT)
    theirs = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "tmp/"},
              "Expiration": {"Days": 7}}  # fmt: skip
    s3.put_bucket_lifecycle_configuration(
        Bucket="avatars-a", LifecycleConfiguration={"Rules": [theirs]}
    )
    paths._inventory(s3)
    for day in range(4):
        at = NOW + timedelta(days=day, hours=-5)
        for bucket in ("avatars-a", "avatars-b"):
            _stored(bucket, at)
    for _ in range(4):
        at = world.now()
        world.run({"action": "apply"})
        world.advance(86_400 - (world.now() - at).total_seconds())
    world.notes["with ours"] = facts.lifecycle(world, "avatars-a")
    world.run({"action": "rollback", "bucket": "avatars-a"})


def _stored(bucket: str, at: Any) -> None:
    size, kind = "BucketSizeBytes", "StorageType"
    paths._put(
        "AWS/S3", size, paths.OBJECT * paths.OBJECTS, at,
        **{"BucketName": bucket, kind: "StandardStorage"},
    )  # fmt: skip
    paths._put(
        "AWS/S3", "NumberOfObjects", paths.OBJECTS, at,
        **{"BucketName": bucket, kind: "AllStorageTypes"},
    )  # fmt: skip


def cared(world: Lambda, inbox: InboxClient) -> Facts:
    del inbox
    found = Facts(Counter(facts.alerts(world)), {"rules with ours": world.notes["with ours"]})
    for bucket in ("avatars-a", "avatars-b"):
        found.values[f"rules of {bucket}"] = facts.lifecycle(world, bucket)
    return found


# --- AccessLogs


def access_logs(world: Lambda, inbox: InboxClient) -> None:
    """Log files arrive, one of a version, one that is none; the minute's tick publishes."""
    del inbox
    s3, bucket = world.client("s3"), world.of.named["AccessLogsBucket"]
    for number in range(3):
        at = world.now() - 2 * MINUTE
        text = line(bucket="avatars-a", time=f"{at:%d/%b/%Y:%H:%M:%S} +0000")
        body = "\n".join([text] * (number + 1)).encode()
        if number == 1:
            status: Any = {"Status": "Enabled"}
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=status)
        if number == 1:  # whether it was taken is not known: it is looked up
            put = "cloudwatch:PutMetricData"
            world.wire.natural = Fault(put, Kind.TIMEOUT_AFTER, Span.ONCE)
        key = f"s3/{number}"
        world.feed(_created(bucket, key, s3.put_object(Bucket=bucket, Key=key, Body=body)))
        world.run({"action": "publish"})
    world.feed(_created(bucket, "none", s3.put_object(Bucket=bucket, Key="none", Body=b"no\n")))
    for _ in range(20):
        world.advance(60)
        world.run({"action": "publish"})


def _created(bucket: str, key: str, answer: Mapping[str, Any]) -> str:
    made = {"key": key, "etag": answer["ETag"].strip('"')}
    if "VersionId" in answer:
        made["version-id"] = answer["VersionId"]
    detail = {"bucket": {"name": bucket}, "object": made}
    return json.dumps({"source": "aws.s3", "detail-type": "Object Created", "detail": detail})


def counted(world: Lambda, inbox: InboxClient) -> Facts:
    del inbox
    found = Facts()
    for name, (_, total) in facts.points(world).items():
        metric = name.split(" ")[0]
        found.values[metric] = round(found.values.get(metric, 0.0) + total, 3)
    found.told["set aside: what is no log"] = len(
        [c for c, _ in world.wire.took_effect if c == "sqs:SendMessage"]
    )
    return found


# --- Reporting


def reporting(world: Lambda, inbox: InboxClient) -> None:
    """Three days with a report each; the first one is there before anything fails."""
    del inbox
    s3 = world.client("s3")
    where = {"LocationConstraint": "eu-north-1"}
    for bucket in ("avatars-a", "avatars-b"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    rule = {"SourceBucket": "avatars-a", "DestinationBucket": "copies", "RuleId": "all"}
    for hours in range(-72, 30, 6):
        at = NOW - timedelta(hours=hours)
        paths._put("AWS/S3", "ReplicationLatency", 12.0, at, **rule)
    for day in range(3):
        world.wire.is_quiet = day == 0
        at = world.now()
        world.run({"report": "daily"})
        world.advance(86_400 - (world.now() - at).total_seconds())


def reported(world: Lambda, inbox: InboxClient) -> Facts:
    del inbox
    found = Facts(facts.reports(world))
    listed = world.client("s3").list_objects_v2(Bucket=world.of.named["ReportsBucket"])
    for each in listed["Contents"]:
        found.values[each["Key"]] = "is there"
        found.values[f"{facts.NICE}all that {each['Key']} says"] = each["ETag"]
    return found


STORIES: Mapping[str, Story] = {
    "AccessLogsFunction": Story(access_logs, counted),
    "AlarmFanoutFunction": Story(alarm_fanout, told),
    "ChatActionsFunction": Story(chat_actions, answered),
    "CostControlFunction": Story(cost_control, cared),
    "HealthPollingFunction": Story(health_polling, polled),
    "KpiAggregationFunction": Story(kpi_aggregation, computed),
    "ReportingFunction": Story(reporting, reported),
}
