import json
from typing import Any

import pytest

from aws_contract.cloudwatch_dashboards import faults

SENT, INVALID = "sent", "InvalidParameterInput"
ROW = ["AvatarSystem/KPI", "ErrorRate"]
ALARM = "arn:aws:cloudwatch:eu-north-1:123456789012:alarm:avatar-system-StorageCritical"


def metric(**changes: Any) -> dict[str, Any]:
    properties = {"region": "eu-north-1", "metrics": [ROW]} | changes
    return widget("metric", {k: v for k, v in properties.items() if v is not None})


def widget(kind: str, properties: Any, **place: Any) -> dict[str, Any]:
    return {"type": kind, "properties": properties} | place


def text(**place: Any) -> dict[str, Any]:
    return widget("text", {"markdown": "# Uploads"}, **place)


def lines(*given: Any, kind: str = "horizontal") -> dict[str, Any]:
    return metric(annotations={kind: list(given)})


def search(query: str) -> list[Any]:
    return [{"expression": f"SEARCH('{query}', 'Sum', 300)"}]


LEGAL = {
    "text": text(x=0, y=0, width=24, height=1),
    "metric": metric(),
    "options": metric(
        title="Errors", view="timeSeries", stacked=True, stat="p95", period=60, start="-P30D",
        end="P0D", legend={"position": "right"}, liveData=False, timezone="+0100",
        yAxis={"left": {"min": 0, "max": 100, "label": "%", "showUnits": False}, "right": {}},
    ),
    "rows": metric(metrics=[
        [*ROW, "Endpoint", "api", {"id": "m1", "color": "#1f77b4", "yAxis": "right"}],
        ["...", "other"], [".", "Availability", ".", "."], search("AWS/S3 Sum"),
        [{"expression": "m1 * 2", "id": "e1", "label": "twice", "visible": True}],
    ]),
    "single value": metric(view="singleValue", sparkline=True, setPeriodToTimeRange=True),
    "gauge": metric(view="gauge", yAxis={"left": {"min": 0, "max": 100}}),
    "lines": lines({"value": 1}, {"value": 2.5, "fill": "above", "color": "#d62728"},
                   [{"value": 1}, {"value": 2, "label": "band"}]),
    "moments": lines({"value": "2026-11-25T10:00:00Z", "fill": "after"}, kind="vertical"),
    "an alarm's graph": metric(metrics=None, annotations={"alarms": [ALARM]}),
    "alarms": widget("alarm", {"alarms": [ALARM], "sortBy": "timestamp", "states": ["ALARM"]}),
    "log": widget("log", {"query": "SOURCE '/api' | stats count(*)", "region": "eu-north-1",
                          "view": "table", "title": "Errors"}),
}  # fmt: skip
ILLEGAL = {
    "another kind": widget("explorer", {}),
    "no properties": {"type": "text"},
    "no object": "text",
    "column 24": text(x=24),
    "over the edge": text(x=20, width=6),
    "too wide": text(width=25),
    "too high": text(height=1_001),
    "a place as text": text(x="0"),
    "misspelt place": text(heigth=3),
    "misspelt property": metric(titel="Errors"),
    "text without markdown": widget("text", {"background": "solid"}),
    "text on red": widget("text", {"markdown": "", "background": "red"}),
    "no region": metric(region=None),
    "no metrics": metric(metrics=[]),
    "metrics as text": metric(metrics="AWS/S3"),
    "501 metrics": metric(metrics=[ROW] * 501),
    "a name alone": metric(metrics=[["AvatarSystem/KPI"]]),
    "half a dimension": metric(metrics=[[*ROW, "Endpoint"]]),
    "31 dimensions": metric(metrics=[[*ROW, *["name", "value"] * 31]]),
    "nothing to repeat": metric(metrics=[[".", "ErrorRate"]]),
    "an empty row": metric(metrics=[[]]),
    "misspelt option": metric(metrics=[[*ROW, {"colour": "#d62728"}]]),
    "a colour's name": metric(metrics=[[*ROW, {"color": "red"}]]),
    "an id twice": metric(metrics=[[*ROW, {"id": "m1"}], [*ROW, {"id": "m1"}]]),
    "an id in capitals": metric(metrics=[[*ROW, {"id": "M1"}]]),
    "a name and an expression": metric(metrics=[[*ROW, {"expression": "m1"}]]),
    "a long search": metric(metrics=[search("a" * 1_025)]),
    "an unknown view": metric(view="graph"),
    "an unknown statistic": metric(stat="Mean"),
    "90 seconds": metric(period=90),
    "an end alone": metric(end="P0D"),
    "a span": metric(start="12h"),
    "an axis upside down": metric(yAxis={"left": {"min": 1, "max": 0}}),
    "a middle axis": metric(yAxis={"middle": {}}),
    "a gauge without ends": metric(view="gauge"),
    "a legend on top": metric(legend={"position": "top"}),
    "a line without value": lines({"label": "target"}),
    "a line's value as text": lines({"value": "95"}),
    "a line filled sideways": lines({"value": 1, "fill": "after"}),
    "a line's moment": lines({"value": 1}, kind="vertical"),
    "no alarm": widget("alarm", {"alarms": []}),
    "101 alarms": widget("alarm", {"alarms": [ALARM] * 101}),
    "an alarm's name": widget("alarm", {"alarms": ["StorageCritical"]}),
    "an unknown state": widget("alarm", {"alarms": [ALARM], "states": ["RED"]}),
    "log without source": widget("log", {"query": "stats count(*)", "region": "eu-north-1"}),
    "log without region": widget("log", {"query": "SOURCE '/api' | limit 1"}),
}  # fmt: skip


def ask(verdict: Any, body: Any, name: str = "avatar-system-eu-north-1") -> str:
    text = body if isinstance(body, str) else json.dumps(body)
    params = {"DashboardName": name, "DashboardBody": text}
    found: str = verdict("cloudwatch", "PutDashboard", params)
    return found


@pytest.mark.parametrize("name", LEGAL)
def test_legal_widgets(verdict: Any, name: str) -> None:
    assert ask(verdict, {"widgets": [LEGAL[name]]}) == SENT


@pytest.mark.parametrize("name", ILLEGAL)
def test_illegal_widgets(verdict: Any, name: str) -> None:
    assert ask(verdict, {"widgets": [ILLEGAL[name]]}) == INVALID


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"widgets": []}, SENT),
        ({"widgets": [], "start": "-PT12H", "periodOverride": "inherit"}, SENT),
        ({"widgets": [text()] * 500}, SENT),
        ({"widgets": [text()] * 501}, INVALID),
        ({"widgets": [metric(metrics=[ROW] * 500)] * 5}, SENT),
        ({"widgets": [metric(metrics=[ROW] * 500)] * 5 + [metric()]}, INVALID),
        ({}, INVALID),
        ({"widgets": {}}, INVALID),
        ({"widgets": [], "end": "P0D"}, INVALID),
        ({"widgets": [], "title": "Avatars"}, INVALID),
        ("[]", INVALID),
        ("{", INVALID),
    ],
)
def test_body(verdict: Any, body: Any, expected: str) -> None:
    assert ask(verdict, body) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("n" * 255, SENT), ("n" * 256, INVALID), ("with space", INVALID)]
)
def test_name(verdict: Any, name: str, expected: str) -> None:
    assert ask(verdict, {"widgets": []}, name) == expected


def test_a_fault_says_where_it_is() -> None:
    [(path, message)] = faults({"widgets": [text(), metric(titel="Errors")]})
    assert path == "/widgets/1/properties/titel"
    assert message == "Should NOT have additional properties"
