"""The metrics of a round in <root>/Health, stamped with its minute.

A metric costs by the hour, so by default there are four, over all endpoints: statistic sets, from
which any period's share and mean are exact. An endpoint has metrics of its own where a setting says
so; the state, the page and the log have everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from health_polling.exchange import Exchange
from health_polling.verdict import Judgement, Verdict

KINDS = ("EndpointUp", "ResponseTime", "Phases", "TlsDaysRemaining", "ComponentUp", "Reported")
"""What an endpoint may have as metrics of its own."""
PHASES = (
    ("ResolveTime", "resolve"), ("ConnectTime", "connect"), ("TlsTime", "tls"),
    ("FirstByteTime", "first_byte"), ("TransferTime", "transfer"),
)  # fmt: skip

type _Unit = Literal["Count", "Milliseconds", "None"]


@dataclass(frozen=True, slots=True)
class Datum:
    """A metric in one minute, as a statistic set; dimensions are ASCII name and value pairs."""

    name: str
    unit: _Unit
    at: datetime
    count: int
    total: float
    least: float
    most: float
    dimensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        values: Collection[float],
        unit: _Unit,
        at: datetime,
        dimensions: tuple[tuple[str, str], ...] = (),
    ) -> Self:
        """Return the statistic set of some values, at least one."""
        return cls(
            name, unit, at, len(values), sum(values), min(values), max(values), dimensions
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Polled:
    """One endpoint's round: what happened and what it means; ``metrics`` are its own kinds."""

    name: str
    exchange: Exchange
    judgement: Judgement
    metrics: frozenset[str] = frozenset()


def figures(
    polled: Sequence[Polled], now: datetime, *, down: int | None, is_first: bool,
    counts: bool = True,
) -> list[Datum]:  # fmt: skip
    """Return the data of a round; none for what was not found out.

    ``down`` endpoints are so by now, which more polls than one decide: None where not every one
    was judged and kept, and HealthPollingSilent tells when that goes on. ``is_first`` of its day:
    so often the days that certificates have left are put. ``counts`` is False in maintenance that
    availability, which is made of EndpointUp, leaves out.
    """
    known = [each for each in polled if each.judgement.verdict is not Verdict.UNKNOWN]
    minute = now.replace(second=0, microsecond=0)
    if not known:
        return []
    judged = [each.judgement for each in known]
    ups = [float(judgement.verdict.is_up) for judgement in judged]
    data = [Datum.of("EndpointUp", ups, "Count", minute)] if counts else []
    if times := [j.response_ms for j in judged if j.response_ms is not None]:
        data.append(Datum.of("ResponseTime", times, "Milliseconds", minute))
    days = [j.certificate_days for j in judged if j.certificate_days is not None]
    if is_first and days:
        data.append(Datum.of("TlsDaysRemaining", [min(days)], "None", minute))
    if down is not None:
        data.append(Datum.of("UnhealthyEndpoints", [float(down)], "Count", minute))
    return [*data, *(datum for each in known for datum in _own(each, minute))]


def _own(each: Polled, minute: datetime) -> Iterator[Datum]:
    """Yield the data of the kinds that an endpoint has of its own."""
    of = (("Endpoint", each.name),)
    for kind, name, value, unit, *more in _named(each):
        if kind in each.metrics:
            yield Datum.of(name, [value], unit, minute, (*of, *more))


def _named(each: Polled) -> Iterator[tuple[Any, ...]]:
    """Yield kind, name, value, unit and further dimensions of all that is known of an endpoint."""
    judgement, phases = each.judgement, each.exchange.phases
    yield "EndpointUp", "EndpointUp", float(judgement.verdict.is_up), "Count"
    if judgement.response_ms is not None:
        yield "ResponseTime", "ResponseTime", judgement.response_ms, "Milliseconds"
    for metric, phase in PHASES:
        if (value := getattr(phases, phase)) is not None:
            yield "Phases", metric, value, "Milliseconds"
    if judgement.certificate_days is not None:
        yield "TlsDaysRemaining", "TlsDaysRemaining", judgement.certificate_days, "None"
    for component in judgement.components:
        if component.verdict is not Verdict.UNKNOWN and component.name.isascii():
            up = float(component.verdict.is_up)
            yield "ComponentUp", "ComponentUp", up, "Count", ("Component", component.name)
    for name, number in _reported(judgement.reported):
        yield "Reported", name, number, "None"


def _reported(numbers: Iterable[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    """Name the service's own numbers apart from ours: uploadsLast24h is ReportedUploadsLast24h."""
    for name, value in numbers:
        yield f"Reported{name[0].upper()}{name[1:]}", value
