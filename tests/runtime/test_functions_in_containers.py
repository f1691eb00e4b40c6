"""Every function answers in AWS's runtime, with the layers alone, to every event there is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from avatarwatch.answers import button_value
from fakes import chat
from local.paths import ROOT
from local.scene import CHAT_SECRETS

pytestmark = pytest.mark.runtime

type Invoke = Callable[[str, Any], Any]

EVENTS = sorted((ROOT / "events/alarm_fanout").glob("*.json"))
KPI_EVENTS = sorted((ROOT / "events/kpi_aggregation").glob("*.json"))


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_alarm_fanout_answers(invoke: Invoke, path: Path) -> None:
    event = json.loads(path.read_text())
    answered = invoke("AlarmFanoutFunction", event)
    assert "errorMessage" not in answered
    if isinstance(event, dict) and event.get("Records", [{}])[0].get("eventSource") == "aws:sqs":
        assert set(answered) == {"batchItemFailures"}
    else:
        assert answered


@pytest.mark.parametrize("path", KPI_EVENTS, ids=lambda path: path.stem)
def test_kpi_aggregation_answers(invoke: Invoke, path: Path) -> None:
    event = json.loads(path.read_text())
    answered = invoke("KpiAggregationFunction", event)
    if path.stem.startswith("refused-"):
        assert answered["errorType"] == "RequestError"
        assert answered["errorMessage"].startswith(("cadence: ", "from: "))
    else:
        assert answered["runs"][0]["cadence"] == event["cadence"]


CHAT_EVENTS = sorted((ROOT / "events/chat_actions").glob("*.json"))


@pytest.mark.parametrize("path", CHAT_EVENTS, ids=lambda path: path.stem)
def test_chat_actions_believes_no_request_of_another_day(invoke: Invoke, path: Path) -> None:
    answered = invoke("ChatActionsFunction", json.loads(path.read_text()))
    # PagerDuty sends nothing for a day after three refusals: what is past is taken, and left
    is_pagerduty = path.stem.startswith("pagerduty")
    assert answered == {"statusCode": 200 if is_pagerduty else 401, "body": ""}


def test_chat_actions_takes_a_click_once(invoke: Invoke) -> None:
    secret = CHAT_SECRETS["slack_signing_secret"]
    click = chat.click("answer:acknowledge", button_value(None, "no-such-alert"))
    event = chat.of_slack(click, datetime.now(UTC), secret, coded=True)
    taken = {"statusCode": 200, "body": ""}
    assert [invoke("ChatActionsFunction", event) for _ in range(2)] == [taken, taken]


OTHERS = [
    *(
        (path, "CostControlFunction")
        for path in sorted((ROOT / "events/cost_control").glob("*.json"))
    ),
    *(
        (path, "AccessLogsFunction")
        for path in sorted((ROOT / "events/access_logs").glob("*.json"))
    ),
    *(
        (path, "HealthPollingFunction")
        for path in sorted((ROOT / "events/health_polling").glob("*.json"))
    ),
    *((path, "ReportingFunction") for path in sorted((ROOT / "events/reporting").glob("*.json"))),
]


@pytest.mark.parametrize(
    ("path", "function"), OTHERS, ids=lambda value: getattr(value, "stem", value)
)
def test_the_others_answer(invoke: Invoke, path: Path, function: str) -> None:
    answered = invoke(function, json.loads(path.read_text()))
    # a wrong payload is refused by the name of its field, everything else is answered
    assert ("errorMessage" in answered) == path.stem.startswith("invalid-")
    assert answered
