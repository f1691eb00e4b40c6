"""What the template gives KpiAggregation, and what only when it is asked for."""

from __future__ import annotations

from typing import Any


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
