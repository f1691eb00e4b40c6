"""Turn what happened on the wire into what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from avatarwatch.units import Unit, beside, humanize
from health_polling.conditions import Facts
from health_polling.endpoint import Endpoint
from health_polling.exchange import Answer, Exchange
from health_polling.reading.names import storable
from health_polling.reading.read import decode, is_page, parse, read
from health_polling.verdict import ComponentReading, Judgement, Reading, Verdict, worst


def judge(endpoint: Endpoint, exchange: Exchange, now: datetime) -> Judgement:
    """Judge one poll; the reason names what is wrong, the worst first."""
    answer = exchange.answer
    if answer is None:
        text = exchange.fault.text if exchange.fault else "not polled"
        return Judgement(Verdict.FAIL, Verdict.FAIL, storable(text, 500))
    reading = _trusted(endpoint, _read(endpoint, answer), now)
    components = tuple(_weighed(endpoint, reading.components))
    failing = [c for c in components if c.verdict is Verdict.FAIL]
    findings = list(_findings(endpoint, exchange, reading, now))
    answering = worst([Verdict.PASS, *(verdict for verdict, _ in findings)])
    verdict = worst([answering, *(c.verdict for c in components)])
    sick = [c for c in components if c.verdict in {Verdict.FAIL, Verdict.WARN}]
    reasons = [text for bad in (Verdict.FAIL, Verdict.WARN) for v, text in findings if v is bad]
    return Judgement(
        verdict=verdict,
        answering=answering,
        reason=storable("; ".join([*map(_named, failing or sick), *reasons]), 500),
        components=components,
        reported=reading.reported,
        format=reading.format,
        response_ms=exchange.phases.total,
        certificate_days=_days_left(answer, now),
        says=reading.verdict is not Verdict.UNKNOWN,
    )


def unreadable(error: Exception, exchange: Exchange) -> Judgement:
    """Judge an answer that could not be judged, which is our fault: it is told all the same."""
    text = f"its answer cannot be read ({type(error).__name__})"
    ms = exchange.phases.total if exchange.answer else None
    return Judgement(Verdict.FAIL, Verdict.FAIL, text, format="unreadable", response_ms=ms)


def _read(endpoint: Endpoint, answer: Answer) -> Reading:
    """Read a body that is all there: half a document says nothing; a page has its title on top."""
    if answer.is_cut and not is_page(answer.body, answer.content_type):
        return Reading("too long", Verdict.UNKNOWN)
    return read(answer.body, answer.content_type, dict(endpoint.words))


def _named(component: ComponentReading) -> str:
    return f"{component.name}: {component.reason or component.verdict.value}"


def _trusted(endpoint: Endpoint, reading: Reading, now: datetime) -> Reading:
    """Take no component's good word from a document that is old: a cache answers, not the service.

    What it says is bad stays so: who is down may not be able to write a new one.
    """
    if reading.written_at is None or not endpoint.stale_after:
        return reading
    age = abs(now - reading.written_at)
    if age <= timedelta(seconds=endpoint.stale_after):
        return reading
    minutes = age.total_seconds() / 60
    side = "old" if reading.written_at < now else "in the future"
    text = f"its document is {minutes:,.0f} min {side}: a cache may be answering"
    bad = tuple(c for c in reading.components if c.verdict in {Verdict.FAIL, Verdict.WARN})
    if reading.verdict is Verdict.FAIL:
        reason = f"{reading.reason or 'it says that it is down'}; {text}"
        return replace(reading, reason=reason, components=bad, reported=())
    return replace(reading, verdict=Verdict.WARN, reason=text, components=bad, reported=())


def _weighed(endpoint: Endpoint, found: tuple[ComponentReading, ...]) -> Iterator[ComponentReading]:
    for component in found:
        if component.verdict is Verdict.FAIL and _is_optional(endpoint, component.name):
            reason = f"{component.reason or 'down'} (optional)"
            yield replace(component, verdict=Verdict.WARN, reason=reason)
        else:
            yield component


def _is_optional(endpoint: Endpoint, name: str) -> bool:
    """Whether the operator calls a component optional: by its name, its path or what it is in."""
    optional = {each.casefold() for each in endpoint.optional}
    steps = name.casefold().split("/")
    paths = ("/".join(steps[:count]) for count in range(1, len(steps) + 1))
    return not optional.isdisjoint({*steps, *paths})


def _findings(
    endpoint: Endpoint, exchange: Exchange, reading: Reading, now: datetime
) -> Iterator[tuple[Verdict, str]]:
    """Yield what is wrong beside the named components.

    An error status or an overall "down" that a failing component explains is no second fault: when
    the operator calls that component optional, the service is degraded and no more.
    """
    answer = exchange.answer
    if answer is None:
        return
    verdicts = {component.verdict for component in reading.components}
    is_expected = answer.status in endpoint.statuses or answer.status in reading.statuses
    if not is_expected and Verdict.FAIL not in verdicts:
        yield Verdict.FAIL, _status_text(answer)
    if reading.verdict is Verdict.FAIL and Verdict.FAIL not in verdicts:
        yield Verdict.FAIL, reading.reason or "it says that it is down"
    if reading.verdict is Verdict.WARN and Verdict.WARN not in verdicts:
        yield Verdict.WARN, reading.reason or "it says that it is degraded"
    if answer.unread:
        yield Verdict.WARN, answer.unread
    if reading.format == "too long":
        yield Verdict.WARN, "the body is longer than 256 KiB, its health cannot be read"
    total = exchange.phases.total
    if total > endpoint.slow_ms:
        slow = beside(total, endpoint.slow_ms, Unit.MILLISECONDS)
        limit = humanize(endpoint.slow_ms, Unit.MILLISECONDS)
        yield Verdict.WARN, f"answers in {slow}, over {limit}"
    if endpoint.conditions:
        yield from _unmet(endpoint, exchange, answer, now)


def _unmet(
    endpoint: Endpoint, exchange: Exchange, answer: Answer, now: datetime
) -> Iterator[tuple[Verdict, str]]:
    document, _ = parse(answer.body, answer.content_type)
    text, days = decode(answer.body, "utf-8"), _days_left(answer, now)
    headers = {name.lower(): value for name, value in answer.headers}
    facts = Facts(answer.status, exchange.phases.total, days, text, document, headers)
    for condition in endpoint.conditions:
        if text := condition.unmet(facts):
            yield Verdict.FAIL, text


def _status_text(answer: Answer) -> str:
    if 300 <= answer.status < 400:
        return f"redirects ({answer.status}) to {answer.location or 'nowhere'}: not followed"
    return f"HTTP status {answer.status}"


def _days_left(answer: Answer, now: datetime) -> float | None:
    if answer.certificate_ends is None:
        return None
    return (answer.certificate_ends - now).total_seconds() / 86400
