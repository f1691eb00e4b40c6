"""CloudWatch: the body of PutDashboard.

Source: API Reference, PutDashboard and "Dashboard Body Structure and Syntax"; User Guide,
"CloudWatch service quotas" (dashboards) and "CloudWatch search expression syntax". AWS creates a
dashboard with a property that it does not know and answers with a warning, and the console then
leaves the property out: here that is a refusal. Widgets of other kinds (explorer, custom, chart)
are documented as well, but not written down here, and are refused by name.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aws_contract import dashboard_shapes as shapes
from aws_contract.core import Breach, Params, rule
from aws_contract.dashboard_shapes import Check, Fault, like, mapping, object_faults, one_of
from aws_contract.values import json_object

MAX_WIDGETS = 500
MAX_METRICS = 500
MAX_METRICS_IN_ALL = 2_500
MAX_ALARMS = 100
MAX_DIMENSIONS = 30
MAX_SEARCH = 1_024


@rule("cloudwatch", "PutDashboard")
def put_dashboard(params: Params) -> Iterator[Breach]:
    """Take a name of letters, digits, - and _, and a body as documented."""
    if not shapes.NAME.fullmatch(params["DashboardName"]):
        yield _invalid("The value for field DashboardName contains invalid characters.")
    body = json_object(params["DashboardBody"])
    if body is None:
        yield _invalid("The field DashboardBody must be a valid JSON object")
        return
    found = [{"dataPath": path, "message": message} for path, message in faults(body)]
    if found:
        count = f"there are {len(found)} validation errors"
        yield _invalid(f"The dashboard body is invalid, {count}:\n{json.dumps(found, indent=2)}")


def faults(body: Params) -> Iterator[Fault]:
    """Yield what is wrong with a dashboard's body; nothing when AWS takes and shows all of it."""
    yield from object_faults(body, shapes.BODY, "", needed=("widgets",))
    yield from _window(body, "")
    widgets = body.get("widgets")
    if not isinstance(widgets, list):
        yield "/widgets", "Should be array"
        return
    if len(widgets) > MAX_WIDGETS:
        yield "/widgets", f"Should NOT have more than {MAX_WIDGETS} items"
    for number, widget in enumerate(widgets):
        yield from _widget(widget, f"/widgets/{number}")
    count = sum(len(_rows(widget)) for widget in widgets)
    if count > MAX_METRICS_IN_ALL:
        yield "/widgets", f"Should NOT have more than {MAX_METRICS_IN_ALL} metrics"


def _widget(widget: Any, path: str) -> Iterator[Fault]:
    wrong = list(object_faults(widget, shapes.PLACE, path, needed=("type", "properties")))
    yield from wrong
    if wrong:
        return
    if widget.get("x", 0) + widget.get("width", 6) > shapes.COLUMNS:
        yield path, f"Should NOT reach over column {shapes.COLUMNS}"
    yield from _KINDS[widget["type"]](widget["properties"], f"{path}/properties")


def _text_widget(given: Any, path: str) -> Iterator[Fault]:
    yield from object_faults(given, shapes.TEXT, path, needed=("markdown",))


def _alarm_widget(given: Any, path: str) -> Iterator[Fault]:
    wrong = list(object_faults(given, shapes.ALARMS, path, needed=("alarms",)))
    yield from wrong
    if not wrong:
        alarms = given["alarms"]
        if not isinstance(alarms, list) or not 1 <= len(alarms) <= MAX_ALARMS:
            yield f"{path}/alarms", f"Should have 1 to {MAX_ALARMS} items"
        elif not all(like(shapes.ALARM)(each) for each in alarms):
            yield f"{path}/alarms", "Should be ARNs of alarms"
        if not set(given.get("states", ())) <= {"ALARM", "INSUFFICIENT_DATA", "OK"}:
            yield f"{path}/states", "Should be equal to one of the allowed values"


def _log_widget(given: Any, path: str) -> Iterator[Fault]:
    wrong = list(object_faults(given, shapes.LOG, path, needed=("query", "region")))
    yield from wrong
    if not wrong and not re.match(r"SOURCE\s+'[^']+'", given["query"]):
        yield f"{path}/query", "Should begin with SOURCE and log groups"


