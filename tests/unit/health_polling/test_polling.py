"""Minutes of a service's life, and what people hear of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from avatarwatch.alert_state import AlertState
from fakes.health import World, answered, endpoint, failed, guide
from health_polling.documents import Problem
from health_polling.exchange import Exchange, FaultKind
from health_polling.store import Shard, by_shard, shard_of
from health_polling.track import Status
from health_polling.verdict import Verdict
from health_polling.watch import Day, Service

API = endpoint()


def kept(world: World, name: str = "api") -> Service:
    return world.store().load()[shard_of(name)].services[name]


def play(world: World, *minutes: tuple[int, object]) -> list[tuple[str, str]]:
    for times, exchange in minutes:
        world.exchanges["api"] = exchange  # type: ignore[assignment]
        for _ in range(times):
            world.minute(API)
    return [(message.alert, message.state) for message in world.told]


def test_an_endpoint_goes_down_once_and_comes_back_once() -> None:
    world = World()
    told = play(world, (3, answered(guide())), (10, failed()), (5, answered(guide())))
    assert told == [("EndpointDown", "ALARM"), ("EndpointDown", "OK")]
    down, up = world.told
    assert down.summary == "api is down: connection refused"
    assert down.facts["Failing since"] == "12:04:00 UTC"
    assert up.summary == "api answers again after 10 min (well for 1 min now)"
    assert up.key == down.key == "endpoint-down/api"


def test_a_lost_packet_wakes_nobody() -> None:
    world = World()
    assert not play(world, (3, answered(guide())), *[(1, failed()), (4, answered(guide()))] * 3)


def test_components_that_fail_together_are_one_alert_that_names_them() -> None:
    world = World()
    sick = answered(guide(database="unhealthy", workers="unhealthy"))
    told = play(world, (3, answered(guide())), (5, sick), (3, answered(guide())))
    assert told == [("ComponentDown", "ALARM"), ("ComponentDown", "OK")]
    assert world.told[0].summary.startswith("api: database and workers are down")
    assert (
        world.told[1].summary
        == "api: database and workers work again after 5 min (well for 1 min now)"
    )


def test_one_more_component_brings_the_same_incident_up_to_date() -> None:
    world = World()
    one, two = guide(database="down"), guide(database="down", redis="down")
    told = play(world, (4, answered(one)), (4, answered(two)), (3, answered(guide())))
    assert told == [("ComponentDown", s) for s in ("ALARM", "ALARM", "OK")]
    assert len({message.key for message in world.told}) == 1
    assert world.told[1].facts["Components"] == "database, redis"


@pytest.mark.parametrize(
    "kind", [FaultKind.RESOLVE_TEMPORARY, FaultKind.NO_ROUTE, FaultKind.TIMEOUT]
)
def test_our_own_dead_network_is_no_outage_of_theirs(kind: FaultKind) -> None:
    world = World(is_network_well=False)
    play(world, (2, answered(guide())))
    before = kept(world)
    assert not play(world, (6, failed(kind, "nothing came")))
    assert kept(world) == before
    assert world.data[-1] == []  # HealthPollingSilent will say it


def test_their_dead_name_server_is_an_outage() -> None:
    world = World(is_network_well=True)
    lost = failed(FaultKind.RESOLVE_TEMPORARY, "its name cannot be resolved at the moment")
    assert play(world, (3, lost)) == [("EndpointDown", "ALARM")]


def test_a_poll_that_was_not_made_changes_nothing() -> None:
    world = World()
    play(world, (2, failed()), (5, failed(FaultKind.NOT_POLLED, "not asked")))
    assert kept(world).answering.window == "FF"
    assert not world.told


def test_what_could_not_be_published_is_told_later_and_once() -> None:
    world = World(publish_error=RuntimeError("SNS is down"))
    world.exchanges["api"] = failed()
    world.minute(API)
    world.minute(API)
    with pytest.raises(RuntimeError):
        world.minute(API)
    assert world.data[-1]  # the metrics of that minute are there all the same
    world.publish_error = None
    world.minute(API)
    world.minute(API)
    assert [message.state for message in world.told] == [AlertState.ALARM]


def test_an_endpoint_that_is_taken_off_the_list_ends_its_incident() -> None:
    world = World()
    play(world, (3, failed()))
    world.minute()
    assert world.told[-1].state is AlertState.OK
    assert "watched no longer" in world.told[-1].summary
    [history] = world.store().histories().values()
    assert history.incidents[0].until is not None


def test_a_component_that_is_reported_no_longer_is_not_stuck() -> None:
    world = World()
    without = {k: v for k, v in guide().items() if k != "database"}
    told = play(world, (3, answered(guide(database="down"))), (14, answered(without)))
    assert told == [("ComponentDown", "ALARM"), ("ComponentDown", "OK")]
    assert kept(world).status is Status.UP


def test_a_day_that_is_over_goes_into_the_history() -> None:
    world = World()
    play(world, (3, answered(guide())), (1, failed()))
    world.now += timedelta(days=1)
    play(world, (1, answered(guide())))
    [history] = world.store().histories().values()
    [(on, day)] = history.days["api"].items()
    assert (on, day.polls, day.failed) == (date(2026, 11, 23), 4, 1)
    assert kept(world).today.polls == 1


def test_the_page_is_written_at_changes_and_every_five_minutes() -> None:
    world = World()
    play(world, (9, answered(guide())))  # from 12:01 to 12:09
    assert len(world.pages) == 1
    play(world, (3, failed()))  # 12:10, and down at 12:12
    assert len(world.pages) == 3


def totals(world: World) -> dict[tuple[str, tuple[tuple[str, str], ...]], tuple[int, float]]:
    return {(d.name, d.dimensions): (d.count, d.total) for d in world.data[-1]}


def test_the_metrics_are_four_over_all_endpoints() -> None:
    world = World()
    world.exchanges = {"api": serving(9, world), "web": failed(), "cdn": serving(3, world)}
    world.minute(API, endpoint(name="web"), endpoint(name="cdn"))
    assert totals(world) == {
        ("EndpointUp", ()): (3, 2),
        ("UnhealthyEndpoints", ()): (1, 0),  # one poll does not decide
        ("ResponseTime", ()): (2, 100),
        ("TlsDaysRemaining", ()): (1, 3),
    }
    assert {d.at.second for d in world.data[-1]} == {0}


def test_an_endpoint_has_metrics_of_its_own_where_a_setting_says_so() -> None:
    world = World()
    named = endpoint(metrics=["EndpointUp", "ComponentUp", "Phases", "Reported"])
    world.exchanges = {"api": answered({**guide(redis="down"), "metrics": {"depth": 7}}),
                       "web": answered(guide())}  # fmt: skip
    world.minute(named, endpoint(name="web"))
    found = totals(world)
    of = (("Endpoint", "api"),)
    assert found["EndpointUp", of] == (1, 0)
    assert found["ComponentUp", (*of, ("Component", "redis"))] == (1, 0)
    assert found["FirstByteTime", of] == (1, 43)
    assert found["ReportedDepth", of] == (1, 7)
    assert not any(dict(dimensions).get("Endpoint") == "web" for _, dimensions in found)
    assert ("ResponseTime", of) not in found


def test_an_endpoint_that_fails_now_and_then_is_not_down() -> None:
    """A burning budget is held back while one is down: it tells of this one (decision 47)."""
    world, down, ups = World(), 0.0, 0.0
    for minute in range(50):
        play(world, (1, failed() if minute % 5 == 4 else answered(guide())))
        down += totals(world)["UnhealthyEndpoints", ()][1]
        ups += totals(world)["EndpointUp", ()][1]
    assert (down, ups) == (0, 40)
    play(world, (3, failed()))
    assert totals(world)["UnhealthyEndpoints", ()] == (1, 1)


def test_how_many_are_down_is_known_when_every_endpoint_was_judged() -> None:
    world = World()
    web = endpoint(name="web")
    world.exchanges = {"api": answered(guide()), "web": failed(FaultKind.NOT_POLLED, "late")}
    world.minute(API, web)
    assert ("EndpointUp", ()) in totals(world)
    assert ("UnhealthyEndpoints", ()) not in totals(world)


def test_the_days_that_certificates_have_left_are_put_once_a_day() -> None:
    world, days = World(), set[date]()
    world.exchanges = {"api": serving(9, world), "web": serving(3, world)}
    for minutes in (1, 1, 600, 1, 900, 1, 1):
        at = world.now.date()
        world.minute(API, endpoint(name="web"))
        put = [d for d in world.data[-1] if d.name == "TlsDaysRemaining"]
        assert len(put) == (at not in days), world.now
        days.add(at)
        world.now += timedelta(minutes=minutes)


def serving(days: float, world: World) -> Exchange:
    """Return an answer whose certificate ends so many days from now."""
    return answered(guide(), ends=world.now + timedelta(days=days))


def test_a_certificate_that_ends_is_told_once_by_its_endpoints_name() -> None:
    world = World()
    for days in (30.0, 14.0, 13.9, 13.8, 1.5, 0.5):
        world.exchanges["api"] = serving(days, world)
        world.minute(API)
    [alert] = world.told
    assert (alert.alert, alert.state, alert.key) == ("TlsExpiry", "ALARM", "tls-expiry/api")
    assert alert.summary == "api: its TLS certificate ends in 13 days"
    assert alert.facts["Days left"] == "13"
    assert alert.links["Endpoint"] == "https://api.example.com/health"


def test_a_renewed_certificate_is_told_and_may_end_again() -> None:
    world = World()
    for days in (5.0, 90.0, 90.0, 5.0):
        world.exchanges["api"] = serving(days, world)
        world.minute(API)
    assert [message.state for message in world.told] == ["ALARM", "OK", "ALARM"]
    assert world.told[1].summary == "api: its TLS certificate is good for 90 days again"


def test_the_next_certificate_is_told_while_the_first_still_rings() -> None:
    world = World()
    web = endpoint(name="web")
    world.exchanges = {"api": serving(5, world), "web": serving(60, world)}
    world.minute(API, web)
    world.exchanges["web"] = serving(6, world)
    world.minute(API, web)
    assert [message.key for message in world.told] == ["tls-expiry/api", "tls-expiry/web"]


def test_an_endpoint_that_is_down_hides_its_certificate_and_ends_nothing() -> None:
    world = World()
    told = play(world, (1, serving(5, world)), (6, failed()), (3, serving(5, world)))
    assert [alert for alert, _ in told] == ["TlsExpiry", "EndpointDown", "EndpointDown"]


@pytest.mark.parametrize(
    ("days", "words"), [(1.2, "ends in 1 day"), (0.4, "ends within a day"), (-2.0, "has ended")]
)
def test_the_last_days_are_said_in_words(days: float, words: str) -> None:
    world = World()
    play(world, (1, serving(days, world)))
    assert world.told[0].summary == f"api: its TLS certificate {words}"


def test_a_certificate_of_an_endpoint_that_is_watched_no_longer_is_over() -> None:
    world = World()
    play(world, (1, serving(5, world)))
    world.minute()
    assert [message.state for message in world.told] == ["ALARM", "OK"]
    assert world.told[1].summary == "api is watched no longer"


def test_a_threshold_that_is_raised_is_told_of() -> None:
    world = World()
    play(world, (2, serving(20, world)))
    assert not world.told
    world.certificate_days = 30
    play(world, (2, serving(20, world)))
    assert [message.alert for message in world.told] == ["TlsExpiry"]


def test_a_component_that_was_down_for_two_minutes_is_told_so_however_long_it_settled() -> None:
    world = World()
    slow = endpoint(failures=2, recoveries=12)
    for exchange in [answered(guide())] * 2 + [answered(guide(redis="down"))] * 2:
        world.exchanges["api"] = exchange
        world.minute(slow)
    world.exchanges["api"] = answered(guide())
    for _ in range(13):
        world.minute(slow)
    assert world.told[-1].summary == "api: redis works again after 2 min (well for 11 min now)"
    [history] = world.store().histories().values()
    [incident] = history.incidents
    assert incident.until is not None
    assert incident.until - incident.since == timedelta(minutes=2)


def test_a_page_in_a_documents_place_is_no_recovery() -> None:
    world = World()
    page = answered(body=b"<html><title>Sign in</title></html>", content_type="text/html")
    told = play(world, (3, answered(guide(database="down"))), (30, page))
    assert told == [("ComponentDown", "ALARM")]
    assert world.lines[-1].judgement.verdict is Verdict.WARN
    assert "says nothing of its health any more" in kept(world).reason
    assert kept(world).down == ("database",)


def test_a_new_form_is_taken_after_a_day_and_what_was_down_is_reported_no_longer() -> None:
    world = World()
    page = answered(body=b"<html>fine</html>", content_type="text/html")
    play(world, (3, answered(guide(database="down"))), (1, page))
    world.now += timedelta(days=1, minutes=5)
    play(world, (2, page))
    assert world.told[-1].summary == "api: database is reported no longer, after 2 min down"
    assert world.lines[-1].judgement.verdict is Verdict.PASS


NETS = tuple(endpoint(name=f"net{n}") for n in range(20))


def minutes(world: World, times: int, *, well: int) -> None:
    for _ in range(times):
        for n, each in enumerate(NETS):
            world.exchanges[each.name] = answered(guide()) if n < well else failed()
        world.minute(*NETS)


@pytest.mark.parametrize(
    ("reference", "words"),
    [(None, "it may be the poller's own way out"), (True, "own way out is open")],
)
def test_all_endpoints_unreachable_at_once_is_one_message(
    *, reference: bool | None, words: str
) -> None:
    world = World(reference=reference)
    minutes(world, 3, well=20)
    minutes(world, 6, well=0)
    [alarm] = world.told
    assert (alarm.alert, alarm.key) == ("EndpointDown", "endpoint-down/all-endpoints")
    assert "all 20 endpoints are unreachable at once" in alarm.summary
    assert words in alarm.summary
    minutes(world, 6, well=20)
    assert [(m.key, m.state) for m in world.told[1:]] == [(alarm.key, "OK")]


def test_who_stays_down_when_the_others_answer_is_told_by_itself() -> None:
    world = World()
    minutes(world, 3, well=20)
    minutes(world, 4, well=0)
    minutes(world, 6, well=18)
    keys = [(message.key.split("/")[1], message.state) for message in world.told]
    assert sorted(keys[1:]) == [
        ("all-endpoints", "OK"), ("net18", "ALARM"), ("net19", "ALARM"),
    ]  # fmt: skip
    minutes(world, 3, well=20)
    assert sorted(m.key.split("/")[1] for m in world.told[4:]) == ["net18", "net19"]


def test_a_reference_that_is_not_reached_either_makes_it_ours() -> None:
    world = World(reference=False)
    minutes(world, 1, well=20)
    before = kept(world, "net0")
    minutes(world, 5, well=0)
    assert kept(world, "net0") == before
    [alarm] = world.told
    assert "way out is shut" in alarm.summary
    assert world.data[-1] == []
    minutes(world, 2, well=20)
    assert world.told[-1].state is AlertState.OK


def test_a_mistake_in_the_list_is_told_once_with_its_field_and_its_end() -> None:
    world = World(problems=(Problem("endpoint 2 (web)", "timeout: Input should be a number"),))
    play(world, (3, answered(guide())))
    [alert] = world.told
    assert (alert.alert, alert.state) == ("EndpointMistake", "ALARM")
    assert alert.summary == (
        "1 endpoint is not polled: endpoint 2 (web): timeout: Input should be a number"
    )
    world.problems = ()
    play(world, (2, answered(guide())))
    assert [message.state for message in world.told] == ["ALARM", "OK"]


def test_the_items_of_two_thousand_endpoints_fit_into_the_table() -> None:
    """An item holds 400 KB (DynamoDB, "Service, account, and table quotas")."""
    world, names = World(), [f"api-{n}.example.com/health" for n in range(2000)]
    world.exchanges = {"api": answered(guide(redis="down"))}
    play(world, (60, answered(guide(redis="down"))))
    one = kept(world)
    for shard, of in by_shard((name, name) for name in names).items():
        full = Shard(dict.fromkeys(of, one))
        world.store().change(shard, lambda _, full=full: full, world.now)  # type: ignore[misc]
    day = Day(1440, 3, 12, 1437, 98765.4, {"database": 3, "redis": 1400})
    past = {world.now.date() - timedelta(days=n): day for n in range(90)}
    world.store().change_history(
        [(name, name) for name in names],
        lambda known, of: replace(known, days=dict.fromkeys(of, past)),
        world.now,
    )
    sizes = [len(text.encode()) for _, text, _ in world.documents.items.values()]
    assert max(sizes) < 300_000


def test_of_all_together_the_time_is_the_troubles() -> None:
    """Not from when it was told: that takes three polls, and they count."""
    world, both = World(), (endpoint(), endpoint(name="web"))
    for exchange, minutes in ((answered(guide()), 2), (failed(), 6), (answered(guide()), 4)):
        world.exchanges = dict.fromkeys(("api", "web"), exchange)
        for _ in range(minutes):
            world.minute(*both)
    down, over = (m for m in world.told if m.key == "endpoint-down/all-endpoints")
    assert down.facts["Failing since"] == "12:03:00 UTC"
    assert over.summary == "endpoints are reached again after 6 min"
