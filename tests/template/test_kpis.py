"""What the template gives KpiAggregation, and what only when it is asked for."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

from avatarwatch.kpis import Cadence
from kpi_aggregation.windows import LOOKS


def test_cost_explorer_is_open_only_when_it_is_asked(
    resources: dict[str, dict[str, Any]], source: dict[str, Any]
) -> None:
    assert source["Parameters"]["CostSource"]["Default"] == "billing-metrics"
    assert source["Conditions"]["AsksCostExplorer"] == {
        "Fn::Equals": [{"Ref": "CostSource"}, "cost-explorer"]
    }
    [policy] = resources["KpiAggregationRole"]["Properties"]["Policies"]
    found = [s for s in policy["PolicyDocument"]["Statement"] if "ce:" in str(s)]
    [[condition, statement, otherwise]] = [statement["Fn::If"] for statement in found]
    assert condition == "AsksCostExplorer"
    assert statement["Action"] == "ce:GetCostAndUsage"
    # denied to a role that names the billing view alone; the denial names /GetCostAndUsage
    assert statement["Resource"] == "*"
    assert otherwise == {"Ref": "AWS::NoValue"}


def test_each_schedule_fires_when_its_newest_window_may_be_looked_at(
    resources: dict[str, dict[str, Any]],
) -> None:
    """A minute earlier, and each window would wait for the run after."""
    fires: dict[Cadence, timedelta] = {}
    for resource in resources.values():
        if resource["Type"] != "AWS::Scheduler::Schedule":
            continue
        properties = resource["Properties"]
        sent = json.loads(properties["Target"].get("Input", "{}"))
        if "cadence" in sent:
            found = re.match(r"cron\((\d+)\S* (\d+|\*) ", properties["ScheduleExpression"])
            assert found
            hours = 0 if found[2] == "*" else int(found[2])
            fires[Cadence(sent["cadence"])] = timedelta(hours=hours, minutes=int(found[1]))
    assert fires.keys() == set(Cadence)
    for cadence, after in fires.items():
        assert LOOKS[cadence][0] <= after < cadence.length, cadence
