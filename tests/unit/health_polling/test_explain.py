"""What a probe lays open: found, judged, and what each setting would change."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from fakes.health import NOON, answered, endpoint, failed, guide
from health_polling.exchange import Exchange, FaultKind
from health_polling.explain import as_lines, explanation


def settings(exchange: Exchange, **entry: Any) -> list[tuple[Any, str]]:
    told = explanation(endpoint(**entry), exchange, NOON)
    json.dumps(told)
    return [(each["setting"], each["verdict"]) for each in told["settings"]]


def test_everything_that_was_found_is_there() -> None:
    exchange = answered({**guide(redis="down"), "metrics": {"depth": 7}},
                        ends=NOON + timedelta(days=9))  # fmt: skip
    told = explanation(endpoint(), exchange, NOON)
    assert told["verdict"] == "fail"
    assert told["reason"] == "redis: fail"
    assert told["format"] == "JSON with components"
    assert {"name": "redis", "verdict": "fail", "reason": ""} in told["components"]
    assert told["reported"] == {"depth": 7}
    assert told["phases_ms"]["first_byte"] == 43
    assert told["answer"]["certificate_days"] == 9
    text = "\n".join(as_lines(told))
    for words in (
        "FAIL  api", "because   redis", "certificate ends in 9 days", "component s3: pass",
        "reported  depth = 7", 'with      {"optional": ["redis"]}',
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("exchange", "entry", "expected"),
    [
        (answered(guide(redis="down")), {}, [({"optional": ["redis"]}, "warn")]),
        (answered(guide(redis="down", s3="down")), {}, [({"optional": ["redis", "s3"]}, "warn")]),
        (answered(body=b"", status=401), {}, [({"status": [401]}, "pass")]),
        (answered(guide(), ms=2300), {}, [({"slow_ms": 2500.0}, "pass")]),
        (answered({"status": "ok", "timestamp": "2020-01-01T00:00:00Z"}), {},
         [({"stale_after": 0}, "pass")]),
        (answered({"status": "flurbl"}), {},
         [({"words": {"flurbl": "pass"}}, "pass"), ({"words": {"flurbl": "fail"}}, "fail")]),
        (answered({"a": 1}), {"conditions": ["body.a == 2"]},
         [({"conditions without": "body.a == 2"}, "pass")]),
        (answered(guide()), {}, []),
        (failed(), {}, []),
        (failed(FaultKind.TIMEOUT, "connecting timed out"), {}, []),
    ],
)  # fmt: skip
def test_a_setting_is_named_only_when_it_changes_the_verdict(
    exchange: Exchange, entry: dict[str, Any], expected: list[tuple[Any, str]]
) -> None:
    assert settings(exchange, **entry) == expected


def test_a_secret_header_is_not_shown() -> None:
    told = explanation(endpoint(headers={"Authorization": "s3cret"}), answered(guide()), NOON)
    assert "s3cret" not in json.dumps(told)
