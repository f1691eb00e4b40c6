"""The function's environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from avatarwatch.environment import SettingsError, require

MAX_SCAN_GB = 10.0
BILLING_METRICS, COST_EXPLORER = "billing-metrics", "cost-explorer"


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """What the template tells the function. ``thresholds`` are bytes by their alert's name.

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
    thresholds: Mapping[str, float] | None = None
    asks_cost_explorer: bool = False
    cost_tag: tuple[str, str] | None = None

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment; raise SettingsError naming what is missing or wrong."""
        return cls(
            state_table=require("STATE_TABLE_NAME"),
            region=require("AWS_REGION"),
            bucket_names=_names("AVATAR_BUCKET_NAMES"),
            distribution_ids=_names("DISTRIBUTION_IDS"),
            database_ids=_names("DATABASE_INSTANCE_IDS"),
            cache_cluster_ids=_names("CACHE_CLUSTER_IDS"),
            worker_queue_names=_names("WORKER_QUEUE_NAMES"),
            api_log_group=os.environ.get("API_LOG_GROUP_NAME") or None,
            max_scan_bytes=_number("MAX_SCAN_GB", MAX_SCAN_GB) * 1e9,
            thresholds={
                "StorageWarning": _number("STORAGE_WARNING_GB", 50) * 1e9,
                "StorageCritical": _number("STORAGE_CRITICAL_GB", 100) * 1e9,
            },
            asks_cost_explorer=_one_of("COST_SOURCE", BILLING_METRICS, COST_EXPLORER)
            == COST_EXPLORER,
            cost_tag=_pair("COST_TAG"),
        )


def _names(variable: str) -> tuple[str, ...]:
    listed = (name.strip() for name in os.environ.get(variable, "").split(","))
    return tuple(dict.fromkeys(name for name in listed if name))


def _number(variable: str, default: float) -> float:
    text = os.environ.get(variable) or str(default)
    try:
        return float(text)
    except ValueError:
        raise SettingsError(f"{variable}: {text!r} is not a number") from None


def _one_of(variable: str, default: str, *others: str) -> str:
    text = os.environ.get(variable) or default
    if text not in {default, *others}:
        raise SettingsError(f"{variable}: {text!r} is neither of {', '.join((default, *others))}")
    return text


def _pair(variable: str) -> tuple[str, str] | None:
    text = os.environ.get(variable, "")
    key, sign, value = text.partition("=")
    if text and not (key and sign and value):
        raise SettingsError(f"{variable}: {text!r} is not Key=Value")
    return (key, value) if text else None
