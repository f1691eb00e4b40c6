"""Each function under its own role: nothing that it does is denied, nothing is granted unused.

`make permissions` writes docs/permissions.md from this very run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import partial

import pytest
from botocore.exceptions import ClientError

from aws_contract.policies import listed
from fakes.expanded import expanded_file
from fakes.physical import STACK
from fakes.rights import Grant, Rights, matches
from integration.rights import paths
from integration.rights.stage import Stage, staged
from local.inbox.client import InboxClient
from local.paths import ROOT

PAGE = ROOT / "docs" / "permissions.md"
GIVEN = {
    "AvatarBucketNames": "avatars-a,avatars-b",
    "EnforcedBucketNames": "avatars-a",
    "InventoryBucketNames": "inventories",
    "MaxScanGb": "11",
    "UploadFailuresCriticalThreshold": "11",
    "MakeAccessLogBucket": "true",
    "AccessLogBucketName": "",
    "HealthEndpoints": "", "AllowPrivateEndpoints": "true", "AssumedMonthlyReads": "0.02",
    "AssumedPercentReplaced": "3", "StorageCriticalUsd": "0", "StorageWarningUsd": "0",
}  # fmt: skip
LOGS, TRACES = "Lambda writes the function's log", "Lambda sends the function's traces"
FEEDS, FAILURES = "Lambda feeds the function", "Lambda sets failed asynchronous invocations aside"
OF_ALL = {
    Grant("Logs", "logs:CreateLogStream"): LOGS,
    Grant("Logs", "logs:PutLogEvents"): LOGS,
}
OF_TRACED = {
    Grant("Tracing", "xray:PutTraceSegments"): TRACES,
    Grant("Tracing", "xray:PutTelemetryRecords"): TRACES,
}
SETS_ASIDE = {Grant("SetAsideFailures", "sqs:SendMessage"): FAILURES}
STREAMS = ("DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator")
BY_LAMBDA: Mapping[str, Mapping[Grant, str]] = {
    "AccessLogsFunction": {
        **SETS_ASIDE,
        Grant("ReceiveLogFiles", "sqs:ReceiveMessage"): FEEDS,
        Grant("ReceiveLogFiles", "sqs:DeleteMessage"): FEEDS,
        Grant("ReceiveLogFiles", "sqs:GetQueueAttributes"): FEEDS,
        **{Grant("ReadRecords", f"kinesis:{name}"): FEEDS for name in (*STREAMS, "ListShards")},
        Grant("TellMissingFromDenied", "s3:ListBucket"): "S3 tells gone from denied",
    },
    "AlarmFanoutFunction": {
        Grant("ReceiveAlerts", "sqs:ReceiveMessage"): FEEDS,
        Grant("ReceiveAlerts", "sqs:DeleteMessage"): FEEDS,
        Grant("ReceiveAlerts", "sqs:GetQueueAttributes"): FEEDS,
    },
    "ChatActionsFunction": {},
    "CostControlFunction": SETS_ASIDE,
    "HealthPollingFunction": SETS_ASIDE,
    "KpiAggregationFunction": SETS_ASIDE,
    "ReportingFunction": SETS_ASIDE,
}
"""What Lambda itself does under a function's role."""


@pytest.fixture(scope="module")
def judged(inbox: InboxClient) -> dict[str, Rights]:
    """Return each role after its function has gone all its ways."""
    paths.now.cache_clear()  # the fault table's stories go these ways at a time of their own
    ways: dict[str, Callable[[Stage], None]] = {
        "AccessLogsFunction": paths.access_logs,
        "AlarmFanoutFunction": partial(paths.alarm_fanout, inbox=inbox),
        "ChatActionsFunction": paths.chat_actions,
        "CostControlFunction": paths.cost_control,
        "HealthPollingFunction": paths.health_polling,
        "KpiAggregationFunction": paths.kpi_aggregation,
        "ReportingFunction": paths.reporting,
    }
    found = {}
    for function, way in ways.items():
        with staged(function, paths.UNPLAYED, **GIVEN) as stage:
            way(stage)
        found[function] = stage.rights
    return found


