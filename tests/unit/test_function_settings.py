"""Each function reads each of its variables into its place, with the default where there is one."""

from __future__ import annotations

import importlib
from dataclasses import asdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from avatarwatch.environment import SettingsError
from cost_control.settings import Mode

NEVER = float("inf")


def levels(warning: float, critical: float) -> dict[str, float]:
    return {"warning": warning, "critical": critical, "hysteresis": 0.9}


COMMON = {
    "SYSTEM_NAME": "avatars", "STATE_TABLE_NAME": "table", "ALERTS_TOPIC_ARN": "topic",
    "REPORTS_BUCKET_NAME": "reports", "AWS_REGION": "eu-north-1",
}  # fmt: skip
READ = {
    "system_name": "avatars", "state_table": "table", "alerts_topic_arn": "topic",
    "reports_bucket": "reports", "region": "eu-north-1",
}  # fmt: skip

NEEDED: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "access_logs": (
        {"STATE_TABLE_NAME": "table", "DEAD_LETTER_QUEUE_URL": "dead"},
        {"state_table": "table", "dead_letter_queue_url": "dead", "bucket_names": (),
         "distribution_ids": (), "stream_fields": ()},
    ),
    "alarm_fanout": (
        {"SYSTEM_NAME": "avatars", "STATE_TABLE_NAME": "table", "AWS_REGION": "eu-north-1",
         "NOTIFICATION_SETTINGS_PARAMETER": "/settings", "EMAIL_TOPIC_ARN": "mail",
         "SMS_TOPIC_ARN": "text", "ALERTS_QUEUE_URL": "queue",
         "ALERTS_DEAD_LETTER_QUEUE_URL": "dead", "RUNBOOK_BASE_URL": "https://runbook"},
        {"system_name": "avatars", "state_table": "table", "region": "eu-north-1",
         "settings_parameter": "/settings", "email_topic_arn": "mail", "sms_topic_arn": "text",
         "queue_url": "queue", "dead_letter_queue_url": "dead",
         "runbook_base_url": "https://runbook", "api_log_group": None, "ops_email": None,
         "own_logs": None, "time_zone": "UTC", "chat_answers": False},
    ),
    "cost_control": (
        COMMON | {
            "AWS_LAMBDA_FUNCTION_NAME": "control", "COST_CONTROL_MODE": "observe",
            "STORAGE_WARNING_THRESHOLD_GB": "50", "STORAGE_CRITICAL_THRESHOLD_GB": "100.5",
            "ASSUMED_MONTHLY_READS": "1.5", "STORAGE_WARNING_USD": "0",
            "STORAGE_CRITICAL_USD": "0", "ALLOW_ONE_ZONE": "false", "IA_MINIMUM_DAYS": "30",
            "ASSUMED_PERCENT_REPLACED": "0"},
        READ | {
            "function_name": "control", "buckets": (), "enforced": frozenset(),
            "mode": Mode.OBSERVE, "thresholds": levels(50e9, 100.5e9),
            "assumed_reads": 1.5,
            "usd_thresholds": levels(NEVER, NEVER),
            "allow_one_zone": False, "ia_minimum_days": 30, "assumed_replaced": 0.0},
    ),
    "health_polling": (
        COMMON,
        READ | {
            "endpoints": "", "endpoints_parameter": "", "allow_private": False,
            "endpoint_metrics": frozenset(), "status_page_url": None, "certificate_days": 14.0,
            "reference": None, "without_maintenance": False},
    ),
    "kpi_aggregation": (
        {"STATE_TABLE_NAME": "table", "AWS_REGION": "eu-north-1", "SYSTEM_NAME": "avatars",
         "ALERTS_TOPIC_ARN": "topic", "COST_SOURCE": "billing-metrics"},
        {"state_table": "table", "region": "eu-north-1", "system": "avatars",
         "alerts_topic": "topic", "bucket_names": (), "distribution_ids": (), "database_ids": (),
         "cache_cluster_ids": (), "worker_queue_names": (), "api_log_group": None,
         "max_scan_bytes": 10e9, "asks_cost_explorer": False, "cost_tag": None,
         "thresholds": {
             "StorageWarning": 50e9, "StorageCritical": 100e9, "BandwidthWarning": 100e9,
             "UploadFailuresCritical": 10.0, "ErrorRateCritical": 5.0,
             "CacheHitRateWarning": 90.0},
         "least_bad": {"upload": 10.0, "availability": 3.0}},
    ),
    "reporting": (
        COMMON | {
            "REPORT_TIME_ZONE": "Europe/Stockholm", "STORAGE_GROWTH_GB": "10",
            "COST_INCREASE_PERCENT": "20", "STORAGE_WARNING_GB": "50",
            "STORAGE_CRITICAL_GB": "100", "DISASTER_PLAN_DAYS": "365", "OWN_USD_MONTH": "17.5",
            "RUNBOOK_BASE_URL": "https://runbook"},
        READ | {
            "zone": ZoneInfo("Europe/Stockholm"), "buckets": (), "reports_url": None,
            "limits": {"growth_week": 10e9, "cost_increase": 20.0, "storage_warning": 50e9,
                       "storage_critical": 100e9, "plan_age": 365.0},
            "plan_reviewed": None, "own_usd_month": 17.5, "runbook_url": "https://runbook"},
    ),
}  # fmt: skip

