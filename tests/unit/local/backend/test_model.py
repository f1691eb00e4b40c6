import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.backend.model import MINUTE, diurnal_factor, simulate_minute
from local.backend.scenarios import (
    GIB,
    SCENARIOS,
    Component,
    Scenario,
    ScenarioNotFoundError,
    StorageDrift,
    scenario_named,
)
from local.backend.traffic import Charges, MinuteOfTraffic, StorageLevel, SystemState

EVENING = datetime(2026, 11, 20, 18, tzinfo=UTC)
NORMAL = scenario_named("normal_day")
scenarios = st.sampled_from(sorted(SCENARIOS)).map(scenario_named)
starts = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware by timezones


def simulate(name: str, minutes: int, start: datetime = EVENING) -> list[MinuteOfTraffic]:
    played: list[MinuteOfTraffic] = []
    state = SystemState()
    for n in range(minutes):
        played.append(simulate_minute(scenario_named(name), start + n * MINUTE, 7, state))
        state = played[-1].state
    return played


@given(scenarios, starts, st.integers())
def test_same_arguments_give_the_same_minute(
    scenario: Scenario, start: datetime, seed: int
) -> None:
    first = simulate_minute(scenario, start, seed, SystemState())
    assert first == simulate_minute(scenario, start, seed, SystemState())


def test_another_seed_or_minute_gives_other_traffic() -> None:
    minute = simulate_minute(NORMAL, EVENING, 1, SystemState())
    assert minute.uploads != simulate_minute(NORMAL, EVENING, 2, SystemState()).uploads
    later = simulate_minute(NORMAL, EVENING + MINUTE, 1, SystemState())
    assert [u.avatar_id for u in minute.uploads] != [u.avatar_id for u in later.uploads]


def test_the_same_moment_in_another_time_zone_is_the_same_minute() -> None:
    stockholm = EVENING.astimezone(timezone(timedelta(hours=1)))
    assert simulate_minute(NORMAL, EVENING, 1, SystemState()) == simulate_minute(
        NORMAL, stockholm, 1, SystemState()
    )


def test_a_start_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        simulate_minute(NORMAL, EVENING.replace(tzinfo=None), 1, SystemState())


@given(scenarios, starts, st.integers())
def test_every_minute_is_consistent(scenario: Scenario, start: datetime, seed: int) -> None:
    minute = simulate_minute(scenario, start, seed, SystemState())
    for upload in minute.uploads:
        assert start <= upload.finished < start + MINUTE
        assert upload.duration_ms > 0
        assert 2_000 <= upload.file_bytes <= 5_000_000
        assert upload.error_type in {None, *scenario.uploads.error_types}
        assert (upload.stored_bytes > 0) == (upload.succeeded and not upload.duplicate)
        assert upload.stored_bytes < upload.file_bytes
        assert upload.succeeded or not (upload.duplicate or upload.multi_size)
        assert upload.rating is None or 1 <= upload.rating <= 5
    assert bool(minute.uploads) <= minute.concurrent_uploads <= len(minute.uploads)
    assert minute.cdn.cache_hits + len(minute.cdn.origin_latencies_ms) == minute.cdn.requests
    assert minute.cdn.errors_4xx + minute.cdn.errors_5xx <= minute.cdn.requests


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_rates_are_those_of_the_scenario(name: str) -> None:
    scenario = scenario_named(name)
    minutes = simulate(name, 360, EVENING - timedelta(hours=3))
    uploads = [upload for minute in minutes for upload in minute.uploads]
    requests = sum(minute.cdn.requests for minute in minutes)
    failed = sum(not upload.succeeded for upload in uploads) / len(uploads)
    hits = sum(minute.cdn.cache_hits for minute in minutes) / requests
    duration = fmean(upload.duration_ms for upload in uploads)
    assert failed == near(scenario.uploads.failure_share, len(uploads))
    assert hits == near(scenario.cdn.cache_hit_share, requests)
    # single durations deviate by less than half of their mean
    assert duration == pytest.approx(
        scenario.uploads.mean_duration_ms, rel=4 * 0.5 / math.sqrt(len(uploads))
    )


def near(share: float, count: int) -> Any:
    """Return what a share of so many is within four standard errors of."""
    return pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / count) + 1e-3)


