"""What one entry says of a metric that the avatar backend tells of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

type MetricUnit = Literal["Count", "Milliseconds", "Bytes", "None"]
"""CloudWatch's name of a unit (MetricDatum, API reference)."""

UPLOAD = '$.operation = "avatar_upload"'


@dataclass(frozen=True, slots=True)
class Line:
    """Which lines of the API's log are counted, and what of each: 1, or one of its fields.

    Amazon CloudWatch Logs, User Guide, "Filter pattern syntax for JSON log events".
    """

    terms: tuple[str, ...]
    value: str = "1"

    @property
    def pattern(self) -> str:
        """The filter pattern."""
        return f"{{ {' && '.join(f'({term})' for term in self.terms)} }}"


@dataclass(frozen=True, slots=True)
class CustomMetric:
    """One metric, without dimensions. An event that did not occur puts nothing.

    ``line`` tells it from the log; without one only the API itself can put it, and it is optional:
    what is missing is no data, never zero.
    """

    name: str
    unit: MetricUnit
    meaning: str
    line: Line | None = None

    @property
    def is_optional(self) -> bool:
        """Whether a backend may leave it out and still have the guide's alerts."""
        return self.line is None
