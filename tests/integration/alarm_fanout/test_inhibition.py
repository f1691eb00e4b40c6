"""A greater open alert of one measure says what the lesser would; the lesser is told when alone."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

import pytest

from alarm_fanout.holding import SETTLES
from alarm_fanout.routing import RouteSettings, Target
from avatarwatch.catalogue import CATALOGUE, Severity
from avatarwatch.catalogue.families import FAMILIES
from fakes.alarms import alarm, alarm_event, own
from fakes.world import World
from integration.alarm_fanout.reading import headlines

GREATER, LESSER = "avatar-system-StorageCritical", "avatar-system-StorageWarning"
LIMITS = {GREATER: 100e9, LESSER: 50e9, "cpu-90": 90.0, "cpu-80": 80.0, "cpu-80b": 80.0}
VALUE = dict.fromkeys(LIMITS, 95.0) | {GREATER: 105e9, LESSER: 105e9}
FAR = timedelta(minutes=2)


def change(world: World, name: str, state: str, value: float | None = None) -> str:
    now = world.clock()
    return alarm(
        name, state, now, threshold=LIMITS[name], value=VALUE[name] if value is None else value
    )


def tell(world: World, name: str, state: str, value: float | None = None) -> None:
    world.clock.advance(seconds=FAR.total_seconds())
    world.tell(change(world, name, state, value))
    world.drain()


def rung(world: World, name: str) -> int:
    """Return how many e-mails said that an alert began."""
    what = "50" if name == LESSER else "100"
    return sum(f"over {what} GB" in mail.subject for mail in world.sns.emails)


@pytest.fixture
def catalogued() -> World:
    return World(routes=())


@pytest.mark.parametrize("names", [(GREATER, LESSER), (LESSER, GREATER)])
def test_both_at_once_ring_once_whatever_their_order(
    catalogued: World, names: tuple[str, str]
) -> None:
    with catalogued.running() as world:
        world.tell(*(change(world, name, "ALARM") for name in names))
        [message] = world.slack.top()
        assert headlines(world) == ["🔴 Critical · Storage 105 GB, over 100 GB"]
        assert "Also over the warning level (50 GB)" in message.text
        [mail] = world.sns.emails
        assert "Also over the warning level (50 GB)" in mail.body
        assert len(world.sns.texts) == 1


def test_the_lesser_that_comes_later_is_written_into_the_message_that_stands(
    catalogued: World,
) -> None:
    with catalogued.running() as world:
        tell(world, GREATER, "ALARM")
        tell(world, LESSER, "ALARM")
        [message] = world.slack.top()
        assert "Also over the warning level (50 GB)" in message.text
        assert not world.slack.replies(message)
        assert (rung(world, GREATER), rung(world, LESSER)) == (1, 0)


def test_the_lesser_that_came_before_has_rung_and_the_greater_rings(catalogued: World) -> None:
    with catalogued.running() as world:
        tell(world, LESSER, "ALARM")
        tell(world, GREATER, "ALARM")
        assert (rung(world, GREATER), rung(world, LESSER)) == (1, 1)
        assert "Also over the warning level (50 GB)" in world.slack.top()[1].text


def test_the_lesser_is_told_once_it_is_alone_with_what_is_measured_then(catalogued: World) -> None:
    with catalogued.running() as world:
        world.tell(*(change(world, name, "ALARM") for name in (GREATER, LESSER)))
        tell(world, GREATER, "OK", 62e9)
        greater, lesser = world.slack.top()
        assert "Still over the warning level (50 GB)" in greater.text
        assert headlines(world)[1] == "🟠 Warning · Storage 62 GB, over 50 GB"
        assert "Critical · Storage 105 GB, over 100 GB" in lesser.text
        assert rung(world, LESSER) == 1
        tell(world, LESSER, "OK", 40e9)
        assert headlines(world)[1].startswith("✅ Recovered")


def test_both_end_within_seconds_and_the_lesser_is_never_told(catalogued: World) -> None:
    with catalogued.running() as world:
        world.tell(*(change(world, name, "ALARM") for name in (GREATER, LESSER)))
        world.clock.advance(seconds=60)
        world.tell(change(world, GREATER, "OK", 40e9))
        world.clock.advance(seconds=3)
        world.tell(change(world, LESSER, "OK", 40e9))
        world.drain()
        assert len(world.slack.top()) == 1
        assert rung(world, LESSER) == 0
        assert world.tick()["open"] == 0


def test_what_is_lost_with_its_message_is_told_by_the_tick(catalogued: World) -> None:
    with catalogued.running() as world:
        world.tell(*(change(world, name, "ALARM") for name in (GREATER, LESSER)))
        world.clock.advance(seconds=60)
        world.tell(change(world, GREATER, "OK", 62e9))
        world.queue.messages.clear()
        assert rung(world, LESSER) == 0
        world.clock.advance(seconds=300)
        world.tick()
        assert rung(world, LESSER) == 1
        world.clock.advance(seconds=300)
        world.tick()
        assert rung(world, LESSER) == 1


def test_no_copy_changes_anything(catalogued: World) -> None:
    with catalogued.running() as world:
        at = world.clock()
        both = [change(world, GREATER, "ALARM"), change(world, LESSER, "ALARM")]
        events = [alarm_event(name, "ALARM", at) for name in (GREATER, LESSER)]
        world.tell(*both, *both, *events)
        before = list(world.slack.calls)
        for copies in (both, events, both[::-1]):
            world.clock.advance(seconds=30)
            world.tell(*copies)
        assert world.slack.calls == before
        assert (rung(world, GREATER), rung(world, LESSER)) == (1, 0)


def test_a_component_does_not_page_beside_its_endpoint(catalogued: World) -> None:
    with catalogued.running() as world:
        now = world.clock()
        part = own("ComponentDown", "ALARM", now, key="component-down/shop",
                   summary="shop: database is down: refused")  # fmt: skip
        whole = own("EndpointDown", "ALARM", now, key="endpoint-down/shop",
                    summary="shop is down: HTTP 500")  # fmt: skip
        other = own("ComponentDown", "ALARM", now, key="component-down/blog")
        world.tell(part, whole)
        assert set(world.pagerduty.open) == {"avatar-system/endpoint-down/shop"}
        assert "Also: shop: database is down: refused" in world.slack.top()[0].text
        world.tell(other)
        assert len(world.pagerduty.open) == 2


def test_other_teams_alarms_of_one_metric_are_a_measure() -> None:
    with World(routes=()).running() as world:
        tell(world, "cpu-90", "ALARM")
        tell(world, "cpu-80", "ALARM")
        [message] = world.slack.top()
        assert "Also over 80 (cpu-80)" in message.text
        tell(world, "cpu-90", "OK", 85.0)
        assert "cpu-80 85" in headlines(world)[1]


@pytest.mark.parametrize("first", ["cpu-80", "cpu-80b"])
def test_two_lesser_ones_of_one_threshold_both_stay_said(first: str) -> None:
    """What one of them does changes the greater's message, which speaks of the other as well."""
    second = "cpu-80b" if first == "cpu-80" else "cpu-80"
    with World(routes=()).running() as world:
        for name in ("cpu-90", first, second):
            tell(world, name, "ALARM")
        assert all(f"({name})" in world.slack.top()[0].text for name in (first, second))
        tell(world, first, "OK", 40.0)
        text = world.slack.top()[0].text
        assert f"({second})" in text
        assert f"({first})" not in text