# One variable more, and what it changes: its name below that of the function's package
GIVEN: list[tuple[str, str, str, str, Any]] = [
    ("access_logs", "AVATAR_BUCKET_NAMES", "a, b,a", "bucket_names", ("a", "b")),
    ("access_logs", "DISTRIBUTION_IDS", "E1", "distribution_ids", ("E1",)),
    ("alarm_fanout", "API_LOG_GROUP_NAME", "/api", "api_log_group", "/api"),
    ("alarm_fanout", "API_LOG_GROUP_NAME", "", "api_log_group", None),
    ("alarm_fanout", "OPS_EMAIL", "ops@example.com", "ops_email", "ops@example.com"),
    ("alarm_fanout", "OPS_EMAIL", "", "ops_email", None),
    ("alarm_fanout", "AWS_LAMBDA_LOG_GROUP_NAME", "/aws/a/Fanout", "own_logs", "/aws/a"),
    ("alarm_fanout", "AWS_LAMBDA_LOG_GROUP_NAME", "fanout", "own_logs", None),
    ("alarm_fanout", "REPORT_TIME_ZONE", "Asia/Tokyo", "time_zone", "Asia/Tokyo"),
    ("alarm_fanout", "REPORT_TIME_ZONE", "", "time_zone", "UTC"),
    ("alarm_fanout", "CHAT_ANSWERS", "true", "chat_answers", True),
    ("alarm_fanout", "CHAT_ANSWERS", "yes", "chat_answers", False),
    ("cost_control", "AVATAR_BUCKET_NAMES", "a,b", "buckets", ("a", "b")),
    ("cost_control", "STORAGE_WARNING_USD", "5", "usd_thresholds",
     levels(5.0, NEVER)),
    ("cost_control", "STORAGE_CRITICAL_USD", "9", "usd_thresholds",
     levels(NEVER, 9.0)),
    ("cost_control", "ALLOW_ONE_ZONE", "true", "allow_one_zone", True),
    ("cost_control", "IA_MINIMUM_DAYS", "31", "ia_minimum_days", 31),
    ("cost_control", "ASSUMED_PERCENT_REPLACED", "25", "assumed_replaced", 0.25),
    ("cost_control", "COST_CONTROL_MODE", "enforce", "mode", Mode.ENFORCE),
    ("health_polling", "HEALTH_ENDPOINTS", "https://a", "endpoints", "https://a"),
    ("health_polling", "HEALTH_ENDPOINTS_PARAMETER", "/list", "endpoints_parameter", "/list"),
    ("health_polling", "ALLOW_PRIVATE_ENDPOINTS", "true", "allow_private", True),
    ("health_polling", "ALLOW_PRIVATE_ENDPOINTS", "1", "allow_private", False),
    ("health_polling", "STATUS_PAGE_URL", "https://s", "status_page_url", "https://s"),
    ("health_polling", "STATUS_PAGE_URL", "", "status_page_url", None),
    ("health_polling", "TLS_EXPIRY_THRESHOLD", "21", "certificate_days", 21.0),
    ("health_polling", "HEALTH_REFERENCE_ADDRESS", "https://r", "reference", "https://r"),
    ("health_polling", "HEALTH_REFERENCE_ADDRESS", "", "reference", None),
    ("health_polling", "AVAILABILITY_WITHOUT_MAINTENANCE", "true", "without_maintenance", True),
    ("health_polling", "AVAILABILITY_WITHOUT_MAINTENANCE", "1", "without_maintenance", False),
    ("kpi_aggregation", "AVATAR_BUCKET_NAMES", "a,b", "bucket_names", ("a", "b")),
    ("kpi_aggregation", "DISTRIBUTION_IDS", "E1", "distribution_ids", ("E1",)),
    ("kpi_aggregation", "DATABASE_INSTANCE_IDS", "d", "database_ids", ("d",)),
    ("kpi_aggregation", "CACHE_CLUSTER_IDS", "c", "cache_cluster_ids", ("c",)),
    ("kpi_aggregation", "WORKER_QUEUE_NAMES", "q", "worker_queue_names", ("q",)),
    ("kpi_aggregation", "API_LOG_GROUP_NAME", "/api", "api_log_group", "/api"),
    ("kpi_aggregation", "API_LOG_GROUP_NAME", "", "api_log_group", None),
    ("kpi_aggregation", "MAX_SCAN_GB", "2", "max_scan_bytes", 2e9),
    ("kpi_aggregation", "BURN_LEAST", "4,5", "least_bad", {"upload": 4.0, "availability": 5.0}),
    ("kpi_aggregation", "COST_SOURCE", "cost-explorer", "asks_cost_explorer", True),
    ("kpi_aggregation", "COST_TAG", "team=avatars", "cost_tag", ("team", "avatars")),
    ("reporting", "AVATAR_BUCKET_NAMES", "a,b", "buckets", ("a", "b")),
    ("reporting", "REPORTS_URL", "https://r", "reports_url", "https://r"),
    ("reporting", "REPORTS_URL", "", "reports_url", None),
    ("reporting", "DISASTER_PLAN_REVIEWED", "2026-11-25", "plan_reviewed", date(2026, 11, 25)),
]  # fmt: skip

