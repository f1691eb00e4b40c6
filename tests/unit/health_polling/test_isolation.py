"""Whatever one endpoint answers: the others are judged, kept and told in the same round."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatarwatch.alert_state import AlertState
from fakes.health import NOON, World, answered, endpoint, failed, guide
from health_polling import step, watch
from health_polling.exchange import Exchange
from health_polling.figures import Polled
from health_polling.page.html import page_html
from health_polling.page.view import page_json, view
from health_polling.rounds import run_round
from health_polling.store import history_of, shard_of
from health_polling.verdict import Judgement, Verdict

API, WEB = endpoint(), endpoint(name="web")
NASTY = st.text(max_size=30) | st.sampled_from(
    ["\ud83d", "a\x00b", "\u202edown", "\ufffe", "<b>&amp;", "\U0001f4a9" * 40, "x" * 5000]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | NASTY
    | st.sampled_from(["down", "up", "flurbl"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        NASTY | st.sampled_from(["status", "checks", "details", "name", "error", "db", "data"]),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip
BODIES = st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode())
TYPES = st.text(max_size=60) | st.sampled_from(
    ["text/plain; charset*=utf-8''%00", "application/json", "text/plain; charset=idna", "text/html"]
)


def play(world: World, exchange: Exchange, minutes: int = 4) -> None:
    world.exchanges = {"api": exchange, "web": failed()}
    for _ in range(minutes):
        world.minute(API, WEB)


def keys(world: World) -> set[str]:
    return {message.key for message in world.told if message.state is AlertState.ALARM}


@given(BODIES, TYPES, st.integers(200, 599))
def test_any_answer_is_judged_kept_told_and_shown(body: bytes, kind: str, status: int) -> None:
    world = World()
    play(world, answered(body=body, content_type=kind, status=status))
    assert "endpoint-down/web" in keys(world)
    assert [d.count for d in world.data[-1] if d.name == "UnhealthyEndpoints"] == [1]
    services = {n: s for shard in world.store().load().values() for n, s in shard.services.items()}
    shown = view("avatar-system", services, world.store().histories().values(), (), world.now)
    page_html(shown).encode()
    page_json(shown).encode()
    for message in world.told:
        json.dumps(message.as_json(), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"status":"DOWN","message":"\\ud83d out of space"}', "application/json"),
        (b'{"\\ud83d":{"status":"down"}}', "application/json"),
        (b"OK", "text/plain; charset*=utf-8''%00"),
        (b"OK", "text/plain; charset=idna"),
    ],
)
def test_an_answer_that_stopped_the_watch_of_all_stops_nobody(body: bytes, kind: str) -> None:
    world = World()
    play(world, answered(body=body, content_type=kind))
    assert "endpoint-down/web" in keys(world)


def test_an_answer_that_cannot_be_judged_is_told_as_unreadable() -> None:
    def poll(asked: Any, _: float) -> Exchange:
        return answered(guide(), status=200 if asked.name == "web" else 418)

    def judge(_: Any, exchange: Exchange) -> Judgement:
        assert exchange.answer
        if exchange.answer.status == 418:
            raise ZeroDivisionError("a mistake of ours")
        return Judgement(Verdict.PASS, Verdict.PASS, "")

    first, second = run_round([API, WEB], poll, judge, 5)
    assert first.judgement.reason == "its answer cannot be read (ZeroDivisionError)"
    assert first.judgement.verdict is Verdict.FAIL
    assert second.judgement.verdict is Verdict.PASS


def broken_for(name: str, kind: type[Exception]) -> Callable[..., Any]:
    real = watch.advance

    def advance(each: Any, service: Any, judgement: Judgement, now: Any, **more: Any) -> Any:
        if each.name == name and judgement.format != "unreadable":
            raise kind("of this one alone")
        return real(each, service, judgement, now, **more)

    return advance


@pytest.mark.parametrize("kind", [UnicodeError, KeyError, RecursionError])
def test_a_step_that_breaks_is_told_as_unreadable(
    kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "advance", broken_for("api", kind))
    world = World()
    play(world, answered(guide()))
    [api] = [m for m in world.told if m.key == "endpoint-down/api"]
    assert api.summary == f"api is down: its answer cannot be read ({kind.__name__})"
    assert "endpoint-down/web" in keys(world)


def test_a_state_that_cannot_be_kept_stops_no_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    same_shard = [endpoint(name=name) for name in neighbours()]
    world.exchanges = {each.name: answered(guide(), status=500) for each in same_shard}
    bad = same_shard[0].name
    real = world.documents.put

    def put(document: Any, expires: Any) -> Any:
        tracks = document.body.get("services", {}).get(bad, {}).get("answering", {})
        if tracks.get("window"):
            raise UnicodeEncodeError("utf-8", "x", 0, 1, "surrogates not allowed")
        return real(document, expires)

    monkeypatch.setattr(world.documents, "put", put)
    for _ in range(3):
        with pytest.raises(UnicodeEncodeError):
            world.minute(*same_shard)
    assert {"endpoint-down/" + each.name for each in same_shard[1:]} <= keys(world)
    noted = {name: len(each.incidents) for name, each in world.store().histories().items()}
    assert noted == dict.fromkeys([history_of(each.name) for each in same_shard[1:]], 1)
    assert all(d.name != "UnhealthyEndpoints" for d in world.data[-1])  # one was not kept


def neighbours() -> list[str]:
    """Return names of one shard."""
    shards: dict[str, list[str]] = {}
    for n in range(200):
        shards.setdefault(shard_of(f"e{n}"), []).append(f"e{n}")
    return max(shards.values(), key=len)[:3]


def test_a_message_that_cannot_be_told_holds_no_other_back(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    real = World._publish

    def publish(world: World, message: Any) -> None:
        if message.key == "endpoint-down/api":
            raise RuntimeError("this one is refused")
        real(world, message)

    monkeypatch.setattr(World, "_publish", publish)
    world.exchanges = {"api": answered(guide(), status=500), "web": failed()}
    for _ in range(2):
        world.minute(API, WEB)
    with pytest.raises(RuntimeError):
        world.minute(API, WEB)
    assert keys(world) == {"endpoint-down/web"}
    monkeypatch.undo()
    world.minute(API, WEB)
    assert keys(world) == {"endpoint-down/web", "endpoint-down/api"}


def test_a_log_line_that_breaks_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(now=NOON)

    def append(_: Polled) -> None:
        raise ValueError("no line")

    monkeypatch.setattr(world, "lines", type("Lines", (), {"append": staticmethod(append)})())
    world.exchanges = {"api": answered(guide())}
    with pytest.raises(ValueError, match="no line"):
        world.minute(API)
    assert world.data[-1]