def test_a_greater_one_of_which_nobody_hears_holds_nothing_back(catalogued: World) -> None:
    with catalogued.running() as world:
        world.invoke({"action": "mute", "alarms": GREATER, "minutes": 60, "reason": "moving"})
        tell(world, GREATER, "ALARM")
        tell(world, LESSER, "ALARM")
        assert rung(world, LESSER) == 1


def test_who_would_not_hear_of_the_greater_hears_of_the_lesser() -> None:
    by_text = RouteSettings(alarms="StorageCritical", channels=frozenset({Target("sms")}))
    with World(routes=(by_text,)).running() as world:
        tell(world, GREATER, "ALARM")
        tell(world, LESSER, "ALARM")
        assert rung(world, LESSER) == 1


def test_the_greater_speaks_for_the_lesser_in_reminders_too() -> None:
    routes = (RouteSettings(alarms="*", remind_minutes=60),)
    with World(routes=routes).running() as world:
        tell(world, LESSER, "ALARM")
        tell(world, GREATER, "ALARM")
        world.clock.advance(seconds=3700)
        world.tick()
        reminded = [mail.subject for mail in world.sns.emails if "Still" in mail.subject]
        assert len(reminded) == 1
        assert "over 100 GB" in reminded[0]


def test_the_greater_speaks_for_the_lesser_in_escalations_too() -> None:
    only_chat = RouteSettings(
        alarms="*", severity=Severity.CRITICAL, channels=frozenset({Target("chat")}),
        escalate_minutes=15,
    )  # fmt: skip
    with World(routes=(only_chat,), answers=True).running() as world:
        tell(world, LESSER, "ALARM")
        tell(world, GREATER, "ALARM")
        world.clock.advance(minutes=16)
        world.tick()
        [mail] = world.sns.emails
        assert "over 100 GB" in mail.subject


