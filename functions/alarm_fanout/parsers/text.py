"""Plain text: what a script or another service publishes without any shape."""

import re

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers import meaning
from alarm_fanout.parsers.arrival import Arrival
from alarm_fanout.parsers.errors import NotThisShapeError
from alarm_fanout.parsers.texts import HEADLINE, digest, shortened
from avatarwatch.alert_state import AlertState

_SPEAKS = 60  # characters from which on a subject says by itself what happened
_ASSIGNED = re.compile(r"^(\w+)='(.*?)'$", re.MULTILINE | re.DOTALL)
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|$)")
_BANNER = re.compile(r"[*=#~-]{3,} ?[^\n]{0,80}")  # ***** Nagios *****
_WORDS = 2  # a first line of so few says nothing: "ALERT"


def parse(text: str, arrival: Arrival) -> Alert:
    """Make the subject with the first sentence the headline, or else the first line.

    The rest is the summary. How bad it is, is how the headline sounds.
    """
    lines = text.strip()
    first, _, rest = lines.partition("\n")
    if rest.strip() and _BANNER.fullmatch(first):
        lines = rest.strip()
        first, _, rest = lines.partition("\n")
    title = ""
    if arrival.subject:
        said = found[0] if (found := _SENTENCE.match(first)) else ""
        is_cut_json = first.startswith(("{", "["))
        told = is_cut_json or len(arrival.subject) >= _SPEAKS or said in arrival.subject
        title = "" if told else f"{arrival.subject}: {said}"
        first, rest = arrival.subject, lines
    elif len(first) > HEADLINE:
        rest = lines
    elif rest and len(first.split()) <= _WORDS:
        title = " · ".join(line.strip() for line in lines.split("\n") if line.strip())
    return Alert(
        kind=Kind.TEXT,
        name=shortened(first, HEADLINE),
        title=shortened(title, HEADLINE),
        key=f"text:{digest(arrival.subject, text)}",
        state=AlertState.INFO,
        severity=meaning.sounding(title or shortened(first, HEADLINE)),
        changed_at=arrival.sent_at,
        region=arrival.origin.region,
        account=arrival.origin.account,
        summary=rest.strip(),
    )


def assigned(text: str) -> dict[str, str]:
    """Return the fields of a text of ``Name='value'`` lines, as CloudFormation's notifications are.

    Raises
    ------
    NotThisShapeError
        It is no such text.
    """
    fields = dict(_ASSIGNED.findall(text))
    if not fields or _ASSIGNED.sub("", text).strip():
        raise NotThisShapeError("no lines of names and values")
    return fields
