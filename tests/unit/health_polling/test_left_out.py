"""Availability without maintenance: exactly the polls of the other minutes, everywhere the same."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.kpi.budgets import Events
from avatarwatch.kpi_inputs import AVAILABILITY
from avatarwatch.left_out import LeftOut
from avatarwatch.state_table.documents import ConflictError, Document
from fakes.health import NOON, World, answered, endpoint, failed, guide
from health_polling.page.html import page_html
from health_polling.page.view import PageView, view

API, WEB = endpoint(), endpoint(name="web", url="https://www.example.com/")
MINUTE = timedelta(minutes=1)
# of each minute: does the one answer, the other, and is it maintenance
MINUTES = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=40)
type Played = list[tuple[bool, bool, bool]]


def play(minutes: Played) -> World:
    world = World()
    for one, other, world.is_left_out in minutes:
        world.exchanges = {
            "api": answered(guide()) if one else failed(),
            "web": answered(guide()) if other else failed(),
        }
        world.minute(API, WEB)
    return world


def shown(world: World) -> PageView:
    store = world.store()
    services = {n: s for shard in store.load().values() for n, s in shard.services.items()}
    return view(
        "s", services, store.histories().values(), [], world.now - MINUTE,
        left_out=store.left_out(),
    )  # fmt: skip


def polls(world: World) -> tuple[float, float]:
    sets = [each for data in world.data for each in data if each.name == "EndpointUp"]
    return sum(each.total for each in sets), sum(each.count for each in sets)


@given(MINUTES)
def test_exactly_the_polls_of_the_other_minutes_count(minutes: Played) -> None:
    world = play(minutes)
    counted = [(one, other) for one, other, is_left_out in minutes if not is_left_out]
    good = sum(one + other for one, other in counted)
    assert polls(world) == (good, 2 * len(counted))
    page = shown(world)
    assert sum(each.span.polls for each in page.services) == 2 * len(counted)
    assert sum(each.span.failed for each in page.services) == 2 * len(counted) - good
    assert page.left_out == len(minutes) - len(counted)


@given(MINUTES)
def test_the_page_s_budget_is_the_kpi_s(minutes: Played) -> None:
    minutes = [(True, True, False), *minutes]  # the KPI knows of the time since the first poll
    world = play(minutes)
    good, total = polls(world)
    kpi = AVAILABILITY.budget_of(Events(total - good, total), len(minutes) * MINUTE)
    found = shown(world).budget
    assert found is not None
    assert found.availability == pytest.approx(kpi.good)
    assert found.left == pytest.approx(kpi.left)
    assert found.left_out == sum(is_left_out for *_, is_left_out in minutes)


@given(MINUTES)
def test_what_is_down_is_known_and_told_all_the_same(minutes: Played) -> None:
    left_out = play(minutes)
    counted = play([(one, other, False) for one, other, _ in minutes])
    assert left_out.told == counted.told
    status = [{s.name: (s.status, s.since) for s in shown(w).services} for w in (left_out, counted)]
    assert status[0] == status[1]
    beside = [
        [[each for each in data if each.name != "EndpointUp"] for data in world.data]
        for world in (left_out, counted)
    ]
    assert beside[0] == beside[1], "HealthPollingSilent rings when UnhealthyEndpoints stays away"


def test_the_page_says_how_long_it_was_beside_each_figure() -> None:
    world = play([(True, True, True)] * 70 + [(True, False, False)] * 20)
    page = shown(world)
    text = re.sub(r"<[^>]*>", "", page_html(page))
    assert "50 % of 40 polls succeeded, without maintenance (1 h 10 min of it)." in text
    assert "Every share of polls is without maintenance (1 h 10 min of it)." in text
    assert page.budget is not None
    assert (page.left_out, page.budget.left_out) == (70, 70)


def test_where_nothing_is_left_out_nothing_is_said_or_written() -> None:
    world = play([(True, True, False)] * 3)
    assert "maintenance" not in re.sub(r"<(style|script)>.*?</\1>", "", page_html(shown(world)),
                                       flags=re.DOTALL)  # fmt: skip
    assert not list(world.documents.query("health#left-out"))


def test_a_minute_that_cannot_be_written_down_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(exchanges={"api": answered(guide())}, is_left_out=True)
    put = world.documents.put

    def refuse(document: Document, expires_at: datetime) -> Document:
        if document.key[0] == "health#left-out":
            raise ConflictError
        return put(document, expires_at)

    monkeypatch.setattr(type(world.documents), "put", lambda _, *given: refuse(*given))
    with pytest.raises(Exception, match="written by others"):
        world.minute(API)
    assert polls(world) == (1, 1)
    assert world.store().left_out() == LeftOut()


def test_a_round_that_is_played_again_in_its_minute_is_said_once() -> None:
    world = World(exchanges={"api": answered(guide())}, is_left_out=True)
    world.minute(API)
    world.now = NOON + timedelta(seconds=20)
    world.minute(API)
    assert world.store().left_out().within(NOON, NOON + MINUTE) == MINUTE
