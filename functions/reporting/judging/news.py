"""What changed most since the span before, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from avatarwatch.kpis import KPIS, Direction
from avatarwatch.units import Unit
from reporting.judging.figures import Figure, Verdict, Way
from reporting.spans import Kind, Span

_TRAFFIC = {Way.EXACT, Way.TOTAL, Way.MEAN}
"""Ways of what is measured; growth and projections are changes by themselves."""
WORTH = 0.1
"""The least relative change that is news."""
_BEFORE = {
    Kind.DAILY: "the day before", Kind.WEEKLY: "the week before", Kind.MONTHLY: "the month before"
}  # fmt: skip


def sentence(figures: Sequence[Figure], span: Span) -> str:
    """Say what changed most: a target that is missed anew, one that is met again, or the most.

    Of shares that should be near 100 % the missing part counts: 99.9 to 99.5 is five times as
    many failures.
    """
    before = _BEFORE[span.kind]
    told = [each for each in figures if each.target or each.way in _TRAFFIC]
    compared = [each for each in told if each.change]
    if not compared:
        if any(each.value is not None and each.before is not None for each in told):
            return f"Too little is known to compare with {before}."
        if any(each.value is not None for each in figures):
            return f"There is nothing to compare with: {before} has no figures."
        return "Nothing was measured."
    crossed = [each for each in compared if _crossed(each)]
    worst = lambda each: (each.verdict is Verdict.MISSED, size(each))  # noqa: E731 - a key
    chosen = max(crossed, key=worst, default=None)
    if chosen:
        word = "misses" if chosen.verdict is Verdict.MISSED else "meets"
        again = "again " if chosen.verdict is Verdict.MET else ""
        return (
            f"{chosen.title} {word} its target {again}({chosen.target}): {chosen.told} after"
            f" {chosen.before_shown} {before}."
        )
    most = max(compared, key=size)
    if size(most) < WORTH:
        return f"Nothing changed by more than a tenth against {before}."
    return f"{most.title} changed most: {most.told} after {most.before_shown} {before}."


def size(each: Figure) -> float:
    """Return how much a figure changed, relative to what it was."""
    if each.value is None or each.before is None:
        return 0.0
    now, before = each.value, each.before
    target = KPIS[each.metric].target
    if each.unit == Unit.PERCENT.value and target and target.direction is not Direction.BELOW:
        now, before = 100 - now, 100 - before
    scale = max(abs(now), abs(before))
    return abs(now - before) / scale if scale else 0.0


def _crossed(each: Figure) -> bool:
    target = KPIS[each.metric].target
    if not target or each.value is None or each.before is None:
        return False
    judged = each.verdict in {Verdict.MET, Verdict.MISSED}
    return judged and target.is_met(each.value) is not target.is_met(each.before)
