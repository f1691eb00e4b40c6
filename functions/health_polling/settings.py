"""The function's environment."""

import os
from dataclasses import dataclass
from typing import Self

from avatarwatch.environment import number, require

CERTIFICATE_DAYS = 14.0  # left of a certificate: with less its end is told


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What the template tells the function."""

    system_name: str
    state_table: str
    alerts_topic_arn: str
    reports_bucket: str
    region: str
    endpoints: str
    endpoints_parameter: str
    allow_private: bool
    phase_metrics: bool
    status_page_url: str | None = None
    certificate_days: float = CERTIFICATE_DAYS

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment; raise SettingsError naming what is missing or wrong."""
        return cls(
            system_name=require("SYSTEM_NAME"),
            state_table=require("STATE_TABLE_NAME"),
            alerts_topic_arn=require("ALERTS_TOPIC_ARN"),
            reports_bucket=require("REPORTS_BUCKET_NAME"),
            region=require("AWS_REGION"),
            endpoints=os.environ.get("HEALTH_ENDPOINTS", ""),
            endpoints_parameter=os.environ.get("HEALTH_ENDPOINTS_PARAMETER", ""),
            allow_private=os.environ.get("ALLOW_PRIVATE_ENDPOINTS") == "true",
            phase_metrics=os.environ.get("HEALTH_PHASE_METRICS") != "false",
            status_page_url=os.environ.get("STATUS_PAGE_URL") or None,
            certificate_days=number("TLS_EXPIRY_THRESHOLD", CERTIFICATE_DAYS),
        )
