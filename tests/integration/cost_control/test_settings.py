"""What an invocation and the environment ask for, and what is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from avatarwatch.environment import SettingsError
from cost_control.planning.levels import GB, NEVER, Thresholds
from cost_control.settings import FunctionSettings, read_request


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({}, "action"),
        ({"action": "delete"}, "action"),
        ({"action": "plan", "force": True}, "force"),
        ({"action": "rollback"}, "bucket"),
        ({"action": "plan", "bucket": "others"}, "bucket"),
        ({"action": "plan", "bucket": 7}, "bucket"),
        ("plan", "event"),
        (None, "event"),
    ],
)
def test_a_wrong_request_is_refused_by_field(event: Any, field: str) -> None:
    with pytest.raises(SettingsError, match=f"^{field}: "):
        read_request(event, ("avatars",))


ENVIRONMENT = {
    "SYSTEM_NAME": "avatar-system",
    "STATE_TABLE_NAME": "state",
    "ALERTS_TOPIC_ARN": "arn",
    "REPORTS_BUCKET_NAME": "reports",
    "AWS_LAMBDA_FUNCTION_NAME": "cost-control",
    "AWS_REGION": "eu-north-1",
    "AVATAR_BUCKET_NAMES": "avatars,thumbnails,avatars",
    "ENFORCED_BUCKET_NAMES": "",
    "COST_CONTROL_MODE": "observe",
    "STORAGE_WARNING_THRESHOLD_GB": "50",
    "STORAGE_CRITICAL_THRESHOLD_GB": "100",
    "ASSUMED_MONTHLY_READS": "0.5",
    "ASSUMED_PERCENT_REPLACED": "3",
    "ALLOW_ONE_ZONE": "true",
    "IA_MINIMUM_DAYS": "7",
    "STORAGE_WARNING_USD": "0",
    "STORAGE_CRITICAL_USD": "120",
}


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    settings = FunctionSettings.from_env()
    assert settings.buckets == ("avatars", "thumbnails")
    assert settings.thresholds.critical == 100 * GB
    assert settings.usd_thresholds == Thresholds(NEVER, 120)
    assert settings.assumed_replaced == 0.03
    assert settings.allow_one_zone
    assert settings.ia_minimum_days == 7
    assert not settings.writes("avatars")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COST_CONTROL_MODE", "delete"),
        ("ENFORCED_BUCKET_NAMES", "others"),
        ("ASSUMED_MONTHLY_READS", "many"),
        ("ASSUMED_PERCENT_REPLACED", "few"),
        ("STORAGE_WARNING_THRESHOLD_GB", "-1"),
        ("STORAGE_CRITICAL_USD", "much"),
        ("ALLOW_ONE_ZONE", "maybe"),
        ("IA_MINIMUM_DAYS", "-1"),
        ("STORAGE_WARNING_USD", "nan"),
        ("STORAGE_WARNING_USD", "inf"),
        ("REPORTS_BUCKET_NAME", ""),
    ],
)
def test_a_wrong_environment_is_refused_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each, given in (ENVIRONMENT | {name: value}).items():
        monkeypatch.setenv(each, given)
    with pytest.raises(SettingsError, match=name):
        FunctionSettings.from_env()
