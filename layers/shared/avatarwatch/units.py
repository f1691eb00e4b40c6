"""Write values in the reader's units."""

import math
from collections.abc import Callable
from enum import Enum

_STEPS = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_LONG = ((86_400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))
"""Seconds of a unit and its name, seconds of the next smaller one and its name."""
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
    TERABYTES = "terabytes"
    KILOBYTES_PER_SECOND = "kilobytes per second"
    MEGABYTES_PER_SECOND = "megabytes per second"
    GIGABYTES_PER_SECOND = "gigabytes per second"
    TERABYTES_PER_SECOND = "terabytes per second"
    BITS = "bits"
    KILOBITS = "kilobits"
    MEGABITS = "megabits"
    GIGABITS = "gigabits"
    TERABITS = "terabits"
    BITS_PER_SECOND = "bits per second"
    KILOBITS_PER_SECOND = "kilobits per second"
    MEGABITS_PER_SECOND = "megabits per second"
    GIGABITS_PER_SECOND = "gigabits per second"
    TERABITS_PER_SECOND = "terabits per second"
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
    return _small(value)


def _small(value: float) -> str:
    """Write what is less than one with two digits that count, without an exponent if it can be."""
    if abs(value) < 1e-9:
        return f"{value:.2g}"
    text = f"{value:.{1 - math.floor(math.log10(abs(value)))}f}"
    return text.rstrip("0").rstrip(".")


def _stepped(value: float, short: str, plural: str) -> str:
    for step, prefix in _STEPS:
        if abs(value) >= step:
            return f"{compact(value / step)} {prefix}{short}"
    return f"{compact(value)} {plural}"


def _bytes(value: float) -> str:
    return _stepped(value, "B", "bytes")


def _bits(value: float) -> str:
    return _stepped(value, "bit", "bit")


def _times(factor: float, write: Callable[[float], str], end: str) -> Callable[[float], str]:
    return lambda value: f"{write(value * factor)}{end}"


def _scaled() -> dict[Unit, Callable[[float], str]]:
    """Return how the multiples of bytes and bits are written, by themselves and by the second."""
    return {
        Unit(f"{prefix}{name}{rate}"): _times(factor, write, "/s" if rate else "")
        for name, write in (("bytes", _bytes), ("bits", _bits))
        for prefix, factor in (("", 1), ("kilo", 1e3), ("mega", 1e6), ("giga", 1e9), ("tera", 1e12))
        for rate in ("", " per second")
    }


def _milliseconds(value: float) -> str:
    return _seconds(value / 1000) if abs(value) >= 1000 else f"{compact(value)} ms"


def _seconds(value: float) -> str:
    """Write a time as people say it: from two minutes on in its two largest units."""
    whole = round(abs(value))
    if whole < 120 or whole >= 1e15:
        return f"{compact(value)} s"
    seconds, unit, smaller, name = next(each for each in _LONG if whole >= 2 * each[0])
    many, rest = divmod(round(whole / smaller), seconds // smaller)
    parts = f"{many:,} {unit}", f"{rest} {name}" if rest else ""
    return f"{'-' if value < 0 else ''}{' '.join(filter(None, parts))}"


def lasting(seconds: float) -> str:
    """Write how long something lasted, in one unit.

    >>> lasting(30), lasting(1100), lasting(10_800), lasting(259_200)
    ('30 s', '18 min', '3 h', '3 days')
    """
    minutes = seconds / 60
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    if minutes < 120:
        return f"{minutes:.0f} min"
    if minutes < 4320:
        return f"{compact(round(minutes / 60, 1))} h"
    return f"{compact(round(minutes / 1440, 1))} days"


def _usd(value: float) -> str:
    magnitude, sign = abs(value), "-" if value < 0 else ""
    if 0 < magnitude < 0.1:  # two digits that count, never an exponent
        text = f"{magnitude:.{min(1 - math.floor(math.log10(magnitude)), 12)}f}"
        return f"{sign}${text.rstrip('0').rstrip('.')}"
    return f"{sign}${magnitude:,.2f}" if 0.1 <= magnitude < 1e15 else f"{sign}${compact(magnitude)}"


def _percent(value: float) -> str:
    # rounded it would be 100, which is said of what never failed
    return good_share(value) if 99 <= value < 100 else f"{compact(value)} %"


def _days(value: float) -> str:
    text = compact(value)
    return f"{text} day{'' if text == '1' else 's'}"


def _objective(value: float) -> str:
    # the hundredths are the news, wherever it stands
    text = f"{value:.2f}".rstrip("0").rstrip(".") if 1 <= abs(value) <= 100 else compact(value)
    return f"{text} %"


_FORMATS: dict[Unit, Callable[[float], str]] = {
    Unit.NONE: compact,
    Unit.PERCENT: _percent,
    Unit.MILLISECONDS: _milliseconds,
    Unit.SECONDS: _seconds,
    Unit.DAYS: _days,
    Unit.USD: _usd,
    Unit.PER_MINUTE: lambda value: f"{compact(value)}/min",
    Unit.PER_SECOND: lambda value: f"{compact(value)}/s",
    Unit.MICROSECONDS: lambda value: _milliseconds(value / 1000),
    Unit.OBJECTIVE: _objective,
} | _scaled()


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
    # 1 - 48/1000 is 95.19999…: what was well of a count of events is not a hundredth less
    cut = min(int(round(value * 100, 6)), 9999)
    return f"{cut / 100:.2f}".rstrip("0").rstrip(".") + " %"


_MORE_DIGITS = (2, 3)  # of a percentage that would read as its bound


def beside(value: float, bound: float, unit: Unit) -> str:
    """Write a value that is held against a bound: it reads as the bound only where it is it.

    >>> beside(0.9975, 1.0, Unit.PERCENT), beside(2000.4, 2000.0, Unit.MILLISECONDS)
    ('0.998 %', 'just over 2 s')
    """
    text = humanize(value, unit)
    if value == bound or text != humanize(bound, unit):
        return text
    if unit is Unit.PERCENT:
        for digits in _MORE_DIGITS:
            precise, limit = f"{value:.{digits}f}", f"{bound:.{digits}f}"
            if precise != limit:
                return f"{precise} %"
    return f"just {'under' if value < bound else 'over'} {text}"
