"""Read the sentence with which CloudWatch gives its reason for a change of state.

``Threshold Crossed: 3 out of the last 3 datapoints [18.2 (23/11/26 10:15:00), 17.1 (23/11/26
10:10:00), 12.0 (23/11/26 10:05:00)] were greater than the threshold (10.0) (minimum 3 datapoints
for OK -> ALARM transition).`` Over EventBridge it is the only place that has the comparison, and
the number of periods.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from alarm_fanout.alert import Comparison

_LONGEST = 2_000  # StateReason holds 1,023 characters (CloudWatch's API)
_NUMBER = r"-?\d+(?:\.\d+)?(?:E[+-]?\d+)?"
_LIST = re.compile(r"\[([^\[\]]*)\]")
_POINT = re.compile(rf"\s*({_NUMBER})(?:\s*\(([^()]*)\))?\s*", re.IGNORECASE | re.ASCII)
_THRESHOLD = re.compile(rf"the threshold \(({_NUMBER})\)", re.IGNORECASE | re.ASCII)
_PERIODS = re.compile(r"out of the last (\d{1,5}) datapoints?", re.ASCII)
_CROSSED = re.compile(r"(\d{1,5}) out of the last (\d{1,5}) datapoints?", re.ASCII)
_SILENT = re.compile(r"no datapoints were received for (\d{1,5}) periods?", re.ASCII)
_WANTING = re.compile(
    r"no datapoints were received for \d{1,5} periods? and \d{1,5} missing datapoints?"
    r" (?:was|were) treated as \[breaching\]",
    re.IGNORECASE | re.ASCII,
)
_SERIES = re.compile(r"(\d{1,6}) out of (\d{1,6}) time series", re.ASCII)
_EDGES = re.compile(r"(lower|upper) thresholds? [\[(]([^\])]*)[\])]", re.ASCII)
_MINIMUM = re.compile(r"minimum (\d{1,5}) datapoints? for (?:\w+ -> )?(\w+) transition", re.ASCII)
# the longer phrase first: each of the others is a part of it
_COMPARISONS = (
    ("lower thresholds", "upper thresholds", Comparison.LessThanLowerOrGreaterThanUpperThreshold),
    ("lower thresholds", "", Comparison.LessThanLowerThreshold),
    ("upper thresholds", "", Comparison.GreaterThanUpperThreshold),
    ("greater than or equal to the threshold", "", Comparison.GreaterThanOrEqualToThreshold),
    ("less than or equal to the threshold", "", Comparison.LessThanOrEqualToThreshold),
    ("greater than the threshold", "", Comparison.GreaterThanThreshold),
    ("less than the threshold", "", Comparison.LessThanThreshold),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """What a reason tells: values latest first, when the earliest began, the threshold, M of N.

    And what was observed, as ``Crossing`` has it.
    """

    values: tuple[float, ...] = ()
    since: datetime | None = None
    threshold: float | None = None
    comparison: Comparison | None = None
    periods: int | None = None
    breaching: int | None = None
    crossed: int | None = None
    of: int | None = None
    silent: int | None = None
    edges: tuple[float, ...] = ()
    series: tuple[int, int] | None = None


def read(text: str) -> Reason:
    """Read a reason; what it does not tell is None or empty."""
    text = text[:_LONGEST]
    values, since = _datapoints(text)
    threshold = _THRESHOLD.search(text)
    periods, breaching = _periods(text)
    crossed, series = _CROSSED.search(text), _SERIES.search(text)
    silent = _SILENT.search(text)
    return Reason(
        values=values,
        since=since,
        threshold=_finite(threshold[1]) if threshold else None,
        comparison=_comparison(text),
        periods=periods,
        breaching=breaching,
        crossed=int(crossed[1]) if crossed else None,
        of=int(crossed[2]) if crossed else None,
        silent=int(silent[1]) if silent else None,
        edges=_edges(text),
        series=(int(series[1]), int(series[2])) if series else None,
    )


def rings_for_want_of_data(text: str) -> bool:
    """Whether an alarm's reason is that there was no data at all, and that this is breaching."""
    return _WANTING.search(text[:_LONGEST]) is not None


def _edges(text: str) -> tuple[float, ...]:
    """Return the latest edge of each side of the band that is named, the lower first."""
    found = {side: values.split(",")[0] for side, values in _EDGES.findall(text)}
    numbers = (_POINT.fullmatch(found[side]) for side in ("lower", "upper") if side in found)
    edges = (_finite(number[1]) for number in numbers if number)
    return tuple(edge for edge in edges if edge is not None)


def _datapoints(text: str) -> tuple[tuple[float, ...], datetime | None]:
    found = _LIST.search(text)
    points = [_POINT.fullmatch(part) for part in found[1].split(",")] if found else []
    values = [_finite(point[1]) for point in points if point]
    times = [moment for point in points if point and (moment := _time(point[2]))]
    return tuple(value for value in values if value is not None), min(times, default=None)


def _comparison(text: str) -> Comparison | None:
    for first, second, comparison in _COMPARISONS:
        if first in text and second in text:
            return comparison
    return None


def _periods(text: str) -> tuple[int | None, int | None]:
    """Return N and M; to turn OK again it takes as many good periods as make M impossible."""
    last, minimum = _PERIODS.search(text), _MINIMUM.search(text)
    periods = int(last[1]) if last else None
    if periods is None or minimum is None:
        return periods or None, None
    needed = int(minimum[1])
    breaching = needed if minimum[2] == "ALARM" else periods - needed + 1
    return periods or None, breaching if 0 < breaching <= periods else None


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text or "", "%d/%m/%y %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
