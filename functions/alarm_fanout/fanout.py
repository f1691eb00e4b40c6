"""The whole way of a batch: parse, decide, deliver, and say what is to be tried again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.channels.base import Channel
from alarm_fanout.chart import Charts
from alarm_fanout.deadline import Deadline
from alarm_fanout.delivery import Delivery, Tally
from alarm_fanout.envelopes import Envelope
from alarm_fanout.intake import Intake
from alarm_fanout.ledger import Ledger
from alarm_fanout.news import News
from alarm_fanout.parsers import UnreadableError, parse
from alarm_fanout.parsers.texts import HEADLINE, shortened
from alarm_fanout.routing import MUTE_NEWS, Router
from alarm_fanout.words import System
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import ChannelKind
from avatarwatch.maintenance import Window

_LOST = "AlertStateLost"
_PROBLEM = "delivery:"
SETTINGS = "settings"  # as what refuses: nobody can be told over what they set up
GROWTH = 1.5  # of the wait of what fails once more
BUSY_SECONDS = 5.0  # until the other invocation will have delivered
PATIENT = 40  # receipts; the queue gives a message up at a hundred, by then it may take hours


@dataclass(slots=True)
class Report:
    """What a run did; ``retry`` says which records to try again in how many seconds."""

    received: int = 0
    tally: Tally = field(default_factory=Tally)
    quiet: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[Envelope, str]] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)  # what was stamped later than now
    retry: dict[str, float] = field(default_factory=dict)  # by the alert's key
    unanswered: list[tuple[str, str]] = field(default_factory=list)
    answers: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the report as people read it after an invocation."""
        return {
            "received": self.received,
            "delivered": {str(name): count for name, count in self.tally.delivered.items()},
            "messages": {str(name): count for name, count in self.tally.messages.items()},
            "deferred": len(self.tally.deferred),
            "reasons": {str(name): why for name, why in self.tally.reasons.items()},
            "waits": {str(name): round(age) for name, age in self.tally.waits.items()},
            "refused": {str(place): why for place, why in self.tally.refused.items()},
            "unserved": [f"{name}: {what}" for name, what in self.tally.unserved],
            "quiet": [f"{name}: {why}" for name, why in self.quiet],
            "ahead": self.ahead,
            "answers": self.answers,
            "unanswered": [f"{name}: {why}" for name, why in self.unanswered],
            "unreadable": [reason for _, reason in self.unreadable],
        }


