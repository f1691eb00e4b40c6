"""What an answer means: the body before the status, the worst first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fakes.health import NOON, answered, endpoint, failed, guide
from health_polling.documents import read_endpoints
from health_polling.judge import judge
from health_polling.verdict import Verdict

P, W, F = Verdict.PASS, Verdict.WARN, Verdict.FAIL


def test_a_sick_component_behind_a_200_fails_and_is_named() -> None:
    judged = judge(endpoint(), answered(guide(database="unhealthy")), NOON)
    assert (judged.verdict, judged.answering) == (F, P)
    assert judged.reason == "database: fail"


def test_a_503_that_a_component_explains_is_one_fault() -> None:
    judged = judge(endpoint(), answered(guide(database="unhealthy"), status=503), NOON)
    assert (judged.verdict, judged.answering) == (F, P)


def test_a_503_that_nothing_explains_is_the_services() -> None:
    judged = judge(endpoint(), answered(guide(), status=503), NOON)
    assert (judged.answering, judged.reason) == (F, "HTTP status 503")


def test_an_optional_component_only_degrades() -> None:
    judged = judge(endpoint(optional=["redis"]), answered(guide(redis="unhealthy")), NOON)
    assert judged.verdict is W
    assert judged.reason.startswith("redis")


def test_an_expected_status_may_be_any() -> None:
    exchange = answered(body=b"", status=401)
    assert judge(endpoint(status=[401]), exchange, NOON).verdict is P
    assert judge(endpoint(), exchange, NOON).verdict is F


def test_a_redirect_is_not_followed_and_says_where_it_leads() -> None:
    exchange = answered(body=b"", status=302, location="http://169.254.169.254/")
    judged = judge(endpoint(), exchange, NOON)
    assert judged.reason == "redirects (302) to http://169.254.169.254/: not followed"


def test_slow_is_degraded() -> None:
    judged = judge(endpoint(slow_ms=2000), answered(guide(), ms=6000), NOON)
    assert (judged.verdict, judged.reason) == (W, "answers in 6 s, over 2 s")


def test_as_slow_as_is_allowed_is_not_slow() -> None:
    assert judge(endpoint(slow_ms=2000), answered(guide(), ms=2000), NOON).verdict is P


def test_as_old_as_is_allowed_is_not_old() -> None:
    for age, verdict in ((600, P), (-600, P), (601, W), (-601, W)):
        document = {**guide(), "timestamp": (NOON - timedelta(seconds=age)).isoformat()}
        judged = judge(endpoint(stale_after=600), answered(document), NOON)
        assert judged.verdict is verdict
        if verdict is W:
            assert ("in the future" in judged.reason) is (age < 0)


def test_a_redirect_to_nowhere_and_what_is_none() -> None:
    said = [judge(endpoint(), answered(body=b"", status=each), NOON).reason
            for each in (299, 300, 399, 400)]  # fmt: skip
    redirects = "redirects ({}) to nowhere: not followed"
    assert said == ["", redirects.format(300), redirects.format(399), "HTTP status 400"]


@pytest.mark.parametrize("age", [timedelta(minutes=12), timedelta(minutes=-12)])
def test_an_old_documents_good_words_are_not_believed(age: timedelta) -> None:
    document = {**guide(), "timestamp": (NOON - age).isoformat()}
    judged = judge(endpoint(), answered(document), NOON)
    assert judged.verdict is W
    assert judged.components == ()
    assert "12 min" in judged.reason
    assert judge(endpoint(stale_after=0), answered(document), NOON).verdict is P


def test_an_old_documents_bad_words_are_believed() -> None:
    document = {**guide(database="unhealthy"), "timestamp": "2026-11-23T08:00:00Z"}
    judged = judge(endpoint(), answered(document), NOON)
    assert judged.verdict is F
    assert [c.name for c in judged.components] == ["database"]


def test_a_time_without_offset_means_nothing() -> None:
    document = {**guide(), "timestamp": "2026-11-23T03:00:00"}
    assert judge(endpoint(), answered(document), NOON).verdict is P


def test_a_word_that_nobody_knows_is_said_and_a_setting_names_it() -> None:
    document = {"status": "ok", "checks": {"db": "flurbl"}}
    judged = judge(endpoint(), answered(document), NOON)
    assert judged.verdict is W
    assert judged.reason == 'db: its word "flurbl" is not known: cannot be read'
    assert judge(endpoint(words={"Flurbl": "pass"}), answered(document), NOON).verdict is P
    assert judge(endpoint(words={"flurbl": "fail"}), answered(document), NOON).verdict is F


def test_a_long_page_is_no_document_and_a_long_document_is_not_read() -> None:
    page = answered(body=b"<html>" + b"x" * 300, is_cut=True, content_type="text/html")
    assert judge(endpoint(), page, NOON).verdict is P
    document = answered(body=b'{"status": "' + b"x" * 300, is_cut=True)
    assert judge(endpoint(), document, NOON).verdict is W


@pytest.mark.parametrize("status", [200, 503])
def test_an_optional_component_explains_a_503_and_degrades_no_more(status: int) -> None:
    document = {"status": "DOWN", "components": {"redis": {"status": "DOWN"}}}
    judged = judge(endpoint(optional=["redis"]), answered(document, status=status), NOON)
    assert (judged.verdict, judged.reason) == (W, "redis: down (optional)")


@pytest.mark.parametrize("optional", ["redis", "Caches", "caches/Redis", "CACHES/redis"])
def test_optional_is_who_is_named_and_what_it_is_made_of(optional: str) -> None:
    ill = {"caches": {"status": "DOWN", "components": {"Redis": {"status": "DOWN"}}}}
    document = {"status": "DOWN", "components": ill | {"db": {"status": "UP"}}}
    assert judge(endpoint(optional=[optional]), answered(document), NOON).verdict is W
    ill["db"] = {"status": "DOWN", "components": {"redisless": {"status": "DOWN"}}}
    both = {"status": "DOWN", "components": ill}
    assert judge(endpoint(optional=[optional]), answered(both), NOON).verdict is F


@pytest.mark.parametrize(
    "text",
    [
        "could not connect: postgres://faces:hunter22@db/faces",
        "401 with Authorization: Bearer hunter22.abc",
        'refused {"password": "hunter22"}',
        "dsn host=db password=hunter22 sslmode=off",
    ],
)
def test_what_lets_a_reader_in_is_in_no_reason(text: str) -> None:
    checks = {"db": {"status": "down", "error": text}}
    judged = judge(endpoint(), answered({"status": "down", "checks": checks}), NOON)
    told = (judged.reason, *(component.reason for component in judged.components))
    assert all("hunter22" not in each and "(hidden)" in each for each in told)


def test_no_answer_fails_with_its_reason() -> None:
    judged = judge(endpoint(), failed(), NOON)
    assert (judged.verdict, judged.answering, judged.reason) == (F, F, "connection refused")


def test_a_service_that_says_so_is_down_without_naming_a_part() -> None:
    judged = judge(endpoint(), answered({"status": "down", "message": "maintenance"}), NOON)
    assert (judged.answering, judged.reason) == (F, "maintenance")


@pytest.mark.parametrize(
    ("condition", "unmet"),
    [
        ("status == 200", ""),
        ("status != 200", "status != 200: status is 200"),
        ("response_time < 500", ""),
        ("response_time < 20", "response_time < 20: response_time is 50"),
        ("body.queue.depth <= 100", "body.queue.depth <= 100: body.queue.depth is 250"),
        ("body.shards[1].state == green", ""),
        ("body.shards[2].state == green",
         "body.shards[2].state == green: there is no body.shards[2].state"),
        ("body contains green", ""),
        ("body not contains panic", ""),
        ("body not contains green", "body not contains green: body is "),
        ("body.queue exists", ""),
        ("body.owner exists", "body.owner exists: there is no body.owner"),
        ("body.queue not exists", "body.queue not exists: there is body.queue"),
        ("header.X-Served-By contains eu", ""),
        ("header.x-served-by == eu-1", ""),
        ("header.x-served-by not contains eu",
         "header.x-served-by not contains eu: header.x-served-by is eu-1"),
        ("header.via exists", "header.via exists: there is no header.via"),
        ('body.name == "api"', ""),
        ("body.name > 3", "body.name > 3: body.name is api, which cannot be compared"),
        ("body.free < 30", ""),  # a number written as a text
        ("body.free < 20", "body.free < 20: body.free is 20"),
        ("body.leader == true", ""),
        ("body.name == true", "body.name == true: body.name is api"),
        ("certificate_days > 14", "certificate_days > 14: certificate_days is 9.0"),
        ("certificate_days >= 9", ""),
        ("response_time <= 50", ""),
        ("response_time < 50", "response_time < 50: response_time is 50"),
        ("response_time >= 50", ""),
        ("response_time > 50", "response_time > 50: response_time is 50"),
        ("body.shards[0] exists", ""),
        ("body.shards[2] not exists", ""),
        ("body.shards.state exists", "body.shards.state exists: there is no body.shards.state"),
        ("body.name[0] exists", "body.name[0] exists: there is no body.name[0]"),
        ("body.queue.size != 3", ""),  # what is not there is not 3
        ("body.queue.size not contains 3", ""),
        ("body.queue.depth contains 25", ""),
        ("body.missing contains x", "body.missing contains x: there is no body.missing"),
    ],
)  # fmt: skip
def test_conditions(condition: str, unmet: str) -> None:
    document = {
        "name": "api",
        "free": "20",
        "leader": "True",
        "queue": {"depth": 250},
        "shards": [{"state": "red"}, {"state": "green"}],
    }
    exchange = answered(document, ends=NOON + timedelta(days=9), headers=(("X-Served-By", "eu-1"),))
    judged = judge(endpoint(conditions=[condition]), exchange, NOON)
    assert judged.verdict is (F if unmet else P)
    assert judged.reason == unmet or (unmet.endswith("is ") and judged.reason.startswith(unmet))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("response_time < 500ms", "response_time is milliseconds, as in response_time < 500"),
        ("response_time < 0", "that is never so"),
        ("status == 2xx", "status is an HTTP status, as in status == 200"),
        ("status == 2000", "that is never so"),
        ("status contains 2", "status is an HTTP status"),
        ("certificate_days > soon", "certificate_days is days"),
        ("body > 5", "compares numbers, in a body by their path"),
        ("body.version > 1.2.3", "compares numbers"),
        ("header.age < 5", "compares numbers"),
        ("body exists", "write which member"),
    ],
)
def test_a_condition_that_can_never_hold_is_refused_when_it_is_read(
    condition: str, words: str
) -> None:
    found = read_endpoints("", [{"url": "https://example.com", "conditions": [condition]}], {})
    [problem] = found.problems
    assert problem.text.startswith("conditions: ")
    assert words in problem.text


@pytest.mark.parametrize(
    ("subject", "least", "most"),
    [("status", 100, 599), ("response_time", 0, 30_000), ("certificate_days", -3650, 36_500)],
)
def test_a_condition_that_some_answer_could_meet_is_read(
    subject: str, least: int, most: int
) -> None:
    def is_read(condition: str) -> bool:
        entry = {"url": "https://example.com", "conditions": [condition]}
        return not read_endpoints("", [entry], {}).problems

    for bound, inward in ((least, "<"), (most, ">")):
        assert is_read(f"{subject} == {bound}")
        assert is_read(f"{subject} {inward}= {bound}")
        assert not is_read(f"{subject} {inward} {bound}")
    assert not is_read(f"{subject} == {least - 1}")
    assert not is_read(f"{subject} == {most + 1}")
    assert is_read(f"{subject} == {least + 1}")
    assert not is_read(f"{subject} == true")
    assert not is_read(f"{subject} exists")


def test_a_condition_on_the_certificate_without_tls_is_refused() -> None:
    entry = {"url": "http://example.com", "conditions": ["certificate_days > 1"]}
    [problem] = read_endpoints("", [entry], {}).problems
    assert "without TLS there is no certificate" in problem.text
