"""The backend's server over a real socket."""

import socket

import httpx
import pytest

from local.backend.driver import Backend
from local.backend.server import BackendServer
from local.serving import PortTakenError


def test_health_and_scenario_are_served_on_the_loopback() -> None:
    with BackendServer(Backend()) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert httpx.get(server.health_url).json()["service"] == "avatar-system"
        changed = httpx.put(f"{server.url}/scenario", json={"name": "endpoint_down"})
        assert changed.json()["name"] == "endpoint_down"
        assert httpx.get(server.health_url).status_code == 503
        address = server.health_url
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_two_servers_take_a_port_each() -> None:
    with BackendServer(Backend()) as one, BackendServer(Backend()) as other:
        assert one.url != other.url


def test_a_port_that_is_taken_is_refused_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = BackendServer(Backend(), port=taken.getsockname()[1])
        with pytest.raises(PortTakenError, match="in use"):
            server.start()


def test_a_request_under_way_does_not_hold_the_server_up() -> None:
    backend = Backend(scenario="endpoint_slow")
    with BackendServer(backend) as server, pytest.raises(httpx.TimeoutException):
        httpx.get(server.health_url, timeout=0.1)
