"""The objects that a dashboard's body is made of: their properties and what each may be.

Source: CloudWatch API Reference, "Dashboard Body Structure and Syntax".
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from aws_contract.cloudwatch import is_period, is_statistic

COLUMNS = 24

type Fault = tuple[str, str]
"""A JSON pointer and what is wrong there, as AWS puts it."""
type Check = Callable[[Any], bool]

NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_SPAN = re.compile(r"-?P(?=.)(\d+[YMWD])*(T(\d+[HMS])+)?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_ZONE = re.compile(r"UTC|LOCAL|[+-]\d{4}", re.IGNORECASE)
_ACCOUNT = re.compile(r"\d{12}|LOCAL")
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}")
_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
ALARM = re.compile(r"arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.{1,255}")
SEARCH = re.compile(r"SEARCH\('(?P<query>.*)', *'[^']+', *\d+\)")


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Tell whether JSON had a number here, which true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(low: int, high: float) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def one_of(*choices: str) -> Check:
    """Return the check that a value is one of these words."""
    return lambda value: value in choices


def like(pattern: re.Pattern[str]) -> Check:
    """Return the check that a value is a text of this form."""
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _time(value: Any) -> bool:
    return like(_SPAN)(value) or like(MOMENT)(value)


def _period(value: Any) -> bool:
    return type(value) is int and is_period(value)


def _statistic(value: Any) -> bool:
    return isinstance(value, str) and is_statistic(value)


def _array(value: Any) -> bool:  # what is in it has a function of its own
    return isinstance(value, list)


def mapping(value: Any) -> bool:
    """Tell whether it is an object; what is in it has a function of its own."""
    return isinstance(value, dict)


SIDE = one_of("left", "right")
WINDOW: Mapping[str, Check] = {"start": _time, "end": _time}
BODY = {**WINDOW, "periodOverride": one_of("auto", "inherit"), "widgets": _array}
PLACE = {
    "type": one_of("alarm", "log", "metric", "text"),
    "x": _whole(0, COLUMNS - 1), "y": _whole(0, float("inf")),
    "width": _whole(1, COLUMNS), "height": _whole(1, 1_000), "properties": mapping,
}  # fmt: skip
TEXT = {"markdown": _text, "background": one_of("solid", "transparent")}
ALARMS = {
    "alarms": _array, "title": _text, "states": _array,
    "sortBy": one_of("default", "stateUpdatedTimestamp", "timestamp"),
}  # fmt: skip
LOG = {
    "accountId": like(_ACCOUNT), "query": _text, "region": like(_REGION), "title": _text,
    "view": one_of("table", "timeSeries", "bar", "pie"), "stacked": _flag,
}  # fmt: skip
METRIC = {
    **WINDOW, "accountId": like(_ACCOUNT), "annotations": mapping, "legend": mapping,
    "liveData": _flag, "metrics": _array, "period": _period, "region": like(_REGION),
    "setPeriodToTimeRange": _flag, "singleValueFullPrecision": _flag, "sparkline": _flag,
    "stacked": _flag, "stat": _statistic, "table": mapping, "timezone": like(_ZONE),
    "title": _text, "trend": _flag, "yAxis": mapping,
    "view": one_of("timeSeries", "singleValue", "gauge", "bar", "pie", "table"),
}  # fmt: skip
ROW = {
    "accountId": like(_ACCOUNT), "color": like(_COLOR), "expression": _text, "id": like(_ID),
    "label": _text, "period": _period, "region": like(_REGION), "stat": _statistic,
    "visible": _flag, "yAxis": SIDE,
}  # fmt: skip
ANNOTATIONS = {"alarms": _array, "horizontal": _array, "vertical": _array}
AXIS = {"label": _text, "min": is_number, "max": is_number, "showUnits": _flag}
LINE = {"label": _text, "color": like(_COLOR), "visible": _flag}
FILLS = {
    "horizontal": one_of("above", "below", "between", "none"),
    "vertical": one_of("after", "before", "between", "none"),
}


def object_faults(
    given: Any, known: Mapping[str, Check], path: str, *, needed: Iterable[str] = ()
) -> Iterator[Fault]:
    """Yield the path and the words of each property that is missing, unknown or wrong."""
    if not isinstance(given, dict):
        yield path, "Should be object"
        return
    for name in needed:
        if name not in given:
            yield path, f"Should have required property {name!r}"
    for name, value in given.items():
        if name not in known:
            yield f"{path}/{name}", "Should NOT have additional properties"
        elif not known[name](value):
            yield f"{path}/{name}", f"Should NOT be {value!r}"
