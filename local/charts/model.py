"""What a chart shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

type Side = Literal["left", "right"]
type Points = tuple[tuple[datetime, float], ...]
type Write = Callable[[float], str]
"""Writes a value with its unit."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a graph, points oldest first; ``reason`` says why there are none."""

    label: str
    color: str
    points: Points
    side: Side = "left"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A horizontal line: a target or a threshold; ``filled`` is which side of it is tinted."""

    value: float
    label: str
    color: str
    side: Side = "left"
    dashed: bool = False
    filled: Literal["none", "above", "below"] = "none"


@dataclass(frozen=True, slots=True)
class Axis:
    """A value axis; None is chosen from the values. ``write`` None: numbers with SI prefixes."""

    minimum: float | None = None
    maximum: float | None = None
    label: str = ""
    write: Write | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """Lines over time; ``zone`` is written at the end of the time axis."""

    curves: tuple[Curve, ...]
    marks: tuple[Mark, ...]
    start: datetime
    end: datetime
    left: Axis = Axis()
    right: Axis = Axis()
    stacked: bool = False
    zone: str = ""
