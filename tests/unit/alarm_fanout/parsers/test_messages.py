"""What the messages say that are no alarms."""

from typing import Any

import pytest

from alarm_fanout.alert import Alert
from alarm_fanout.envelopes import Envelope, unpack
from alarm_fanout.parsers import event as event_of_any_kind
from alarm_fanout.parsers.arrival import Arrival
from avatarwatch.alert_state import AlertState
from unit.alarm_fanout.parsers.event_files import NOW, envelopes, one_of, only_alert


def _read(payload: Any, subject: str | None = None) -> Alert:
    return one_of(Envelope(payload, payload, subject=subject), NOW)


@pytest.mark.parametrize(
    ("name", "summary"),
    [
        ("budget-actual-monthly", "Actual cost $212.37 is over $200.00 for the current month"),
        (
            "budget-forecast-monthly",
            "Forecasted cost $1,284.60 is over $250.00 for the current month",
        ),
        ("budget-actual-daily", "Actual cost $17.02 is over $10.00 per day"),
    ],
)
def test_a_budget_in_one_sentence(name: str, summary: str) -> None:
    assert only_alert(name).summary == summary


def test_a_budgets_amounts_and_link() -> None:
    alert = only_alert("budget-actual-monthly")
    assert alert.facts == (
        ("Budgeted amount", "$250.00"),
        ("Alert threshold", "> $200.00"),
        ("Actual amount", "$212.37"),
        ("Period", "month"),
    )
    assert alert.links == (("Budgets", "https://console.aws.amazon.com/billing/home#/budgets"),)
    assert (alert.account, alert.region) == ("123456789012", None)


def test_a_text_that_only_mentions_a_budget_stays_a_text() -> None:
    assert _read("Please look at this.\nBudget Name: avatars").kind.value == "text"


def test_both_spellings_of_a_cost_anomaly() -> None:
    over_sns, over_eventbridge = (
        only_alert(f"cost-anomaly-over-{way}") for way in ("sns", "eventbridge")
    )
    assert over_sns.name == over_eventbridge.name == "Amazon Simple Storage Service"
    assert over_sns.summary == "$201.15 more than expected (+201 %)."
    assert over_sns.key == over_eventbridge.key
    assert dict(over_sns.facts) == {
        "Spent": "$301.40",
        "Expected": "$100.25",
        "Days": "2026-11-21 to 2026-11-22",
        "Cause": "Amazon Simple Storage Service, eu-north-1, EUN1-Requests-Tier1, avatars, $190.00",
    }
    assert over_sns.links[0][1].startswith("https://console.aws.amazon.com/cost-management/")


def test_a_link_that_is_none_is_left_out() -> None:
    alert = _read({"anomalyId": "a", "anomalyDetailsLink": "javascript:alert(1)"})
    assert (alert.kind.value, alert.links) == ("cost anomaly", ())


def test_a_health_event() -> None:
    alert = only_alert("health-issue-open")
    assert alert.summary.startswith("We are investigating increased error rates")
    assert "\n\nOther requests are not affected." in alert.summary
    assert dict(alert.facts)["Affected"] == "avatar-originals, avatar-thumbnails"
    assert dict(alert.facts)["Start"] == "2026-11-23 10:02 UTC"


@pytest.mark.parametrize(
    ("category", "status", "state"),
    [
        ("issue", "open", AlertState.ALARM),
        ("issue", None, AlertState.ALARM),
        ("issue", "closed", AlertState.OK),
        ("investigation", "open", AlertState.INFO),
        ("accountNotification", "open", AlertState.INFO),
        ("scheduledChange", "upcoming", AlertState.INFO),
    ],
)
def test_only_an_issue_is_open(category: str, status: str | None, state: AlertState) -> None:
    (envelope,) = envelopes("health-issue-open")
    detail = envelope.payload["detail"] | {"eventTypeCategory": category, "statusCode": status}
    assert _read(envelope.payload | {"detail": detail}).state is state


def test_an_event_says_what_matters_first() -> None:
    alert = only_alert("event-ecs-task-stopped")
    assert alert.title == (
        "Task of resize stopped: Essential container in task exited"
        " (OutOfMemoryError: Container killed due to memory usage)"
    )
    assert alert.facts[:3] == (
        ("Source", "ECS"),
        ("Stop code", "EssentialContainerExited"),
        ("Exit codes", "137"),
    )
    assert len(alert.facts) <= 10


def test_an_alarm_event_of_another_shape_is_told_as_an_event() -> None:
    event = {"detail-type": "CloudWatch Alarm State Change", "detail": {"alarmName": None}}
    alert = _read(event)
    assert (alert.kind.value, alert.name) == ("event", "CloudWatch Alarm State Change")


