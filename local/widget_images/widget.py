"""The MetricWidget document: what is drawn, and a refusal of everything that is not.

Source: API Reference, "GetMetricWidgetImage: Metric Widget Structure and Syntax". Lines over time
on one axis are drawn here. What CloudWatch draws besides (metric math, bars, bands, a right axis)
is refused by name rather than left out of the picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from aws_contract.cloudwatch import is_period
from local.widget_images.lettering import LetteringError, drawable

MAX_BYTES = 100 * 1024
MAX_METRICS = 100
MAX_SIDE = 2_000
MIN_WIDTH, MIN_HEIGHT = 240, 140  # below it, title, scales and legend leave no room to draw in
MAX_POINTS = 1_440  # of one GetMetricStatistics call
DEFAULT_COLORS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2")
# The emulator answers any other statistic with the average.
_STATISTIC = re.compile(r"SampleCount|Average|Sum|Minimum|Maximum|p(100|\d{1,2}(\.\d{1,10})?)")
_RELATIVE = re.compile(r"(-?)P(?=.)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_ZONE = re.compile(r"([+-])(0\d|1[0-4])([0-5]\d)")


class WidgetError(Exception):
    """The widget cannot be drawn; the message is what AWS's ValidationError would say."""


@dataclass(frozen=True, slots=True)
class Line:
    """One metric of the widget, with the widget's defaults applied; ``period`` in seconds."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period: int
    label: str
    color: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A horizontal annotation."""

    value: float
    label: str
    color: str
    fill: Literal["none", "above", "below"]