REFUSED = [
    ("cost_control", "ENFORCED_BUCKET_NAMES", "x", "x not among AVATAR_BUCKET_NAMES"),
    ("cost_control", "COST_CONTROL_MODE", "on", "'on' is none of"),
    ("cost_control", "ALLOW_ONE_ZONE", "yes", "'yes' is none of true, false"),
    ("cost_control", "IA_MINIMUM_DAYS", "few", "'few' is no number"),
    ("cost_control", "ASSUMED_MONTHLY_READS", "-1", "-1.0 must be 0 or more"),
    ("access_logs", "COUNTS_FROM_STREAM", "1", "'1' is none of true, false"),
    ("health_polling", "HEALTH_ENDPOINT_METRICS", "nothing", "nothing is none of"),
    ("kpi_aggregation", "BURN_LEAST", "4", "'4' is not 2 numbers"),
    ("kpi_aggregation", "COST_TAG", "team=", "'team=' is not Key=Value"),
    ("kpi_aggregation", "COST_TAG", "=avatars", "'=avatars' is not Key=Value"),
    ("kpi_aggregation", "COST_TAG", "team", "'team' is not Key=Value"),
    ("reporting", "REPORT_TIME_ZONE", "Nowhere/Land", "'Nowhere/Land' is not known"),
    ("reporting", "REPORT_TIME_ZONE", "Europe/Stokholm", "did you mean Europe/Stockholm?"),
    ("reporting", "REPORT_TIME_ZONE", "../etc", "'../etc' is no time zone's name"),
    ("reporting", "DISASTER_PLAN_REVIEWED", "soon", "'soon' is no day such as 2026-11-25"),
]


def read(monkeypatch: pytest.MonkeyPatch, package: str, variables: dict[str, str]) -> Any:
    with monkeypatch.context() as environment:
        for name in ("AWS_LAMBDA_LOG_GROUP_NAME", "AWS_REGION"):
            environment.delenv(name, raising=False)
        for name, value in variables.items():
            environment.setenv(name, value)
        settings = importlib.import_module(f"{package}.settings").FunctionSettings
        return asdict(settings.from_env())


@pytest.mark.parametrize("package", NEEDED)
def test_what_is_needed_is_enough_and_each_of_it_is_named_when_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    needed, wanted = NEEDED[package]
    found = read(monkeypatch, package, needed)
    assert {name: found[name] for name in wanted} == wanted
    assert set(found) - set(wanted) <= {"plain_fields"}
    for name in set(needed) - {"COST_SOURCE"}:
        rest = {other: value for other, value in needed.items() if other != name}
        with pytest.raises(SettingsError, match=f"environment variable {name} is not set"):
            read(monkeypatch, package, rest)


@pytest.mark.parametrize(("package", "variable", "text", "field", "value"), GIVEN)
def test_each_variable_has_its_place(
    monkeypatch: pytest.MonkeyPatch,
    *,
    package: str,
    variable: str,
    text: str,
    field: str,
    value: Any,
) -> None:
    needed, wanted = NEEDED[package]
    found = read(monkeypatch, package, needed | {variable: text})
    assert {name: found[name] for name in wanted} == wanted | {field: value}


@pytest.mark.parametrize(("package", "variable", "text", "said"), REFUSED)
def test_what_cannot_be_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, package: str, variable: str, text: str, said: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        read(monkeypatch, package, NEEDED[package][0] | {variable: text})
    assert str(raised.value).startswith(f"{variable}: ") or variable in str(raised.value)
    assert said in str(raised.value)
