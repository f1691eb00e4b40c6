"""Plain text: what a script or another service publishes without any shape."""

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers.arrival import Arrival
from alarm_fanout.parsers.texts import digest, shortened
from avatarwatch.alert_state import AlertState

_HEADLINE = 150
_SHORT = 100  # so short a text stands beside its subject


def parse(text: str, arrival: Arrival) -> Alert:
    """Make the subject the headline, or else the text's first line; the rest is the summary."""
    lines = text.strip()
    first, _, rest = lines.partition("\n")
    title = ""
    if arrival.subject:
        title = "" if rest or len(lines) > _SHORT else f"{arrival.subject}: {lines}"
        first, rest = arrival.subject, lines
    elif len(first) > _HEADLINE:
        rest = lines
    return Alert(
        kind=Kind.TEXT,
        name=shortened(first, _HEADLINE),
        title=shortened(title, _HEADLINE),
        key=f"text:{digest(arrival.subject, text)}",
        state=AlertState.INFO,
        changed_at=arrival.sent_at,
        region=arrival.origin.region,
        account=arrival.origin.account,
        summary=rest.strip(),
    )
