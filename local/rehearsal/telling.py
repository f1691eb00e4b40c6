"""What AlarmFanout makes of alarms' changes, with a clock that is moved by them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from alarm_evaluator import Act, MetricAlarm
from alarm_fanout.actions import Actions, RemindAction
from alarm_fanout.channels.base import Channel, Delivered, Parts, Receipt
from alarm_fanout.channels.email import EmailChannel
from alarm_fanout.channels.pagerduty import PagerDutyChannel, PagerDutySettings, RoutingKey
from alarm_fanout.channels.slack import SlackChannel
from alarm_fanout.channels.slack.transport import Transport
from alarm_fanout.channels.sms import SmsChannel
from alarm_fanout.chart import Charts
from alarm_fanout.deadline import Deadline
from alarm_fanout.envelopes import unpack
from alarm_fanout.fanout import Fanout, Report
from alarm_fanout.incident import MessageRef
from alarm_fanout.ledger import Ledger
from alarm_fanout.mailbox import Mailbox
from alarm_fanout.mutes import Mute
from alarm_fanout.routing import Router, RouteSettings
from alarm_fanout.settings import FunctionSettings
from alarm_fanout.words import System
from avatarwatch.catalogue import Severity
from avatarwatch.state_table.memory import MemoryDocumentStore
from local.rehearsal.message import notification

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_sns import SNSClient
    from pagerduty import EventsApiV2Client

    from alarm_fanout.channels.slack.message import SlackMessage

TICK = timedelta(minutes=5)
"""How often the schedule asks for reminders; nothing is asked while nothing is open or held."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message that a channel would have got; ``wakes`` one that rings a telephone."""

    at: datetime
    channel: str
    text: str
    wakes: bool = False


@dataclass(slots=True)
class Telling:
    """A fanout whose channels write down what they would send. ``clock`` is moved by the caller."""

    function: FunctionSettings
    routes: tuple[RouteSettings, ...] = ()
    clock: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    told: list[Told] = field(default_factory=list)
    quiet: list[tuple[str, str]] = field(default_factory=list)
    store: MemoryDocumentStore = field(default_factory=MemoryDocumentStore)

    def change(self, act: Act, alarm: MetricAlarm) -> None:
        """Tell of one change of an alarm."""
        self.clock = datetime.fromtimestamp(act.at, UTC)
        report, fanout = Report(), self._fanout()
        body = notification(act.transition, alarm, self.function.region)
        sent = {"ApproximateReceiveCount": "1", "SentTimestamp": str(act.at * 1000)}
        record = {
            "messageId": f"{act.at}-{alarm.name}", "receiptHandle": "-", "body": body,
            "attributes": sent, "eventSource": "aws:sqs",
        }  # fmt: skip
        read = fanout.read(unpack({"Records": [record]}, "rehearsal"), report)
        fanout.tell([alert for _, alert in read], report)
        self.quiet += report.quiet

    def tick(self, at: datetime) -> None:
        """Do what the schedule does: reminders, ends of flapping, mutes that are over."""
        self.clock = at
        topics = cast("SNSClient", _Topics(self, self.function))
        mailbox = Mailbox(self.store, self.function.email_topic_arn, None, lambda: topics)
        Actions(self._fanout(), mailbox).run(RemindAction(action="remind"))

    def mute(self, mute: Mute) -> None:
        """Hold alerts back, as a person would have."""
        Ledger(self.store).save_mute(mute)

    def is_idle(self) -> bool:
        """Whether a tick would have nothing to do."""
        ledger = Ledger(self.store)
        waits = any(i.is_open or i.flapping_since or i.muted_by for i in ledger.incidents())
        return not waits and not ledger.mutes()

    def note(self, channel: str, text: str, *, wakes: bool = False) -> None:
        """Write a message down."""
        self.told.append(Told(self.clock, channel, text.strip().split("\n", 1)[0], wakes))

    def _fanout(self) -> Fanout:
        system = System(self.function.system_name, self.function.region, None)
        parts = Parts(
            self.function, system, self.store, lambda _: None, lambda: self.clock, self._sleep
        )
        return Fanout(
            ledger=Ledger(self.store),
            router=Router(system.name, self.function.runbook_base_url, self.routes),
            channels=_channels(self, parts),
            charts=Charts(lambda _: cast("CloudWatchClient", _NoData()), lambda _: None),
            system=system,
            deadline=Deadline(lambda: 30_000),
            now=self.clock,
        )

    def _sleep(self, seconds: float) -> None:
        self.clock += timedelta(seconds=seconds)


def _channels(telling: Telling, parts: Parts) -> dict[str, Channel[Any]]:
    settings = PagerDutySettings(routing_key=RoutingKey("0" * 32))
    pages, topics = cast("EventsApiV2Client", _Pages(telling)), _Topics(telling, parts.function)
    made: Sequence[Channel[Any]] = (
        PagerDutyChannel(settings, parts.system, lambda _: pages),
        SmsChannel(
            lambda: cast("SNSClient", topics), parts.function.sms_topic_arn, parts.system
        ),
        SlackChannel(_Slack(telling), {each: f"#{each}" for each in Severity}, parts),
        EmailChannel(
            lambda: cast("SNSClient", topics), parts.function.email_topic_arn, parts.system
        ),
    )  # fmt: skip
    return {channel.name: channel for channel in made}


class _NoData:
    """CloudWatch without the points that a sparkline is drawn from."""

    def get_metric_data(self, **_: Any) -> Mapping[str, Any]:
        return {"MetricDataResults": []}


@dataclass(slots=True)
class _Slack(Transport):
    """A bot whose messages are written down; what changes one that stands is none."""

    can_update = True

    telling: Telling

    def post(
        self, channel: str, message: SlackMessage, deadline: Deadline, thread: str | None = None
    ) -> Receipt:
        del deadline
        self.telling.note("slack", message.text if thread is None else f"↳ {message.text}")
        return Delivered(MessageRef(channel, f"{self.telling.clock.timestamp():.6f}"))

    def update(self, ref: MessageRef, message: SlackMessage, deadline: Deadline) -> Receipt:
        del message, deadline
        return Delivered(ref)

    def upload(self, ref: MessageRef, image: bytes, title: str, deadline: Deadline) -> Receipt:
        del ref, image, title, deadline
        return Delivered()


@dataclass(frozen=True, slots=True)
class _Pages:
    """PagerDuty, as far as somebody is woken."""

    telling: Telling

    def send_event(self, action: str, dedup_key: str, **event: Any) -> str:
        del action
        self.telling.note("pagerduty", json.dumps(event["payload"]["summary"])[1:-1], wakes=True)
        return dedup_key

    def resolve(self, dedup_key: str) -> str:
        return dedup_key

    def close(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _Topics:
    """The topics of e-mail and SMS; of an SMS only that of a beginning wakes somebody."""

    telling: Telling
    function: FunctionSettings

    def publish(self, **message: Any) -> Mapping[str, str]:
        is_text = message["TopicArn"] == self.function.sms_topic_arn
        text = message["Message"] if is_text else message["Subject"]
        is_start = is_text and not text.startswith("OK")
        self.telling.note("sms" if is_text else "email", text, wakes=is_start)
        return {"MessageId": "rehearsal"}

    def get_topic_attributes(self, **_: str) -> Mapping[str, Mapping[str, str]]:
        """Say that the addresses have confirmed, which a rehearsal takes for granted."""
        return {"Attributes": {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "0"}}
