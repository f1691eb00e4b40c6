"""The function's environment."""

import os
from dataclasses import dataclass
from typing import Self

from avatarwatch.environment import SettingsError, number, require
from health_polling.figures import KINDS

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
    endpoint_metrics: frozenset[str]
    status_page_url: str | None = None
    certificate_days: float = CERTIFICATE_DAYS
    reference: str | None = None
    without_maintenance: bool = False

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
            endpoint_metrics=_kinds(os.environ.get("HEALTH_ENDPOINT_METRICS", "")),
            status_page_url=os.environ.get("STATUS_PAGE_URL") or None,
            certificate_days=number("TLS_EXPIRY_THRESHOLD", CERTIFICATE_DAYS),
            reference=os.environ.get("HEALTH_REFERENCE_ADDRESS") or None,
            without_maintenance=os.environ.get("AVAILABILITY_WITHOUT_MAINTENANCE") == "true",
        )


def _kinds(text: str) -> frozenset[str]:
    kinds = frozenset(filter(None, text.split(",")))
    if unknown := kinds.difference(KINDS):
        raise SettingsError(
            f"HEALTH_ENDPOINT_METRICS: {min(unknown)} is none of {', '.join(KINDS)}"
        )
    return kinds
