"""Which alerts a poll's changes are, and what they say. One service, one cause, one alert."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from avatarwatch.alert_state import AlertState
from avatarwatch.alerts import AlertMessage
from health_polling.track import Status
from health_polling.watch import GONE, Change, Service

DOWN = "EndpointDown"
"""What is told of an endpoint that does not answer as it should."""


def alerts(  # noqa: PLR0913, PLR0917 - a poll's before and after, and what the words need
    name: str,
    before: Service,
    after: Service,
    changes: Sequence[Change],
    page: str | None,
    now: datetime,
) -> list[AlertMessage]:
    """Return the alerts of one service's changes, and of its certificate.

    Components that are down together are one alert that names them, and it is over when none is.
    One more that goes down meanwhile brings the words of the open incident up to date; AlarmFanout
    shows them in its next message about it.
    """
    told = [_endpoint(name, after, change, page) for change in changes if not change.component]
    parts = [change for change in changes if change.component]
    newly = set(after.down) - set(before.down)
    if newly or (before.down and not after.down):
        told.append(_components(name, after, parts, page))
    if before.certificate_ends is not after.certificate_ends:
        told.append(_certificate(name, after, page, now))
    return told


def _endpoint(name: str, service: Service, change: Change, page: str | None) -> AlertMessage:
    if change.is_down:
        summary = f"{name} is down: {change.reason}"
    else:
        summary = f"{name} {_over(change)} after {_took(change)}"
    return AlertMessage(
        alert=DOWN,
        state=AlertState.ALARM if change.is_down else AlertState.OK,
        summary=summary,
        reason=change.reason,
        facts=_facts(service, change.since, polls=service.answering.window),
        links=_links(service, page),
        time=change.at,
        key=f"endpoint-down/{name}",
    )


def _components(
    name: str, service: Service, changes: Sequence[Change], page: str | None
) -> AlertMessage:
    down, last = service.down, changes[-1]
    since = min(change.since for change in changes)
    if down:
        verb = "is" if len(down) == 1 else "are"
        why = "; ".join(dict.fromkeys(c.reason for c in changes if c.is_down and c.reason))
        summary = f"{name}: {_and(down)} {verb} down: {why}"
    else:
        summary = f"{name}: {_back(changes)}"
    return AlertMessage(
        alert="ComponentDown",
        state=AlertState.ALARM if down else AlertState.OK,
        summary=summary,
        reason=last.reason,
        facts={"Components": ", ".join(down)} | _facts(service, since) if down else {},
        links=_links(service, page),
        time=last.at,
        key=f"component-down/{name}",
    )


def _certificate(name: str, service: Service, page: str | None, now: datetime) -> AlertMessage:
    days = service.certificate_days
    if days is None:
        summary = f"{name} is watched no longer"
    elif service.certificate_ends:
        summary = f"{name}: its TLS certificate {_ending(days)}"
    else:
        summary = f"{name}: its TLS certificate is good for {days} days again"
    facts = {"Endpoint": service.address}
    return AlertMessage(
        alert="TlsExpiry",
        state=AlertState.ALARM if service.certificate_ends else AlertState.OK,
        summary=summary,
        reason=summary,
        facts=facts if days is None else facts | {"Days left": str(days)},
        links=_links(service, page),
        time=now,
        key=f"tls-expiry/{name}",
    )


def _ending(days: int) -> str:
    if days < 0:
        return "has ended"
    if days == 0:
        return "ends within a day"
    return f"ends in {days} day{'s' if days > 1 else ''}"


def _over(change: Change) -> str:
    return change.reason if change.reason == "watched no longer" else "answers again"


def _back(changes: Sequence[Change]) -> str:
    """Say what works again, and apart from it what is merely not reported any more."""
    gone = [change for change in changes if change.reason == GONE]
    well = [change for change in changes if change.reason != GONE]
    said = []
    if well:
        longest = min(well, key=lambda change: change.since)
        verb = "works" if len(well) == 1 else "work"
        said.append(f"{_and([c.component for c in well])} {verb} again after {_took(longest)}")
    if gone:
        longest = min(gone, key=lambda change: change.since)
        verb = "is" if len(gone) == 1 else "are"
        lasted = _lasting((longest.ended or longest.at) - longest.since)
        said.append(f"{_and([c.component for c in gone])} {verb} {GONE}, after {lasted} down")
    return "; ".join(said)


def _took(change: Change) -> str:
    """Say how long the trouble lasted, and how long it took to be sure that it is over."""
    ended = change.ended or change.at
    settled = change.at - ended
    more = f" (well for {_lasting(settled)} now)" if settled >= timedelta(minutes=1) else ""
    return _lasting(ended - change.since) + more


def _facts(service: Service, since: datetime, polls: str = "") -> dict[str, str]:
    facts = {"Endpoint": service.address, "Failing since": f"{since:%H:%M:%S} UTC"}
    if "F" in polls:
        facts["Polls"] = f"{polls.count('F')} of the last {len(polls)} failed"
    return facts


def _links(service: Service, page: str | None) -> dict[str, str]:
    return ({"Status page": page} if page else {}) | {"Endpoint": service.address}


def _and(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _lasting(span: timedelta) -> str:
    minutes = span.total_seconds() / 60
    if minutes < 1:
        return f"{span.total_seconds():.0f} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def over_by_now(name: str, service: Service, page: str | None, now: datetime) -> list[AlertMessage]:
    """Tell what is over of an endpoint whose state was lost: whether it had been told is not known.

    Where nothing is open AlarmFanout keeps it to itself.
    """
    text = f"{name} is well (what was known of it before could not be read)"
    told = {
        DOWN: service.answering.status is Status.DOWN,
        "ComponentDown": bool(service.down),
        "TlsExpiry": service.certificate_ends,
    }
    keys = {
        DOWN: "endpoint-down", "ComponentDown": "component-down",
        "TlsExpiry": "tls-expiry",
    }  # fmt: skip
    return [
        AlertMessage(
            alert=alert, state=AlertState.OK, summary=text, reason=text,
            links=_links(service, page), time=now, key=f"{keys[alert]}/{name}",
        )
        for alert, is_down in told.items()
        if not is_down
    ]  # fmt: skip


def state_lost(document: str, why: str, endpoints: Sequence[str], now: datetime) -> AlertMessage:
    """Tell of a stored document that could not be read, and of whose past it was."""
    shown = ", ".join(endpoints[:10]) + (", …" if len(endpoints) > 10 else "")
    of = f" of {shown}" if shown else ""
    return AlertMessage(
        alert="HealthStateLost",
        state=AlertState.INFO,
        summary=f"what was known{of} could not be read and begins anew"[:600],
        reason=why[:500],
        facts={"Document": document},
        time=now,
        key=f"health-state-lost/{document}",
    )


def told_alone(name: str, service: Service, page: str | None, now: datetime) -> AlertMessage:
    """Tell by itself of an endpoint that stays down while others answer again."""
    since = service.answering.since or now
    change = Change(name, "", is_down=True, since=since, at=now, reason=service.reason)
    return _endpoint(name, service, change, page)
