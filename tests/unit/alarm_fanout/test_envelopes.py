"""Messages taken out of whatever Lambda was invoked with."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from alarm_fanout.envelopes import Envelope, apart, instant, unpack
from unit.alarm_fanout.parsers.event_files import envelopes, event

_TOPIC = "arn:aws:sns:eu-north-1:123456789012:avatar-watch-AlertsTopic-K3J2H1G0F9E8"


def _of_body(body: Any, **attributes: str) -> Envelope:
    record = {
        "eventSource": "aws:sqs",
        "messageId": "m-1",
        "receiptHandle": "r-1",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "3", "SentTimestamp": "1795428931874"},
    }
    record["attributes"] |= attributes
    (envelope,) = unpack({"Records": [record]})
    return envelope


def test_a_notification_in_a_queue() -> None:
    (envelope,) = envelopes("metric-alarm-in-alarm")
    (record,) = event("metric-alarm-in-alarm")["Records"]
    notification = json.loads(record["body"])
    assert envelope.record_id == record["messageId"]
    assert envelope.receipt_handle == record["receiptHandle"]
    assert envelope.receives == 1
    assert envelope.body == record["body"]
    assert envelope.payload == json.loads(notification["Message"])
    assert envelope.message_id == notification["MessageId"]
    assert envelope.subject == notification["Subject"]
    assert envelope.sent_at == datetime(2026, 11, 23, 10, 15, 32, 101_000, UTC)
    assert envelope.topic_arn == _TOPIC


def test_a_notification_without_a_subject() -> None:
    (envelope,) = envelopes("cost-anomaly-over-sns")
    assert envelope.subject is None
    assert envelope.payload["dimensionalValue"] == "Amazon Simple Storage Service"


def test_a_raw_delivery_has_the_queues_time_and_id() -> None:
    envelope = _of_body("words")
    assert envelope == Envelope(
        body="words",
        payload="words",
        record_id="m-1",
        receipt_handle="r-1",
        receives=3,
        message_id="m-1",
        sent_at=datetime(2026, 11, 23, 10, 15, 31, 874_000, UTC),
    )


def test_an_event_in_a_queue_has_its_own_time_and_id() -> None:
    (envelope,) = envelopes("eventbridge-metric-alarm-in-alarm")
    assert envelope.sent_at == datetime(2026, 11, 23, 10, 15, 31, tzinfo=UTC)
    assert envelope.message_id == envelope.payload["id"]
    assert envelope.record_id is not None


def test_a_direct_subscription_has_no_record_to_fail() -> None:
    (envelope,) = envelopes("sns-metric-alarm-in-alarm")
    (queued,) = envelopes("metric-alarm-in-alarm")
    assert (envelope.record_id, envelope.receipt_handle) == (None, None)
    assert envelope.payload == queued.payload
    assert (envelope.sent_at, envelope.topic_arn) == (queued.sent_at, queued.topic_arn)


@pytest.mark.parametrize(
    "name", ["eventbridge-direct", "lambda-action-metric-alarm", "direct-json"]
)
def test_any_other_event_is_one_message(name: str) -> None:
    (envelope,) = envelopes(name)
    assert envelope.payload == envelope.body == event(name)
    assert envelope.record_id is None


def test_a_batch_keeps_its_order() -> None:
    records = event("batch-mixed")["Records"]
    assert [envelope.record_id for envelope in envelopes("batch-mixed")] == [
        record["messageId"] for record in records
    ]


def test_no_records_are_no_messages() -> None:
    assert unpack({"Records": []}) == []


def forwarded(times: int) -> dict[str, Any]:
    message: dict[str, Any] = {"words": "x"}
    for number in range(times + 1):
        message = {
            "Type": "Notification", "MessageId": f"m-{number}", "TopicArn": f"{_TOPIC}{number}",
            "Message": json.dumps(message), "Timestamp": "2026-11-23T10:15:31Z",
        }  # fmt: skip
    return message


@pytest.mark.parametrize(("times", "taken_out"), [(0, True), (1, True), (3, True), (4, False)])
def test_a_notification_is_taken_out_of_three_others(times: int, *, taken_out: bool) -> None:
    envelope = _of_body(json.dumps(forwarded(times)))
    assert (envelope.payload == {"words": "x"}) is taken_out
    if taken_out:
        assert (envelope.message_id, envelope.topic_arn) == ("m-0", f"{_TOPIC}0")


@pytest.mark.parametrize(
    ("answer", "topic", "is_one"),
    [
        ({"source": "avatarwatch.chat", "answer": {}}, None, True),
        ({"source": "avatarwatch.chat", "answer": {}}, _TOPIC, False),
        ({"source": "another", "answer": {}}, None, False),
        ({"source": "avatarwatch.chat", "answer": "x"}, None, False),
        ({"answer": {}}, None, False),
    ],
)
def test_an_answer_comes_into_the_queue_itself(
    answer: dict[str, Any], topic: str | None, *, is_one: bool
) -> None:
    one, other = Envelope(answer, answer, topic_arn=topic), Envelope("x", "x")
    assert apart([one, other]) == (([other], [one]) if is_one else ([one, other], []))


def test_a_request_gives_its_id_where_the_message_has_none() -> None:
    event = {"detail-type": "x", "detail": {}, "id": "e-1", "time": "2026-11-23T10:15:31Z"}
    assert [each.message_id for each in unpack(event, "r-1")] == ["e-1"]
    assert [each.message_id for each in unpack({"a": 1}, "r-1")] == ["r-1"]
    assert [each.message_id for each in unpack({"a": 1})] == [None]


@pytest.mark.parametrize(
    ("count", "receives"), [("2", 2), ("999999999", 999_999_999), ("1000000000", 1)]
)
def test_a_count_has_nine_digits_at_most(count: str, receives: int) -> None:
    assert _of_body("words", ApproximateReceiveCount=count).receives == receives


@pytest.mark.parametrize(
    ("milliseconds", "year"),
    [("946684800000", 2000), ("946684799999", None), ("7258118399999", 2199),
     ("7258118400000", None), ("09466848000000", None)],
)  # fmt: skip
def test_times_are_of_two_centuries(milliseconds: str, year: int | None) -> None:
    sent = _of_body("words", SentTimestamp=milliseconds).sent_at
    assert (sent.year if sent else None) == year
    for text, is_one in (
        ("1999-12-31T23:59:59Z", False), ("2000-01-01T00:00:00Z", True),
        ("2199-12-31T23:59:59Z", True), ("2200-01-01T00:00:00Z", False),
    ):  # fmt: skip
        assert (instant(f" {text} ") is not None) is is_one


@pytest.mark.parametrize("text", ["", "42", "null", '"words"', "{broken", "NaN", "[" * 100_000])
def test_a_text_that_spells_no_object_or_array_stays_a_text(text: str) -> None:
    assert _of_body(text).payload == text


def test_a_dead_letter_that_was_moved_back_is_read_as_what_it_was() -> None:
    (before,) = envelopes("metric-alarm-in-alarm")
    (record,) = event("metric-alarm-in-alarm")["Records"]
    set_aside = json.dumps({"reason": "nobody can read it", "body": record["body"]})
    again = _of_body(set_aside)
    assert (again.body, again.payload, again.message_id) == (
        before.body, before.payload, before.message_id,
    )  # fmt: skip
    assert again.topic_arn == _TOPIC


def test_the_record_of_an_invocation_that_failed_is_read_as_its_payload() -> None:
    direct = {"source": "aws.cloudwatch", "alarmArn": "arn:aws:cloudwatch:eu-north-1:1:alarm:a"}
    written = {
        "version": "1.0", "timestamp": "2026-11-26T10:15:00.000Z",
        "requestContext": {"requestId": "r", "condition": "RetriesExhausted",
                           "functionArn": "arn", "approximateInvokeCount": 3},
        "requestPayload": direct, "responseContext": {"statusCode": 200},
        "responsePayload": {"errorType": "Timeout"},
    }  # fmt: skip
    assert _of_body(json.dumps(written)).payload == direct
    sent = {"Type": "Notification", "MessageId": "m", "TopicArn": _TOPIC,
            "Message": json.dumps(direct), "Timestamp": "2026-11-26T10:14:00.000Z"}  # fmt: skip
    by_sns = {"Records": [{"EventSource": "aws:sns", "Sns": sent}]}
    envelope = _of_body(json.dumps(written | {"requestPayload": by_sns}))
    assert (envelope.payload, envelope.message_id, envelope.topic_arn) == (direct, "m", _TOPIC)


@pytest.mark.parametrize(
    "content",
    [{"reason": "late", "body": "x", "job": 1}, {"requestPayload": {}}, {"reason": 1, "body": "x"}],
)
def test_what_only_resembles_a_dead_letter_is_left_as_it_is(content: dict[str, Any]) -> None:
    assert _of_body(json.dumps(content)).payload == content


def test_a_notification_of_another_making_is_plain_json() -> None:
    envelope = _of_body('{"Type": "Notification", "Message": "no topic"}')
    assert envelope.payload == {"Type": "Notification", "Message": "no topic"}
    assert envelope.topic_arn is None


@pytest.mark.parametrize(
    "attributes", [{"SentTimestamp": "soon"}, {"SentTimestamp": "9" * 13}, {"SentTimestamp": "²"}]
)
def test_a_broken_time_is_no_time(attributes: dict[str, str]) -> None:
    assert _of_body("words", **attributes).sent_at is None


@pytest.mark.parametrize("count", ["many", "", "9" * 5000, "-1"])
def test_a_broken_count_is_the_first_receive(count: str) -> None:
    assert _of_body("words", ApproximateReceiveCount=count).receives == 1


def test_records_that_are_none_still_have_their_place() -> None:
    records: list[Any] = [{"eventSource": "aws:sqs", "body": "a"}, None, {"messageId": "m"}]
    assert [envelope.payload for envelope in unpack({"Records": records})] == ["a", None, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T10:15:31.874+0000", datetime(2026, 11, 23, 10, 15, 31, 874_000, UTC)),
        ("2026-11-23T12:15:31+02:00", datetime(2026, 11, 23, 10, 15, 31, tzinfo=UTC)),
        ("2026-11-23T10:15:31Z", datetime(2026, 11, 23, 10, 15, 31, tzinfo=UTC)),
        ("2026-11-23T10:15:31", datetime(2026, 11, 23, 10, 15, 31, tzinfo=UTC)),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("yesterday", None),
        (1795428931, None),
        (None, None),
    ],
)
def test_times_as_aws_writes_them(text: object, expected: datetime | None) -> None:
    assert instant(text) == expected
