"""The namespaces of our own metrics: all below one root, the parameter MetricNamespace."""

import os
from enum import StrEnum

DEFAULT_ROOT = "AvatarSystem"
"""The guide's; also the parameter's default."""


class Own(StrEnum):
    """A namespace of ours, by its name below the root."""

    CUSTOM = "Custom"  # the avatar backend's, or counted by filters over its log
    KPI = "KPI"
    HEALTH = "Health"
    ACCESS = "Access"
    OPERATIONS = "Operations"  # our functions' own work

    @property
    def full(self) -> str:
        """Its name in CloudWatch, below the root of this deployment."""
        return f"{root()}/{self.value}"


def root() -> str:
    """Return this deployment's root, which each function has in METRIC_NAMESPACE."""
    return os.environ.get("METRIC_NAMESPACE") or DEFAULT_ROOT
