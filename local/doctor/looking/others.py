"""What some stacks have besides, of which only whether it is there is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.doctor.looking.look import Found, Look

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment
    from local.doctor.resources import Wanted


def work_group(deployment: Deployment, wanted: Wanted) -> Found:
    """Look for Athena's work group, and whether it takes queries."""
    found = deployment.client("athena").get_work_group(WorkGroup=wanted.name)["WorkGroup"]
    return {"State": found.get("State", "ENABLED")}


def named_query(deployment: Deployment, wanted: Wanted) -> Found:
    """Look for a saved query of Athena."""
    deployment.client("athena").get_named_query(NamedQueryId=wanted.name)
    return {}


def database(deployment: Deployment, wanted: Wanted) -> Found:
    """Look for a database of Glue."""
    deployment.client("glue").get_database(Name=wanted.name)
    return {}


def glue_table(deployment: Deployment, wanted: Wanted) -> Found:
    """Look for a table of Glue; its physical id may have the database before it."""
    database_name = wanted.properties["DatabaseName"]
    name = wanted.name.split("|")[-1]
    deployment.client("glue").get_table(DatabaseName=database_name, Name=name)
    return {}


def scaling_group(deployment: Deployment, wanted: Wanted) -> Found | None:
    """Look for an Auto Scaling group."""
    found = deployment.client("autoscaling").describe_auto_scaling_groups(
        AutoScalingGroupNames=[wanted.name]
    )["AutoScalingGroups"]
    return {} if found else None


def scaling_policy(deployment: Deployment, wanted: Wanted) -> Found | None:
    """Look for what has a group follow its CPU."""
    found = deployment.client("autoscaling").describe_policies(
        AutoScalingGroupName=wanted.properties["AutoScalingGroupName"]
    )["ScalingPolicies"]
    known = {each["PolicyARN"] for each in found} | {each["PolicyName"] for each in found}
    return {} if wanted.name in known else None


def realtime_logs(deployment: Deployment, wanted: Wanted) -> Found:
    """Look for what sends CloudFront's records into the stream."""
    deployment.client("cloudfront", "us-east-1").get_realtime_log_config(ARN=wanted.name)
    return {}


WORK_GROUP = Look("work group", work_group, unless={"State": "ENABLED"}, only_there=True)
NAMED_QUERY = Look("saved query", named_query, part_of=("WorkGroup", "Database"), only_there=True)
DATABASE = Look("database", database, only_there=True)
GLUE_TABLE = Look("table", glue_table, part_of=("DatabaseName",), only_there=True)
SCALING_GROUP = Look("scaling group", scaling_group, only_there=True)
SCALING_POLICY = Look(
    "scaling policy", scaling_policy, part_of=("AutoScalingGroupName",), only_there=True
)
REALTIME_LOGS = Look("real-time logs", realtime_logs, only_there=True)
