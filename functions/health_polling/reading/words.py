"""The words in which services say how they are."""

from __future__ import annotations

from typing import Any

from health_polling.verdict import Verdict

_WORDS = {
    Verdict.PASS: (
        "pass passed ok okay up healthy success green available running operational alive ready"
        " connected active online pong enabled normal true yes"
    ),
    Verdict.WARN: "warn warning degraded slow yellow partial impaired limited maintenance",
    Verdict.FAIL: (
        "fail failed failing error down unhealthy out_of_service critical red unavailable dead"
        " disconnected inactive offline timeout timed_out broken stopped shutting_down fatal"
        " not_ready false no"
    ),
    Verdict.UNKNOWN: "unknown",
}
_VERDICTS = {word: verdict for verdict, words in _WORDS.items() for word in words.split()}


def verdict_of(value: Any) -> Verdict | None:
    """Return what a status value says, None where it is no status that we know.

    >>> verdict_of("UP"), verdict_of("Out of Service"), verdict_of(False), verdict_of("1.0.3")
    (<Verdict.PASS: 'pass'>, <Verdict.FAIL: 'fail'>, <Verdict.FAIL: 'fail'>, None)
    """
    if isinstance(value, bool):
        return Verdict.PASS if value else Verdict.FAIL
    if not isinstance(value, str) or len(value) > 40:
        return None
    return _VERDICTS.get("_".join(value.strip(" \t\r\n.!\"'").lower().replace("-", " ").split()))
