"""What was found out about an endpoint or one of its components."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Verdict(Enum):
    """From good to bad; UNKNOWN says that nothing was found out, which is neither."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"  # slow, degraded or stale: it works
    FAIL = "fail"
    UNKNOWN = "unknown"

    __hash__ = object.__hash__  # each is one object; Enum's own is made anew in Python each time

    @property
    def is_up(self) -> bool:
        """Whether it works, however badly."""
        return self is Verdict.PASS or self is Verdict.WARN


_BADNESS = {Verdict.UNKNOWN: 0, Verdict.PASS: 1, Verdict.WARN: 2, Verdict.FAIL: 3}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst verdict; UNKNOWN only when nothing else is there."""
    return max(verdicts, key=_BADNESS.__getitem__, default=Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class ComponentReading:
    """What the endpoint says of one of its components."""

    name: str
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a body says.

    ``verdict`` is UNKNOWN where the body says nothing about health; ``reported`` are the numbers
    that it gives by name; ``written_at`` is the time that it carries; ``statuses`` are HTTP
    statuses that its format gives to such an answer, beside those that an endpoint expects.
    """

    format: str
    verdict: Verdict
    reason: str = ""
    components: tuple[ComponentReading, ...] = ()
    reported: tuple[tuple[str, float], ...] = ()
    written_at: datetime | None = None
    statuses: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one poll means.

    ``verdict`` is the endpoint's as a whole. ``answering`` leaves the named components out: an
    endpoint that reports a sick database properly answers well. ``response_ms`` and
    ``certificate_days`` are None where there was no answer or no TLS.
    """

    verdict: Verdict
    answering: Verdict
    reason: str
    components: tuple[ComponentReading, ...] = ()
    reported: tuple[tuple[str, float], ...] = ()
    format: str = ""
    response_ms: float | None = None
    certificate_days: float | None = None
    says: bool = False  # whether the body said anything of health
