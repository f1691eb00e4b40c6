from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from local.backend.driver import Backend
from local.backend.model import MINUTE
from local.backend.scenarios import SCENARIOS, scenario_named
from local.backend.server import HEALTH_PATH, backend_app

NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


@pytest.fixture
def backend() -> Backend:
    return Backend(clock=lambda: NOW)


@pytest.fixture
def client(backend: Backend) -> TestClient:
    return TestClient(backend_app(backend))


def test_health_is_the_guides_document(client: TestClient, backend: Backend) -> None:
    backend.play("normal_day", 30, NOW - 30 * MINUTE)
    answer = client.get(HEALTH_PATH)
    assert answer.status_code == 200
    document = answer.json()
    assert list(document) == [
        "timestamp",
        "service",
        "version",
        "database",
        "redis",
        "s3",
        "avatarService",
        "workers",
        "metrics",
    ]
    assert document["timestamp"] == "2026-11-20T18:30:00.000Z"
    assert document["service"] == "avatar-system"
    assert document["database"]["status"] == "healthy"
    assert "error" not in document["database"]
    totals = backend.ledger.totals()
    recent = backend.ledger.totals(NOW - 15 * MINUTE, NOW)
    assert document["metrics"] == {
        "uploadsLast24h": totals.uploads,
        "averageUploadTime": pytest.approx(recent.duration_sum_ms / recent.uploads),
        "cacheHitRate": pytest.approx(recent.cache_hits / recent.requests * 100),
        "errorRate": pytest.approx(recent.failures / (recent.uploads + recent.failures) * 100),
        "storageUsage": sum(backend.ledger.entries[-1].storage_bytes.values()),
    }


def test_metrics_without_traffic_are_null_not_zero(client: TestClient) -> None:
    assert client.get(HEALTH_PATH).json()["metrics"] == {
        "uploadsLast24h": 0,
        "averageUploadTime": None,
        "cacheHitRate": None,
        "errorRate": None,
        "storageUsage": None,
    }


def test_an_unhealthy_object_is_overlooked_as_in_the_guide(
    client: TestClient, backend: Backend
) -> None:
    backend.set_scenario("database_down")
    answer = client.get(HEALTH_PATH)
    assert answer.status_code == 200
    database = answer.json()["database"]
    assert database["status"] == "unhealthy"
    assert "ECONNREFUSED" in database["error"]
    assert database["latencyMs"] > 1000
    assert answer.json()["redis"]["status"] == "healthy"


def test_an_unhealthy_string_is_seen(client: TestClient, backend: Backend) -> None:
    backend.set_scenario("database_down_reported")
    answer = client.get(HEALTH_PATH)
    assert answer.status_code == 503
    assert answer.json()["database"] == "unhealthy"
    assert answer.json()["redis"] == "healthy"


def test_a_backend_that_is_down_sends_no_document(client: TestClient, backend: Backend) -> None:
    backend.set_scenario("endpoint_down")
    answer = client.get(HEALTH_PATH)
    assert (answer.status_code, answer.text) == (503, "Service Unavailable")


def test_a_slow_backend_answers_after_its_delay(client: TestClient, backend: Backend) -> None:
    normal = scenario_named("normal_day")
    backend.set_scenario(replace(normal, health=replace(normal.health, delay_ms=300)))
    assert client.get(HEALTH_PATH).elapsed.total_seconds() >= 0.3


def test_the_scenario_can_be_read_and_changed(client: TestClient, backend: Backend) -> None:
    assert client.get("/scenario").json()["name"] == "normal_day"
    answer = client.put("/scenario", json={"name": "upload_failures"})
    assert answer.status_code == 200
    assert answer.json()["name"] == "upload_failures"
    assert set(answer.json()["scenarios"]) == set(SCENARIOS)
    assert backend.scenario.name == "upload_failures"


def test_an_unknown_scenario_is_refused_with_the_names(
    client: TestClient, backend: Backend
) -> None:
    answer = client.put("/scenario", json={"name": "lunch"})
    assert answer.status_code == 400
    assert "lunch" in answer.json()["error"]
    assert answer.json()["scenarios"] == list(SCENARIOS)
    assert backend.scenario.name == "normal_day"


@pytest.mark.parametrize("body", [b"", b"[]", b"not json", b'{"name": 3}', b'{"name":"a","x":1}'])
def test_a_body_that_is_no_choice_is_refused(
    client: TestClient, backend: Backend, body: bytes
) -> None:
    answer = client.put("/scenario", content=body)
    assert answer.status_code == 400
    assert answer.json()["faults"]
    assert backend.scenario.name == "normal_day"


def test_other_methods_are_not_allowed(client: TestClient) -> None:
    assert client.post("/scenario", json={"name": "recovery"}).status_code == 405
    assert client.post(HEALTH_PATH).status_code == 405
