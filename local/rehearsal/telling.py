"""What AlarmFanout makes of alarms' changes, with a clock that is moved by them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from alarm_fanout.actions import Actions, RemindAction
from alarm_fanout.answering import Answering
from alarm_fanout.channels.base import Parts
from alarm_fanout.chart import Charts
from alarm_fanout.deadline import Deadline
from alarm_fanout.envelopes import Envelope, unpack
from alarm_fanout.fanout import Fanout, Report
from alarm_fanout.ledger import Ledger
from alarm_fanout.mailbox import Mailbox
from alarm_fanout.routing import Router, RouteSettings
from alarm_fanout.settings import FunctionSettings, NotificationSettings
from alarm_fanout.times import zone_of
from alarm_fanout.words import System
from avatarwatch.answers import SOURCE, Answer, What, opening
from avatarwatch.catalogue import Severity
from avatarwatch.maintenance import Window
from avatarwatch.mutes import Mute
from avatarwatch.state_table.codec import encode
from avatarwatch.state_table.memory import MemoryDocumentStore
from local.rehearsal.channels import channels, topics

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

    from alarm_fanout.fields import Section


# Slack's bold, and its dates, which have their text for those who can't show them
_MARKUP = re.compile(r"\*|<!date\^[^|>]*\|([^>]*)>")


@dataclass(frozen=True, slots=True)
class Told:
    """One message that a channel would have got; ``wakes`` one that rings a telephone.

    ``news`` is the same of all that tell the same news.
    """

    at: datetime
    channel: str
    text: str
    wakes: bool = False
    news: int = 0


@dataclass(slots=True)
class Telling:
    """A fanout whose channels write down what they would send. ``clock`` is moved by the caller.

    ``acknowledges`` is how long after people heard of a critical alert one of them acknowledges it,
    None for never.
    """

    function: FunctionSettings
    acknowledges: timedelta | None = None
    routes: tuple[RouteSettings, ...] = ()
    sections: Mapping[str, Section] | None = None
    windows: tuple[Window, ...] = ()
    clock: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    told: list[Told] = field(default_factory=list)
    heard: int = 0
    quiet: list[tuple[str, str]] = field(default_factory=list)
    store: MemoryDocumentStore = field(default_factory=MemoryDocumentStore)
    _idle: tuple[Any, bool] | None = None

    @classmethod
    def of(
        cls, function: FunctionSettings, settings: NotificationSettings | None,
        acknowledges: timedelta | None = None,
    ) -> Telling:  # fmt: skip
        """Return a fanout with a team's settings, or with what is usual."""
        if settings is None:
            return cls(function, acknowledges)
        return cls(
            function, acknowledges, settings.routes, settings.sections, settings.windows
        )  # fmt: skip

    def hear(self, at: int, name: str, body: str) -> None:
        """Take in one message as the queue hands it over."""
        self._answer(datetime.fromtimestamp(at, UTC))
        self.clock = datetime.fromtimestamp(at, UTC)
        self.heard += 1
        report, fanout = Report(), self._fanout()
        read = fanout.read(_queued(self.clock, name, body), report)
        if report.unreadable:
            raise ValueError(f"{name} at {self.clock}: {report.unreadable[0][1]}")
        fanout.tell([alert for _, alert in read], report)
        _all_delivered(report.as_json())
        self.quiet += report.quiet

    def tick(self, at: datetime) -> None:
        """Do what the schedule does: reminders, escalations, ends of flapping and of mutes."""
        self._answer(at)
        self.clock = at
        sns = topics(self, self.function.sms_topic_arn)
        mailbox = Mailbox(self.store, self.function.email_topic_arn, None, lambda: sns)
        _all_delivered(Actions(self._fanout(), mailbox).run(RemindAction(action="remind")))

    def _answer(self, until: datetime) -> None:
        """Let somebody acknowledge what was heard long enough ago, each at its own time."""
        if self.acknowledges is None:
            return
        router, due = self._fanout().router, list[tuple[datetime, str, datetime | None]]()
        for each in Ledger(self.store).incidents():
            if each.heard_at is None or not each.is_open or each.acknowledged:
                continue
            if router.route(each.alert).severity is Severity.CRITICAL:
                due.append((each.heard_at + self.acknowledges, each.key, each.opened_at))
        for at, key, opened_at in sorted(due, key=itemgetter(0)):
            if at <= until:
                self.clock = at
                answer = Answer(
                    id=f"{key}-{at.isoformat()}", what=What.ACKNOWLEDGE, by="somebody", at=at,
                    over="the rehearsal", key=key, opened=opening(opened_at),
                )  # fmt: skip
                body = json.dumps({"source": SOURCE, "answer": encode(answer)}, default=str)
                report = Report()
                Answering(self._fanout()).take(_queued(at, key, body), report)
                _all_delivered(report.as_json())

    def mute(self, mute: Mute) -> None:
        """Hold alerts back, as a person would have."""
        Ledger(self.store).save_mute(mute)

    def is_idle(self) -> bool:
        """Whether a tick would have nothing to do; asked once for each state of the store."""
        versions = tuple((key, item[0]) for key, item in self.store.items.items())
        if self._idle is None or self._idle[0] != versions:
            ledger = Ledger(self.store)
            waits = any(i.is_open or i.flapping_since or i.muted_by for i in ledger.incidents())
            self._idle = versions, not waits and not ledger.mutes()
        return self._idle[1]

    def note(self, channel: str, text: str, *, wakes: bool = False) -> None:
        """Write a message down."""
        line = _MARKUP.sub(r"\1", text.strip().split("\n", 1)[0])
        self.told.append(Told(self.clock, channel, line, wakes, self.heard))

    @property
    def instant(self) -> float:
        """The clock, in seconds since 1970."""
        return self.clock.timestamp()

    def _fanout(self) -> Fanout:
        function = self.function
        system = System(
            function.system_name, function.region, zone=zone_of(function.time_zone),
            answers=function.chat_answers,
        )  # fmt: skip
        parts = Parts(
            self.function, system, self.store, lambda _: None, lambda: self.clock, self._sleep
        )
        return Fanout(
            ledger=Ledger(self.store),
            router=Router(system.name, self.function.runbook_base_url, self.routes),
            channels=channels(self.sections, self, parts),
            charts=Charts(lambda _: cast("CloudWatchClient", _NoData()), lambda _: None),
            system=system,
            deadline=Deadline(lambda: 30_000),
            now=self.clock,
            windows=self.windows,
        )

    def _sleep(self, seconds: float) -> None:
        self.clock += timedelta(seconds=seconds)


def _all_delivered(report: Mapping[str, Any]) -> None:
    """Raise where a channel did not take its message: here none is down, so it is our mistake."""
    if report["deferred"] or report["refused"]:
        raise ValueError(f"a rehearsed message was not delivered: {dict(report)}")


def _queued(at: datetime, name: str, body: str) -> list[Envelope]:
    """Return a message of the queue, unpacked."""
    sent = {"ApproximateReceiveCount": "1", "SentTimestamp": f"{at.timestamp() * 1000:.0f}"}
    record = {
        "messageId": f"{at.timestamp():.0f}-{name}", "receiptHandle": "-", "body": body,
        "attributes": sent, "eventSource": "aws:sqs",
    }  # fmt: skip
    return unpack({"Records": [record]}, "rehearsal")


class _NoData:
    """CloudWatch without the points that a sparkline is drawn from."""

    def get_metric_data(self, **_: Any) -> Mapping[str, Any]:
        return {"MetricDataResults": []}
