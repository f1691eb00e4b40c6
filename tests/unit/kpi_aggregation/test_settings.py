"""What is not set is as the template has it; what a run cost is the sum of its parts."""

from __future__ import annotations

from dataclasses import fields

import pytest

from avatarwatch.environment import SettingsError
from kpi_aggregation.settings import FunctionSettings
from kpi_aggregation.usage import Usage
from local.generate.template import defaults, load

REQUIRED = {
    "STATE_TABLE_NAME": "table", "AWS_REGION": "eu-north-1", "SYSTEM_NAME": "avatar-system",
    "ALERTS_TOPIC_ARN": "arn:aws:sns:eu-north-1:123456789012:alerts",
}  # fmt: skip
# US$ at us-east-1's list prices: a thousand metrics or calls, a gigabyte scanned, a request
PRICES = {
    "metrics_requested": 0.01 / 1000, "list_calls": 0.01 / 1000, "put_calls": 0.01 / 1000,
    "scanned_bytes": 0.005 / 1e9, "cost_requests": 0.01,
}  # fmt: skip


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_what_is_not_set_is_what_the_template_sets_by_default() -> None:
    given = defaults(load())
    settings = FunctionSettings.from_env()
    assert settings.max_scan_bytes == float(given["MaxScanGb"]) * 1e9
    assert len(settings.thresholds) == 6
    for alert, value in settings.thresholds.items():
        scale = 1e9 if alert.startswith(("Storage", "Bandwidth")) else 1
        assert value == float(given[f"{alert}Threshold"]) * scale, alert
    assert settings.asks_cost_explorer is (given["CostSource"] == "cost-explorer")
    assert settings.cost_tag is None


@pytest.mark.parametrize("name", REQUIRED)
def test_what_has_to_be_there_is_named_when_it_is_not(
    environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.delenv(name)
    with pytest.raises(SettingsError, match=name):
        FunctionSettings.from_env()


@pytest.mark.parametrize("text", ["=b", "a=", "a"])
def test_half_a_tag_is_refused_with_its_name(environment: pytest.MonkeyPatch, text: str) -> None:
    environment.setenv("COST_TAG", text)
    with pytest.raises(SettingsError, match="COST_TAG"):
        FunctionSettings.from_env()
    environment.setenv("COST_TAG", "Project=avatars")
    assert FunctionSettings.from_env().cost_tag == ("Project", "avatars")


@pytest.mark.parametrize("part", PRICES)
def test_each_part_of_a_run_has_its_price(part: str) -> None:
    assert Usage(**{part: 3}).usd == pytest.approx(3 * PRICES[part], rel=1e-9)


def test_the_parts_add_up() -> None:
    assert PRICES.keys() <= {each.name for each in fields(Usage)}
    whole = Usage(**dict.fromkeys(PRICES, 2))
    assert whole.usd == pytest.approx(2 * sum(PRICES.values()), rel=1e-9)
