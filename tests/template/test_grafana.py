"""The Grafana dashboard: it loads in Grafana's own model, and names what exists."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import dashboard as models
from samcli.yamlhelper import yaml_parse

from avatarwatch.kpis import KPIS
from avatarwatch.namespaces import DEFAULT_ROOT
from fakes.known_metrics import GLOBAL, HOME, is_known
from local.generate.template import alarms, defaults
from local.generate.widgets import CRITICAL, GOOD, SHADES, VALUE, WARNING
from local.paths import ROOT

HOME_OF_GRAFANA = ROOT / "dashboards" / "grafana"
# the Angular panels are gone since Grafana 12
CURRENT = {"timeseries", "stat", "gauge", "row", "text"}


@pytest.fixture(scope="module")
def board() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads((HOME_OF_GRAFANA / "avatar-watch.json").read_text())
    return parsed


def panels(board: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in board["panels"]:
        yield panel
        yield from panel.get("panels", [])


def targets(board: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in panels(board):
        yield from panel.get("targets", [])


def names(part: Any) -> set[str]:
    """Return the names of the variables that a part of the dashboard uses."""
    found = re.findall(r"\$\{(\w+)\}|\$(?!__)([A-Za-z]\w*)", json.dumps(part))
    return {braced or plain for braced, plain in found}


def test_it_loads_in_grafanas_model_and_comes_out_the_same(board: dict[str, Any]) -> None:
    register_default_plugins()
    loaded = models.Dashboard.from_json(board)
    assert json.loads(json.dumps(loaded, cls=JSONEncoder)) == board
    assert board["schemaVersion"] == 41


def test_panels_are_of_kinds_that_exist(board: dict[str, Any]) -> None:
    assert {panel["type"] for panel in panels(board)} == CURRENT
    titles = {panel["title"] for panel in panels(board)}
    assert {"Avatar upload rate", "Storage cost projection"} <= titles  # the guide's two


def test_panels_stand_beside_each_other(board: dict[str, Any]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_every_panel_has_an_id_of_its_own(board: dict[str, Any]) -> None:
    ids = [panel["id"] for panel in panels(board)]
    assert len(ids) == len(set(ids))
    assert min(ids) == 1


def test_every_variable_is_declared_before_it_is_used_and_used(board: dict[str, Any]) -> None:
    declared: list[str] = []
    used: set[str] = set()
    for variable in board["templating"]["list"]:
        found = names(variable)
        assert found <= set(declared), variable["name"]
        used |= found
        declared.append(variable["name"])
    for panel in board["panels"]:
        used |= names(panel)
    assert used == set(declared)


def test_no_query_of_a_panel_has_the_name_of_another(board: dict[str, Any]) -> None:
    for panel in panels(board):
        for key in ("refId", "id"):
            found = [target[key] for target in panel.get("targets", [])]
            assert len(found) == len(set(found)), panel["title"]


def test_colours_mean_what_they_mean_in_cloudwatch(board: dict[str, Any]) -> None:
    for panel in panels(board):
        defaults = panel.get("fieldConfig", {}).get("defaults", {})
        colors = [step["color"] for step in defaults.get("thresholds", {}).get("steps", [])]
        assert set(colors) <= {GOOD, WARNING, CRITICAL, VALUE, "transparent"}, panel["title"]
        for override in panel.get("fieldConfig", {}).get("overrides", []):
            [property_] = override["properties"]
            assert property_["value"]["fixedColor"] in {GOOD, WARNING, CRITICAL, *SHADES}


def test_targets_and_thresholds_are_lines(board: dict[str, Any], source: dict[str, Any]) -> None:
    graphs = {
        target["metricName"]: {
            step["value"]: step["color"]
            for step in panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", [])
        }
        for panel in panels(board)
        if panel["type"] == "timeseries"
        for target in panel["targets"]
    }
    for metric, kpi in KPIS.items():
        if kpi.target:
            assert graphs[metric][kpi.target.value] == GOOD
    for name, alarm in alarms(source, defaults(source)).items():
        if alarm.metric in KPIS:
            assert graphs[alarm.metric][alarm.threshold] in {WARNING, CRITICAL}, name


@pytest.mark.parametrize(
    ("metric", "value", "color"),
    [
        ("ErrorRate", 0.5, GOOD), ("ErrorRate", 1.0, WARNING),
        ("CacheHitRate", 96.0, GOOD), ("CacheHitRate", 94.0, WARNING),
        ("CacheHitRate", 80.0, WARNING), ("StorageCostIn30d", 1.0, VALUE),
        ("UploadBudgetLeft", 60.0, GOOD), ("UploadBudgetLeft", 10.0, WARNING),
        ("UploadBudgetLeft", -5.0, CRITICAL),
    ],
)  # fmt: skip
def test_a_number_is_coloured_by_what_it_means(
    board: dict[str, Any], metric: str, value: float, color: str
) -> None:
    [panel] = [
        panel for panel in panels(board)
        if panel["type"] in {"stat", "gauge"} and panel["targets"][0]["metricName"] == metric
    ]  # fmt: skip
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    held = [step for step in steps if step["value"] is None or value >= step["value"]]
    assert held[-1]["color"] == color


def test_every_target_names_a_metric_that_exists(board: dict[str, Any]) -> None:
    count = 0
    for target in targets(board):
        assert target["queryMode"] == "Metrics"
        assert target["id"].islower()
        assert int(target["period"]) % 60 == 0
        region = GLOBAL if target["region"] == "us-east-1" else HOME
        names = frozenset(target["dimensions"])
        namespace = target["namespace"].replace("$root", DEFAULT_ROOT)
        assert is_known(namespace, target["metricName"], names, region), target
        count += 1
    assert count > 60


def test_every_kpi_is_shown(board: dict[str, Any]) -> None:
    shown = {t["metricName"] for t in targets(board) if t["namespace"] == "$root/KPI"}
    assert shown == set(KPIS)


def test_the_source_and_what_is_looked_at_are_chosen_at_the_top(board: dict[str, Any]) -> None:
    names = [variable["name"] for variable in board["templating"]["list"]]
    assert names == ["datasource", "system", "root", "region", "bucket", "distribution"]
    for target in targets(board):
        assert target["datasource"] == {"type": "cloudwatch", "uid": "${datasource}"}


def test_compose_has_no_default_password_and_listens_on_this_machine_only() -> None:
    compose = yaml_parse((HOME_OF_GRAFANA / "compose.yaml").read_text())
    service = compose["services"]["grafana"]
    assert service["environment"]["GF_SECURITY_ADMIN_PASSWORD"].startswith("${GRAFANA_PASSWORD:?")
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    for volume in service["volumes"]:
        path = volume.split(":")[0]
        assert path.startswith("${HOME}") or (HOME_OF_GRAFANA / path).exists(), path
    assert service["image"].split(":")[1].count(".") == 2  # no tag that moves


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="no docker-compose here")
@pytest.mark.parametrize(("password", "code"), [("of my own", 0), ("", 1)])
def test_compose_itself_refuses_to_start_without_a_password(password: str, code: int) -> None:
    done = subprocess.run(
        ["docker-compose", "-f", str(HOME_OF_GRAFANA / "compose.yaml"), "config"],  # noqa: S607 - where it is installed
        env={**os.environ, "GRAFANA_PASSWORD": password}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert ("set GRAFANA_PASSWORD" in done.stderr) == bool(code)
