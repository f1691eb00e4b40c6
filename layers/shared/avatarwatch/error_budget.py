"""What an objective still allows to fail, and how much of its thirty days is known, in words.

Pure; the one wording of the status page, the KPIs, messages and reports, so that they agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from avatarwatch.left_out import without
from avatarwatch.units import Unit, good_share, humanize

PERIOD = timedelta(days=30)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """The events of the last 30 days, as far as they are known, held against an objective.

    ``objective`` is the percentage of ``noun`` (a plural) that is to be good; ``bad`` of ``total``
    were not. They are of ``known`` of that time: both are more than nothing. Of the rest nothing is
    known to have failed, so the budget is what 30 days of this traffic may fail.
    ``left_out`` is the maintenance in it whose events do not count. ``span`` is shorter than 30
    days where the last of them is not over yet.
    """

    objective: float
    noun: str
    bad: float
    total: float
    known: timedelta
    left_out: timedelta = timedelta()
    span: timedelta = PERIOD

    @property
    def left(self) -> float:
        """Percent of the budget that is left; negative when it is overspent."""
        allowed = (100 - self.objective) / 100 * self.total * (PERIOD / self.days_known)
        # 99.9 is no binary fraction: a budget that is just used up would be overspent by 1e-11 %
        return round((1 - self.bad / allowed) * 100, 9) + 0.0

    @property
    def days_known(self) -> timedelta:
        """The part of the 30 days that is known."""
        return min(self.known, self.span)

    @property
    def is_whole(self) -> bool:
        """Whether all of the time is known."""
        return self.known >= self.span

    @property
    def good(self) -> float:
        """Percent of the known events that were good: the availability of the very same span."""
        return (1 - self.bad / self.total) * 100

    @property
    def coverage(self) -> str:
        """How much of the 30 days is known: ``of 30 days, 1 day known``."""
        return coverage(self.known, self.span)

    @property
    def succeeded(self) -> str:
        """The share that was good, and of what: ``99.86 % of 1,440 polls``."""
        noun = self.noun.removesuffix("s") if self.total == 1 else self.noun
        return f"{good_share(self.good)} of {self.total:,.0f} {noun}"

    @property
    def rest(self) -> str:
        """What is left: ``95.4 % left``, ``overspent by 38.9 %``."""
        return rest(self.left)

    @property
    def basis(self) -> str:
        """What the number is of, with the availability over the very same span."""
        return f"{self.coverage}: {self.happened}"

    @property
    def happened(self) -> str:
        """What succeeded, and what that leaves out."""
        return ", ".join(filter(None, (f"{self.succeeded} succeeded", without(self.left_out))))


def rest(left: float, of: str = "") -> str:
    """Say what is left in percent, and of what: ``95.4 % left``, ``overspent by 38.9 %``."""
    if left < 0:
        return f"{of and f'{of} '}overspent by {humanize(-left, Unit.PERCENT)}"
    return f"{humanize(left, Unit.PERCENT)} {of and f'of {of} '}left"


def coverage(known: timedelta, span: timedelta = PERIOD) -> str:
    """Say how much of the 30 days is known: ``of 30 days, 1 day known``."""
    return f"of {PERIOD.days} days, {_span(known, span)} known"


def _span(known: timedelta, span: timedelta) -> str:
    """Write how much is known: whole days, hours of the first one; never more than there is."""
    if known >= span:
        return "all"
    if known >= _DAY:
        return f"{known.days} day{'s' if known.days > 1 else ''}"
    return f"{known // _HOUR} h" if known >= _HOUR else "less than 1 h"
