"""Words by which services say that something failed, and texts that are cut."""

from __future__ import annotations

from typing import Any

import pytest

from alarm_fanout.envelopes import Envelope
from alarm_fanout.parsers import parse
from alarm_fanout.parsers.texts import is_binary, shortened
from alarm_fanout.queue import _printable
from avatarwatch.catalogue import Severity

from .event_files import NOW


def graded(kind: str, detail: dict[str, Any]) -> Severity | None:
    event = {"id": "1", "source": "aws.x", "detail-type": kind, "region": "eu-north-1",
             "time": "2026-11-23T10:14:00Z", "detail": detail,
             "resources": ["arn:aws:dms:eu-north-1:123456789012:task:ABCD"]}  # fmt: skip
    [alert] = parse(Envelope(event, event), NOW)
    return alert.severity


@pytest.mark.parametrize(
    "word",
    ["FAILED", "FAILURE", "ERROR", "FAULT", "TIMED_OUT", "TIMEOUT", "ABORTED", "EXPIRED",
     "PARTIAL", "REJECTED", "STOPPED_WITH_ERROR", "COMPLETED_WITH_ISSUES", "DENIED"],
)  # fmt: skip
def test_a_status_that_says_failure_is_a_warning(word: str) -> None:
    """As the services' own pages about their events spell them."""
    detail = {"project-name": "web", "build-status": word}
    assert graded("CodeBuild Build State Change", detail) is Severity.WARNING
    well = {"project-name": "web", "build-status": "SUCCEEDED"}
    assert graded("CodeBuild Build State Change", well) is not Severity.WARNING


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        (
            "DMS Replication Task State Change",
            {"type": "REPLICATION_TASK_FAILED", "detailMessage": "so"},
        ),
        ("DMS Replication Instance State Change", {"category": "FAILURE", "detailMessage": "so"}),
        (
            "DMS Replication Instance State Change",
            {"category": "LOWSTORAGE", "detailMessage": "so"},
        ),
        ("DMS Replication Instance State Change", {"category": "FAILOVER", "detailMessage": "so"}),
        ("EC2 Automation Execution Status-change Notification", {"Status": "TimedOut"}),
        ("EC2 Command Status-change Notification", {"status": "TimedOut"}),
    ],
)
def test_what_a_service_calls_its_own_trouble(kind: str, detail: dict[str, Any]) -> None:
    assert graded(kind, detail) is Severity.WARNING


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a  b\nc", 5, "a b c"), ("a" + " " * 20, 3, "a…"),
     ("", 3, "")],
)  # fmt: skip
def test_a_text_is_cut_only_where_it_is_longer(text: str, limit: int, shown: str) -> None:
    assert shortened(text, limit) == shown


@pytest.mark.parametrize("code", [0x01, 0x9F, 0xD800, 0xE000, 0xFFFD])
def test_more_than_a_fifth_of_it_makes_a_text_none(code: int) -> None:
    unfit = chr(code)
    assert not is_binary("abcd" + unfit)
    assert is_binary("abcdefg" + unfit * 2)
    assert not is_binary("\n\r\t" * 10)
    assert not is_binary("")


@pytest.mark.parametrize(
    ("reason", "attribute"),
    [("no JSON", "no JSON"), ("a\nb", "a?b"), ("für", "f?r"), ("", "unknown"),
     ("x" * 1001, "x" * 1000)],
)  # fmt: skip
def test_why_something_is_set_aside_fits_into_an_attribute(reason: str, attribute: str) -> None:
    """SQS takes no attribute that is empty, and none with a control in it."""
    assert _printable(reason) == attribute
