"""The function's environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from avatarwatch.environment import SettingsError, choice, names, number, require
from avatarwatch.kpi_inputs import AVAILABILITY, UPLOADS_OBJECTIVE

MAX_SCAN_GB = 10.0
BILLING_METRICS = "billing-metrics"
COST_SOURCES = {BILLING_METRICS: False, "cost-explorer": True}
"""Where costs come from, and whether that asks Cost Explorer."""

_PERCENTS = {"UploadFailuresCritical": 10.0, "ErrorRateCritical": 5.0, "CacheHitRateWarning": 90.0}
_GIGABYTES = {"StorageWarning": 50.0, "StorageCritical": 100.0, "BandwidthWarning": 100.0}
_LEAST = {each.name: each.least for each in (UPLOADS_OBJECTIVE, AVAILABILITY)}


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What the template tells the function.

    ``thresholds`` are the alerts' by their names, in bytes and percent. ``least_bad`` are the bad
    events by their objective's name without which no burning budget is told.
    ``cost_tag`` is a cost allocation tag's key and value; it counts with Cost Explorer only.
    """

    state_table: str
    region: str
    bucket_names: tuple[str, ...] = ()
    distribution_ids: tuple[str, ...] = ()
    database_ids: tuple[str, ...] = ()
    cache_cluster_ids: tuple[str, ...] = ()
    worker_queue_names: tuple[str, ...] = ()
    api_log_group: str | None = None
    max_scan_bytes: float = MAX_SCAN_GB * 1e9
    thresholds: Mapping[str, float] = field(default_factory=dict)
    system: str = ""
    alerts_topic: str = ""
    least_bad: Mapping[str, float] = field(default_factory=dict)
    asks_cost_explorer: bool = False
    cost_tag: tuple[str, str] | None = None

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment; raise SettingsError naming what is missing or wrong."""
        return cls(
            state_table=require("STATE_TABLE_NAME"),
            region=require("AWS_REGION"),
            bucket_names=names("AVATAR_BUCKET_NAMES"),
            distribution_ids=names("DISTRIBUTION_IDS"),
            database_ids=names("DATABASE_INSTANCE_IDS"),
            cache_cluster_ids=names("CACHE_CLUSTER_IDS"),
            worker_queue_names=names("WORKER_QUEUE_NAMES"),
            api_log_group=os.environ.get("API_LOG_GROUP_NAME") or None,
            max_scan_bytes=number("MAX_SCAN_GB", MAX_SCAN_GB) * 1e9,
            thresholds={
                **{name: gb * 1e9 for name, gb in _numbers("GIGABYTES", _GIGABYTES).items()},
                **_numbers("PERCENTS", _PERCENTS),
            },
            system=require("SYSTEM_NAME"),
            alerts_topic=require("ALERTS_TOPIC_ARN"),
            least_bad=_numbers("BURN_LEAST", _LEAST),
            asks_cost_explorer=choice("COST_SOURCE", COST_SOURCES, BILLING_METRICS),
            cost_tag=_pair("COST_TAG"),
        )


def _numbers(variable: str, defaults: Mapping[str, float]) -> dict[str, float]:
    """Return the numbers that a variable lists, by the names in their order."""
    text = os.environ.get(variable) or ",".join(f"{each:g}" for each in defaults.values())
    try:
        return dict(zip(defaults, map(float, text.split(",")), strict=True))
    except ValueError:
        raise SettingsError(f"{variable}: {text!r} is not {len(defaults)} numbers") from None


def _pair(variable: str) -> tuple[str, str] | None:
    text = os.environ.get(variable, "")
    key, sign, value = text.partition("=")
    if text and not (key and sign and value):
        raise SettingsError(f"{variable}: {text!r} is not Key=Value")
    return (key, value) if text else None
