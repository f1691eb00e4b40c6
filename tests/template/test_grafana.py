"""The Grafana dashboard: it loads in Grafana's own model, and names what exists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import dashboard as models
from samcli.yamlhelper import yaml_parse

from avatarwatch.kpis import KPIS
from fakes.known_metrics import GLOBAL, HOME, is_known
from local.paths import ROOT

HOME_OF_GRAFANA = ROOT / "dashboards" / "grafana"
# the Angular panels are gone since Grafana 12
CURRENT = {"timeseries", "stat", "row", "text"}


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


def test_every_target_names_a_metric_that_exists(board: dict[str, Any]) -> None:
    count = 0
    for target in targets(board):
        assert target["queryMode"] == "Metrics"
        assert target["id"].islower()
        assert int(target["period"]) % 60 == 0
        region = GLOBAL if target["region"] == "us-east-1" else HOME
        names = frozenset(target["dimensions"])
        assert is_known(target["namespace"], target["metricName"], names, region), target
        count += 1
    assert count > 60


def test_every_kpi_is_shown(board: dict[str, Any]) -> None:
    shown = {t["metricName"] for t in targets(board) if t["namespace"] == "AvatarSystem/KPI"}
    assert shown == set(KPIS)


def test_the_source_and_what_is_looked_at_are_chosen_at_the_top(board: dict[str, Any]) -> None:
    names = [variable["name"] for variable in board["templating"]["list"]]
    assert names == ["datasource", "system", "region", "bucket", "distribution"]
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
