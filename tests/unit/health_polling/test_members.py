"""The members under which services write how they are, spelt as they spell them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from health_polling.reading.read import read
from health_polling.verdict import Verdict

P, W, F = Verdict.PASS, Verdict.WARN, Verdict.FAIL

STATUS = """status health state outcome globalStatus overall_status overallHealth overall
    healthStatus aggregated-status serviceStatus system_status appStatus applicationStatus
    currentStatus servingStatus statusName stateName statusText availability indicator result
    healthCheck condition aggregateState aggregateStatus overallState systemState systemHealth
    healthState""".split()
INSIDE = """code status state indicator overall level value health name text label description
    message type""".split()
FLAGS = """healthy isHealthy ok isOk success up isUp alive is_alive ready isReady live""".split()
MORE_FLAGS = """connected isConnected reachable available isAvailable online passed passing running
    operational working responding accessible""".split()
ILL_FLAGS = "error hasError hasErrors failed failing unhealthy down".split()
REASONS = """error err message output reason description exception detail notificationMessage
    summary cause title errorMessage msg""".split()


def verdict(document: Any) -> Verdict:
    return read(json.dumps(document).encode(), "application/json").verdict


@pytest.mark.parametrize("name", STATUS)
def test_a_status_by_its_word(name: str) -> None:
    assert [verdict({name: word}) for word in ("healthy", "degraded", "down")] == [P, W, F]


@pytest.mark.parametrize("name", INSIDE)
def test_a_status_in_an_object_that_stands_where_a_word_does(name: str) -> None:
    assert [verdict({"status": {name: word}}) for word in ("UP", "DOWN")] == [P, F]


@pytest.mark.parametrize("name", ["statusCode", "httpStatus", "httpCode", "code"])
def test_a_status_by_the_number_of_http(name: str) -> None:
    said = {number: verdict({name: number}) for number in (200, 399, 400, 599)}
    assert said == {200: P, 399: P, 400: F, 599: F}
    for number in (199, 600):
        assert verdict({name: number}) is Verdict.UNKNOWN


@pytest.mark.parametrize("name", [*FLAGS, *MORE_FLAGS])
def test_a_status_by_a_flag(name: str) -> None:
    assert [verdict({name: flag}) for flag in (True, False)] == [P, F]
    if name in FLAGS:
        assert verdict({"status": "ok", name: False}) is F


@pytest.mark.parametrize("name", ILL_FLAGS)
def test_a_flag_that_is_ill_when_it_is_set(name: str) -> None:
    assert verdict({"status": "ok", name: True}) is F
    assert verdict({"status": "ok", name: False}) is P


@pytest.mark.parametrize("name", ["degraded", "isDegraded"])
def test_a_flag_of_what_is_degraded(name: str) -> None:
    assert verdict({"status": "ok", name: True}) is W


@pytest.mark.parametrize(
    ("name", "value"),
    [("optional", True), ("fatal", False), ("critical", False), ("isCritical", False),
     ("required", False), ("essential", False), ("mandatory", False)],
)  # fmt: skip
def test_a_part_that_is_not_needed_only_degrades(name: str, *, value: bool) -> None:
    def checked(**more: object) -> Verdict:
        return verdict({"status": "ok", "checks": {"redis": {"status": "down", **more}}})

    assert checked(**{name: value}) is W
    assert checked(**{name: not value}) is checked() is F


@pytest.mark.parametrize("name", REASONS)
def test_a_part_says_why_it_is_ill(name: str) -> None:
    for part in ({name: "no route"}, {"details": {name: "no route"}}, {"data": {name: "no route"}}):
        body = json.dumps({"status": "ok", "checks": {"redis": {"status": "down", **part}}})
        [component] = read(body.encode(), "application/json").components
        assert component.reason == "no route"


@pytest.mark.parametrize("name", ["failures", "errors", "causes"])
def test_of_several_reasons_five_are_told(name: str) -> None:
    cases: list[tuple[Any, str]] = [
        (["no route", {"message": "timed out"}, 7], "no route; timed out"),
        ([f"r{n}" for n in range(9)], "r0; r1; r2; r3; r4"),
        ({f"p{n}": "gone" for n in range(9)}, "; ".join(f"p{n}: gone" for n in range(5))),
    ]
    for value, said in cases:
        body = json.dumps({"status": "ok", "checks": {"redis": {"status": "down", name: value}}})
        [component] = read(body.encode(), "application/json").components
        assert component.reason == said


ERRORS = "error err exception errors errorMessage failure lastError".split()


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_says_what_is_wrong_and_a_count_of_them_does_not(name: str) -> None:
    for wrong in ("no route", ["x"], [{"a": 1}], {"message": "x"}, {"code": 3}, {"type": "x"}):
        assert verdict({name: wrong}) is F
    for nothing in ("none", "No", "0", "off", "nil", "", 3, None, [], [3], {}, {"rate": 1}):
        assert verdict({name: nothing}) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "name", ["message", "msg", "response", "detail", "text", "heartbeat", "ping"]
)
def test_where_nothing_else_says_it_a_message_does(name: str) -> None:
    assert [verdict({name: word}) for word in ("ok", "degraded", "down")] == [P, W, F]
    assert verdict({name: "hello there"}) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("document", "form", "found"),
    [
        ({"initialized": True, "sealed": False}, "Vault", P),
        ({"initialized": True, "sealed": False, "standby": True}, "Vault", W),
        ({"initialized": True, "sealed": False, "performance_standby": True}, "Vault", W),
        ({"initialized": True, "sealed": True}, "Vault", F),
        ({"initialized": False, "sealed": False}, "Vault", F),
        ({"initialized": True, "sealed": False, "removed_from_cluster": True}, "Vault", F),
        *(
            ({"page": {}, "status": {"indicator": word}}, "Statuspage", said)
            for word, said in {
                "none": P, "minor": W, "maintenance": W, "major": F, "critical": F,
            }.items()
        ),
        *(
            ({"cluster_name": "x", "status": word, mark: 1}, "Elasticsearch", said)
            for mark in ("timed_out", "number_of_nodes", "active_shards")
            for word, said in {"green": P, "Yellow": W, "red": F}.items()
        ),
        *(
            ({"uuid": "x", "status": {"overall": {name: word}}}, "Kibana", said)
            for name in ("level", "state")
            for word, said in {"available": P, "degraded": W, "critical": F}.items()
        ),
        *(
            ({"kind": "Pod", "metadata": {}, "status": {"conditions": [
                {"type": kind, "status": word}, {"type": "DiskPressure", "status": "False"}]}},
             "Kubernetes object", said)
            for kind in ("Ready", "Available")
            for word, said in {"True": P, "False": F, "Unknown": F}.items()
        ),
        ({"kind": "Pod", "metadata": {}, "status": {"phase": "Running"}}, "Kubernetes object", P),
    ],
)  # fmt: skip
def test_a_known_format_says_it_in_its_own_way(
    document: dict[str, Any], form: str, found: Verdict
) -> None:
    reading = read(json.dumps(document).encode(), "application/json")
    assert (reading.format, reading.verdict) == (form, found)
    assert reading.statuses == ({429, 472, 473} if form == "Vault" else set())


@pytest.mark.parametrize("name", ["liveness_by_node", "healthByRegion", "status_by_node_id"])
def test_words_by_place_and_a_name_of_any_length(name: str) -> None:
    assert verdict({"status": "ok", name: {"1": "NODE_STATUS_DEAD", "2": "NODE_STATUS_LIVE"}}) is F
    hostile = f"{'healthby' * 20_000}!"  # minutes, were it looked through from each place
    assert verdict({"status": "ok", hostile: {"1": "NODE_STATUS_DEAD"}}) is P
