"""What a glob of a mute would hold back, as far as it has a name by now."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from alarm_fanout.ledger import Ledger
from avatarwatch.catalogue import CATALOGUE
from avatarwatch.globs import matches
from avatarwatch.state_table.dynamodb import DynamoDocumentStore

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment


def matching(deployment: Deployment, pattern: str) -> tuple[list[str], set[str]]:
    """Return the names that a glob matches, sorted, and all that there are.

    They are CloudWatch's alarms in the stack's region, the catalogue's AlertIds, and what the
    ledger has told of: alarms of other regions, events.
    """
    known = set(CATALOGUE)
    pages = (
        deployment.client("cloudwatch")
        .get_paginator("describe_alarms")
        .paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    )
    for page in pages:
        known |= {each["AlarmName"] for each in page.get("MetricAlarms", [])}
        known |= {each["AlarmName"] for each in page.get("CompositeAlarms", [])}
    table = deployment.outputs["StateTableName"]
    ledger = Ledger(DynamoDocumentStore(deployment.client("dynamodb"), table))
    known |= {incident.alert.name for incident in ledger.incidents()}
    return sorted(name for name in known if matches(name, pattern)), known


def nearest(pattern: str, known: set[str]) -> str | None:
    """Return the glob over the name that is nearest to one that matches nothing."""
    bare = pattern.strip("*")
    found = get_close_matches(bare, sorted(known), n=1)
    if found:
        return found[0]
    lowered = [name for name in sorted(known) if bare.lower() in name.lower()]
    return lowered[0] if bare and lowered else None
