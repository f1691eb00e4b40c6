"""What holds alerts back, for longer than anybody remembers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from botocore.exceptions import ClientError

from avatarwatch.catalogue import CATALOGUE, Severity
from avatarwatch.maintenance import LONGEST
from avatarwatch.mutes import Mute, shown
from avatarwatch.state_table.dynamodb import DynamoDocumentStore
from local.doctor.checks.by_hand import is_not_there
from local.doctor.deployment import Deployment, environments
from local.doctor.finding import Finding, Kind

_DAY = timedelta(days=1)
_LONGEST = timedelta(minutes=LONGEST)


def mutes(deployment: Deployment) -> Iterator[Finding]:
    """Tell each mute that is in force; one over everything for days is a mistake."""
    store = DynamoDocumentStore(deployment.client("dynamodb"), deployment.outputs["StateTableName"])
    now = datetime.now(UTC)
    try:
        in_force = [each for each in shown(store) if each.covers(now) and not each.incident]
    except ClientError as error:
        if is_not_there(error):
            return  # that the table is gone is told of the table
        raise
    for mute in in_force:
        hides = [
            alert for alert in CATALOGUE if mute.matches(f"{deployment.system}-{alert}", alert)
        ]
        left = mute.until - now
        is_all = len(hides) == len(CATALOGUE)
        forgotten = left > _LONGEST or (is_all and left > _DAY)
        what = f"holds back {_named(hides)} until {mute.until:%Y-%m-%d %H:%M} UTC ({mute.reason})"
        kind = Kind.MISTAKE if forgotten else Kind.NOTE
        yield Finding(kind, mute.title, what, _mend(deployment, mute))


def _named(alerts: list[str]) -> str:
    if len(alerts) == len(CATALOGUE):
        return "every alert"
    critical = sum(CATALOGUE[each].severity is Severity.CRITICAL for each in alerts)
    return f"{len(alerts)} alerts of the catalogue, {critical} of them critical,"


def _mend(deployment: Deployment, mute: Mute) -> str:
    names = [name for name, stack in environments().items() if stack == deployment.stack]
    environment = names[0] if names else "…"
    if mute.window:
        return f"make cancel ENV={environment} MAINTENANCE='{mute.window}'"
    return f"make unmute ENV={environment} ALARMS='{mute.alarms}'"