def test_what_a_mute_held_back_stays_so_below_what_is_greater(catalogued: World) -> None:
    with catalogued.running() as world:
        world.invoke({"action": "mute", "alarms": LESSER, "minutes": 10, "reason": "moving"})
        tell(world, LESSER, "ALARM")
        tell(world, GREATER, "ALARM")
        world.clock.advance(seconds=900)
        world.tick()
        assert rung(world, LESSER) == 0
        tell(world, GREATER, "OK", 62e9)
        assert rung(world, LESSER) == 1


@dataclass(frozen=True, slots=True)
class Truth:
    """What is open, and what has rung since it opened."""

    open: frozenset[str] = frozenset()

    def after(self, name: str, state: str) -> Truth:
        return Truth(self.open | {name} if state == "ALARM" else self.open - {name})


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_what_is_open_at_last_is_said(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - reproducible on purpose
    truth = Truth()
    with World(routes=()).running() as world:
        for _ in range(chance.randint(2, 7)):
            bodies = []
            for name in chance.sample((GREATER, LESSER), chance.randint(1, 2)):
                state = "OK" if name in truth.open else "ALARM"
                truth = truth.after(name, state)
                bodies += [change(world, name, state)] * chance.randint(1, 2)
            chance.shuffle(bodies)
            world.send(*bodies)
            while world.queue.messages and chance.random() < 0.8:
                if (world.queue.next_visible or world.clock()) > world.clock():
                    break
                if chance.random() < 0.2:
                    world.killed(at=chance.randint(0, 6))
                else:
                    world.poll()
            world.clock.advance(seconds=chance.choice([1, 15, 700]))
        world.drain()
        world.clock.advance(seconds=SETTLES.total_seconds())
        world.tick()
        world.clock.advance(minutes=50)  # what flapped has settled
        world.tick()
        stands = [line for line in headlines(world) if not line.startswith("✅")]
        said = "\n".join(message.text for message in world.slack.top() if "✅" not in message.text)
        assert ("over 100 GB" in said) == (GREATER in truth.open), said
        assert ("50 GB" in said) == (LESSER in truth.open), said
        assert len(stands) <= 2


def test_alarms_on_one_kpi_are_a_family_and_what_is_named_exists() -> None:
    for rule in CATALOGUE.values():
        assert rule.under is None or rule.under in CATALOGUE
        for other in CATALOGUE.values():
            alike = rule.alarm and other.alarm and rule is not other and (
                getattr(rule.alarm, "metric", 1) == getattr(other.alarm, "metric", 2)
                and getattr(rule.alarm, "operator", 1) == getattr(other.alarm, "operator", 2)
            )  # fmt: skip
            family = FAMILIES.get(rule.alert_id, ())
            assert bool(alike) <= (other.alert_id in family)
            if other.alert_id in family and rule.under != other.alert_id != rule.alert_id:
                assert alike or other.under == rule.alert_id
    for family in FAMILIES.values():
        worst = [list(type(CATALOGUE[name].severity)).index(CATALOGUE[name].severity)
                 for name in family]  # fmt: skip
        assert worst == sorted(worst)
