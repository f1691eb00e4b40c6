"""Error budgets that burn: KpiAggregation judges and tells them (docs/decisions/0047).

No alarm of CloudWatch sees three days, or how many bad events are behind a rate; and the windows of
two objectives would be eight alarms and three composites, which cost $2.30 a month.
"""

from __future__ import annotations

from datetime import timedelta

from avatarwatch.catalogue.model import FAILED_UPLOADS, AlertRule, ChannelKind, Logs, Severity, rule
from avatarwatch.units import Unit

_CHAT, _PAGE, _MAIL = ChannelKind.CHAT, ChannelKind.PAGE, ChannelKind.MAIL
_LOGS = {"Upload": FAILED_UPLOADS, "Availability": Logs("health-polling")}
_OBJECTIVES = {"Upload": "uploads", "Availability": "availability"}


def _burn(objective: str, of: str) -> AlertRule:
    """Return what pages: a tenth of the budget or less is gone in hours."""
    return rule(
        f"{objective}BudgetBurn", f"Error budget of {of} burns", Severity.CRITICAL,
        (_CHAT, _MAIL, _PAGE), Unit.NONE, timedelta(hours=1), "error-budgets",
        in_full=True, logs=_LOGS[objective],
    )  # fmt: skip


def _drain(objective: str, of: str) -> AlertRule:
    """Return what makes a ticket: at this rate the budget does not last its 30 days."""
    return rule(
        f"{objective}BudgetDrain", f"Error budget of {of} drains", Severity.WARNING,
        (_CHAT, _MAIL), Unit.NONE, timedelta(days=1), "error-budgets",
        under=f"{objective}BudgetBurn", in_full=True, logs=_LOGS[objective],
    )  # fmt: skip


BUDGETS = tuple(
    make(objective, of) for make in (_burn, _drain) for objective, of in _OBJECTIVES.items()
)
