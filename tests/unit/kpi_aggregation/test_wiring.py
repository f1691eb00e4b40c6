"""What a run is made of, as the environment says it; no request is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from avatarwatch import clients
from avatarwatch.kpis import Cadence, of_cadence
from kpi_aggregation import burn, wiring
from kpi_aggregation.aggregation import Aggregation
from kpi_aggregation.settings import FunctionSettings
from kpi_aggregation.usage import Usage


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for name, value in {
        "STATE_TABLE_NAME": "state", "AWS_REGION": "eu-north-1", "SYSTEM_NAME": "avatar-system",
        "ALERTS_TOPIC_ARN": "arn:aws:sns:eu-north-1:123456789012:alerts",
        "API_LOG_GROUP_NAME": "/avatar/api", "MAX_SCAN_GB": "7",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    cast("Any", clients)._client.cache_clear()
    yield monkeypatch
    cast("Any", clients)._client.cache_clear()


def made(cadence: Cadence = Cadence.FIVE_MINUTES, milliseconds: int = 60_000) -> Aggregation:
    context: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: milliseconds)
    return wiring.aggregation(cadence, context, FunctionSettings.from_env(), Usage())


def attempts(client: Any) -> int:
    return int(client.meta.config.retries["total_max_attempts"])


@pytest.mark.usefixtures("environment")
def test_alarms_thresholds_and_bounds_reach_who_works_with_them() -> None:
    work, settings = made(), FunctionSettings.from_env()
    assert work.reader.thresholds == settings.thresholds
    assert work.reader.thresholds["StorageCritical"] == 100e9
    assert (work.insights.log_group, work.insights.max_bytes) == ("/avatar/api", 7e9)
    assert work.claims.cadence is Cadence.FIVE_MINUTES
    assert list(work.kpis) == list(of_cadence(Cadence.FIVE_MINUTES))


@pytest.mark.usefixtures("environment")
def test_a_run_and_its_wait_for_a_query_end_fifteen_seconds_before_the_function() -> None:
    work = made(milliseconds=15_250)
    assert work.seconds_left() == work.insights.seconds_left() == 0.25


@pytest.mark.usefixtures("environment")
def test_a_put_is_sent_once_and_what_is_read_may_be_asked_again() -> None:
    work = made()
    assert attempts(work.publisher.client) == 1
    assert work.publisher.client.meta.region_name == "eu-north-1"
    assert attempts(work.reader.client("us-east-1")) == 3
    assert work.reader.client("us-east-1").meta.region_name == "us-east-1"


@pytest.mark.usefixtures("environment")
def test_each_client_is_of_the_service_that_is_asked() -> None:
    work = made()
    asked = (work.reader.client("eu-north-1"), work.publisher.client, work.insights.client())
    assert [each.meta.service_model.service_name for each in asked] == [
        "cloudwatch", "cloudwatch", "logs",
    ]  # fmt: skip


@pytest.mark.usefixtures("environment")
def test_a_burning_budget_is_told_to_the_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str, object]] = []

    def publish(client: Any, topic: str, message: object) -> None:
        told.append((client.meta.service_model.service_name, topic, message))

    monkeypatch.setattr(wiring, "publish", publish)
    watch = wiring.budget_watch(FunctionSettings.from_env(), Usage(), datetime.now(UTC))
    watch.tell(cast("Any", "a message"))
    assert told == [("sns", "arn:aws:sns:eu-north-1:123456789012:alerts", "a message")]


@pytest.mark.usefixtures("environment")
def test_only_the_run_of_five_minutes_reads_what_burns() -> None:
    assert {cadence: made(cadence).more for cadence in Cadence} == {
        Cadence.FIVE_MINUTES: burn.measures(), Cadence.HOUR: {}, Cadence.DAY: {},
    }  # fmt: skip


def test_cost_explorer_is_asked_when_it_is_chosen_once_and_where_it_is(
    environment: pytest.MonkeyPatch,
) -> None:
    assert made().reader.cost_explorer is None
    environment.setenv("COST_SOURCE", "cost-explorer")
    environment.setenv("COST_TAG", "Project=avatars")
    asked = made().reader.cost_explorer
    assert asked is not None
    assert asked.tag == ("Project", "avatars")
    assert attempts(asked.client()) == 1  # a request costs a cent
    assert asked.client().meta.endpoint_url == "https://ce.us-east-1.amazonaws.com"


def test_who_watches_the_budgets_has_the_settings(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BURN_LEAST", "4,9")
    settings, now = FunctionSettings.from_env(), datetime.now(UTC)
    watch = wiring.budget_watch(settings, Usage(), now)
    assert (watch.system, watch.least, watch.now) == ("avatar-system", settings.least_bad, now)
    assert sorted(watch.least.values()) == [4.0, 9.0]
