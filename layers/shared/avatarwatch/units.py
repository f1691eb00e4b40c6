"""Write values in the reader's units."""

import math
from collections.abc import Callable
from enum import Enum

_BYTE_STEPS = ((1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
# From which magnitude on how many decimals; between 99 and 100 (availability, success) the second
# decimal is the news.
_DECIMALS = ((100, 0), (99, 2), (10, 1), (1, 2))


class Unit(Enum):
    """The unit of a metric in our namespaces: percent are 0-100, times ms, sizes bytes."""

    NONE = "none"
    PERCENT = "percent"
    BYTES = "bytes"
    MILLISECONDS = "milliseconds"
    SECONDS = "seconds"
    DAYS = "days"
    USD = "usd"
    PER_MINUTE = "per minute"
    PER_SECOND = "per second"
    BYTES_PER_SECOND = "bytes per second"
    MICROSECONDS = "microseconds"
    KILOBYTES = "kilobytes"
    MEGABYTES = "megabytes"
    GIGABYTES = "gigabytes"
    OBJECTIVE = "percent of an objective"


def compact(value: float) -> str:
    """Write a number with as many decimals as are news, and thousands separators.

    >>> compact(1234567.0), compact(18.21), compact(0.1234), compact(99.95)
    ('1,234,567', '18.2', '0.12', '99.95')
    """
    magnitude = abs(value)
    if magnitude >= 1e15:  # no person reads that many digits
        return f"{value:.3g}"
    if value == int(value):
        return f"{int(value):,}"
    for least, decimals in _DECIMALS:
        if magnitude >= least:
            text = f"{value:,.{decimals}f}"
            return text.rstrip("0").rstrip(".") if decimals else text
    return f"{value:.2g}"


def _bytes(value: float) -> str:
    for step, name in _BYTE_STEPS:
        if abs(value) >= step:
            return f"{compact(value / step)} {name}"
    return f"{compact(value)} bytes"


def _milliseconds(value: float) -> str:
    return f"{compact(value / 1000)} s" if abs(value) >= 1000 else f"{compact(value)} ms"


def _usd(value: float) -> str:
    magnitude = abs(value)
    if 0 < magnitude < 0.1:  # two digits that count, never an exponent
        return f"${value:.{min(1 - math.floor(math.log10(magnitude)), 12)}f}".rstrip("0").rstrip(
            "."
        )
    return f"${value:,.2f}" if 0.1 <= magnitude < 1e15 else f"${compact(value)}"


def _objective(value: float) -> str:
    # the hundredths are the news, wherever it stands
    text = f"{value:.2f}".rstrip("0").rstrip(".") if 1 <= abs(value) <= 100 else compact(value)
    return f"{text} %"


_FORMATS: dict[Unit, Callable[[float], str]] = {
    Unit.NONE: compact,
    Unit.PERCENT: lambda value: f"{compact(value)} %",
    Unit.BYTES: _bytes,
    Unit.MILLISECONDS: _milliseconds,
    Unit.SECONDS: lambda value: f"{compact(value)} s",
    Unit.DAYS: lambda value: f"{compact(value)} days",
    Unit.USD: _usd,
    Unit.PER_MINUTE: lambda value: f"{compact(value)}/min",
    Unit.PER_SECOND: lambda value: f"{compact(value)}/s",
    Unit.BYTES_PER_SECOND: lambda value: f"{_bytes(value)}/s",
    Unit.MICROSECONDS: lambda value: _milliseconds(value / 1000),
    Unit.KILOBYTES: lambda value: _bytes(value * 1e3),
    Unit.MEGABYTES: lambda value: _bytes(value * 1e6),
    Unit.GIGABYTES: lambda value: _bytes(value * 1e9),
    Unit.OBJECTIVE: _objective,
}


def humanize(value: float, unit: Unit) -> str:
    """Write a value with its unit; 1 GB is 10^9 bytes.

    >>> humanize(112_000_000_000, Unit.BYTES), humanize(5_200, Unit.MILLISECONDS)
    ('112 GB', '5.2 s')
    """
    return _FORMATS[unit](value)


def good_share(value: float) -> str:
    """Write a percentage of what was well, cut and not rounded: 100 only when nothing failed.

    >>> good_share(100.0), good_share(99.9996), good_share(97.126)
    ('100 %', '99.99 %', '97.12 %')
    """
    if value >= 100:
        return "100 %"
    return f"{int(value * 100) / 100:.2f}".rstrip("0").rstrip(".") + " %"
