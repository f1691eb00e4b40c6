"""The metrics of a round in <root>/Health, stamped with its minute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from health_polling.exchange import Exchange
from health_polling.verdict import Judgement, Verdict

_PHASES = (
    ("ResolveTime", "resolve"), ("ConnectTime", "connect"), ("TlsTime", "tls"),
    ("FirstByteTime", "first_byte"), ("TransferTime", "transfer"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of one metric in one minute; dimensions are ASCII name and value pairs."""

    name: str
    value: float
    unit: Literal["Count", "Milliseconds", "None"]
    at: datetime
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Polled:
    """One endpoint's round: what happened and what it means."""

    name: str
    exchange: Exchange
    judgement: Judgement


def figures(polled: Sequence[Polled], now: datetime, *, phases: bool) -> list[Datum]:
    """Return the data of a round; none for what was not found out.

    ``Heartbeat`` only when something was: a poller that sees nothing is as good as silent.
    """
    known = [each for each in polled if each.judgement.verdict is not Verdict.UNKNOWN]
    minute = now.replace(second=0, microsecond=0)
    data = [datum for each in known for datum in _of_endpoint(each, minute, phases=phases)]
    if known:
        failing = sum(each.judgement.verdict is Verdict.FAIL for each in known)
        data.append(Datum("UnhealthyEndpoints", failing, "Count", minute))
        data.append(Datum("Heartbeat", 1, "Count", minute))
    days = [d for each in known if (d := each.judgement.certificate_days) is not None]
    if days:  # without a dimension: the nearest end of all, which one alarm can watch
        data.append(Datum("TlsDaysRemaining", min(days), "None", minute))
    return data


def _of_endpoint(each: Polled, minute: datetime, *, phases: bool) -> Iterator[Datum]:
    judgement, of = each.judgement, (("Endpoint", each.name),)
    yield Datum("EndpointUp", float(judgement.verdict.is_up), "Count", minute, of)
    if judgement.response_ms is not None:
        yield Datum("ResponseTime", judgement.response_ms, "Milliseconds", minute, of)
    if phases:
        for metric, phase in _PHASES:
            value: float | None = getattr(each.exchange.phases, phase)
            if value is not None:
                yield Datum(metric, value, "Milliseconds", minute, of)
    if judgement.certificate_days is not None:
        yield Datum("TlsDaysRemaining", judgement.certificate_days, "None", minute, of)
    for component in judgement.components:
        if component.verdict is not Verdict.UNKNOWN:
            part = (*of, ("Component", component.name))
            yield Datum("ComponentUp", float(component.verdict.is_up), "Count", minute, part)
    for name, value in _reported(judgement.reported):
        yield Datum(name, value, "None", minute, of)


def _reported(numbers: Iterable[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    """Name the service's own numbers apart from ours: uploadsLast24h is ReportedUploadsLast24h."""
    for name, value in numbers:
        yield f"Reported{name[0].upper()}{name[1:]}", value