def _metric_widget(given: Any, path: str) -> Iterator[Fault]:
    wrong = list(object_faults(given, shapes.METRIC, path, needed=("region",)))
    yield from wrong
    if wrong:
        return
    yield from _window(given, path)
    rows, annotations = given.get("metrics", []), given.get("annotations", {})
    if not rows and "alarms" not in annotations:
        yield path, "Should have metrics or an alarm"
    if len(rows) > MAX_METRICS:
        yield f"{path}/metrics", f"Should NOT have more than {MAX_METRICS} items"
    for number, row in enumerate(rows):
        yield from _row(row, f"{path}/metrics/{number}", first=number == 0)
    ids = [str(each["id"]) for row in rows if (each := _options(row)) and "id" in each]
    if len(ids) > len(set(ids)):
        yield f"{path}/metrics", "Should NOT have an id twice"
    for side, axis in given.get("yAxis", {}).items():
        yield from object_faults({side: axis}, {"left": mapping, "right": mapping}, f"{path}/yAxis")
        yield from _axis(axis, f"{path}/yAxis/{side}")
    legend = {"position": one_of("right", "bottom", "hidden")}
    yield from object_faults(given.get("legend", {}), legend, f"{path}/legend")
    yield from _annotations(annotations, f"{path}/annotations")
    if given.get("view") == "gauge" and not {"min", "max"} <= _left(given).keys():
        yield f"{path}/yAxis/left", "Should have min and max on a gauge"


def _row(row: Any, path: str, *, first: bool) -> Iterator[Fault]:
    """Check ``[namespace, name, dimension, value, ..., {options}]`` or ``[{expression}]``."""
    if not isinstance(row, list) or not row:
        yield path, "Should be a filled array"
        return
    options = _options(row)
    names = row[:-1] if isinstance(row[-1], dict) else row
    yield from object_faults(options, shapes.ROW, f"{path}/{len(names)}")
    if "expression" in options:
        found = shapes.SEARCH.fullmatch(str(options["expression"]))
        if names:
            yield path, "Should have an expression alone"
        if found and len(found["query"]) > MAX_SEARCH:
            yield path, f"Should NOT search with more than {MAX_SEARCH} characters"
    elif not all(isinstance(name, str) and name for name in names):
        yield path, "Should have texts before its options"
    elif first and {".", "..."} & set(names):
        yield path, "Should NOT repeat what is not before it"
    elif "..." not in names and (len(names) % 2 or not 2 <= len(names) <= 2 + 2 * MAX_DIMENSIONS):
        yield path, "Should have a namespace, a name and pairs of dimensions"


def _axis(axis: Any, path: str) -> Iterator[Fault]:
    wrong = list(object_faults(axis, shapes.AXIS, path))
    yield from wrong
    if not wrong and axis.get("min", float("-inf")) >= axis.get("max", float("inf")):
        yield path, "Should have a min below its max"


def _annotations(given: Any, path: str) -> Iterator[Fault]:
    wrong = list(object_faults(given, shapes.ANNOTATIONS, path))
    yield from wrong
    if wrong:
        return
    for kind, check in (("horizontal", shapes.is_number), ("vertical", like(shapes.MOMENT))):
        known: dict[str, Check] = {**shapes.LINE, "value": check, "fill": shapes.FILLS[kind]}
        known |= {"yAxis": shapes.SIDE} if kind == "horizontal" else {}
        for number, line in enumerate(given.get(kind, ())):
            # a band is an array of its two edges
            for edge in line if isinstance(line, list) else [line]:
                yield from object_faults(edge, known, f"{path}/{kind}/{number}", needed=("value",))
    if len(given.get("alarms", ())) > 1:
        yield f"{path}/alarms", "Should NOT have more than 1 items"


def _window(given: Params, path: str) -> Iterator[Fault]:
    if "end" in given and "start" not in given:
        yield path, "Should have a start where it has an end"


def _rows(widget: Any) -> list[Any]:
    properties = widget.get("properties") if isinstance(widget, dict) else None
    rows = properties.get("metrics") if isinstance(properties, dict) else None
    return rows if isinstance(rows, list) else []


def _options(row: Any) -> Params:
    return row[-1] if isinstance(row, list) and row and isinstance(row[-1], dict) else {}


def _left(given: Params) -> Params:
    left: Params = given.get("yAxis", {}).get("left", {})
    return left


def _invalid(message: str) -> Breach:
    return Breach("InvalidParameterInput", message)


_KINDS: Mapping[str, Callable[[Any, str], Iterator[Fault]]] = {
    "alarm": _alarm_widget, "log": _log_widget, "metric": _metric_widget, "text": _text_widget,
}  # fmt: skip
