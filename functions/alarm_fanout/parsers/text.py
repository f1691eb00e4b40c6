"""Plain text: what a script or another service publishes without any shape."""

import re

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.parsers import sounds
from alarm_fanout.parsers.arrival import Arrival
from alarm_fanout.parsers.texts import HEADLINE, digest, shortened
from avatarwatch.alert_state import AlertState
from avatarwatch.catalogue import Severity

_SPEAKS = 60  # characters from which on a subject says by itself what happened
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|$)")
_BANNER = re.compile(r"[*=#~-]{3,} ?[^\n]{0,80}")  # ***** Nagios *****
_TRACEBACK = re.compile(r"Traceback \(most recent call last\):")
_CALLED_BAD = re.compile(
    r"\b(?:FAIL(?:ED|URE)?|ERRORS?|CRITICAL|FATAL|DOWN|TIMEOUT|ABORTED)\b"
    r"|^(?:.{0,40}\*{2,} ?)?(?:[Ee]rror|[Ff]atal): |!!$"
    r"|\b(?i:infected|failed|errors?|failures?|corrupted)(?: \w{1,20})?\s{0,9}[:=]\s{0,9}[1-9]"
)
_GREETING = re.compile(
    r"(?:[^\n]*\n\s*){0,2}?(?:dear|hello|hi|hey|good (?:morning|day|evening)|hallo|bonjour|hola"
    r"|sehr geehrte[rs]?|guten tag|estimad[oa]s?|ch(?:er|ère)s?|madame|gentile|prezad[oa]s?)\b"
    r"[^\n]{0,60}[,!:]\s*\n\s*(?=\S)",
    re.IGNORECASE,
)
_GREETED = 400  # characters within which a greeting ends
_CUT_JSON = re.compile(r"\{|\[\s*(?:[\[{\"]|$)")
_RESOURCE = re.compile(r"\bResource(?: (?:ARN|ID|name))? ?: ?(\S*\w)", re.IGNORECASE)
_BEFORE = 80  # characters that stand before such a line
_LONGEST = 1000  # characters of a line
_LOOKED_AT = 40  # lines of a text
_WORDS = 2  # a first line of so few says nothing: "ALERT"


def parse(text: str, arrival: Arrival) -> Alert:
    """Make the subject with the first sentence the headline, or else the first line.

    The rest is the summary. How bad it is, is how the headline sounds; of a headline that sounds
    like nothing the first line that a program calls bad is a part.
    """
    lines = text.strip()
    if greeted := _GREETING.match(lines, 0, _GREETED):
        lines = lines[greeted.end() :]
    first, _, rest = lines.partition("\n")
    if rest.strip() and _BANNER.fullmatch(first):
        lines = rest.strip()
        first, _, rest = lines.partition("\n")
    if rest.strip() and _TRACEBACK.match(first):
        first = rest.rstrip().rpartition("\n")[2].strip()  # Python says at the end what it was
        rest = lines
    title = ""
    announced = _announced(lines) if first.endswith(":") else ()
    if arrival.subject:
        said = found[0] if (found := _SENTENCE.match(next(iter(announced), first))) else ""
        said += _resource(lines) if said.endswith(".") else ""
        is_cut_json = _CUT_JSON.match(first) is not None
        speaks = len(arrival.subject) >= _SPEAKS and not any(map(sounds.is_bad, announced))
        told = is_cut_json or said in arrival.subject
        told = told or (speaks and (sounds.is_bad(arrival.subject) or not sounds.is_bad(said)))
        title = "" if told else f"{arrival.subject}: {said}"
        first, rest = arrival.subject, lines
    elif len(first) > HEADLINE:
        rest = lines
    elif rest and len(first.split()) <= _WORDS:
        title = " · ".join(line.strip() for line in lines.split("\n") if line.strip())
    elif announced:
        # a word or two say nothing without what announces them: "A pod has been deleted:"
        few = len(announced) == 1 and len(announced[0].split()) <= _WORDS
        title = f"{first} {announced[0]}" if few else " · ".join(announced)
    said = title or shortened(first, HEADLINE)
    neutral = sounds.sounding(said) is Severity.INFO and not sounds.is_over(said)
    if neutral and (failed := _failed(lines)) and failed not in said:
        title = said = f"{shortened(first, _BEFORE)}: {failed}"
    return Alert(
        kind=Kind.TEXT,
        name=shortened(first, HEADLINE),
        title=shortened(title, HEADLINE),
        key=f"text:{digest(arrival.subject, text)}",
        state=AlertState.INFO,
        severity=sounds.sounding(said),
        changed_at=arrival.sent_at,
        region=arrival.origin.region,
        account=arrival.origin.account,
        summary=rest.strip(),
    )


def _announced(lines: str) -> tuple[str, ...]:
    """Return what stands below a first line that ends with a colon; what sounds bad goes before."""
    told = [line.strip() for line in lines.split("\n")[1:_LOOKED_AT] if line.strip()]
    told = [line for line in told if not line.endswith(":")]
    worst = next((line for line in told if sounds.is_bad(line)), "")
    return tuple(dict.fromkeys(line for line in (worst, *told[:1]) if line))


def _resource(lines: str) -> str:
    """Return the last part of what a text calls its resource, behind the sentence; or nothing."""
    found = _RESOURCE.search(lines)
    return f" · {re.split(r'[:/]', found[1])[-1]}" if found else ""


def _failed(lines: str) -> str:
    """Return the first of the lines by which a program says loudly that something is wrong."""
    looked_at = (line[:_LONGEST].strip() for line in lines.split("\n")[:_LOOKED_AT])
    found = (line for line in looked_at if _CALLED_BAD.search(line))
    return next((line for line in found if sounds.is_bad(line)), "")
