"""Against a server that misbehaves in every way we know: an answer or a reason, in time."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.certificates import Authority
from fakes.faulty_http import FaultyServer
from fakes.health import endpoint
from health_polling.exchange import Exchange, FaultKind
from health_polling.judge import judge
from health_polling.probe.prober import Prober, _request, tls_context
from health_polling.probe.resolver import Lookup, Resolver
from health_polling.probe.wire import BODY_LIMIT
from health_polling.rounds import run_round
from health_polling.verdict import Verdict

TIMEOUT = 0.6


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as running:
        yield running


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("certificates"))


def never_asked(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host}:{port} was resolved")


def ask(
    url: str,
    *,
    lookup: Lookup = never_asked,
    authority: Authority | None = None,
    allow_private: bool = True,
    **entry: Any,
) -> Exchange:
    resolver = Resolver(allow_private, lookup)
    context = authority.client(tls_context()) if authority else tls_context()
    prober = Prober(resolver, context, sleep=lambda _: None)
    try:
        return prober.poll(endpoint(url=url, timeout=TIMEOUT, **entry), 30)
    finally:
        resolver.close()


def test_what_is_asked_goes_over_the_wire_as_it_stands_here() -> None:
    """Ends in one empty line: one more would be the beginning of another request."""
    asked = endpoint(
        url="http://a.example.com:8080/health?x=1", headers={"accept": "text/plain", "X-A": "b c"}
    )
    assert _request(asked).decode() == (
        "GET /health?x=1 HTTP/1.1\r\n"
        "Host: a.example.com:8080\r\n"
        "User-Agent: AvatarWatch-HealthPolling/1\r\n"
        "Accept-Encoding: identity\r\n"
        "Connection: close\r\n"
        "accept: text/plain\r\n"
        "X-A: b c\r\n"
        "\r\n"
    )
    plain = _request(endpoint()).decode().split("\r\n")
    assert "Accept: application/health+json, application/json, */*;q=0.5" in plain


def verdict(exchange: Exchange) -> Verdict:
    return judge(endpoint(), exchange, datetime.now(UTC)).verdict


def test_each_phase_is_measured(server: FaultyServer) -> None:
    exchange = ask(f"http://127.0.0.1:{server.port}/ok")
    assert verdict(exchange) is Verdict.PASS
    phases = exchange.phases
    assert phases.tls is None
    assert None not in {phases.resolve, phases.connect, phases.first_byte, phases.transfer}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("drip-headers", FaultKind.TIMEOUT),
        ("drip-body", FaultKind.TIMEOUT),
        ("silent", FaultKind.TIMEOUT),
        ("many-headers", FaultKind.PROTOCOL),
        ("long-header", FaultKind.PROTOCOL),
        ("short-body", FaultKind.PROTOCOL),
        ("no-http", FaultKind.PROTOCOL),
        ("closed", FaultKind.CONNECT),
        ("reset", FaultKind.CONNECT),
    ],
)
def test_what_may_pass_is_told_from_what_does_not(
    server: FaultyServer, path: str, kind: FaultKind
) -> None:
    exchange = ask(f"http://127.0.0.1:{server.port}/{path}")
    assert exchange.fault is not None
    assert exchange.fault.kind is kind


@pytest.mark.parametrize(
    ("path", "means"), [("endless", Verdict.PASS), ("gzip-bomb", Verdict.WARN)]
)
def test_a_body_without_end_is_cut_and_only_a_document_is_missed(
    server: FaultyServer, path: str, means: Verdict
) -> None:
    exchange = ask(f"http://127.0.0.1:{server.port}/{path}")
    assert exchange.answer is not None
    assert exchange.answer.is_cut
    assert len(exchange.answer.body) == BODY_LIMIT
    assert verdict(exchange) is means


@pytest.mark.real_clock
def test_a_names_root_dot_is_none_of_its_certificate(authority: Authority) -> None:
    with FaultyServer(tls=authority.server("api.example.com", days=9)) as server:
        exchange = ask(
            f"https://api.example.com.:{server.port}/ok",
            lookup=lambda *_: ["127.0.0.1"],
            authority=authority,
        )
        assert exchange.fault is None
        assert server.names == ["api.example.com"]


@pytest.mark.parametrize("path", ["redirect-loop", "redirect-to-metadata"])
def test_redirects_are_not_followed(server: FaultyServer, path: str) -> None:
    before = len(server.requests)
    exchange = ask(f"http://127.0.0.1:{server.port}/{path}")
    assert len(server.requests) == before + 1
    assert verdict(exchange) is Verdict.FAIL
    assert exchange.answer is not None
    assert "?" not in exchange.answer.location


def test_a_refused_connection_is_tried_twice() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    exchange = ask(f"http://127.0.0.1:{port}/")
    assert exchange.fault is not None
    assert exchange.fault.text == "connection refused"


def test_a_second_try_may_help(server: FaultyServer) -> None:
    answers: Iterator[list[str] | OSError] = iter([
        socket.gaierror(socket.EAI_AGAIN, "try again"), ["127.0.0.1"],
    ])  # fmt: skip

    def lookup(host: str, port: int) -> list[str]:
        del host, port
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    resolver = Resolver(allow_private=True, lookup=lookup)
    prober = Prober(resolver, tls_context(), sleep=lambda _: None)
    exchange = prober.poll(endpoint(url=f"http://localhost.test:{server.port}/ok", timeout=9), 30)
    resolver.close()
    assert exchange.tries == 2
    assert exchange.answer is not None


def test_ipv6() -> None:
    with FaultyServer("::1") as server:
        exchange = ask(f"http://[::1]:{server.port}/ok")
        assert verdict(exchange) is Verdict.PASS
        assert f"Host: [::1]:{server.port}\r\n" in server.requests[0]


def test_private_addresses_are_not_even_connected_to(server: FaultyServer) -> None:
    before = len(server.requests)
    for url, lookup in (
        (f"http://127.0.0.1:{server.port}/ok", never_asked),
        (f"http://evil.example.com:{server.port}/ok", lambda *_: ["127.0.0.1"]),
        (f"http://evil.example.com:{server.port}/ok", lambda *_: ["::ffff:127.0.0.1"]),
    ):
        exchange = ask(url, lookup=lookup, allow_private=False)
        assert exchange.fault is not None
        assert exchange.fault.kind is FaultKind.REFUSED_ADDRESS
    assert len(server.requests) == before


@pytest.mark.real_clock
def test_tls_to_the_checked_address_with_the_name_of_the_host(authority: Authority) -> None:
    with FaultyServer(tls=authority.server("api.example.com", days=9)) as server:
        url = f"https://api.example.com:{server.port}/ok?token=x"
        exchange = ask(url, lookup=lambda *_: ["127.0.0.1"], authority=authority,
                       headers={"Authorization": "Bearer t"})  # fmt: skip
        assert exchange.fault is None
        assert server.names == ["api.example.com"]
        [head] = server.requests
        assert head.startswith("GET /ok?token=x HTTP/1.1\r\n")
        assert f"Host: api.example.com:{server.port}\r\n" in head
        assert "Authorization: Bearer t\r\n" in head
    days = judge(endpoint(), exchange, datetime.now(UTC)).certificate_days
    assert days is not None
    assert 8.9 < days < 9.0
    assert exchange.phases.tls is not None


@pytest.mark.real_clock
@pytest.mark.parametrize(
    ("host", "days", "is_signed", "text"),
    [
        ("api.example.com", -1, True, "its certificate has expired"),
        ("api.example.com", 30, False, "its certificate is self-signed or of an unknown issuer"),
        ("other.example.com", 30, True, "its certificate is not valid: Hostname mismatch"),
    ],
)
def test_certificates_that_are_none(
    authority: Authority, host: str, days: int, *, is_signed: bool, text: str
) -> None:
    with FaultyServer(tls=authority.server(host, days=days, is_signed=is_signed)) as server:
        url = f"https://api.example.com:{server.port}/ok"
        exchange = ask(url, lookup=lambda *_: ["127.0.0.1"], authority=authority)
        assert exchange.fault is not None
        assert exchange.fault.kind is FaultKind.TLS
        assert exchange.fault.text.startswith(text)
        assert server.requests == []


def test_tls_on_a_port_that_speaks_none(server: FaultyServer) -> None:
    exchange = ask(f"https://127.0.0.1:{server.port}/ok")
    assert exchange.fault is not None
    assert exchange.fault.kind in {FaultKind.TLS, FaultKind.TIMEOUT}


def test_a_round_ends_in_its_time_whatever_hangs(server: FaultyServer) -> None:
    listed = [
        endpoint(name=f"hangs-{n}", url=f"http://127.0.0.1:{server.port}/silent")
        for n in range(200)
    ]
    resolver = Resolver(allow_private=True)
    now = datetime.now(UTC)
    poll = Prober(resolver, tls_context()).poll
    outcomes = run_round(listed, poll, lambda e, x: judge(e, x, now), 1.0)
    resolver.close()  # what hangs does so until the server ends
    kinds = {o.exchange.fault.kind for o in outcomes if o.exchange.fault}
    assert kinds <= {FaultKind.NOT_POLLED, FaultKind.TIMEOUT}
    assert len(outcomes) == 200
