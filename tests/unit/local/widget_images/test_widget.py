from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.widget_images.widget import Threshold, WidgetError, read_widget

NOW = datetime(2026, 11, 23, 10, 17, 33, tzinfo=UTC)
METRIC = ["AvatarSystem/KPI", "UploadFailureRate"]


def read(**parameters: Any) -> Any:
    return read_widget(json.dumps({"metrics": [METRIC], **parameters}), NOW)


def test_defaults_are_those_of_the_api_reference() -> None:
    widget = read()
    line = widget.lines[0]
    assert (widget.width, widget.height, widget.legend) == (600, 400, True)
    assert (widget.start, widget.end) == (NOW - timedelta(hours=3), NOW)
    assert (line.statistic, line.period, line.label) == ("Average", 300, "UploadFailureRate")
    assert line.dimensions == ()


def test_a_metric_overrides_the_widget() -> None:
    metric = ["NS", "Latency", "Host", "a", {"stat": "p99.9", "period": 60, "label": "slow"}]
    line = read(metrics=[metric], stat="Sum", period=3600).lines[0]
    assert line.dimensions == (("Host", "a"),)
    assert (line.statistic, line.period, line.label) == ("p99.9", 60, "slow")


def test_the_second_line_has_another_color() -> None:
    first, second = read(metrics=[METRIC, ["NS", "Other"]]).lines
    assert first.color != second.color


def test_annotations_and_axis() -> None:
    line = {"value": 10, "label": "at or over", "color": "#d72b3f", "fill": "above"}
    hidden = {"value": 99, "visible": False}
    widget = read(
        annotations={"horizontal": [line, hidden]},
        yAxis={"left": {"min": 0, "max": 100, "label": "Share"}},
    )
    assert widget.thresholds == (Threshold(10.0, "at or over", "#d72b3f", "above"),)
    assert (widget.minimum, widget.maximum, widget.axis_label) == (0.0, 100.0, "Share")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("-PT3600S", "PT0S", (NOW - timedelta(hours=1), NOW)),
        ("-P2DT3H", "-P1D", (NOW - timedelta(days=2, hours=3), NOW - timedelta(days=1))),
        (
            "2026-11-23T09:00:00.000Z",
            "2026-11-23T10:00:00",
            (NOW.replace(hour=9, minute=0, second=0), NOW.replace(minute=0, second=0)),
        ),
    ],
)
def test_times(start: str, end: str, expected: tuple[datetime, datetime]) -> None:
    widget = read(start=start, end=end)
    assert (widget.start, widget.end) == expected


def test_the_time_zone() -> None:
    assert read(timezone="-0130").zone.utcoffset(None) == timedelta(hours=-1, minutes=-30)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"veiw": "timeSeries"}, "/veiw"),
        ({"view": "pie"}, "timeSeries"),
        ({"stacked": True}, "/stacked"),
        ({"theme": "dark"}, "light"),
        ({"width": 2001}, "/width"),
        ({"height": 20}, "/height"),
        ({"width": "600"}, "/width"),
        ({"period": 61}, "/period"),
        ({"stat": "tm99"}, "tm99"),
        ({"stat": "Mean"}, "Mean"),
        ({"timezone": "UTC"}, "UTC"),
        ({"timezone": "+2500"}, "+2500"),
        ({"start": "yesterday"}, "yesterday"),
        ({"start": "-P"}, "-P"),
        ({"start": "-PT"}, "-PT"),
        ({"start": "PT3H"}, "still to come"),
        ({"start": "-PT1H", "end": "-PT2H"}, "before end"),
        ({"start": "-P30D", "period": 60}, "1440 points"),
        ({"title": "上传失败"}, "上"),
        ({"metrics": []}, "/metrics"),
        ({"metrics": [METRIC] * 101}, "/metrics"),
        ({"metrics": ["AWS/S3"]}, "array"),
        ({"metrics": [["AWS/S3"]]}, "a name"),
        ({"metrics": [["NS", "Name", "Host"]]}, "pairs"),
        ({"metrics": [[{"expression": "m1*2", "id": "e1"}]]}, "no expression"),
        ({"metrics": [["NS", "Name"], [".", "Other"]]}, "shorthands"),
        ({"metrics": [[*METRIC, {"yAxis": "right"}]]}, "yAxis"),
        ({"metrics": [[*METRIC, {"name": "Other"}]]}, "options"),
        ({"metrics": [[*METRIC, {"label": "${LAST}"}]]}, "dynamic"),
        ({"metrics": [[*METRIC, {"color": "red"}]]}, "color"),
        ({"annotations": {"vertical": [{"value": "2026-11-23T10:00:00Z"}]}}, "vertical"),
        ({"annotations": {"horizontal": [{"label": "no value"}]}}, "value"),
        ({"annotations": {"horizontal": [[{"value": 1}, {"value": 2}]]}}, "horizontal"),
        ({"annotations": {"alarms": ["arn:aws:cloudwatch:::alarm:a"]}}, "alarms"),
        ({"yAxis": {"right": {"min": 0}}}, "right"),
        ({"yAxis": {"left": {"min": 5, "max": 5}}}, "less than"),
        ({"legend": {"position": "right"}}, "position"),
    ],
)
def test_what_is_not_understood_is_refused(parameters: dict[str, Any], said: str) -> None:
    with pytest.raises(WidgetError, match=said.replace("+", r"\+").replace("$", r"\$")):
        read(**parameters)


@pytest.mark.parametrize("document", ["", "[]", "{metrics}", '{"metrics": NaN}'])
def test_what_is_no_widget_is_refused(document: str) -> None:
    with pytest.raises(WidgetError):
        read_widget(document, NOW)


def test_over_100_kilobytes_are_refused() -> None:
    with pytest.raises(WidgetError, match="100 KB"):
        read(title="x" * 102_400)
