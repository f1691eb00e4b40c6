"""AWS Health events over EventBridge.

Source: AWS Health's user guide, "AWS Health events Amazon EventBridge schema".
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.envelopes import instant
from alarm_fanout.parsers.arrival import Arrival, of_event, origin
from alarm_fanout.parsers.part import Part
from alarm_fanout.parsers.texts import HEADLINE, shortened
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity

_MOST_ENTITIES = 10
_MOST_NAMED = 3  # of them in the first line
_NOBODY = re.compile(r"\d{12}|UNKNOWN|AWS_ACCOUNT|arn:[^:]*:iam::\d{12}:root", re.ASCII)
_WORST = re.compile(r"CREDENTIALS|EXPOSED|COMPROMISED")
# what ends or breaks something that runs, if nobody acts
_ENDING = re.compile(
    r"RETIREMENT|REBOOT|STOP|TERMINAT|LOSS|LOST|EXPIR|FAIL|DEGRADED|UNHEALTHY|REVOK|SUSPEN|ABUSE"
    r"|EMERGENCY"
)
_DASHBOARD = "https://health.aws.amazon.com/health/home"


def parse(event: dict[str, Any], arrival: Arrival) -> Alert:
    """Read an AWS Health event.

    The pages of one event and the copy for the backup region have one key and one time of change.

    Raises
    ------
    NotThisShapeError
        The detail has no event's ARN or type.
    """
    detail = Part.of(event.get("detail"))
    arn, code = detail.need("eventArn"), detail.need("eventTypeCode")
    arrival = of_event(event, arrival)
    told = origin(detail.text("eventRegion"), detail.text("affectedAccount"))
    where = told.or_else(arrival.origin)
    name = _name(code, detail.text("service"))
    return Alert(
        kind=Kind.HEALTH,
        name=name,
        title=_title(name, detail),
        severity=_severity(code, detail),
        # an event's ARN is the same for all the accounts that it affects
        key=f"{arn}#{where.account or ''}",
        state=_state(detail),
        changed_at=_time(detail.text("lastUpdatedTime")) or arrival.sent_at,
        region=where.region,
        account=where.account,
        summary=_summary(detail),
        facts=_facts(detail),
        links=(("AWS Health", _DASHBOARD),) if where.partition == "aws" else (),
    )


def _title(name: str, detail: Part) -> str:
    """Say what it is about, where it is about something of ours."""
    entities = _texts(detail, "affectedEntities", "entityValue")
    # Health has the account, or a word of its own, where there is no resource to name
    about = [entity.rsplit(":", 1)[-1] for entity in entities if not _NOBODY.fullmatch(entity)]
    more = f" and {len(about) - _MOST_NAMED} more" if len(about) > _MOST_NAMED else ""
    told = f"{name}: {', '.join(about[:_MOST_NAMED])}{more}" if about else name
    return shortened(told, HEADLINE)


def _severity(code: str, detail: Part) -> Severity | None:
    """Return how bad a type is by its words, None for what the kind of event decides."""
    if detail.text("statusCode") == "closed":
        return None if _is_issue(detail) else Severity.INFO  # a change that is done
    if _WORST.search(code):
        return Severity.CRITICAL
    return Severity.WARNING if _ENDING.search(code) else None


def _state(detail: Part) -> AlertState:
    """Only an issue is open until it is closed; changes and notices are told once."""
    if not _is_issue(detail):
        return AlertState.INFO
    return AlertState.OK if detail.text("statusCode") == "closed" else AlertState.ALARM


def _is_issue(detail: Part) -> bool:
    return detail.text("eventTypeCategory") == "issue"


def _name(code: str, service: str | None) -> str:
    """Write ``AWS_EC2_OPERATIONAL_ISSUE`` as ``EC2 operational issue``."""
    words = code.removeprefix("AWS_").split("_")
    service = service or words[0]
    if words[0] == service:
        words = words[1:]
    return shortened(f"{service} {' '.join(words).lower()}", HEADLINE)


def _summary(detail: Part) -> str:
    texts = _texts(detail, "eventDescription", "latestDescription")
    # some descriptions come with their line feeds spelled out
    return texts[0].replace("\\n", "\n").strip() if texts else ""


def _texts(detail: Part, name: str, of_each: str) -> list[str]:
    texts = (part.text(of_each) for part in detail.parts(name) or [])
    return [text for text in texts if text is not None]


def _facts(detail: Part) -> tuple[tuple[str, str], ...]:
    entities = _texts(detail, "affectedEntities", "entityValue")
    more = f" and {len(entities) - _MOST_ENTITIES} more" if len(entities) > _MOST_ENTITIES else ""
    facts = (
        ("Category", detail.text("eventTypeCategory") or ""),
        ("Start", _written(detail.text("startTime"))),
        ("End", _written(detail.text("endTime"))),
        ("Affected", ", ".join(entities[:_MOST_ENTITIES]) + more),
    )
    return tuple((label, shortened(value, 500)) for label, value in facts if value)


def _written(text: str | None) -> str:
    moment = _time(text)
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _time(text: str | None) -> datetime | None:
    """Read AWS Health's form of a time (``Mon, 23 Nov 2026 10:02:00 GMT``)."""
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError):
        return instant(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return instant(moment.isoformat())
