"""One change is one change, whichever way it came."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alarm_fanout.envelopes import unpack
from unit.alarm_fanout.parsers.event_files import NOW, alerts, envelopes, event, one_of, only_alert

_COPIES = [
    ("metric-alarm-in-alarm", "eventbridge-metric-alarm-in-alarm"),
    ("metric-alarm-in-alarm", "eventbridge-direct"),
    ("metric-alarm-in-alarm", "eventbridge-over-sns"),
    ("metric-alarm-in-alarm", "eventbridge-with-alarm-tags"),
    ("metric-alarm-in-alarm", "lambda-action-metric-alarm"),
    ("metric-alarm-in-alarm", "sns-metric-alarm-in-alarm"),
    ("metric-alarm-in-alarm", "metric-alarm-without-arn"),
    ("metric-alarm-recovered", "eventbridge-metric-alarm-recovered"),
    ("metric-math-alarm", "eventbridge-metric-math-alarm"),
    ("anomaly-alarm", "eventbridge-anomaly-alarm"),
    ("composite-with-children", "eventbridge-composite-with-children"),
    ("eventbridge-suppression-ended", "lambda-action-composite-alarm"),
]


@pytest.mark.parametrize(("one", "other"), _COPIES)
def test_copies_of_one_change_are_read_as_the_very_same_alert(one: str, other: str) -> None:
    assert only_alert(one) == only_alert(other)


def test_a_raw_delivery_lacks_nothing() -> None:
    assert only_alert("raw-delivery-metric-alarm") == only_alert("metric-alarm-in-alarm")


def test_copies_of_a_contributors_change_differ_in_what_eventbridge_leaves_out() -> None:
    over_sns = only_alert("contributor-over-sns")
    over_eventbridge = only_alert("eventbridge-contributor-state-change")
    assert over_eventbridge.previous is None
    assert replace(over_sns, previous=None) == over_eventbridge


def test_a_contributor_is_another_incident_than_its_alarm() -> None:
    contributor = only_alert("eventbridge-contributor-state-change")
    assert contributor.key.startswith(only_alert("eventbridge-multi-time-series").key)
    assert contributor.key != only_alert("eventbridge-multi-time-series").key


@pytest.mark.parametrize("field", ["resources", "region"])
def test_an_event_without_one_way_to_tell_the_alarm_has_the_same_key(field: str) -> None:
    document = event("eventbridge-direct")
    del document[field]
    (envelope,) = unpack(document)
    assert one_of(envelope, NOW).key == only_alert("metric-alarm-in-alarm").key


def test_duplicates_in_a_batch_are_one_change() -> None:
    assert len({(alert.key, alert.change_id) for alert in alerts("batch-duplicates")}) == 1


def test_a_suppression_that_ends_is_another_change_of_the_same_alarm() -> None:
    begins, ends = (only_alert(f"eventbridge-suppression-{name}") for name in ("begins", "ended"))
    assert begins.key == ends.key
    assert begins.change_id != ends.change_id
    assert (begins.suppressed, ends.suppressed) == (True, False)
    assert ends.state is ends.previous
    assert ends.summary == "CloudWatch no longer holds this alarm's actions back."


@pytest.mark.parametrize(
    "name",
    ["plain-text-with-subject", "unknown-json", "budget-actual-monthly", "raw-delivery-text"],
)
def test_a_redelivery_of_a_message_without_a_key_is_the_same_change(name: str) -> None:
    (first,) = envelopes(name)
    again = replace(first, receives=2, receipt_handle="another")
    one, two = one_of(first, NOW), one_of(again, NOW + timedelta(minutes=5))
    assert one == two


def test_the_same_words_later_are_another_change_of_the_same_thing() -> None:
    (first,) = envelopes("plain-text-with-subject")
    later = replace(first, sent_at=NOW + timedelta(days=1))
    one, two = one_of(first, NOW), one_of(later, NOW)
    assert one.key == two.key
    assert one.change_id != two.change_id


def test_the_pages_of_a_health_event_are_one_change() -> None:
    (first,) = envelopes("health-issue-open")
    page = first.payload | {"id": "another", "time": "2026-11-23T10:21:31Z"}
    page["detail"] = page["detail"] | {"page": "2", "affectedEntities": []}
    one, two = one_of(first, NOW), one_of(unpack(page)[0], NOW)
    assert (one.key, one.change_id) == (two.key, two.change_id)
