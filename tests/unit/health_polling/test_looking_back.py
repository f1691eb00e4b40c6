"""What is kept of polls: days, incidents, the form of an answer, and the metrics of a round."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fakes.health import NOON, answered, endpoint, failed
from health_polling.documents import EndpointList, Problem
from health_polling.exchange import Exchange, Phases
from health_polling.figures import Polled, figures
from health_polling.history import DAYS_KEPT, INCIDENTS_KEPT, History, finished_day
from health_polling.report import MOST_TROUBLES, Report
from health_polling.verdict import ComponentReading, Judgement, Verdict
from health_polling.watch import FORM_KEPT, MINUTES_KEPT, Change, Day, Service, advance, remembered

TODAY, SECOND, MINUTE = date(2026, 11, 23), timedelta(seconds=1), timedelta(minutes=1)
P, W, F, U = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.UNKNOWN
ADDRESS = "https://api.example.com/health"


def judged(verdict: Verdict, ms: float | None = None, **more: object) -> Judgement:
    return Judgement(verdict, verdict, "", response_ms=ms, **more)  # type: ignore[arg-type]


def change(minutes: int, *, down: bool, ended: int | None = None) -> Change:
    since, at = NOON - minutes * MINUTE, NOON
    over = None if ended is None else NOON - ended * MINUTE
    return Change("api", "", is_down=down, since=since, at=at, reason="why", ended=over)


def test_a_day_counts_its_polls_by_what_they_said() -> None:
    parts = (ComponentReading("db", F), ComponentReading("s3", W), ComponentReading("mq", F))
    day = Day()
    for each in (judged(P, 10.04), judged(W, 20.0), judged(F), judged(F, 5.0, components=parts),
                 judged(F, 0.0, components=parts[:1])):  # fmt: skip
        day = day.plus(each)
    assert day == Day(5, failed=3, warned=1, answered=4, ms=35.0, parts={"db": 2, "mq": 1})


def test_ninety_days_are_kept_in_their_order() -> None:
    history = History()
    for back in range(DAYS_KEPT + 5, -1, -1):
        history = history.with_day("api", TODAY - timedelta(days=back), Day(polls=back))
    kept = list(history.days["api"])
    assert len(kept) == DAYS_KEPT
    assert kept == sorted(kept)
    assert (kept[0], kept[-1]) == (TODAY - timedelta(days=DAYS_KEPT - 1), TODAY)
    again = history.with_day("api", TODAY, Day(polls=7)).with_day("web", TODAY, Day())
    assert again.days["api"][TODAY].polls == 7
    assert len(again.days["api"]) == DAYS_KEPT


def test_a_day_is_finished_when_another_has_begun() -> None:
    for day, is_over in ((None, False), (TODAY, False), (TODAY - timedelta(days=1), True)):
        found = finished_day(Service(ADDRESS, day=day, today=Day(9)), TODAY)
        assert found == ((day, Day(9)) if is_over else None)


def test_incidents_begin_and_end_once_and_the_newest_come_first() -> None:
    down, later = change(9, down=True), change(3, down=True)
    history = History().with_changes([down, down, later])
    assert [each.since for each in history.incidents] == [later.since, down.since]
    assert {each.until for each in history.incidents} == {None}
    history = history.with_changes([change(9, down=False, ended=4), change(3, down=False)])
    assert [each.until for each in history.incidents] == [NOON, NOON - 4 * MINUTE]
    assert history.with_changes([change(77, down=False)]) == history  # nobody saw it begin
    many = History().with_changes([change(n, down=True) for n in range(INCIDENTS_KEPT + 9)])
    assert len(many.incidents) == INCIDENTS_KEPT
    assert many.incidents[0].since == NOON


@pytest.mark.parametrize(
    ("age", "judgement", "verdict"),
    [
        (FORM_KEPT, judged(P, format="page"), W),
        (FORM_KEPT + SECOND, judged(P, format="page"), P),  # the new form is taken by then
        (FORM_KEPT, judged(P, format="guide", says=True), P),
        (FORM_KEPT, judged(F, format="page"), F),
        (None, judged(P, format="page"), P),
    ],
)
def test_a_form_is_remembered_for_a_day(
    age: timedelta | None, judgement: Judgement, verdict: Verdict
) -> None:
    at = None if age is None else NOON - age
    found = remembered(Service(ADDRESS, form="guide", form_at=at), judgement, NOON)
    assert (found.verdict, found.answering) == (verdict, verdict)
    assert ("it was guide, now page" in found.reason) is (verdict is W)


def test_an_hour_of_minutes_is_kept_and_what_is_not_known_stays() -> None:
    service = Service(ADDRESS)
    for n in range(MINUTES_KEPT + 5):
        service, _ = advance(endpoint(), service, judged(P, n + 0.4), NOON + n * MINUTE)
    assert service.minutes == tuple(range(5, MINUTES_KEPT + 5))
    at = NOON + (MINUTES_KEPT + 5) * MINUTE
    assert advance(endpoint(), service, judged(U), at) == (service, [])
    silent, _ = advance(endpoint(), service, judged(F), at)
    assert silent.minutes[-1] is None
    uncounted, _ = advance(endpoint(), service, judged(F), at, counts=False)
    assert (silent.today.polls, uncounted.today.polls) == (
        service.today.polls + 1, service.today.polls,
    )  # fmt: skip


@pytest.mark.parametrize(("left", "days"), [(9.0, 9), (8.99, 8), (0.5, 0), (-0.5, -1), (None, 14)])
def test_a_certificate_s_days_are_whole_ones_that_are_left(left: float | None, days: int) -> None:
    before = Service(ADDRESS, certificate_days=14)
    after, _ = advance(endpoint(), before, judged(P, certificate_days=left), NOON)
    assert after.certificate_days == days


def polled(judgement: Judgement, *metrics: str, exchange: Exchange | None = None) -> Polled:
    return Polled("api", exchange or failed(), judgement, frozenset(metrics))


def test_a_round_s_metrics_are_sets_over_all_that_found_something_out() -> None:
    at = NOON.replace(second=31, microsecond=5)
    found = figures(
        [polled(judged(P, 10.0, certificate_days=50.0)), polled(judged(W, 30.0)), polled(judged(F)),
         polled(judged(U, 99.0, certificate_days=1.0))],
        at, down=1, is_first=True,
    )  # fmt: skip
    assert {(d.name, d.count, d.total, d.least, d.most) for d in found} == {
        ("EndpointUp", 3, 2.0, 0.0, 1.0),
        ("ResponseTime", 2, 40.0, 10.0, 30.0),
        ("TlsDaysRemaining", 1, 50.0, 50.0, 50.0),
        ("UnhealthyEndpoints", 1, 1.0, 1.0, 1.0),
    }
    assert {(d.at, d.dimensions) for d in found} == {(NOON, ())}
    names = [d.name for d in figures([polled(judged(F))], NOON, down=None, is_first=True)]
    assert names == ["EndpointUp"]
    assert figures([polled(judged(U))], NOON, down=1, is_first=True) == []
    left_out = figures(
        [polled(judged(F, certificate_days=3))], NOON, down=0, is_first=False, counts=False
    )
    assert [(d.name, d.total) for d in left_out] == [("UnhealthyEndpoints", 0)]


def test_an_endpoint_has_the_kinds_that_were_asked_for() -> None:
    judgement = judged(
        P, 7.0, certificate_days=20.0, reported=(("uploadsLast24h", 3.0),),
        components=(ComponentReading("db", F), ComponentReading("mq", U),
                    ComponentReading("ü", P), ComponentReading("s3", W)),
    )  # fmt: skip
    exchange = Exchange(Phases(0.0, 2.0, None, 4.0, 1.0), answered({}).answer)
    kinds = {
        "EndpointUp": {("EndpointUp", 1.0)},
        "ResponseTime": {("ResponseTime", 7.0)},
        "Phases": {("ResolveTime", 0.0), ("ConnectTime", 2.0), ("FirstByteTime", 4.0),
                   ("TransferTime", 1.0)},
        "TlsDaysRemaining": {("TlsDaysRemaining", 20.0)},
        "ComponentUp": {("ComponentUp", 0.0), ("ComponentUp", 1.0)},
        "Reported": {("ReportedUploadsLast24h", 3.0)},
    }  # fmt: skip
    for kind, expected in kinds.items():
        found = figures(
            [polled(judgement, kind, exchange=exchange)], NOON, down=None, is_first=False
        )
        own = [d for d in found if d.dimensions]
        assert {(d.name, d.total) for d in own} == expected
        assert {d.dimensions[0] for d in own} == {("Endpoint", "api")}
        if kind == "ComponentUp":
            assert [d.dimensions[1] for d in own] == [("Component", "db"), ("Component", "s3")]


def test_a_round_s_answer_says_what_it_found_and_what_it_did() -> None:
    listed = EndpointList((), (Problem("endpoint 3", "no url"),))
    report = Report(
        [polled(judged(P)), polled(judged(W)), polled(judged(P))],
        [change(1, down=True), replace(change(1, down=False), component="db")],
        ["endpoint-down/api"], our_fault=True, page_written=True, left_out=True,
    )  # fmt: skip
    assert report.as_json(listed) == {
        "endpoints": 3,
        "verdicts": {"pass": 2, "warn": 1},
        "troubles": [{"endpoint": "api", "verdict": "warn", "reason": ""}],
        "changes": ["api down", "api db up"],
        "told": ["endpoint-down/api"],
        "our_network_is_at_fault": True,
        "page_written": True,
        "left_out_as_maintenance": True,
        "problems": ["endpoint 3: no url"],
    }
    many = Report([polled(judged(F))] * (MOST_TROUBLES + 1)).as_json(listed)
    assert (len(many["troubles"]), many["endpoints"]) == (MOST_TROUBLES, MOST_TROUBLES + 1)
    assert many["told"] == []


def test_a_round_is_whole_where_every_endpoint_was_judged_and_nothing_went_wrong() -> None:
    one, other = polled(judged(P)), polled(judged(U))
    assert Report([one]).is_whole
    assert not Report([]).is_whole
    assert not Report([one, other]).is_whole
    assert not Report([one], errors=[ValueError("no")]).is_whole
