"""What is drawn: panels on a grid of 24 columns, whichever dashboard they come from."""

from __future__ import annotations

from dataclasses import dataclass

from local.charts.model import Graph, Points

COLUMNS = 24


class DashboardError(Exception):
    """The document has something that is not drawn here; the message says where and what."""


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