@dataclass(slots=True)
class Fanout:
    """Everything that one invocation needs."""

    ledger: Ledger
    router: Router
    channels: Mapping[str, Channel[Any]]
    charts: Charts
    system: System
    deadline: Deadline
    now: datetime
    settings_problem: str | None = None
    windows: tuple[Window, ...] | None = ()  # of the settings; None while nobody can read them

    def read(self, envelopes: Sequence[Envelope], report: Report) -> list[tuple[Envelope, Alert]]:
        """Parse the messages; those that nobody can read are listed in the report."""
        read: list[tuple[Envelope, Alert]] = []
        for envelope in envelopes:
            try:
                alerts = parse(envelope, self.now)
            except UnreadableError as error:
                report.unreadable.append((envelope, str(error)))
                continue
            read += [(envelope, each) for alert in alerts for each in self._told(alert, report)]
        report.received += len(envelopes)
        return read

    def _told(self, alert: Alert, report: Report) -> list[Alert]:
        """Return what an alert tells: itself as of now at the latest, and what it ends."""
        if alert.changed_at > self.now:
            report.ahead.append(f"{alert.name}: {alert.changed_at.isoformat()}")
            alert = alert.counted_as(self.now)
        return [alert, alert.end_of_the_deleted()] if alert.closes else [alert]

    def tell(self, alerts: Sequence[Alert], report: Report) -> None:
        """Tell what is news in a batch of alerts."""
        self.deliver(self.intake.take(alerts), report)

    def deliver(self, news: News, report: Report) -> None:
        """Deliver what was claimed; a channel that refuses is told of over the others."""
        notices = self.charts.with_courses(task.notice for task in news.tasks)
        tasks = [
            type(task)(notice, task.channels)
            for task, notice in zip(news.tasks, notices, strict=True)
        ]
        delivery = Delivery(self.ledger, self.channels, self.system, self.deadline, report.tally)
        delivery.deliver(tasks)
        report.quiet += news.quiet
        report.unanswered += news.unanswered
        report.tally.unserved += news.unserved
        report.retry |= dict.fromkeys(news.busy, BUSY_SECONDS) | report.tally.deferred
        for key in news.busy:
            report.tally.comes_due(key, BUSY_SECONDS)
        self._tell_of_refusals(report)
        if news.held:
            self._tell_of_mutes(news, report)

    @property
    def intake(self) -> Intake:
        """The first half of the work, with the channels that there are."""
        return Intake(self.ledger, self.router, _kinds(self.channels), self.now)

    def _tell_of_refusals(self, report: Report) -> None:
        """Open an incident for each place that refuses, close it when the place takes again.

        Settings that cannot be read are such a refusal: the channels in them are not there.
        """
        refused = {str(place): reason for place, reason in report.tally.refused.items()}
        if self.settings_problem:
            refused[SETTINGS] = self.settings_problem
        working = {str(place) for place in report.tally.working} | {SETTINGS}
        broken = self.ledger.load(_problem_key(name) for name in sorted(working - set(refused)))
        changes = [
            self._problem(name, AlertState.ALARM, reason) for name, reason in refused.items()
        ]
        changes += [
            self._problem(incident.key.removeprefix(_PROBLEM), AlertState.OK, "it works again")
            for incident in broken.values()
            if incident.is_open
        ]
        if not changes:
            return
        others = {
            name: channel
            for name, channel in self.channels.items()
            if name not in {place.channel for place in report.tally.refused}
        }
        intake = Intake(self.ledger, self.router, _kinds(others), self.now)
        news = intake.take(changes)
        Delivery(self.ledger, others, self.system, self.deadline, report.tally).deliver(news.tasks)

    def _problem(self, name: str, state: AlertState, reason: str) -> Alert:
        return Alert(
            kind=Kind.OWN,
            name=f"{self.system.name}-DeliveryFailed",
            alert_id="DeliveryFailed",
            key=_problem_key(name),
            state=state,
            changed_at=self.now,
            title=self._problem_title(name, state, reason),
            summary=reason.removeprefix("notification settings: ")
            if name == SETTINGS
            else f"{name}: {_with_mend(name, state, reason)}",
        )

    def _problem_title(self, name: str, state: AlertState, reason: str) -> str:
        if name == SETTINGS:
            return "Notification settings are wrong"
        channel, _, place = name.partition(" ")
        known = self.channels.get(channel)
        label = f"{known.label if known else channel} {place}".rstrip()
        if state is AlertState.ALARM:
            return shortened(f"{label} refuses our messages: {reason}", HEADLINE)
        return f"{label} refused our messages"

    def tell_of_losses(self, lost: Mapping[str, str], report: Report) -> None:
        """Say which documents of StateTable could not be read and begin anew, and why."""
        for document, why in sorted(lost.items()):
            partition, _, name = document.partition("/")
            named = name if partition == "incident" else f"{partition} {name}"
            told = Alert(
                kind=Kind.OWN,
                name=f"{self.system.name}-{_LOST}",
                alert_id=_LOST,
                key=f"alert-state-lost/{document}",
                state=AlertState.INFO,
                changed_at=self.now,
                summary=f"What was known of {named} could not be read, and begins anew"[:600],
                reason=why[:500],
            )
            self.tell([told], report)

    def _tell_of_mutes(self, news: News, report: Report) -> None:
        """Say once, when a mute begins to hold something back, that it does."""
        for mute in self.ledger.mutes():
            names = news.held.get(mute.key, set())
            now = mute.holding(names)
            if now != mute:
                if not mute.held:
                    text = f"until {mute.until:%H:%M} UTC: {mute.reason}"
                    told = self.mute_alert(f"{mute.title} holds back {now.held[0]}", text)
                    self.deliver(self.intake.take([told]), report)
                # after it was told: a crash in between tells it twice rather than never
                self.ledger.save_mute(now)

    def mute_alert(self, name: str, summary: str) -> Alert:
        """Return an event that tells of a mute."""
        return Alert(
            kind=Kind.OWN,
            name=name,
            key=f"{MUTE_NEWS}{name}",
            state=AlertState.INFO,
            changed_at=self.now,
            summary=summary,
        )


def _kinds(channels: Mapping[str, Channel[Any]]) -> dict[str, ChannelKind]:
    return {name: channel.kind for name, channel in channels.items()}


def _with_mend(name: str, state: AlertState, reason: str) -> str:
    """Return why a place refuses, with what helps."""
    # late: only who is refused needs it
    from alarm_fanout.channels.mends import mend  # noqa: PLC0415

    helps = mend(name.partition(" ")[0], reason) if state is AlertState.ALARM else ""
    return f"{reason}. What helps: {helps}." if helps else reason


def _problem_key(name: str) -> str:
    return f"{_PROBLEM}{name}"


def backoff(receives: int, seconds: float) -> int:
    """Return for how long a message stays hidden: ``seconds``, half as long again each time.

    Between 1 s and 5 min. Doubled, it would wait for as long as a channel was down once that is
    back (docs/decisions/0297); so it is about half of that, and minutes after an outage of hours.
    """
    longest = timedelta(minutes=5).total_seconds()
    failures = min(max(0, receives - 1), PATIENT)
    return round(min(longest, max(1.0, seconds) * GROWTH**failures))


def waits(
    read: Iterable[tuple[Envelope, str]], retry: Mapping[str, float], due: Mapping[str, float]
) -> list[tuple[Envelope, int]]:
    """Return which messages, by the keys of their alerts, to try again, and in how many seconds.

    What failed waits longer each time, but not longer than what is ``due``: who only waits for
    their turn must not wait for others' failures. What is tried over and over waits longer anyway.
    """
    found: dict[int, tuple[Envelope, int]] = {}  # a message may tell of two alerts
    for envelope, key in read:
        if key in retry:
            _, known = found.get(id(envelope), (envelope, 0))
            seconds = max(known, backoff(envelope.receives, retry[key]))
            if key in due and envelope.receives < PATIENT:
                seconds = min(seconds, max(1, math.ceil(due[key])))
            found[id(envelope)] = envelope, seconds
    return list(found.values())
