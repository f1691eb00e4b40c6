"""Publish a test alert as our functions do, and read in the ledger what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from alarm_fanout.channels.registry import OF_THE_TEMPLATE
from alarm_fanout.incident import DeliveryStatus, Incident, NoticeKind
from alarm_fanout.ledger import Ledger
from avatarwatch.alert_state import AlertState
from avatarwatch.alerts import AlertMessage, publish
from avatarwatch.catalogue import AlertRule
from avatarwatch.state_table.dynamodb import DynamoDocumentStore

if TYPE_CHECKING:
    from local.doctor.deployment import Deployment

PATIENCE = 120.0
"""Seconds for a message to go through the queue and every channel, one wait of a channel's too."""
PAUSE = 1.0
_SETTLED = frozenset({
    DeliveryStatus.DELIVERED, DeliveryStatus.REFUSED, DeliveryStatus.OVERTAKEN,
})  # fmt: skip
_KINDS = {AlertState.ALARM: NoticeKind.OPENED, AlertState.OK: NoticeKind.RECOVERED}

type Wait = Callable[[float], None]
type Outcome = Mapping[str, DeliveryStatus]
"""What came of one notice, by channel; empty when AlarmFanout has not seen it."""


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of one severity's alert and of its recovery."""

    rule: AlertRule
    opened: Outcome
    recovered: Outcome

    @property
    def arrived(self) -> bool:
        """Whether every channel took both, and there was one at all."""
        told = [*self.opened.values(), *self.recovered.values()]
        both = self.opened.keys() == self.recovered.keys() | self.spared
        return bool(told) and both and all(each is DeliveryStatus.DELIVERED for each in told)

    @property
    def spared(self) -> frozenset[str]:
        """Return who is not told of the recovery: a route may keep it from e-mail and SMS."""
        untold = self.opened.keys() - self.recovered.keys()
        return frozenset(untold & set(OF_THE_TEMPLATE) if self.recovered else ())


def sent(deployment: Deployment, rules: tuple[AlertRule, ...], wait: Wait) -> Iterator[Tested]:
    """Send each alert, wait until it was told, then its recovery; yield what came of each.

    After one that AlarmFanout has not told no other is sent: nothing would come of it either. Its
    recovery is, unawaited: whatever held it up may let both go later.
    """
    run = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"  # its own incident: two runs are no flapping
    for rule in rules:
        key = f"test/{rule.severity}/{run}"
        try:
            opened = _send(deployment, rule, key, AlertState.ALARM, wait)
        except BaseException:  # also who ended the command is left with no page
            with suppress(ClientError, BotoCoreError):
                _publish(deployment, rule, key, AlertState.OK)
            raise
        if not opened:
            _publish(deployment, rule, key, AlertState.OK)
            yield Tested(rule, opened, {})
            return
        yield Tested(rule, opened, _send(deployment, rule, key, AlertState.OK, wait))


def _send(
    deployment: Deployment, rule: AlertRule, key: str, state: AlertState, wait: Wait
) -> Outcome:
    _publish(deployment, rule, key, state)
    return _awaited(deployment, key, _KINDS[state], wait)


def _publish(deployment: Deployment, rule: AlertRule, key: str, state: AlertState) -> None:
    over = "It is over again." if state is AlertState.OK else "Its recovery follows."
    message = AlertMessage(
        alert=rule.alert_id, state=state, key=key, time=datetime.now(UTC),
        summary=f"A test of {deployment.system}'s {rule.severity} channels. {over}",
    )  # fmt: skip
    publish(deployment.client("sns"), deployment.outputs["AlertsTopicArn"], message)


def _awaited(deployment: Deployment, key: str, kind: NoticeKind, wait: Wait) -> Outcome:
    """Return what the ledger says of a notice: once it is settled, or when the time is over."""
    table = deployment.outputs["StateTableName"]
    store = DynamoDocumentStore(deployment.client("dynamodb"), table)
    outcome: Outcome = {}
    for _ in range(round(PATIENCE / PAUSE)):
        incident = Ledger(store).load([key]).get(key)
        outcome = _outcome(incident, kind) if incident else {}
        if outcome and all(status in _SETTLED for status in outcome.values()):
            break
        wait(PAUSE)
    return outcome


def _outcome(incident: Incident, kind: NoticeKind) -> Outcome:
    found = [notice for notice in incident.notices if notice.kind is kind]
    if not found:
        return {}
    return {name: delivery.status for name, delivery in found[-1].deliveries.items()}
