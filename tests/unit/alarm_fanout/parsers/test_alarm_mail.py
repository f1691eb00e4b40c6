"""An alarm's e-mail, published once more, opens and closes the incident of the alarm itself."""

from __future__ import annotations

import pytest

from alarm_fanout.alert import Alert, Kind
from alarm_fanout.envelopes import Envelope
from alarm_fanout.parsers import parse
from avatarwatch.alert_state import AlertState
from unit.alarm_fanout.parsers.event_files import NOW

ARN = "arn:aws:cloudwatch:eu-north-1:123456789012:alarm:thumbs slow"
REASON = "Threshold Crossed: 1 datapoint [9.0 (28/11/26 09:59:00)] was greater than (5.0)."
ENTERED, MOVED = "entered the {} state", "transitioned to {} state on Saturday 28 November, 2026"


def mail(state: str, how: str = ENTERED, reason: str = f', because "{REASON}" at "…"') -> str:
    return (
        'You are receiving this email because your Amazon CloudWatch Alarm\n"thumbs slow" in the'
        f" EU (Stockholm) region has {how.format(state)}{reason}.\n\nAlarm Details:\n"
        "- Name:                       thumbs slow\n"
        "- Description:                Look at the queue\n"
        f"- State Change:               INSUFFICIENT_DATA -> {state}\n"
        "- AWS Account:                123456789012\n"
        f"- Alarm Arn:                  {ARN}\n"
    )


def read(text: str) -> Alert:
    [alert] = parse(Envelope(text, text, subject="about thumbs"), NOW)
    return alert


@pytest.mark.parametrize("how", [ENTERED, MOVED])
@pytest.mark.parametrize("state", ["ALARM", "OK", "INSUFFICIENT_DATA"])
def test_it_is_the_alarm(state: str, how: str) -> None:
    json = {"AlarmName": "thumbs slow", "NewStateValue": state, "AlarmArn": ARN}
    [alarm] = parse(Envelope(json, json), NOW)
    alert = read(mail(state, how))
    assert (alert.kind, alert.name, alert.key, alert.state) == (
        alarm.kind, "thumbs slow", alarm.key, alarm.state
    )  # fmt: skip
    assert (alert.reason, alert.description) == (REASON, "Look at the queue")
    assert (alert.previous, alert.account) == (AlertState.INSUFFICIENT_DATA, "123456789012")


def test_it_needs_no_reason_and_no_details() -> None:
    alert = read(mail("ALARM", reason="").partition("\n\n")[0])
    assert (alert.name, alert.state, alert.reason) == ("thumbs slow", AlertState.ALARM, "")


@pytest.mark.parametrize("state", ["MAINTENANCE", "alarm"])
def test_another_state_is_a_text(state: str) -> None:
    assert read(mail(state)).kind is Kind.TEXT
