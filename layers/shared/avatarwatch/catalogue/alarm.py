"""What an entry says of its alarm: `make docs` writes the template's resource from it.

Amazon CloudWatch, API reference, PutMetricAlarm and PutCompositeAlarm.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from avatarwatch.namespaces import Own

MINUTE, HOUR, DAY = 60, 3_600, 86_400


class Operator(StrEnum):
    """On which side of its threshold a metric fires."""

    OVER = "GreaterThanThreshold"
    UNDER = "LessThanThreshold"


class Missing(StrEnum):
    """What a period without data counts as."""

    IGNORE = "ignore"  # the alarm stays as it is
    NOT_BREACHING = "notBreaching"
    BREACHING = "breaching"


class Scale(Struct, frozen=True):
    """How a parameter's unit becomes the metric's: CloudFormation cannot multiply, so by zeros."""

    word: str
    zeros: int
    digits: int  # of the largest value that is taken
    why: str


GIGABYTES = Scale("GB", 9, 7, "GB to bytes")
SECONDS = Scale("seconds", 3, 3, "s to ms")


class Threshold(Struct, frozen=True):
    """The parameter ``<AlertId>Threshold``, in the unit of the guide's matrix.

    ``meaning`` completes "StorageCritical - ...". ``least`` and ``most`` bound a plain number; one
    with a ``scale`` is a whole number of 1 or more.
    """

    default: float
    meaning: str
    least: float | None = None
    most: float | None = None
    scale: Scale | None = None


class Metric(Struct, frozen=True):
    """What is looked at; a namespace that is not ``Own`` is AWS's.

    ``dimensions`` have the template's resource, or an attribute of one, as their value. ``means``
    is what AWS counts in it; what ours are docs/kpis.md and the runbook say.
    """

    namespace: Own | str
    name: str
    statistic: str = "Maximum"
    dimensions: tuple[tuple[str, str], ...] = ()
    means: str = ""


class Points(Struct, frozen=True):
    """``needed`` of the last ``of`` periods (in seconds) fire; ``why`` where it is not the last."""

    period: int
    needed: int = 1
    of: int = 1
    why: str = ""


class Alarm(Struct, frozen=True):
    """A metric alarm. ``text`` is its description, with {system} and {threshold}.

    ``limit`` is given where no parameter of the alert is the threshold. ``no_data`` says what a
    period without data counts as, and why. ``condition`` and ``after`` name the template's
    condition and the resource that must be there first. ``past_queue`` also tells the e-mail
    subscribers straight: what cannot get through the queue must not depend on it. ``warm_up`` is
    how many minutes after its creation the alarm waits for its first data, 1 to 2,880.
    """

    text: str
    metric: Metric
    operator: Operator
    points: Points
    no_data: tuple[Missing, str]
    limit: float | None = None
    condition: str | None = None
    after: str | None = None
    past_queue: bool = False
    warm_up: int | None = None


class Composite(Struct, frozen=True):
    """A composite alarm: fires while all alarms of one of ``any_of`` do.

    ``held_back_by`` names the alarm that holds its actions back, within ``wait`` seconds of its
    own firing, and for ``extension`` seconds after its end.
    """

    text: str
    any_of: tuple[tuple[str, ...], ...]
    condition: str | None = None
    held_back_by: str | None = None
    wait: int = 0
    extension: int = 0


def kpi(name: str) -> Metric:
    """Return a KPI. Each is a statistic set, whose Average is its value (docs/decisions/0040)."""
    return Metric(Own.KPI, name, "Average")
