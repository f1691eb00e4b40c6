"""Links into the console: of the right region and partition, and encoded as the console does."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.console import Console, MetricRef, jsurl

START, END = datetime(2026, 11, 23, 10, tzinfo=UTC), datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
METRIC = MetricRef("AWS/RDS", "CPU", (("DBInstance", "accounts db"),), "Average", 300)


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        ({"metrics": [["NS", "Name"]], "period": 300}, "~(metrics~(~(~'NS~'Name))~period~300)"),
        ("a b", "~'a*20b"),
        ("AWS/S3", "~'AWS*2fS3"),
        ("$", "~'!"),
        ("~(')", "~'*7e*28*27*29"),
        ("é", "~'*e9"),
        ("א", "~'**05d0"),
        ("🔥", "~'**d83d**dd25"),
        (True, "~true"),
        (None, "~null"),
        (1.5, "~1.5"),
        ([], "~()"),
    ],
)
def test_jsurl(value: object, spelled: str) -> None:
    assert jsurl(value) == spelled


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_jsurl_of_any_text_is_ascii_that_an_address_holds(text: str) -> None:
    spelled = jsurl(text)
    assert spelled.isascii()
    assert not set(spelled) & set('%#&?"<> \n\\')


def test_an_alarm_s_name_is_one_part_of_the_address() -> None:
    link = Console("eu-north-1").alarm("a/b c#é?")
    assert link == (
        "https://eu-north-1.console.aws.amazon.com/cloudwatch/home?region=eu-north-1"
        "#alarmsV2:alarm/a%2Fb%20c%23%C3%A9%3F"
    )


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "us-east-1.console.aws.amazon.com"),
        ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("eusc-de-east-1", "eusc-de-east-1.console.amazonaws-eusc.eu"),
    ],
)
def test_the_host_is_the_partition_s(region: str, host: str) -> None:
    console = Console.of(region)
    assert console
    assert urlsplit(console.alarm("a")).hostname == host


@pytest.mark.parametrize(
    "region",
    [None, "", "evil.example/", "EU (Stockholm)", "eu-north-1.evil", "us-iso-east-1"],
)
def test_what_is_no_region_or_has_no_console_that_we_know_gets_no_links(
    region: str | None,
) -> None:
    assert Console.of(region) is None


def test_a_graph_shows_the_window_with_a_margin() -> None:
    link = Console("eu-north-1").graph((METRIC,), START, END)
    fragment = urlsplit(link).fragment
    assert fragment == (
        "metricsV2:graph=~(metrics~(~(~'AWS*2fRDS~'CPU~'DBInstance~'accounts*20db"
        "~(stat~'Average~period~300)))~region~'eu-north-1~view~'timeSeries"
        "~start~'2026-11-23T09*3a30*3a00Z~end~'2026-11-23T10*3a45*3a00Z)"
    )


def test_logs_are_those_of_the_window_alone() -> None:
    fragment = urlsplit(
        Console("eu-north-1").logs("/aws/api", START, END, "fields @message")
    ).fragment
    assert fragment == (
        "logsV2:logs-insights$3FqueryDetail$3D~(start~'2026-11-23T10*3a00*3a00.000Z"
        "~end~'2026-11-23T10*3a15*3a00.000Z~timeType~'ABSOLUTE~tz~'UTC"
        "~editorString~'fields*20*40message~source~(~'*2faws*2fapi))"
    )