def test_a_normal_day_keeps_the_targets_of_the_guide() -> None:
    minutes = simulate("normal_day", 24 * 60, EVENING)
    uploads = [upload for minute in minutes for upload in minute.uploads]
    done = [upload for upload in uploads if upload.succeeded]
    new = [upload for upload in done if not upload.duplicate]
    assert len(done) / len(uploads) > 0.99
    assert sum(upload.duplicate for upload in done) / len(done) == pytest.approx(0.32, abs=0.02)
    assert 1 - sum(u.stored_bytes for u in new) / sum(u.file_bytes for u in new) > 0.6
    assert sum(20_000 <= u.file_bytes <= 200_000 for u in uploads) / len(uploads) > 0.9
    assert max(minute.cdn.requests for minute in minutes) < 1000
    assert sum(minute.cdn.bytes_downloaded for minute in minutes) < 100 * GIB
    grown = minutes[-1].storage.total_bytes - SystemState().storage.total_bytes
    assert 0 < grown * 7 < 10 * GIB


def test_the_day_has_its_peak_in_the_evening_and_its_mean_is_one() -> None:
    hours = [diurnal_factor(EVENING + timedelta(hours=n), 0.6) for n in range(24)]
    assert fmean(hours) == pytest.approx(1)
    assert hours.index(max(hours)) == 0
    assert max(hours) == pytest.approx(1.6)
    assert min(hours) == pytest.approx(0.4)


@given(scenarios, starts, st.integers())
def test_uploads_under_way_at_once_are_counted(
    scenario: Scenario, start: datetime, seed: int
) -> None:
    minute = simulate_minute(scenario, start, seed, SystemState())
    spans = [
        (u.finished - timedelta(milliseconds=u.duration_ms), u.finished) for u in minute.uploads
    ]
    # a maximum is reached where one begins; at that moment others may just have ended
    at_once = [sum(begun <= at < over for begun, over in spans) for at, _ in spans]
    assert minute.concurrent_uploads == max(at_once, default=0)


def test_storage_drifts_to_its_target_and_stays_there() -> None:
    levels = [minute.storage.total_bytes for minute in simulate("storage_growth", 40)]
    assert 43 * GIB < levels[0] < 43 * GIB + 10_000_000
    assert levels[-1] == 120 * GIB
    assert levels == sorted(levels)
    full = SystemState(StorageLevel(standard_bytes=116 * GIB))
    cleaned = simulate_minute(scenario_named("recovery"), EVENING, 7, full).storage
    assert full.storage.total_bytes - 6 * GIB <= cleaned.total_bytes < full.storage.total_bytes
    assert cleaned.objects < full.storage.objects


def test_a_clean_up_does_not_go_below_an_empty_bucket() -> None:
    emptying = replace(NORMAL, storage=StorageDrift(target_bytes=0, bytes_per_minute=100 * GIB))
    after = simulate_minute(emptying, EVENING, 1, SystemState()).storage
    assert after.standard_bytes == 0
    assert after.objects >= 0


def test_charges_grow_within_a_month_and_start_anew_in_the_next() -> None:
    last = datetime(2026, 11, 30, 23, 58, tzinfo=UTC)
    minutes = simulate("normal_day", 3, last)
    november, still, december = (minute.charges for minute in minutes)
    assert november.month == still.month == (2026, 11)
    assert 0 < november.s3_usd < still.s3_usd
    assert december.month == (2026, 12)
    assert december.s3_usd < still.s3_usd
    old = SystemState(charges=Charges((2026, 10), 900.0, 900.0))
    assert simulate_minute(NORMAL, EVENING, 1, old).charges.s3_usd < 1


def test_a_failing_component_has_its_error_and_the_others_have_none() -> None:
    components = simulate("database_down", 1)[0].components
    assert {health.component for health in components} == set(Component)
    assert {health.component for health in components if health.status == "unhealthy"} == {
        Component.DATABASE
    }
    assert {health.component for health in components if health.error} == {Component.DATABASE}


def test_an_unknown_scenario_is_refused_with_the_names() -> None:
    with pytest.raises(ScenarioNotFoundError, match=r"'lunch'.*normal_day.*upload_failures"):
        scenario_named("lunch")
