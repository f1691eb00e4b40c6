"""The alerts that the suite knows: one entry each makes all that there is of an alert.

Routing and messages read it at run time; `make docs` writes the template's parameters and alarms,
the dashboards and the runbook's table from it.
"""

from avatarwatch.catalogue.budgets import BUDGETS
from avatarwatch.catalogue.matrix import MATRIX
from avatarwatch.catalogue.model import AlertRule, ChannelKind, Ratio, Severity
from avatarwatch.catalogue.own import OWN
from avatarwatch.catalogue.team import TEAM

__all__ = [
    "CATALOGUE",
    "AlertRule",
    "ChannelKind",
    "Ratio",
    "Severity",
    "rule_of_alarm",
]

CATALOGUE: dict[str, AlertRule] = {rule.alert_id: rule for rule in (*MATRIX, *TEAM, *BUDGETS, *OWN)}
"""Every alert by its id, the guide's matrix first."""


def rule_of_alarm(alarm_name: str, system_name: str) -> AlertRule | None:
    """Return the rule of one of our alarms (``<SystemName>-<AlertId>``), None for any other."""
    prefix = f"{system_name}-"
    if not alarm_name.startswith(prefix):
        return None
    return CATALOGUE.get(alarm_name.removeprefix(prefix))
