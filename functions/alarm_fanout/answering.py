"""Act on what people answered in the chat: from the queue at once, else by the tick."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from alarm_fanout.answered import said_by, take_in
from alarm_fanout.channels.pagerduty.message import dedup_key
from alarm_fanout.channels.slack.groups import GroupStore
from alarm_fanout.envelopes import Envelope
from alarm_fanout.fanout import Fanout, Report
from alarm_fanout.incident import Incident, MessageRef
from alarm_fanout.news import News
from alarm_fanout.said import did_nothing
from avatarwatch.answers import ALL_ROWS, KEPT, PARTITION, Answer, Said, row_of
from avatarwatch.mutes import Mute
from avatarwatch.observability import logger
from avatarwatch.state_table.codec import decode
from avatarwatch.state_table.documents import ConflictError, Document, UnreadableError

MUTE_IS_OVER = "the time of the mute was over"
REPLIED = "answer-replied"
type Declined = tuple[str, str]  # an alert's name, and why the answer changed nothing


@dataclass(frozen=True, slots=True)
class _Meant:
    """One alert that an answer is to; ``opened`` says which opening, None whichever is."""

    incident: Incident
    opened: str | None


@dataclass(slots=True)
class Answering:
    """What answers do: the ledger keeps them, reminders stop, messages say who and when."""

    fanout: Fanout
    _every: dict[str, Incident] | None = field(default=None, init=False)

    def take(self, envelopes: Sequence[Envelope], report: Report) -> list[tuple[Envelope, str]]:
        """Act on the answers of a batch; return the keys of the alerts that each is about."""
        about: list[tuple[Envelope, str]] = []
        for envelope in envelopes:
            report.received += 1
            try:
                answer = decode(envelope.payload["answer"], Answer)
            except UnreadableError as error:
                report.unreadable.append((envelope, f"answer: {error}"))
                continue
            keys, declined = self._act(answer, report)
            if declined:
                self._reply(answer, declined)
            about += [(envelope, key) for key in keys]
        return about

    def left(self, report: Report) -> None:
        """Act on what was kept and has not reached the queue; what was acted on stays as it is."""
        for document in self.fanout.ledger.store.query(PARTITION):
            with suppress(UnreadableError):  # of another version: who wrote it has sent it as well
                answer = decode(document.body, Answer)
                # what expired may stand there for two days more
                if self.fanout.now - answer.at < KEPT:
                    self._act(answer, report)

    def _act(self, answer: Answer, report: Report) -> tuple[list[str], list[Declined]]:
        """Return the keys of the alerts that it is about; and, where it did nothing, why."""
        said = said_by(answer, self.fanout.system.zone)
        keys: list[str] = []
        news = News()  # of all rows together: one edit of their message
        for meant in self._meant(answer):
            outcome = take_in(meant.incident, said, meant.opened)
            keys.append(meant.incident.key)
            if outcome.is_new and said.until and said.until <= self.fanout.now:
                news.unanswered.append((meant.incident.alert.name, MUTE_IS_OVER))
                continue
            if outcome.is_new and said.until:
                # before it is written down: a crash in between mutes again rather than never
                self._mute(meant.incident, said, said.until)
            news.add(self.fanout.intake.answer(meant.incident, said, meant.opened, self._showing))
            report.answers += outcome.is_new
        if not keys:
            news.unanswered.append(
                (answer.key or answer.dedup_key or "the alert", "it is not known any more")
            )
        declined = list(news.unanswered)
        self.fanout.deliver(news, report)
        return keys, declined if len(declined) >= len(keys) else []

    def _reply(self, answer: Answer, declined: Sequence[Declined]) -> None:
        """Tell who pressed why nothing came of it: once at most, and only them."""
        store, now = self.fanout.ledger.store, self.fanout.now
        channels = self.fanout.channels.values()
        channel = next((each for each in channels if each.label == answer.over), None)
        if channel is None or not answer.reply_to:
            return
        try:
            store.put(Document((REPLIED, answer.id), 0, {}), now + KEPT)
        except ConflictError:  # the queue brought it twice
            return
        text = did_nothing(answer.what, declined)
        if not channel.reply(answer.reply_to, text, self.fanout.deadline):
            logger().warning("who answered was not told that it did nothing", over=answer.over)

    def _meant(self, answer: Answer) -> Iterator[_Meant]:
        if answer.place:
            yield from self._rows(answer, answer.place)
        elif answer.dedup_key:
            known = self.fanout.ledger.load([answer.dedup_key]) or self._by_dedup_key(answer)
            yield from (_Meant(incident, None) for incident in known.values())
        else:
            known = self.fanout.ledger.load([answer.key])
            yield from (_Meant(incident, answer.opened) for incident in known.values())

    def _by_dedup_key(self, answer: Answer) -> dict[str, Incident]:
        """Return the incident that PagerDuty knows by another key than its own, if it is one."""
        if self._every is None:
            self._every = {dedup_key(each): each for each in self.fanout.ledger.incidents()}
        found = self._every.get(answer.dedup_key)
        return {found.key: found} if found else {}

    def _rows(self, answer: Answer, place: tuple[str, str]) -> Iterator[_Meant]:
        group = GroupStore(self.fanout.ledger.store).load(MessageRef(*place, group=True))
        if group is None:
            return
        rows = {
            row.key: row.opened
            for row in group.ongoing
            # what joined and has not rung yet stands there for nobody
            if row.opened and row.rung and answer.row in {ALL_ROWS, row_of(row.key)}
        }
        for key, incident in self.fanout.ledger.load(rows).items():
            # of a menu the opening that it showed, of "all" each as the group knows it
            yield _Meant(incident, answer.opened or rows[key])

    def _showing(self, incident: Incident) -> list[str]:
        """Return the channels that tell of the answer: those that told the alert, and are able."""
        channels = self.fanout.channels
        served = self.fanout.intake.served(incident.alert)
        told = {*served, *incident.handed, *incident.open_at} & channels.keys()
        return [name for name in sorted(told) if channels[name].shows_answers(incident)]

    def _mute(self, incident: Incident, said: Said, until: datetime) -> None:
        """Hold back what the alert says until then; its message says so, a later one is longer."""
        reason = f"muted in {said.over} by {said.by}"
        mute = Mute(incident.alert.name, reason, said.at, until, incident=incident.key)
        known = {each.key: each for each in self.fanout.ledger.mutes()}.get(mute.key)
        if known:
            mute = replace(known, until=max(until, known.until), reason=mute.reason)
        self.fanout.ledger.save_mute(mute)
