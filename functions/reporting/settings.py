"""The function's environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from typing import Self
from zoneinfo import ZoneInfo

from avatarwatch.complaints import zone_meant
from avatarwatch.environment import SettingsError, names, number, require

GB = 1e9


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on something is said: bytes a week, percent, bytes, days."""

    growth_week: float = 10 * GB
    cost_increase: float = 20.0
    storage_warning: float = 50 * GB
    storage_critical: float = 100 * GB
    plan_age: float = 180.0


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What the template tells the function.

    ``zone`` is where the readers are; ``reports_url`` is where people open ReportsBucket's
    ``reports/``, None for S3's console. ``plan_reviewed`` is when the plan for disasters was gone
    through last; ``own_usd_month`` is what the suite itself costs.
    """

    system_name: str
    state_table: str
    alerts_topic_arn: str
    reports_bucket: str
    region: str
    zone: ZoneInfo
    buckets: tuple[str, ...] = ()
    reports_url: str | None = None
    limits: Limits = Limits()
    plan_reviewed: date | None = None
    own_usd_month: float = 0.0
    runbook_url: str = ""

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment; raise SettingsError naming what is missing or wrong."""
        return cls(
            system_name=require("SYSTEM_NAME"),
            state_table=require("STATE_TABLE_NAME"),
            alerts_topic_arn=require("ALERTS_TOPIC_ARN"),
            reports_bucket=require("REPORTS_BUCKET_NAME"),
            region=require("AWS_REGION"),
            zone=_zone(require("REPORT_TIME_ZONE")),
            buckets=names("AVATAR_BUCKET_NAMES"),
            reports_url=os.environ.get("REPORTS_URL") or None,
            limits=Limits(
                growth_week=number("STORAGE_GROWTH_GB") * GB,
                cost_increase=number("COST_INCREASE_PERCENT"),
                storage_warning=number("STORAGE_WARNING_GB") * GB,
                storage_critical=number("STORAGE_CRITICAL_GB") * GB,
                plan_age=number("DISASTER_PLAN_DAYS"),
            ),
            plan_reviewed=_day("DISASTER_PLAN_REVIEWED"),
            own_usd_month=number("OWN_USD_MONTH"),
            runbook_url=require("RUNBOOK_BASE_URL"),
        )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError, below
        raise SettingsError(f"REPORT_TIME_ZONE: {name!r} is no time zone's name") from None
    except KeyError:
        asked = zone_meant(name)
        known = f"{name!r} is not known" + (f", {asked}" if asked else "")
        raise SettingsError(f"REPORT_TIME_ZONE: {known}") from None


def _day(variable: str) -> date | None:
    text = os.environ.get(variable, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingsError(f"{variable}: {text!r} is no day such as 2026-11-25") from None
