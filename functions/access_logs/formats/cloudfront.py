"""CloudFront's logs: standard (legacy and v2: W3C, plain, JSON) and real-time.

All of them name the same fields; they differ in how the fields' names are known. W3C files say
them in ``#Fields:``, again and again within a file; plain files and real-time records hold them in
the order that the delivery is configured with. Sources: Amazon CloudFront Developer Guide,
"Standard logging reference", "Configure standard logging (v2)" and "Use real-time access logs".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from access_logs.entry import Entry, LineError, Origin
from access_logs.formats import values

STANDARD_FIELDS = tuple(
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer)"
    " cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header"
    " cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher"
    " x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port"
    " time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len"
    " sc-range-start sc-range-end".split()
)
"""The fields of a standard log in their documented order; what plain files hold by default."""
HITS = frozenset({"Hit", "RefreshHit", "OriginShieldHit"})
"""Results for which the body came out of a cache: CloudFront asks the origin no more than whether
it changed."""
MISSES = frozenset({"Miss"})
UNCACHED_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""No cache could answer them. Errors are left out as well, as CloudWatch's CacheHitRate does."""
NEEDED = ("sc-status", "sc-bytes")
"""Without these there is nothing to count; a time is needed too, in any of three forms."""
SEPARATORS = ("\t", " ", "|", ",", ";")
"""What is tried: CloudFront encodes the first three in values; most browsers' names hold others."""
_NAME = re.compile(r"[a-zA-Z][\w()-]*")
_DATE_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d(\D{1,5})\d\d:\d\d:\d\d")


def hit_of(result: str, method: str, status: int) -> bool | None:
    """Whether a cacheable request was answered from the cache, None when it was not cacheable."""
    if status >= 400 or method in UNCACHED_METHODS or result not in HITS | MISSES:
        return None
    return result in HITS


def missing_fields(names: Sequence[str]) -> str:
    """Say which needed field a list of names lacks; empty when it has all."""
    lacks = [name for name in NEEDED if name not in names]
    if not ({"timestamp", "timestamp(ms)"} & set(names) or {"date", "time"} <= set(names)):
        lacks.append("date and time, or timestamp")
    return ", ".join(lacks)


def names_in(line: str) -> tuple[str, ...]:
    """Return the fields' names in a line, whatever is between them."""
    return tuple(_NAME.findall(line))


def separator_of(line: str, names: Sequence[str]) -> str | None:
    """Return what parts a line's fields, None when nothing known does.

    A delivery may be given any text of up to five characters (CreateDelivery, fieldDelimiter):
    what is between a date and its time tells it.
    """
    known: tuple[str, ...] = SEPARATORS
    if ("date", "time") in pairwise(names) and (found := _DATE_AND_TIME.search(line)):
        known = (found[1],)
    enough = (each for each in known if line.count(each) >= len(names) - 1)
    return min(enough, key=line.count, default=None)


def minute_of(fields: Mapping[str, str]) -> int:
    """Return the minute since 1970 in which a request ended."""
    if "date" in fields and "time" in fields:
        return values.day_start(fields["date"]) + values.minute_of_day(fields["time"])
    if "timestamp(ms)" in fields:
        return values.minute_of_epoch(fields["timestamp(ms)"], "timestamp(ms)", 60_000)
    return values.minute_of_epoch(fields["timestamp"], "timestamp", 60)


def entry_of(fields: Mapping[str, str]) -> Entry:
    """Read a request from its named fields."""
    status = values.whole(fields["sc-status"], "sc-status", absent=0)
    return Entry(
        minute=minute_of(fields),
        status=status,
        size=values.whole(fields["sc-bytes"], "sc-bytes", absent=0),
        first_byte=_time(fields, "time-to-first-byte"),
        total=_time(fields, "time-taken"),
        hit=hit_of(fields.get("x-edge-result-type", "-"), fields.get("cs-method", "-"), status),
        address=fields.get("c-ip", "-"),
    )


def _time(fields: Mapping[str, str], name: str) -> int | None:
    return values.milliseconds(fields.get(name, "-"), name, seconds=True)


@dataclass(frozen=True, slots=True)
class TabularFormat:
    """Lines of fields in an order that is known."""

    names: tuple[str, ...]
    separator: str = "\t"
    origin: Origin = Origin.CDN

    def is_width(self, fields: int) -> bool:
        """Whether a line may have so many fields.

        Those beyond the known are new; but only tabs are in no value, and what follows a comma in
        a browser's name would be read as the field behind.
        """
        known = len(self.names)
        return fields == known or (fields > known and self.separator == "\t")

    def entry(self, line: str) -> Entry | None:
        """Read one line; LineError says what is wrong with it."""
        fields = line.split(self.separator)
        if not self.is_width(len(fields)):
            where = "" if len(fields) < len(self.names) else f": a value holds {self.separator!r}"
            raise LineError(f"{len(fields)} fields instead of {len(self.names)}{where}")
        return entry_of(dict(zip(self.names, fields, strict=False)))


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """One JSON object a line, its values texts or numbers."""

    origin: Origin = Origin.CDN

    def entry(self, line: str) -> Entry | None:
        """Read one line; LineError says what is wrong with it."""
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            raise LineError("no JSON") from None
        if not isinstance(found, dict):
            raise LineError("no JSON object")
        fields = {name: _text(value) for name, value in found.items()}
        if lacks := missing_fields(tuple(fields)):
            raise LineError(f"the field {lacks} is missing")
        return entry_of(fields)


def _text(value: object) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value)
