"""How far replicas lag behind, where a bucket's replication metrics are on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from avatarwatch.metrics import results
from avatarwatch.units import Unit, beside
from reporting.asking.buckets import LATE, why
from reporting.found import Check, State, Topic
from reporting.spans import Span

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

MOST_RULES = 100  # of a bucket that are read; S3 allows 1,000, nobody has so many
_LATENCY = "ReplicationLatency"


def lag(client: CloudWatchClient, bucket: str, span: Span) -> Check | None:
    """Return the longest replication latency of a span; None where no metric tells it.

    The metric is S3's, in seconds, by SourceBucket, DestinationBucket and RuleId (S3 User Guide,
    "Metrics and dimensions").
    """
    try:
        rules = client.list_metrics(
            Namespace="AWS/S3", MetricName=_LATENCY,
            Dimensions=[{"Name": "SourceBucket", "Value": bucket}],
        )["Metrics"][:MOST_RULES]  # fmt: skip
        if not rules:
            return None
        worst = max(_asked(client, rules, span), default=None)
    except (ClientError, BotoCoreError) as error:
        return Check(Topic.BACKUP, bucket, "replication lag", State.NO_DATA, why(error))
    if worst is None:
        text = "no latency was told: nothing was replicated, or nobody knows how late"
        return Check(Topic.BACKUP, bucket, "replication lag", State.NO_DATA, text)
    state = State.PERSON if worst > LATE.total_seconds() else State.DONE
    text = f"replicas were {beside(worst, LATE.total_seconds(), Unit.SECONDS)} behind at most"
    return Check(Topic.BACKUP, bucket, "replication lag", state, text)


def _asked(client: CloudWatchClient, rules: Any, span: Span) -> list[float]:
    queries: list[Any] = [_query(number, rule) for number, rule in enumerate(rules)]
    answer = client.get_metric_data(
        MetricDataQueries=queries, StartTime=span.start, EndTime=span.end,
        ScanBy="TimestampAscending",
    )  # fmt: skip
    return [value for result in results([answer]) for value in result["Values"]]


def _query(number: int, metric: Mapping[str, Any]) -> dict[str, Any]:
    named = {key: metric[key] for key in ("Namespace", "MetricName", "Dimensions")}
    stat = {"Metric": named, "Period": 86_400, "Stat": "Maximum"}
    return {"Id": f"r{number}", "MetricStat": stat}