@dataclass(frozen=True, slots=True)
class Widget:
    """What to draw; sides in pixels, ``minimum`` and ``maximum`` of the value axis."""

    width: int
    height: int
    title: str
    lines: tuple[Line, ...]
    start: datetime
    end: datetime
    zone: timezone
    thresholds: tuple[Threshold, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    axis_label: str | None = None
    legend: bool = True


def read_widget(document: str, now: datetime) -> Widget:
    """Read a MetricWidget; relative times count from ``now``. Raises WidgetError."""
    if len(document.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise WidgetError("The parameter MetricWidget must be at most 100 KB.")
    try:
        return _widget(_Document.model_validate_json(document), now)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "".join(f"/{part}" for part in first["loc"])
        raise WidgetError(f"The MetricWidget is invalid: {place} {first['msg']}") from error


def _statistic(name: str) -> str:
    if not _STATISTIC.fullmatch(name):
        raise ValueError(f"{name!r} is not a statistic that can be drawn here")
    return name


def _period(seconds: int) -> int:
    if not is_period(seconds):
        raise ValueError("must be 1, 5, 10, 20, 30 or a multiple of 60")
    return seconds


def _text(text: str) -> str:
    try:
        return drawable(text)
    except LetteringError as error:
        raise ValueError(str(error)) from error


def _plain(label: str) -> str:
    if "${" in label:
        raise ValueError("dynamic labels are not drawn here")
    return _text(label)


def _row(row: Any) -> dict[str, Any]:
    """Turn ``[namespace, name, dimension, value, …, {options}]`` into an object."""
    if not isinstance(row, list):
        raise ValueError("must be an array")  # noqa: TRY004 - pydantic reports ValueError alone
    options = row[-1] if row and isinstance(row[-1], dict) else {}
    texts = row[:-1] if options or (row and row[-1] == {}) else row
    if len(texts) < 2 or len(texts) % 2 or not all(isinstance(text, str) for text in texts):
        raise ValueError("must be a namespace, a name and pairs of dimensions; no expression")
    if {".", "..."} & set(texts):
        raise ValueError("the shorthands . and ... are not read here")
    if {"namespace", "name", "dimensions"} & options.keys():
        raise ValueError("has options that do not exist")
    pairs = tuple(zip(texts[2::2], texts[3::2], strict=True))
    return {"namespace": texts[0], "name": texts[1], "dimensions": pairs, **options}


type _Text = Annotated[str, Field(min_length=1, max_length=255)]
type _Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
type _Drawn = Annotated[str, AfterValidator(_text)]
type _Label = Annotated[str, AfterValidator(_plain)]
type _Statistic = Annotated[str, AfterValidator(_statistic)]
type _Period = Annotated[int, AfterValidator(_period)]
type _Number = Annotated[float, Field(ge=-(2.0**360), le=2.0**360)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class _Metric(_Strict):
    namespace: _Text
    name: _Text
    dimensions: Annotated[tuple[tuple[_Text, _Text], ...], Field(max_length=30)]
    stat: _Statistic | None = None
    period: _Period | None = None
    label: _Label | None = None
    color: _Color | None = None


class _Horizontal(_Strict):
    value: _Number
    label: _Drawn = ""
    color: _Color = "#d62728"
    fill: Literal["none", "above", "below"] = "none"
    visible: bool = True
    yAxis: Literal["left"] = "left"  # noqa: N815 - AWS's spelling


class _Annotations(_Strict):
    horizontal: tuple[_Horizontal, ...] = ()


class _Axis(_Strict):
    min: _Number | None = None
    max: _Number | None = None
    label: _Drawn | None = None


class _Axes(_Strict):
    left: _Axis = _Axis()


class _Legend(_Strict):
    position: Literal["bottom", "hidden"] = "bottom"


class _Document(_Strict):
    metrics: Annotated[
        tuple[Annotated[_Metric, BeforeValidator(_row)], ...],
        Field(min_length=1, max_length=MAX_METRICS),
    ]
    annotations: _Annotations = _Annotations()
    start: str = "-PT3H"
    end: str = "PT0H"
    width: Annotated[int, Field(ge=MIN_WIDTH, le=MAX_SIDE)] = 600
    height: Annotated[int, Field(ge=MIN_HEIGHT, le=MAX_SIDE)] = 400
    legend: _Legend = _Legend()
    period: _Period = 300
    stat: _Statistic = "Average"
    stacked: Literal[False] = False
    theme: Literal["light"] = "light"
    timezone: str = "+0000"
    title: _Drawn = ""
    view: Literal["timeSeries"] = "timeSeries"
    yAxis: _Axes = _Axes()  # noqa: N815 - AWS's spelling


def _widget(document: _Document, now: datetime) -> Widget:
    start, end = (moment(text, now) for text in (document.start, document.end))
    if start >= end:
        raise WidgetError("The MetricWidget is invalid: start must be before end")
    lines = tuple(_line(each, index, document) for index, each in enumerate(document.metrics))
    if (end - start).total_seconds() / min(line.period for line in lines) > MAX_POINTS:
        raise WidgetError(f"The MetricWidget is invalid: over {MAX_POINTS} points a metric")
    axis = document.yAxis.left
    if axis.min is not None and axis.max is not None and axis.min >= axis.max:
        raise WidgetError("The MetricWidget is invalid: /yAxis/left min must be less than max")
    return Widget(
        width=document.width,
        height=document.height,
        title=document.title,
        lines=lines,
        start=start,
        end=end,
        zone=_zone(document.timezone),
        thresholds=tuple(
            Threshold(each.value, each.label, each.color, each.fill)
            for each in document.annotations.horizontal
            if each.visible
        ),
        minimum=axis.min,
        maximum=axis.max,
        axis_label=axis.label,
        legend=document.legend.position == "bottom",
    )


def _line(metric: _Metric, index: int, document: _Document) -> Line:
    return Line(
        namespace=metric.namespace,
        name=metric.name,
        dimensions=metric.dimensions,
        statistic=metric.stat or document.stat,
        period=metric.period or document.period,
        label=metric.label or _text(metric.name),
        color=metric.color or DEFAULT_COLORS[index % len(DEFAULT_COLORS)],
    )


def moment(text: str, now: datetime) -> datetime:
    """Read a start or end, absolute or relative to ``now``; raises WidgetError."""
    relative = _RELATIVE.fullmatch(text)
    try:
        if relative:
            days, hours, minutes, seconds = (int(part or 0) for part in relative.groups()[1:])
            back = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            if back and not relative[1]:
                raise WidgetError(f"The MetricWidget is invalid: {text!r} is still to come")
            return now - back
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise WidgetError(f"The MetricWidget is invalid: {text!r} is no time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _zone(text: str) -> timezone:
    parts = _ZONE.fullmatch(text)
    if not parts:
        raise WidgetError(f"The MetricWidget is invalid: {text!r} is no time zone such as +0130")
    offset = timedelta(hours=int(parts[2]), minutes=int(parts[3]))
    return timezone(-offset if parts[1] == "-" else offset)
