"""One poll, laid open: what was found, why it is judged so, and what each setting would change.

People set up an endpoint by looking. A setting is tried by judging the same answer with it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from avatarwatch.units import Unit, humanize
from health_polling.endpoint import Endpoint
from health_polling.exchange import Answer, Exchange
from health_polling.judge import judge
from health_polling.reading.names import storable
from health_polling.reading.read import decode
from health_polling.reading.words import fold
from health_polling.verdict import Judgement, Verdict

EXCERPT = 800  # characters of the body that are shown
_UNKNOWN_WORD = re.compile(r'its (?:word|status) "(.+?)" is not known')

type Setting = dict[str, Any]


def explanation(endpoint: Endpoint, exchange: Exchange, now: datetime) -> dict[str, Any]:
    """Return what a poll found, fit for JSON; header values of the request are not in it."""
    judgement = judge(endpoint, exchange, now)
    return {
        "endpoint": endpoint.name,
        "address": endpoint.target.shown,
        "verdict": judgement.verdict.value,
        "reason": judgement.reason,
        "format": judgement.format or None,
        "says_something_of_health": judgement.says,
        "components": [
            {"name": c.name, "verdict": c.verdict.value, "reason": c.reason}
            for c in judgement.components
        ],
        "reported": dict(judgement.reported),
        "phases_ms": {
            name: round(ms, 1) for name, ms in asdict(exchange.phases).items() if ms is not None
        },
        "response_ms": round(exchange.phases.total, 1),
        "tries": exchange.tries,
        "answer": _answer(exchange.answer, judgement) if exchange.answer else None,
        "fault": exchange.fault.text if exchange.fault else None,
        "settings": [
            {"setting": setting, "verdict": changed.verdict.value, "reason": changed.reason}
            for setting, tried in _settings(endpoint, exchange, judgement)
            if (changed := judge(tried, exchange, now)).verdict is not judgement.verdict
        ],
    }


def _answer(answer: Answer, judgement: Judgement) -> dict[str, Any]:
    days = judgement.certificate_days
    return {
        "status": answer.status,
        "content_type": storable(answer.content_type, 200),
        "location": storable(answer.location, 200) or None,
        "certificate_ends": answer.certificate_ends.isoformat()
        if answer.certificate_ends
        else None,
        "certificate_days": None if days is None else round(days, 1),
        "bytes": len(answer.body),
        "is_cut": answer.is_cut,
        "body": storable(decode(answer.body[: 4 * EXCERPT], "utf-8"), EXCERPT),
    }


def _settings(
    endpoint: Endpoint, exchange: Exchange, judgement: Judgement
) -> Iterator[tuple[Setting, Endpoint]]:
    """Yield settings that may change the verdict, and the endpoint with each."""
    answer = exchange.answer
    if answer is None:
        return
    failing = [c.name for c in judgement.components if c.verdict is Verdict.FAIL]
    for names in ([name] for name in failing):
        yield {"optional": names}, replace(endpoint, optional=endpoint.optional | set(names))
    if len(failing) > 1:
        yield {"optional": failing}, replace(endpoint, optional=endpoint.optional | set(failing))
    if answer.status not in endpoint.statuses:
        statuses = endpoint.statuses | {answer.status}
        yield {"status": [answer.status]}, replace(endpoint, statuses=statuses)
    if exchange.phases.total > endpoint.slow_ms:
        enough = float(math.ceil(exchange.phases.total / 500) * 500)
        yield {"slow_ms": enough}, replace(endpoint, slow_ms=enough)
    if endpoint.stale_after:
        yield {"stale_after": 0}, replace(endpoint, stale_after=0.0)
    for condition in endpoint.conditions:
        others = tuple(each for each in endpoint.conditions if each is not condition)
        yield {"conditions without": condition.text}, replace(endpoint, conditions=others)
    yield from _words(endpoint, judgement)


def _words(endpoint: Endpoint, judgement: Judgement) -> Iterator[tuple[Setting, Endpoint]]:
    """Yield what the words that nobody knows may mean."""
    texts = [judgement.reason, *(component.reason for component in judgement.components)]
    for word in dict.fromkeys(w for text in texts for w in _UNKNOWN_WORD.findall(text)):
        for means in (Verdict.PASS, Verdict.FAIL):
            words = (*endpoint.words, (fold(word), means))
            yield {"words": {word: means.value}}, replace(endpoint, words=words)


def as_lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield an explanation as lines of text, for a terminal."""
    yield f"{told['verdict'].upper()}  {told['endpoint']}  {told['address']}"
    if told["reason"]:
        yield f"  because   {told['reason']}"
    phases = ", ".join(f"{name} {ms:g}" for name, ms in told["phases_ms"].items())
    tried = f" in {told['tries']} tries" if told["tries"] > 1 else ""
    yield f"  took      {told['response_ms']:g} ms{tried} ({phases})"
    if answer := told["answer"]:
        yield f"  answered  {answer['status']}, {answer['content_type'] or 'no content type'}"
        if answer["certificate_days"] is not None:
            days, ends = answer["certificate_days"], answer["certificate_ends"]
            yield f"  TLS       certificate ends in {humanize(days, Unit.DAYS)} ({ends})"
        says = "" if told["says_something_of_health"] else ", which says nothing of health"
        yield f"  read as   {told['format']}{says}"
    for part in told["components"]:
        why = f"  {part['reason']}" if part["reason"] else ""
        yield f"  component {part['name']}: {part['verdict']}{why}"
    for name, value in told["reported"].items():
        yield f"  reported  {name} = {value:g}"
    if told["answer"]:
        yield f"  body      {told['answer']['body']}"
    for each in told["settings"]:
        why = f" ({each['reason']})" if each["reason"] else ""
        yield f"  with      {json.dumps(each['setting'])} it would be {each['verdict']}{why}"
