"""AWS Budgets' texts and cost anomalies: what is told of amounts, thresholds, actions, causes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from alarm_fanout.alert import Alert
from alarm_fanout.envelopes import Envelope
from unit.alarm_fanout.parsers.event_files import NOW, one_of

ACTUAL = {
    "Budget Name": "avatars", "Budget Type": "Cost", "Budgeted Amount": "$250.00",
    "Alert Type": "ACTUAL", "Alert Threshold": "> $200.00", "ACTUAL Amount": "$212.37",
}  # fmt: skip


def read(payload: Any) -> Alert:
    return one_of(Envelope(payload, payload), NOW)


def budget(fields: Mapping[str, str | None], *lines: str) -> Alert:
    told = [f"{label}: {value}" for label, value in fields.items() if value is not None]
    return read("\n".join(("AWS Account 123456789012", *told, *lines)))


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ({}, "Actual cost $212.37 is over $200.00"),
        ({"Alert Threshold": ">= $200.00"}, "Actual cost $212.37 is at or over $200.00"),
        ({"Alert Threshold": "< $200.00"}, "Actual cost $212.37 is under $200.00"),
        ({"Alert Threshold": "= $200.00"}, "Actual cost $212.37 is at $200.00"),
        ({"Alert Threshold": "$200.00"}, "Actual cost $212.37 is $200.00"),
        ({"Alert Threshold": None}, "Actual cost $212.37"),
        ({"ACTUAL Amount": None}, "Actual cost is over $200.00"),
        ({"Budget Type": None}, "Actual amount $212.37 is over $200.00"),
        ({"Budget Type": "RI Utilization", "Budgeted Amount": "80%", "ACTUAL Amount": "71.5%",
          "Alert Threshold": "< 80 %"}, "RI utilization 71.5 % is under 80 %"),
    ],
)  # fmt: skip
def test_an_amount_and_its_threshold_in_one_sentence(
    changes: dict[str, str | None], summary: str
) -> None:
    alert = budget({**ACTUAL, **changes})
    assert (alert.summary, alert.title) == (summary, f"avatars: {summary}")
    assert alert.account == "123456789012"


@pytest.mark.parametrize(
    ("words", "period"),
    [("per day", "day"), ("for the current month", "month"), ("for the current quarter", "quarter"),
     ("for the current year", "year"), ("for the current week", None)],
)  # fmt: skip
def test_the_period_of_a_budget(words: str, period: str | None) -> None:
    alert = budget(ACTUAL, f"You asked to be told {words}.")
    assert dict(alert.facts).get("Period") == period
    assert alert.summary.endswith(words) is (period is not None)


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ({"Action Status": "Pending"}, "action awaits approval"),
        ({"Action Status": "standby"}, "action awaits approval"),
        ({"Action Status": "Requires approval"}, "action awaits approval"),
        ({"Action Status": "awaiting approval"}, "action awaits approval"),
        ({"Action Status": "Executed"}, "action executed"),
        ({"Action Type": "Apply IAM policy"}, "action"),
        ({"Action Status": "Executed", "Action Threshold": "> 90%"},
         "action executed, over 90 % of $250.00"),
        ({"Action Status": "Executed", "Action Threshold": "> 90%", "Budgeted Amount": None},
         "action executed, over 90 %"),
        ({"Action Status": "Executed", "Action Threshold": "> $90.00"},
         "action executed, over $90.00"),
    ],
)  # fmt: skip
def test_what_becomes_of_an_action(changes: dict[str, str | None], summary: str) -> None:
    fields = {"Budget Name": "avatars", "Budgeted Amount": "$250.00", **changes}
    alert = budget(fields)
    assert alert.summary == summary
    threshold = changes.get("Action Threshold") or ""
    assert alert.key == f"budget:123456789012:avatars:ACTION:{threshold}"


def test_each_field_of_a_budget_is_a_fact_in_its_order() -> None:
    labels = ("Budgeted Amount", "Action Type", "Action Threshold", "Action Status",
              "Alert Threshold", "ACTUAL Amount", "FORECASTED Amount")  # fmt: skip
    alert = budget(
        {"Budget Name": "a", "Alert Type": "forecasted"} | {each: each for each in labels}
    )
    assert alert.facts == tuple((each.capitalize(), each) for each in labels)
    assert alert.key == "budget:123456789012:a:FORECASTED:Alert Threshold"


@pytest.mark.parametrize(("length", "is_one"), [(500, True), (501, False)])
def test_the_link_of_a_budget(length: int, *, is_one: bool) -> None:
    address = "https://" + "x" * length
    assert budget(ACTUAL, f"[1] {address}").links == ((("Budgets", address),) if is_one else ())


def anomaly(**fields: Any) -> Alert:
    return read({"anomalyId": "a-1", **fields})


@pytest.mark.parametrize(
    ("impact", "summary"),
    [
        ({}, "Unusual spending."),
        ({"totalImpactPercentage": 20}, "Unusual spending."),
        ({"totalImpact": 201.15}, "$201.15 more than expected."),
        ({"totalImpact": 0, "totalImpactPercentage": 0}, "$0 more than expected (+0 %)."),
    ],
)
def test_how_much_more_than_expected(impact: dict[str, float], summary: str) -> None:
    alert = anomaly(impact=impact, monitorName="services")
    assert (alert.summary, alert.title) == (summary, f"services: {summary[:-1]}")
    assert anomaly(impact=impact).name == "Cost anomaly"


def cause(contribution: float | None, **fields: str) -> dict[str, Any]:
    return {**fields, "impact": {} if contribution is None else {"contribution": contribution}}


def test_the_cause_that_contributes_most_is_named() -> None:
    causes = [
        cause(1, usageType="Requests"), cause(90, usageType="Bytes", service="S3"),
        cause(None, service="Lambda"), cause(2, service="EC2"), {"service": "SQS"},
    ]  # fmt: skip
    assert anomaly(rootCauses=causes).title == "Cost anomaly: Unusual spending, cause Bytes $90.00"
    assert anomaly(rootCauses=causes[3:]).title.endswith(", cause EC2 $2.00")
    assert anomaly(rootCauses=[cause(3)]).title.endswith(", cause $3.00")
    assert anomaly(rootCauses=causes[2:3]).title == "Cost anomaly: Unusual spending"


def test_five_causes_are_told_with_whose_they_are() -> None:
    told = {"service": "S3", "region": "eu-north-1", "usageType": "Requests"}
    causes = [
        cause(190, **told, linkedAccount="1", linkedAccountName="avatars"),
        cause(None, **told, linkedAccount="1"),
        *({"service": f"{number}"} for number in range(4)),
    ]
    facts = [text for label, text in anomaly(rootCauses=causes).facts if label == "Cause"]
    assert facts == [
        "S3, eu-north-1, Requests, avatars, $190.00", "S3, eu-north-1, Requests, 1", "0", "1", "2",
    ]  # fmt: skip


def test_the_rest_of_an_anomaly() -> None:
    alert = anomaly(
        impact={"totalActualSpend": 301.4, "totalExpectedSpend": 0}, monitorName="services",
        anomalyStartDate="2026-11-21T00:00:00Z", anomalyEndDate="2026-11-21T00:00:00Z",
        dimensionValue="S3", accountId="123456789012", anomalyDetailsLink="https://a.example",
    )  # fmt: skip
    assert alert.facts == (
        ("Spent", "$301.40"), ("Expected", "$0"), ("Days", "2026-11-21"), ("Monitor", "services"),
    )  # fmt: skip
    assert (alert.name, alert.account, alert.key) == ("S3", "123456789012", "cost-anomaly:a-1")
    assert alert.links == (("Anomaly", "https://a.example"),)
