"""What people and the schedule ask of the function: mutes, and the tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.answering import Answering
from alarm_fanout.due import Due
from alarm_fanout.fanout import Fanout, Report
from alarm_fanout.incident import Incident
from alarm_fanout.mailbox import Mailbox
from alarm_fanout.news import News
from alarm_fanout.planning import Plans
from alarm_fanout.settling import after_mute
from avatarwatch.alert_state import AlertState
from avatarwatch.environment import SettingsError
from avatarwatch.maintenance import AHEAD, Window, WindowError, coming, is_over
from avatarwatch.mutes import HELD_LIMIT, Mute
from avatarwatch.observability import logger
from avatarwatch.state_table.codec import encode


class _Action(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MuteAction(_Action):
    """Hold alerts back: ``alarms`` is a glob over alarm names and AlertIds."""

    action: Literal["mute"]
    alarms: str = Field(min_length=1, max_length=900)
    minutes: int = Field(ge=1, le=7 * 24 * 60)
    reason: str = Field(min_length=1, max_length=500)


class UnmuteAction(_Action):
    """End the mutes of a glob, or of one alert by its name."""

    action: Literal["unmute"]
    alarms: str = Field(min_length=1, max_length=900)


class MutesAction(_Action):
    """List the mutes."""

    action: Literal["mutes"]


class MaintainAction(_Action):
    """Plan maintenance, once or again; the same name again replaces it (Window says what is)."""

    action: Literal["maintain"]
    name: str = Field(min_length=1, max_length=100)
    alarms: str = Field(min_length=1, max_length=900)
    reason: str = Field(min_length=1, max_length=500)
    starts: str
    minutes: int
    zone: str = "UTC"
    repeat: str = Field(default="", max_length=200)


class CancelAction(_Action):
    """Take planned maintenance back; one that goes on ends now."""

    action: Literal["cancel"]
    name: str = Field(min_length=1, max_length=100)


class RemindAction(_Action):
    """The scheduled tick: reminders, what was left undone, what has ended, who hears nothing."""

    action: Literal["remind"]


type Action = MuteAction | UnmuteAction | MutesAction | MaintainAction | CancelAction | RemindAction
_UNCONFIRMED = "MailUnconfirmed"
_ACTION: TypeAdapter[Action] = TypeAdapter(Annotated[Action, Field(discriminator="action")])


def read_action(event: dict[str, Any]) -> Action:
    """Return the action that an event asks for.

    Raises
    ------
    SettingsError
        It names no action of ours, or not properly; the message names the field.
    """
    try:
        return _ACTION.validate_python(event)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        field = ".".join(map(str, problem["loc"])) or "action"
        raise SettingsError(f"{field}: {problem['msg']}") from None


@dataclass(slots=True)
class Actions:
    """Do what an action asks."""

    fanout: Fanout
    mailbox: Mailbox

    def run(self, action: Action) -> dict[str, Any]:
        """Do it and say what was done."""
        match action:
            case MuteAction():
                return self._mute(action)
            case UnmuteAction():
                return self._unmute(action.alarms)
            case MutesAction():
                return {"mutes": [_shown(mute) for mute in self.fanout.ledger.mutes()]}
            case MaintainAction():
                return self._maintain(action)
            case CancelAction():
                return self._cancel(action.name)
            case RemindAction():
                return self._tick()

    def _mute(self, action: MuteAction) -> dict[str, Any]:
        now = self.fanout.now
        until = now + timedelta(minutes=action.minutes)
        mute = Mute(alarms=action.alarms, reason=action.reason, since=now, until=until)
        known = {each.key: each for each in self.fanout.ledger.mutes()}.get(mute.key)
        if known:  # it is longer or shorter now, and its end says all that it held back
            mute = mute.holding(known.held)
        self.fanout.ledger.save_mute(mute)
        return {"muted": _shown(mute)}

    @property
    def _plans(self) -> Plans:
        return Plans(self.fanout.ledger, self.fanout.windows, self.fanout.now)

    def _maintain(self, action: MaintainAction) -> dict[str, Any]:
        window, plans = Window(**action.model_dump(exclude={"action"})), self._plans
        if any(each.name == window.name for each in self.fanout.windows or ()):
            raise SettingsError(f"name: {window.name!r} stands in the notification settings")
        try:
            plans.keep(window)
        except WindowError as error:
            raise SettingsError(str(error)) from None
        report = Report()
        self._renew(report)
        now = self.fanout.now
        span = coming(window, now)
        when = [span.start.isoformat(), span.end.isoformat()] if span else _not_coming(window, now)
        return {"planned": encode(window), "comes": when, **report.as_json()}

    def _cancel(self, name: str) -> dict[str, Any]:
        window = self._plans.take_back(name)
        if window is None:
            raise SettingsError(
                f"name: nobody planned {name!r} by this action; there are"
                f" {sorted(self._plans.windows())}, those of the settings among them"
            )
        report = Report()
        mutes = {mute.key: mute for mute in self.fanout.ledger.mutes()}
        if mute := mutes.get(f"maintenance:{name}"):
            self._end(mute, self.fanout.ledger.incidents(), report)
        return {"cancelled": encode(window), **report.as_json()}

    def _renew(self, report: Report) -> None:
        while over := self._plans.renew():  # once more for what comes in their place
            for mute in over:
                self._end(mute, self.fanout.ledger.incidents(), report)

    def _unmute(self, alarms: str) -> dict[str, Any]:
        mutes = [mute for mute in self.fanout.ledger.mutes() if not mute.window]
        meant = [mute for mute in mutes if mute.alarms == alarms]
        if not meant:
            known = sorted({mute.alarms for mute in mutes})
            raise SettingsError(f"alarms: there is no mute {alarms!r}; there are {known}")
        report = Report()
        for mute in meant:
            self._end(mute, self.fanout.ledger.incidents(), report)
        return {"unmuted": list(map(_shown, meant)), **report.as_json()}

    def _tick(self) -> dict[str, Any]:
        report, ledger, now = Report(), self.fanout.ledger, self.fanout.now
        incidents = ledger.incidents()
        for mute in ledger.mutes():
            if mute.until <= now:
                self._end(mute, incidents, report)
        self._renew(report)
        Answering(self.fanout).left(report)
        news = News()
        for part in Due(self.fanout).parts(incidents):
            news.add(part)
        self.fanout.deliver(news, report)
        self.fanout.tell_of_losses(ledger.mend(now) | self._plans.mend(), report)
        mail = self._ask_who_reads(incidents, report)
        still = sum(incident.is_open for incident in incidents)
        return {"open": still, "mail": mail, **report.as_json()}

    def _ask_who_reads(self, incidents: Sequence[Incident], report: Report) -> str:
        """Tell once, elsewhere, that nobody reads the e-mails, and when they are read again."""
        try:
            found = self.mailbox.trouble()
        except (ClientError, BotoCoreError) as error:  # of this nothing else may depend
            logger().warning("whether e-mails are read is not known", reason=str(error))
            return f"not known: {error}"
        lasts = self.mailbox.lasts(found, self.fanout.now)
        told = any(incident.key == _UNCONFIRMED and incident.is_open for incident in incidents)
        if lasts and not told:
            self.fanout.tell([self._mail_alert(AlertState.ALARM, found or "")], report)
        elif told and not found:
            self.fanout.tell([self._mail_alert(AlertState.OK, "each has confirmed")], report)
        return found or "each address has confirmed"

    def _mail_alert(self, state: AlertState, summary: str) -> Alert:
        return Alert(
            kind=Kind.OWN,
            name=f"{self.fanout.system.name}-{_UNCONFIRMED}",
            alert_id=_UNCONFIRMED,
            key=_UNCONFIRMED,
            state=state,
            changed_at=self.fanout.now,
            summary=summary,
        )

    def _end(self, mute: Mute, incidents: list[Incident], report: Report) -> None:
        """Tell what a mute that is over held back, and what of it is still open; then drop it.

        In this order: a crash in between tells it twice rather than never.
        """
        held = [incident for incident in incidents if incident.muted_by == mute.key]
        still = [each for each in held if each.is_open and not self._handed_over(each, mute)]
        news = News()
        for incident in still:
            news.add(after_mute(self.fanout.intake, incident))
        if mute.held:
            names = ", ".join(mute.held)
            if len(mute.held) == HELD_LIMIT:
                names = f"{HELD_LIMIT} and more, among them {names}"
            summary = f"held back {names}; {len(still)} of them still open"
            told = self.fanout.mute_alert(f"{mute.title} ended", summary)
            news.add(self.fanout.intake.take([told]))
        self.fanout.deliver(news, report)
        self.fanout.ledger.drop_mute(mute.key)

    def _handed_over(self, incident: Incident, ended: Mute) -> bool:
        """Leave what is still open to another mute that covers it, if there is one."""
        ledger, now = self.fanout.ledger, self.fanout.now
        others = [m for m in ledger.mutes() if m.key != ended.key and m.covers(now)]
        other = self.fanout.intake.mute_of(incident.alert, others)
        if other is None:
            return False

        def held_by_other(known: Incident | None) -> tuple[Incident, None]:
            return replace(known or incident, muted_by=other.key), None

        ledger.change(incident.key, held_by_other, now)
        ledger.save_mute(other.holding([incident.alert.name]))
        return True


def _not_coming(window: Window, now: datetime) -> str:
    return "it is over" if is_over(window, now) else f"in more than {AHEAD.days} days"


def _shown(mute: Mute) -> dict[str, Any]:
    return encode(mute) | {"held": list(mute.held)}