def by_lambda(function: str) -> Mapping[Grant, str]:
    traces = {} if function == "HealthPollingFunction" else OF_TRACED
    return {**OF_ALL, **traces, **BY_LAMBDA[function]}


@pytest.mark.parametrize("function", BY_LAMBDA)
def test_what_is_granted_is_what_is_used(judged: dict[str, Rights], function: str) -> None:
    rights, others = judged[function], by_lambda(function)
    assert not rights.denied, "nothing is denied, handled or not"
    assert rights.used.keys() | others.keys() == rights.granted()
    assert not rights.used.keys() & (others.keys() - SETS_ASIDE.keys()), "a reason too many"


def test_every_function_is_judged() -> None:
    resources = expanded_file("template.yaml")["Resources"]
    functions = {n for n, each in resources.items() if each["Type"] == "AWS::Lambda::Function"}
    assert functions == BY_LAMBDA.keys()


def test_the_page_is_what_was_seen(judged: dict[str, Rights]) -> None:
    page = "\n".join([HEAD, *map(part, judged, judged.values())])
    if os.environ.get("WRITE_PERMISSIONS"):
        PAGE.write_text(page)
    assert PAGE.read_text() == page, "make permissions"


HEAD = """\
# Permissions

What each function's role allows, and what uses it. Made by `make permissions` from a run of every
function under its own role, taken from the expanded template; a test fails when a right is missing,
unused, or this page is not what was seen. `kms:Decrypt` on a parameter's key is used where the
parameter is under a key of your own.
"""


def part(function: str, rights: Rights) -> str:
    """Return a function's table."""
    rows = [
        f"| {grant.sid} | `{grant.action}` "
        f"| {_on(rights, grant)} | {_by(function, rights, grant)} |"
        for grant in sorted(rights.granted(), key=lambda grant: (grant.sid, grant.action))
    ]
    head = ["| statement | action | on | used by |", "|---|---|---|---|"]
    return "\n".join([f"## {function}", "", *head, *rows, ""])


def _on(rights: Rights, grant: Grant) -> str:
    [statement] = [each for each in rights.statements if each["Sid"] == grant.sid]
    resources = statement["Resource"]
    places = resources if isinstance(resources, list) else [resources]
    where = ", ".join(f"`{short(each)}`" for each in places)
    condition = "".join(
        f" where `{key}` is `{', '.join(map(short, listed(value)))}`"
        for keys in statement.get("Condition", {}).values()
        for key, value in keys.items()
    )
    return where + condition


def short(arn: str) -> str:
    """Return an ARN without what is the same in each: partition, region, account, made-up names."""
    service = re.sub(r"arn:aws:(\w+):[\w-]*:\d*:", r"\1 ", arn)
    return re.sub(rf"{STACK}-(\w+)-1A2B3C4D5E6F", r"\1", service, flags=re.IGNORECASE)


def _by(function: str, rights: Rights, grant: Grant) -> str:
    seen = rights.used.get(grant)
    return ", ".join(sorted(seen)) if seen else by_lambda(function)[grant]


def test_a_right_that_is_missing_is_noticed() -> None:
    with staged("HealthPollingFunction", paths.UNPLAYED, **GIVEN) as stage:
        stage.rights.statements = [s for s in stage.rights.statements if s["Sid"] != "State"]
        with pytest.raises(ClientError, match="not authorized to perform dynamodb:Query"):
            paths.health_polling(stage)


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("sqs:SendMessage", "sqs:*", True),
        ("arn:aws:s3:::a", "arn:aws:s3:::a/*", False),
        ("arn:aws:s3:::a/b/c", "arn:aws:s3:::a/*", True),
        ("arn:aws:s3:::ab", "arn:aws:s3:::a?", True),
        ("arn:aws:s3:::a.b", "arn:aws:s3:::a+b", False),
    ],
)
def test_patterns(text: str, pattern: str, *, expected: bool) -> None:
    assert matches(text, pattern) is expected
