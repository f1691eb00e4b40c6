"""Plain text: what a script or another service publishes without any shape."""

import re

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers import sounds
from alarm_fanout.parsers.arrival import Arrival
from alarm_fanout.parsers.texts import HEADLINE, digest, shortened
from avatarwatch.alert_state import AlertState

_SPEAKS = 60  # characters from which on a subject says by itself what happened
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|$)")
_BANNER = re.compile(r"[*=#~-]{3,} ?[^\n]{0,80}")  # ***** Nagios *****
_TRACEBACK = re.compile(r"Traceback \(most recent call last\):")
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
    if rest.strip() and _TRACEBACK.match(first):
        first = rest.rstrip().rpartition("\n")[2].strip()  # Python says at the end what it was
        rest = lines
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
        severity=sounds.sounding(title or shortened(first, HEADLINE)),
        changed_at=arrival.sent_at,
        region=arrival.origin.region,
        account=arrival.origin.account,
        summary=rest.strip(),
    )