def test_an_event_whose_fields_are_no_texts_is_told_without_them() -> None:
    arrival = Arrival(NOW)
    odd = {"source": 7, "detail-type": ["x"], "id": {}, "detail": {"count": 3}}
    alert = event_of_any_kind.parse(odd, arrival)
    assert (alert.name, alert.facts) == ("Event", (("count", "3"),))
    other = event_of_any_kind.parse({**odd, "detail": {"count": 4}}, arrival)
    assert alert.key != other.key, "two events without an id are two"
    assert alert.key == event_of_any_kind.parse(dict(odd), arrival).key


def test_unknown_json_is_readable() -> None:
    alert = only_alert("unknown-json")
    assert (alert.name, alert.summary) == ("thumbnailer", "disk is 97 % full")
    assert alert.facts == (
        ("level", "error"),
        ("host.name", "thumb-3"),
        ("host.zone", "eu-north-1b"),
        ("disks", "/, /var"),
        ("retry", "no"),
        ("attempts", "4"),
    )


def test_unknown_json_is_told_in_ten_short_facts() -> None:
    alert = _read({f"field {number}": "x" * 1000 for number in range(50)})
    assert len(alert.facts) == 10
    assert all(len(value) <= 200 for _, value in alert.facts)


@pytest.mark.parametrize("payload", [{}, [], [[]], {"a": None}])
def test_json_without_content_is_told_all_the_same(payload: Any) -> None:
    assert _read(payload).name == "JSON message"


@pytest.mark.parametrize(
    ("payload", "title", "severity"),
    [
        ([{"name": "backup", "status": "FAILED"}] * 3, "backup and 2 more: FAILED", "warning"),
        ([{"alertname": "DiskFull", "status": "firing"}], "DiskFull: firing", "warning"),
        (
            [{"labels": {"alertname": "Load", "severity": "critical"}, "startsAt": "now"}],
            "Load",
            "critical",
        ),
        (["db1 is out of memory", "db2 too"], "db1 is out of memory", "warning"),
        ({"check": "disk", "ok": False}, "disk: not ok", "warning"),
        ({"check": "disk", "ok": True}, "disk", "info"),
        ({"check": "disk", "isHealthy": False}, "disk: not healthy", "warning"),
        ({"job": "import", "failed": True}, "import: failed", "warning"),
        ({"job": "import", "failed": False}, "import", "info"),
        ({"name": "sync", "detail": {"has_errors": True}}, "sync: errors", "warning"),
    ],
)
def test_lists_and_flags_say_what_is_wrong(payload: Any, title: str, severity: str) -> None:
    alert = _read(payload)
    assert (alert.title, alert.severity and alert.severity.value) == (title, severity)


def test_text() -> None:
    with_subject, without = (only_alert(f"plain-text-{way}-subject") for way in ("with", "without"))
    assert with_subject.summary.startswith("The nightly import of avatars stopped")
    assert (without.name, without.summary) == ("Backup failed", "No space left on device.")
    assert (without.region, without.account) == ("eu-north-1", "123456789012")


def test_a_long_first_line_is_the_headline_and_the_summary() -> None:
    alert = _read("word " * 100)
    assert len(alert.name) == 150
    assert alert.name.endswith("…")
    assert alert.summary == ("word " * 100).strip()


def test_an_alert_of_ours() -> None:
    alert = only_alert("own-alert-endpoint-down")
    assert alert.alert_id == "EndpointDown"
    assert alert.summary == "api.example.com does not answer: connection refused"
    assert alert.reason == "3 of 3 probes failed"
    assert alert.facts[0] == ("Endpoint", "https://api.example.com/health")
    assert alert.links == (("Endpoint", "https://api.example.com/health"),)


def test_an_alert_of_ours_that_breaks_the_model_names_the_fields() -> None:
    assert only_alert("own-alert-invalid").summary == (
        "Not a valid alert of ours: state has a value that we do not know; time is missing."
    )


def test_an_alert_of_ours_at_the_end_of_the_calendar() -> None:
    (envelope,) = envelopes("own-alert-endpoint-down")
    alert = _read(envelope.payload | {"time": "0001-01-01T00:00:00+23:00"})
    assert alert.summary == "Not a valid alert of ours: time is out of range."


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mred\x1b[0m and plain words after it",
        "\u202eevas \u05d0\u05d6\u05e2\u05e7\u05d4",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    ],
)
def test_odd_text_is_still_text(text: str) -> None:
    (envelope,) = unpack(text)
    assert one_of(envelope, NOW).kind.value == "text"


@pytest.mark.parametrize(
    ("document", "title"),
    [
        (
            {"action": "completed", "workflow_run": {"name": "deploy", "conclusion": "failure"}},
            "deploy: failure",
        ),
        ({"incident": {"name": "API errors", "status": "investigating"}},
         "API errors: investigating"),
        ({"Event Source": "cluster", "Event Message": "Cluster dw is out of disk"},
         "Cluster dw is out of disk"),
    ],
)  # fmt: skip
def test_a_document_without_a_name_is_what_its_parts_or_its_sentence_say(
    document: dict[str, Any], title: str
) -> None:
    assert _read(document).title == title
