"""Everything that the doctor looks at, in the order in which it is told."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError

from local.doctor.checks import (
    alarms,
    by_hand,
    chat,
    dependencies,
    deployer,
    keys,
    muted,
    notifications,
    people,
    schedules,
    slack,
    watched,
)
from local.doctor.deployment import Deployment, NoDeploymentError
from local.doctor.finding import Check, Finding, Kind

CHECKS: tuple[Check, ...] = (
    schedules.stack,
    schedules.twins,
    notifications.settings,
    slack.slack,
    notifications.routes,
    muted.mutes,
    chat.answers,
    people.subscriptions,
    people.sms,
    keys.topic_key,
    watched.buckets,
    watched.distributions,
    watched.log_group,
    watched.endpoints,
    dependencies.dependencies,
    watched.other_alarms,
    watched.costs,
    by_hand.changed_by_hand,
    by_hand.more_mappings,
    schedules.functions,
    schedules.dead_letters,
    alarms.without_data,
    schedules.quotas,
    deployer.deploying_role,
)


def examine(deployment: Deployment) -> list[Finding]:
    """Return what is found; a check that AWS does not answer is said, and stops no other.

    Of a stack that was never whole only that is found: the other checks ask what it has not.
    """
    checks = CHECKS if deployment.was_made else (schedules.stack, deployer.deploying_role)
    return [finding for check in checks for finding in _asked(check, deployment)]


def _asked(check: Check, deployment: Deployment) -> Iterator[Finding]:
    """Pass on what a check finds until AWS refuses it an answer."""
    try:
        yield from check(deployment)
    except (ClientError, BotoCoreError, NoDeploymentError) as error:
        name = f"{check.__module__.rsplit('.', 1)[-1]}, {check.__name__.replace('_', ' ')}"
        mend = "give who runs this the right to read it (docs/first-deploy.md)"
        if isinstance(error, NoDeploymentError):
            mend = "deploy this version: `make deploy`"
        yield Finding(Kind.UNASKED, name, str(error), mend)
