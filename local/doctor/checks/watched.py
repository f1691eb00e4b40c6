"""Whether what is watched is there, and says what the alarms need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from health_polling.endpoint import Endpoint
from health_polling.endpoints_source import EndpointsSource
from health_polling.exchange import Exchange
from health_polling.judge import judge
from health_polling.probe.prober import Prober, tls_context
from health_polling.probe.resolver import Resolver
from health_polling.rounds import run_round
from health_polling.verdict import Judgement
from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, Kind, mistake

_SECONDS = 20.0  # for all endpoints together
_LISTS = (
    "AvatarBucketNames", "EnforcedBucketNames", "InventoryBucketNames", "AccessLogBucketName",
)  # fmt: skip


def buckets(deployment: Deployment) -> Iterator[Finding]:
    """Look for each bucket, in the stack's region."""
    client = deployment.client("s3")
    watched = deployment.names("AvatarBucketNames")
    for name, parameters in _bucket_names(deployment).items():
        where = f"bucket {name}"
        try:
            found = client.get_bucket_location(Bucket=name)["LocationConstraint"]
        except ClientError as error:
            match error.response["Error"]["Code"]:
                case "NoSuchBucket":
                    mend = f"mend the name in {' and '.join(parameters)}, or make the bucket"
                    yield mistake(where, "there is no such bucket", mend)
                case "AccessDenied":
                    mend = "if it is another account's, take its name out; else give s3:GetBucket*"
                    yield Finding(Kind.UNASKED, where, "may not be looked at", mend)
                case _:
                    raise
            continue
        region = found or "us-east-1"  # S3 calls its first region so
        if region != deployment.region:
            mend = f"watch it by a stack in {region}: metrics and rules are of its region"
            yield mistake(where, f"is in {region}, not {deployment.region}", mend)
    for name in set(deployment.names("EnforcedBucketNames")) - set(watched):
        mend = "name it in AvatarBucketNames as well"
        yield mistake(f"bucket {name}", "is enforced, but not watched: nothing is done", mend)


def _bucket_names(deployment: Deployment) -> dict[str, list[str]]:
    """Return each bucket that the parameters name, with the parameters that do."""
    found: dict[str, list[str]] = {}
    for parameter in _LISTS:
        for name in deployment.names(parameter):
            found.setdefault(name, []).append(parameter)
    return found


def distributions(deployment: Deployment) -> Iterator[Finding]:
    """Look for each distribution, and for the additional metrics that two alarms need."""
    client = deployment.client("cloudfront", "us-east-1")
    for each in deployment.names("DistributionIds"):
        where = f"distribution {each}"
        try:
            client.get_distribution(Id=each)
            kept = client.get_monitoring_subscription(DistributionId=each)
            if not _is_measured(kept):
                yield _unmeasured(each)
        except ClientError as error:
            match error.response["Error"]["Code"]:
                case "NoSuchDistribution":
                    mend = "mend the id in DistributionIds (aws cloudfront list-distributions)"
                    yield mistake(where, "there is no such distribution", mend)
                case "NoSuchMonitoringSubscription":
                    yield _unmeasured(each)
                case _:
                    raise


def _is_measured(kept: Any) -> bool:
    subscription = kept["MonitoringSubscription"]["RealtimeMetricsSubscriptionConfig"]
    return bool(subscription["RealtimeMetricsSubscriptionStatus"] == "Enabled")


def _unmeasured(distribution: str) -> Finding:
    mend = f"deploy global.yaml with MeasuredDistributionId={distribution} ($2.40 a month)"
    what = "has no additional metrics: no cache hit rate, no origin latency"
    return mistake(f"distribution {distribution}", what, mend)


def log_group(deployment: Deployment) -> Iterator[Finding]:
    """Look for the API's log group, and for lines of today in it."""
    name = deployment.parameters.get("ApiLogGroupName")
    if not name:
        return
    client = deployment.client("logs")
    found = client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    if name not in {each["logGroupName"] for each in found}:
        mend = "mend ApiLogGroupName, let the API make it, or deploy with MakeApiLogGroup=true"
        yield mistake(f"log group {name}", "is not there: no upload is counted", mend)
        return
    streams = client.describe_log_streams(
        logGroupName=name, orderBy="LastEventTime", descending=True, limit=1
    )["logStreams"]
    if not streams:
        what = "has no line yet: uploads are counted from the first one"
        yield Finding(Kind.NOTE, f"log group {name}", what, "docs/integration.md says what to log")


def endpoints(deployment: Deployment) -> Iterator[Finding]:
    """Read the list as HealthPolling does, and ask each endpoint once, from this machine."""
    given = deployment.parameters
    source = EndpointsSource(
        deployment.client("ssm"), given["HealthEndpoints"], given["HealthEndpointsParameter"]
    )
    listed = source.current(datetime.now(UTC))
    for problem in listed.problems:
        yield mistake(f"endpoints, {problem.where}", problem.text, "docs/health-polling.md")
    for address, count in Counter(each.target.shown for each in listed.endpoints).items():
        if count > 1:
            yield mistake(f"endpoint {address}", f"is listed {count} times", "list it once")
    yield from _polled(listed.endpoints, given["AllowPrivateEndpoints"] == "true")


def _polled(listed: tuple[Endpoint, ...], allow_private: bool) -> Iterator[Finding]:  # noqa: FBT001
    resolver = Resolver(allow_private)
    try:
        prober = Prober(resolver, tls_context())
        outcomes = run_round(listed, prober.poll, _judged, _SECONDS)
    finally:
        resolver.close()
    for each in outcomes:
        if not each.judgement.verdict.is_up:
            mend = "mend the service or the address; a private one needs AllowPrivateEndpoints=true"
            yield mistake(f"endpoint {each.endpoint.name}", each.judgement.reason, mend)


def other_alarms(deployment: Deployment) -> Iterator[Finding]:
    """Look for the alarms that WatchedAlarmPrefix is for."""
    prefix = deployment.parameters.get("WatchedAlarmPrefix")
    if not prefix:
        return
    client = deployment.client("cloudwatch")
    found = client.describe_alarms(
        AlarmNamePrefix=prefix, AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=1
    )
    if not found.get("MetricAlarms") and not found.get("CompositeAlarms"):
        mend = "mend the prefix: case counts (aws cloudwatch describe-alarms)"
        yield mistake("WatchedAlarmPrefix", f"no alarm's name begins with {prefix!r}", mend)


def costs(deployment: Deployment) -> Iterator[Finding]:
    """Look for the metrics of the bill, which the account has to have turned on."""
    if deployment.parameters.get("CostSource") != "billing-metrics":
        return
    client = deployment.client("cloudwatch", "us-east-1")
    found = client.list_metrics(Namespace="AWS/Billing", MetricName="EstimatedCharges")
    if not found["Metrics"]:
        mend = "turn on Receive CloudWatch billing alerts (Billing, preferences); takes 15 minutes"
        yield Finding(Kind.NOTE, "costs", "the account has no metrics of its bill", mend)


def _judged(endpoint: Endpoint, exchange: Exchange) -> Judgement:
    return judge(endpoint, exchange, datetime.now(UTC))
