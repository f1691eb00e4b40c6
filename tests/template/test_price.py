"""What a month costs: bounded, by line, and written down where people read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from fakes.commands import commands
from fakes.parameters import KEY, values
from local.deploy import merged
from local.parameters import pairs, words
from local.paths import ROOT
from local.price.bill import Line, lines, total
from local.price.dashboards import referenced
from local.price.deployment import Deployed
from local.price.page import BEFORE, CHOICES, DEFAULT, MEASURED, by_group, summary, undrawn

PAGE = ROOT / "docs" / "price.md"
MOST_LISTED, MOST_AFTER_FREE = 10.00, 3.00  # with room for a few alerts of a team's own
CENTS = 0.05  # that it may rise unseen
DASHBOARD = 3.0


def bill(source: dict[str, Any], **given: str) -> list[Line]:
    return lines(Deployed.of(source, {**DEFAULT, **given}))


def test_the_default_costs_no_more_than_was_decided(source: dict[str, Any]) -> None:
    listed, left = total(bill(source))
    assert MOST_LISTED - 1 < listed <= MOST_LISTED
    assert MOST_AFTER_FREE - 1 < left <= MOST_AFTER_FREE
    assert listed - DASHBOARD < sum(BEFORE.values()) / 5


def test_what_it_costs_is_written_down(source: dict[str, Any]) -> None:
    told = re.search(r"\*\*total\*\* \| \| \*\*([\d.]+)\*\* \| \*\*([\d.]+)\*\*", PAGE.read_text())
    assert told
    for found, written in zip(total(bill(source)), map(float, told.groups()), strict=True):
        assert found <= written + CENTS


def test_each_choice_is_written_down_with_its_price(source: dict[str, Any]) -> None:
    page, default = PAGE.read_text(), total(bill(source))
    for what, given in CHOICES.items():
        listed, left = (a - b for a, b in zip(total(bill(source, **given)), default, strict=True))
        found = re.search(rf"\| {re.escape(what)} \| \+([\d.]+) \| \+([\d.]+) \|", page)
        assert found, what
        assert [listed, left] == pytest.approx([*map(float, found.groups())], abs=CENTS), what


def test_a_further_endpoint_costs_almost_nothing(source: dict[str, Any]) -> None:
    more = DEFAULT["HealthEndpoints"] + ",https://one.more/health"
    assert total(bill(source, HealthEndpoints=more))[0] - total(bill(source))[0] <= 0.30


@pytest.mark.parametrize(
    ("given", "line", "amount"),
    [
        ({"HealthEndpoints": ""}, "health over all endpoints", 0),
        ({"ApiLogGroupName": "/avatar/api"}, "uploads counted from the API's log lines", 6),
        ({"Emulated": "true"}, "dashboard", 1),
        ({"ChatSecretsParameter": "/avatar-watch/chat"}, "answers from the chat", 300),
        ({"TopicKey": "own"}, "keys", 1),
        ({"TopicKey": KEY}, "keys", 0),
        ({"HealthEndpointMetrics": "EndpointUp"}, "metrics of each endpoint by itself", 5),
        ({"HealthEndpointMetrics": "EndpointUp,Phases"}, "metrics of each endpoint by itself", 30),
        (
            {"HealthEndpointMetrics": "EndpointUp", "HealthEndpoints": ""},
            "metrics of each endpoint by itself",
            0,
        ),
        ({"MakeAccessLogBucket": "true"}, "requests counted from access logs", 13),
        ({"AccessLogBucketName": "logs"}, "requests counted from access logs", 13),
        ({"RealtimeLogs": "true"}, "requests counted from access logs", 8),
        ({"RealtimeLogs": "true"}, "shards for real-time logs", 1),
        ({"CostSource": "cost-explorer"}, "Cost Explorer's answers", 30),
        ({}, "requests counted from access logs", 0),
        ({}, "KPIs that alarms read, every five minutes", 3),
        (MEASURED, "KPIs that alarms read, every five minutes", 5),
        (MEASURED, "CloudFront's additional metrics", 8),
        ({"DistributionIds": ""}, "KPIs that alarms read, every five minutes", 1),
    ],
)
def test_the_bill_follows_the_parameters(
    source: dict[str, Any], given: dict[str, str], line: str, amount: float
) -> None:
    found = {each.what: each for each in bill(source, **given)}
    assert found[line].amount == amount


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({}, 0.0),
        ({"DashboardDetail": "everything"}, DASHBOARD),
        ({"AvatarBucketNames": "a,b,c"}, DASHBOARD),
        ({"DistributionIds": "E1,E2,E3"}, DASHBOARD),
    ],
)
def test_a_dashboard_is_free_up_to_fifty_metrics(
    source: dict[str, Any], given: dict[str, str], left: float
) -> None:
    [line] = [each for each in bill(source, **given) if each.what == "dashboard"]
    assert line.usd == DASHBOARD
    assert line.after_free == left


@pytest.mark.parametrize(
    ("row", "count"),
    [
        (["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "q"], 1),
        ([{"expression": "age / 1000", "label": "s"}], 0),
        ([{"expression": "SEARCH('{AWS/S3,BucketName,StorageType} MetricName=\"BucketSizeBytes\""
                         " BucketName=(\"a\" OR \"b\")', 'Average', 86400)"}], 4),
        ([{"expression": "SEARCH('{AWS/S3,BucketName,FilterId} MetricName=(\"4xxErrors\" OR"
                         " \"5xxErrors\") BucketName=(\"a\")', 'Sum', 300)"}], 2),
    ],
)  # fmt: skip
def test_a_search_is_as_many_metrics_as_it_finds(row: list[Any], count: int) -> None:
    assert referenced({"widgets": [{"properties": {"metrics": [row]}}]}) == count


def test_every_graph_that_an_overview_has_not_is_seen_somewhere(source: dict[str, Any]) -> None:
    page = PAGE.read_text()
    left_out = undrawn(source)
    assert len(left_out) > 30
    for title, where in left_out.items():
        assert f"| {title} | {where} |" in page


def test_before_and_after_are_the_whole_bill(source: dict[str, Any]) -> None:
    found = bill(source)
    dashboards = sum(line.usd for line in found if line.what == "dashboard")
    assert sum(by_group(found)) == pytest.approx(total(found)[0] - dashboards)
    assert max(by_group(found)) < max(BEFORE.values()) / 5


def test_logs_are_kept_as_long_as_the_environment_says(source: dict[str, Any]) -> None:
    def kept(environment: str) -> float:
        found = {each.what: each.amount for each in bill(source, Environment=environment)}
        return found["logs kept (GB)"] / found["logs (GB)"]

    assert kept("prod") == pytest.approx(3)
    assert kept("dev") < 1


def test_more_distributions_are_more_metrics_read(source: dict[str, Any]) -> None:
    def read(**given: str) -> float:
        return {each.what: each.usd for each in bill(source, **given)}[
            "metrics read by KpiAggregation"
        ]

    assert read(DistributionIds="E1,E2") > read() > read(DistributionIds="")


def test_what_is_always_free_is_never_more_than_there_is(source: dict[str, Any]) -> None:
    for line in bill(source):
        assert 0 <= line.after_free <= line.usd, line.what


def test_the_reports_hold_savings_against_what_the_suite_costs(source: dict[str, Any]) -> None:
    assert source["Parameters"]["OwnUsdMonth"]["Default"] == round(total(bill(source))[0])


def test_the_readme_says_what_it_costs(source: dict[str, Any]) -> None:
    readme = (ROOT / "README.md").read_text()
    assert summary(source) in readme
    [beside] = [
        word.removeprefix("PARAMETERS=")
        for each in commands("README.md", readme) if each.words[:2] == ("make", "deploy")
        for word in each.words if word.startswith("PARAMETERS=")
    ]  # fmt: skip
    given = merged((ROOT / "samconfig.toml").read_text(), "prod", pairs(words(beside)))
    assert f"the command below {summary(source, given)}" in " ".join(readme.split())


def test_whatever_changes_the_bill_is_among_the_choices(source: dict[str, Any]) -> None:
    """Each parameter with each of its values, by itself; what costs two cents must be named."""
    default, named = total(bill(source)), {name for given in CHOICES.values() for name in given}
    told = named | set(re.findall(r"`(\w+)[=`]", " ".join(CHOICES)))
    beside: dict[str, Mapping[str, str]] = {
        "ScalingLaunchTemplateId": {"ScalingSubnetIds": "subnet-0a1b2c3d"},
    }
    dear = {
        name
        for name, parameter in source["Parameters"].items()
        for value in values(name, parameter)
        if name not in DEFAULT
        for found in [total(bill(source, **beside.get(name, {}), **{name: value}))]
        if any(abs(a - b) > 0.02 for a, b in zip(found, default, strict=True))
    }
    assert {"TopicKey", "RealtimeLogs", "DatabaseInstanceIds", "AccessLogBucketName"} <= dear
    assert dear - told - {"ScalingLaunchTemplateId", "Emulated"} == set()


def test_answers_from_the_chat_cost_less_than_a_cent(source: dict[str, Any]) -> None:
    given = {"ChatSecretsParameter": "/avatar-watch/chat"}
    found = {each.what: each.usd for each in bill(source, **given)}
    assert 0.001 < found["answers from the chat"] < 0.01
    assert "answers from the chat" not in {each.what for each in bill(source)}


def test_the_share_of_answers_from_the_chat_is_written_down(source: dict[str, Any]) -> None:
    off, on = bill(source), bill(source, ChatSecretsParameter="/avatar-watch/chat")
    assert not [line for line in off if line.what == "answers from the chat"]
    [line] = [line for line in on if line.what == "answers from the chat"]
    assert total(on)[0] - total(off)[0] == pytest.approx(line.usd)
    told = re.search(r"are (\d+) a month for \$([\d.]+): ([\d.]+) % of the month", PAGE.read_text())
    assert told
    amount, usd, share = map(float, told.groups())
    assert amount == line.amount
    assert usd == pytest.approx(line.usd, abs=5e-5)
    assert share == pytest.approx(line.usd / total(off)[0] * 100, abs=0.005)
