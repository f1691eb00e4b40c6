"""What is drawn: panels on a grid of 24 columns, whichever dashboard they come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

COLUMNS = 24

type Side = Literal["left", "right"]
type Points = tuple[tuple[datetime, float], ...]
type Write = Callable[[float], str]
"""Writes a value with its unit."""


class DashboardError(Exception):
    """The document has something that is not drawn here; the message says where and what."""


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
    """A horizontal line: a target or a threshold."""

    value: float
    label: str
    color: str
    side: Side = "left"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """A value axis; None is chosen from the values. ``write`` None: numbers with SI prefixes."""

    minimum: float | None = None
    maximum: float | None = None
    label: str = ""
    write: Write | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """Lines over time."""

    curves: tuple[Curve, ...]
    marks: tuple[Mark, ...]
    start: datetime
    end: datetime
    left: Axis = Axis()
    right: Axis = Axis()
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """The latest value, written, with its course; ``text`` None where there is no data."""

    label: str
    text: str | None
    color: str
    points: Points


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers side by side."""

    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value on a scale from ``low`` to ``high``; ``color`` is of where it stands."""

    number: Number
    value: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown."""

    markdown: str


@dataclass(frozen=True, slots=True)
class AlarmState:
    """An alarm's name and state; the state is None where the alarm does not exist."""

    name: str
    state: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Alarms:
    """The state of alarms, in the order in which they are shown."""

    alarms: tuple[AlarmState, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under their heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


type Content = Graph | Numbers | Gauge | Text | Alarms | Table


@dataclass(frozen=True, slots=True)
class Panel:
    """One widget or panel; its place in the grid's units."""

    x: int
    y: int
    width: int
    height: int
    title: str
    content: Content
