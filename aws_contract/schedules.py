"""EventBridge and its Scheduler: expressions of when.

Sources: EventBridge User Guide, "Cron expressions" and "Rate expressions"; Scheduler User Guide,
"Schedule types" and "Flexible time windows".
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aws_contract.core import Breach, Params, rule
from aws_contract.values import aware

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)")
_CRON = re.compile(r"cron\(([^()]*)\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_DAYS = "SUN MON TUE WED THU FRI SAT".split()
_DAY_OF_MONTH = r"(?:0?[1-9]|[12]\d|3[01])"
# name, least, greatest, names, the special forms that one field alone knows
_FIELDS = (
    ("minutes", 0, 59, (), r"(?!)"),
    ("hours", 0, 23, (), r"(?!)"),
    ("day-of-month", 1, 31, (), rf"\?|L(?:-(?:[1-9]|[12]\d|30))?|LW|{_DAY_OF_MONTH}W"),
    ("month", 1, 12, _MONTHS, r"(?!)"),
    ("day-of-week", 1, 7, _DAYS, rf"\?|L|(?:[1-7]|{'|'.join(_DAYS)})(?:L|#[1-5])"),
    ("year", 1970, 2199, (), r"(?!)"),
)


def expression_fault(text: str, *, with_at: bool) -> str | None:
    """Say what is wrong with a rate, cron or (for Scheduler) at expression; None if nothing is."""
    if match := _RATE.fullmatch(text):
        number, plural = int(match[1]), bool(match[3])
        if number < 1:
            return "a rate is a positive number"
        return (
            None if plural == (number > 1) else "a rate of 1 has a singular unit, others a plural"
        )
    if match := _CRON.fullmatch(text):
        return _cron_fault(match[1].split())
    if with_at and (match := _AT.fullmatch(text)):
        try:
            datetime.fromisoformat(match[1])
        except ValueError:
            return "no such moment"
        return None
    return "neither rate(…) nor cron(…)"


def _cron_fault(fields: list[str]) -> str | None:
    if len(fields) != len(_FIELDS):
        return f"cron has six fields, not {len(fields)}"
    for field, (name, least, greatest, names, special) in zip(fields, _FIELDS, strict=True):
        for part in field.split(","):
            if not re.fullmatch(special, part) and not _is_range(part, least, greatest, names):
                return f"{part!r} is no {name}"
    if (fields[2] == "?") == (fields[4] == "?"):
        return "exactly one of day-of-month and day-of-week is ?"
    return None


def _is_range(part: str, least: int, greatest: int, names: Sequence[str]) -> bool:
    span, _, step = part.partition("/")
    if "/" in part and not (step.isdigit() and int(step) > 0):
        return False
    if span == "*":
        return True
    ends = span.split("-")
    if len(ends) > 2:
        return False
    return all(
        each.upper() in names or (each.isdigit() and least <= int(each) <= greatest)
        for each in ends
    )


def _error(message: str) -> Breach:
    return Breach("ValidationException", message)


@rule("scheduler", "CreateSchedule", "UpdateSchedule")
def schedule(params: Params) -> Iterator[Breach]:
    """Check expression, zone, window and span. Source: API Reference, CreateSchedule."""
    text = params["ScheduleExpression"]
    if fault := expression_fault(text, with_at=True):
        yield _error(f"Invalid Schedule Expression {text}: {fault}.")
    zone = params.get("ScheduleExpressionTimezone")
    if zone is not None and not _is_zone(zone):
        yield _error(f"Provided time zone is invalid: {zone}")
    window = params["FlexibleTimeWindow"]
    if (window["Mode"] == "FLEXIBLE") != ("MaximumWindowInMinutes" in window):
        yield _error("MaximumWindowInMinutes is required with FLEXIBLE, and only then.")
    start, end = params.get("StartDate"), params.get("EndDate")
    if start is not None and end is not None and aware(start) >= aware(end):
        yield _error("The StartDate must be before the EndDate.")
    yield from _target(params["Target"])


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _target(target: Params) -> Iterator[Breach]:
    if not re.fullmatch(r"arn:aws[a-z-]*:iam::\d{12}:role/.+", target["RoleArn"]):
        yield _error("Provided role ARN is invalid.")
    if ":lambda:" in target["Arn"] and target.get("Input") is not None:
        try:
            json.loads(target["Input"])
        except ValueError:
            yield _error("Invalid Input: a Lambda target takes well-formed JSON.")
    queue = (target.get("DeadLetterConfig") or {}).get("Arn", "arn:aws:sqs:")
    if ":sqs:" not in queue or queue.endswith(".fifo"):
        yield _error("DeadLetterConfig is the ARN of a standard SQS queue.")
