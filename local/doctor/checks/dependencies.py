"""Whether what parameters name besides buckets and distributions is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from local.doctor.deployment import Deployment
from local.doctor.finding import Finding, mistake

_NONE = frozenset({
    "AWS.SimpleQueueService.NonExistentQueue", "CacheClusterNotFound", "DBInstanceNotFound",
    "DBInstanceNotFoundFault", "NoSuchBucket", "QueueDoesNotExist",
})  # fmt: skip
type _Ask = Callable[[Deployment, str], Any]


def _database(deployment: Deployment, name: str) -> Any:
    client = deployment.client("rds")
    return client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]


def _cache(deployment: Deployment, name: str) -> Any:
    client = deployment.client("elasticache")
    return client.describe_cache_clusters(CacheClusterId=name)["CacheClusters"]


def _queue(deployment: Deployment, name: str) -> Any:
    return deployment.client("sqs").get_queue_url(QueueName=name)


def _group(deployment: Deployment, name: str) -> Any:
    client = deployment.client("autoscaling")
    return client.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]


_NAMED: tuple[tuple[str, str, _Ask, str], ...] = (
    ("DatabaseInstanceIds", "database", _database, "aws rds describe-db-instances"),
    ("CacheClusterIds", "cache", _cache, "aws elasticache describe-cache-clusters"),
    ("WorkerQueueNames", "queue", _queue, "aws sqs list-queues"),
    ("ScalingGroupName", "scaling group", _group, "aws autoscaling describe-auto-scaling-groups"),
)


def dependencies(deployment: Deployment) -> Iterator[Finding]:
    """Look for each database, cache, queue and group whose numbers are read."""
    for parameter, word, ask, listing in _NAMED:
        for name in deployment.names(parameter):
            if not _is_there(ask, deployment, name):
                mend = f"mend the name in {parameter} ({listing}) and deploy"
                yield mistake(f"{word} {name}", f"there is no such {word}: no numbers of it", mend)


def _is_there(ask: _Ask, deployment: Deployment, name: str) -> bool:
    try:
        return bool(ask(deployment, name))
    except ClientError as error:
        if error.response["Error"]["Code"] in _NONE:
            return False
        raise
