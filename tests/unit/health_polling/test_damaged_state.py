"""Whatever stands in one stored document: the others are judged, kept, told and shown."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.alert_state import AlertState
from fakes.health import World, answered, endpoint, failed, guide
from health_polling.page.html import page_html
from health_polling.page.view import page_json, view
from health_polling.store import HISTORY, ROUND, STATE, history_of, shard_of
from health_polling.together import RoundState
from health_polling.track import Status

API, WEB = endpoint(), endpoint(name="web")
NEIGHBOUR = next(f"n{i}" for i in range(1000) if shard_of(f"n{i}") == shard_of("api"))
BESIDE = endpoint(name=NEIGHBOUR)  # in the same document as api
ALL = (API, WEB, BESIDE)
DOCUMENTS = ((STATE, shard_of("api")), (STATE, shard_of("web")), (HISTORY, history_of("api")),
             (ROUND, "all"))  # fmt: skip
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 10**40, 1.5, "", "x", "\u202e", "2026-11-23T10:00:00", "9999-12-31T23:59:59Z",
     "0001-01-01T00:00:00Z", [], [[]], ["x"], {}, {"x": 1}, {"status": "sideways"}, "PPQ"]
)  # fmt: skip
TEXTS = st.sampled_from(
    ["", "null", "[]", "{}", "7", '"x"', '{"services": ', "[" * 5000, '{"services": NaN}', "\x00",
     '{"services": []}', '{"services": {}, "outbox": [{"alert": "x"}]}', '{"v": 9, "data": "zip"}']
)  # fmt: skip


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of everything in a document."""
    if not isinstance(value, dict | list):
        return []
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [path for key, each in inner for path in ((*at, key), *paths(each, (*at, key)))]


def damaged(body: Any, path: tuple[Any, ...], junk: Any, *, is_removed: bool) -> Any:
    """Return a document with something else, or nothing, in one place."""
    changed = copy.deepcopy(body)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    if is_removed:
        del inner[path[-1]]
    else:
        inner[path[-1]] = junk
    return changed


def watched() -> World:
    """Return a world of which one endpoint is down with a day and an incident behind it."""
    world = World()
    world.exchanges = {"api": answered(guide(database="down")), "web": answered(guide()),
                       NEIGHBOUR: answered(guide())}  # fmt: skip
    for _ in range(4):
        world.minute(*ALL)
    world.now = world.now.replace(day=24)
    world.minute(*ALL)
    world.store().change_round(lambda _: RoundState(problems=("x",)), world.now)
    return world


def write(world: World, key: tuple[str, str], text: str) -> None:
    version, _, expires = world.documents.items[key]
    world.documents.items[key] = (version, text, expires)


def keys(world: World) -> set[str]:
    return {message.key for message in world.told if message.state is AlertState.ALARM}


def goes_on(world: World) -> None:
    """Play five minutes in which the others change, and see that everything is noticed."""
    world.told.clear()
    world.exchanges["web"] = failed()
    world.exchanges[NEIGHBOUR] = answered(guide(redis="down"))
    for _ in range(5):
        world.minute(*ALL, page=True)
        assert "UnhealthyEndpoints" in {d.name for d in world.data[-1]}, (
            "each was judged, kept, told"
        )
    assert {"endpoint-down/web", f"component-down/{NEIGHBOUR}"} <= keys(world)
    shards = world.store().load()
    services = {name: each for shard in shards.values() for name, each in shard.services.items()}
    assert services["web"].status is Status.DOWN
    assert services["api"].down == ("database",)
    shown = view("avatar-system", services, world.store().histories().values(), (), world.now)
    page_html(shown).encode()
    page_json(shown).encode()


@given(st.sampled_from(DOCUMENTS), TEXTS)
def test_a_document_that_is_none_stops_nobody(key: tuple[str, str], text: str) -> None:
    world = watched()
    write(world, key, text)
    goes_on(world)


@given(st.sampled_from(DOCUMENTS), JUNK, st.data())
def test_a_document_with_a_wrong_place_stops_nobody(
    key: tuple[str, str], junk: Any, data: st.DataObject
) -> None:
    world = watched()
    body = json.loads(world.documents.items[key][1])
    path, is_removed = data.draw(st.sampled_from(paths(body))), data.draw(st.booleans())
    write(world, key, json.dumps(damaged(body, path, junk, is_removed=is_removed)))
    goes_on(world)


def test_what_is_lost_is_told_once_with_whose_it_was() -> None:
    world = watched()
    for key in DOCUMENTS:
        write(world, key, "no JSON")
    goes_on(world)
    lost = {m.key: m.summary for m in world.told if m.alert == "HealthStateLost"}
    assert set(lost) == {f"health-state-lost/{kind}/{name}" for kind, name in DOCUMENTS}
    assert len([m for m in world.told if m.alert == "HealthStateLost"]) == len(DOCUMENTS)
    assert lost[f"health-state-lost/{STATE}/{shard_of('api')}"] == (
        f"what was known of api, {NEIGHBOUR} could not be read and begins anew"
    )


def test_of_a_damaged_shard_the_others_keep_their_past() -> None:
    world = watched()
    key = (STATE, shard_of("api"))
    body = json.loads(world.documents.items[key][1])
    body["services"]["api"]["answering"]["seen_at"] = "2026-11-23T12:04:00"  # without offset
    write(world, key, json.dumps(body))
    world.minute(*ALL)
    services = world.store().load()[key[1]].services
    assert services["api"].lost
    assert not services[NEIGHBOUR].lost
    assert services[NEIGHBOUR].today.polls == 2


def test_of_a_damaged_history_the_other_days_and_incidents_stay() -> None:
    world = watched()
    key = (HISTORY, history_of("api"))
    body = json.loads(world.documents.items[key][1])
    body["days"]["api"]["2026-11-22"] = {"polls": -3}
    body["incidents"].append({"service": "api"})
    write(world, key, json.dumps(body))
    world.minute(*ALL, page=True)
    world.store().histories()
    history = world.store().histories()[key[1]]
    assert [day.isoformat() for day in history.days["api"]] == ["2026-11-23"]
    assert [incident.component for incident in history.incidents] == ["database"]


@pytest.mark.parametrize("is_well", [True, False])
def test_what_was_told_before_its_state_was_lost_does_not_stay_open(*, is_well: bool) -> None:
    """An alarm whose end nobody remembers to tell would be reminded of for ever."""
    world = watched()
    write(world, (STATE, shard_of("api")), "no JSON")
    world.exchanges["api"] = answered(guide(**({} if is_well else {"database": "down"})))
    world.told.clear()
    for _ in range(6):
        world.minute(*ALL)
    told = [m.state for m in world.told if m.key == "component-down/api"]
    assert told == [AlertState.OK if is_well else AlertState.ALARM]


def test_of_all_together_what_was_lost_is_told_as_over() -> None:
    world = World()
    world.exchanges = {"api": failed(), "web": failed()}
    for _ in range(4):
        world.minute(API, WEB)
    assert keys(world) == {"endpoint-down/all-endpoints"}
    write(world, (ROUND, "all"), "no JSON")
    world.told.clear()
    world.exchanges["api"] = answered(guide())
    for _ in range(4):
        world.minute(API, WEB)
    assert keys(world) == {"endpoint-down/web"}, "who stays down is told of by itself"
    world.exchanges["web"] = answered(guide())
    for _ in range(3):
        world.minute(API, WEB)
    over = [m for m in world.told if m.state is AlertState.OK]
    assert {m.key for m in over} >= {"endpoint-down/web", "endpoint-down/all-endpoints"}
