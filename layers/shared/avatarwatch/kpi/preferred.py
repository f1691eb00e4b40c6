"""A ratio that two sources tell: from the better one where it saw nearly everything.

Access logs know each request, but come late and not at all where nobody has them delivered; AWS's
own metrics are there within minutes. A window's number is of one source: which, is decided when it
is published first and kept with it (docs/decisions/0130).
"""

from __future__ import annotations

from dataclasses import dataclass

from avatarwatch.kpi.formulas import Formula, Ratio, Term
from avatarwatch.kpi.readings import Measure, NoData, Outcome, Readings, Source, Window, unique

COVERED = 0.95
"""The share of requests that the logs must hold to stand for all of them.

CloudFront delivers most logs within the hour (Amazon CloudFront Developer Guide, "Standard logging
reference", timing of file delivery): an hour is a 24th of a day.
"""


@dataclass(frozen=True, slots=True)
class Preferred(Formula):
    """``best`` where its source saw ``COVERED`` of what there was, else ``usual``.

    ``seen`` and ``all_of_them`` count the same events: as the better source saw them, and as the
    one that misses none. Where nobody tells the latter, what the better source saw is all.
    """

    best: Ratio
    usual: Ratio
    seen: Term
    all_of_them: Term

    @property
    def ratios(self) -> dict[Source, Ratio]:
        """Both, by their sources."""
        return {ratio.source: ratio for ratio in (self.best, self.usual)}

    @property
    def minimum(self) -> float:
        """How much the denominator needs to be judged."""
        return self.usual.minimum

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Both ratios', and what decides between them."""
        decide = (*self.seen.measures, *self.all_of_them.measures)
        return unique((*self.usual.measures, *self.best.measures, *decide))

    @property
    def text(self) -> str:
        """Both."""
        best = self.best.source.value
        return (
            f"{self.best.text} of {best} where it has {COVERED:.0%} of the requests, else"
            f" {self.usual.text}"
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """The two terms of either."""
        return unique((*self.best.parts, *self.usual.parts))

    @property
    def reading(self) -> str:
        """Each window is of one source, and weighs what its denominator does."""
        below = unique((self.best.denominator.name, self.usual.denominator.name))
        return f"Average over any span; SampleCount is {' or '.join(below)}"

    def compute(self, readings: Readings, window: Window) -> Outcome:
        """Compute a window that was never published, with the data as they are."""
        chosen = self.chosen(readings, window, kept=None, is_late=True)
        return chosen if isinstance(chosen, NoData) else chosen.compute(readings, window)

    def chosen(
        self, readings: Readings, window: Window, *, kept: str | None, is_late: bool
    ) -> Ratio | NoData:
        """Return the ratio of the source that a window keeps, or that it gets now.

        Until it ``is_late`` a window waits for logs that have begun to come.
        """
        if kept in self.ratios:
            return self.ratios[Source(kept)]
        of_logs = unique((*self.best.measures, *self.seen.measures))
        for measure in (*of_logs, *self.all_of_them.measures):
            why = readings.unread.get(measure)
            if why and why.passing:  # a fault of a minute must not choose
                return NoData(why.reason, passing=True)
        seen = self.seen.over(readings, window.start, window.end)
        there = self.all_of_them.over(readings, window.start, window.end)
        if seen and (there is None or seen >= COVERED * there):
            return self.best
        if is_late or not seen:
            return self.usual
        name = self.seen.name
        return NoData(f"waits for the logs: {seen:g} of {there:g} {name} are in them", early=True)
