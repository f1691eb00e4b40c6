"""Ask one address and measure each phase: resolve, connect, TLS, first byte, transfer.

Redirects are not followed: each hop would be a new address to check, and a health endpoint that
redirects is not one.
"""

from __future__ import annotations

import http.client
import random
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import perf_counter

from health_polling.endpoint import Endpoint, Timeouts
from health_polling.exchange import Answer, Exchange, FaultKind, Phases
from health_polling.probe.codings import UnknownCodingError, codings, unpack
from health_polling.probe.faults import ProbeError, fault_of
from health_polling.probe.resolver import Resolver
from health_polling.probe.wire import BODY_LIMIT, DeadlineReader, Response, StreamOnly

RETRY_PAUSE = (0.2, 1.0)  # seconds, jittered: many clients must not come back at the same instant
_AGENT = "AvatarWatch-HealthPolling/1"


@dataclass(slots=True)
class _Run:
    """A poll under way: where it is, and what it took so far."""

    deadline: float
    phase: str = "resolving"
    took: dict[str, float] = field(default_factory=dict)  # milliseconds by the name of the phase

    @property
    def phases(self) -> Phases:
        """Return what the phases took that were reached."""
        return Phases(**self.took)

    def left(self, most: float) -> float:
        """Return the seconds that the next phase may take; raise TimeoutError when none is left."""
        left = min(most, self.deadline - perf_counter())
        if left <= 0:
            raise TimeoutError
        return left


@dataclass(frozen=True, slots=True)
class Prober:
    """Ask endpoints; safe to use from many threads."""

    resolver: Resolver
    tls: ssl.SSLContext
    # looked up when it is made: tests let time pass by hand
    sleep: Callable[[float], None] = field(default_factory=lambda: time.sleep)

    def poll(self, endpoint: Endpoint, seconds: float) -> Exchange:
        """Ask once, and a second time when the connection failed and time is left.

        ``seconds`` is what the round can spare for this endpoint. Never raises for what the other
        side or the network does: that is in the exchange.
        """
        deadline = perf_counter() + min(endpoint.timeouts.total, seconds)
        exchange = self._once(endpoint, deadline)
        if exchange.fault is None or not exchange.fault.kind.is_retried:
            return exchange
        pause = random.uniform(*RETRY_PAUSE)  # noqa: S311 - no secret
        if perf_counter() + 2 * pause >= deadline:
            return exchange
        self.sleep(pause)
        return replace(self._once(endpoint, deadline), tries=2)

    def _once(self, endpoint: Endpoint, deadline: float) -> Exchange:
        run = _Run(deadline)
        timeouts = endpoint.timeouts
        sock: socket.socket | None = None
        try:
            addresses = self._resolve(endpoint, run, timeouts)
            sock = _connect(addresses, endpoint.target.port, run, timeouts)
            ends = None
            if endpoint.target.is_tls:
                sock, ends = self._secure(sock, endpoint.target.host, run, timeouts)
            return Exchange(answer=_ask(sock, endpoint, run, ends), phases=run.phases)
        except (OSError, ValueError, http.client.HTTPException, ProbeError) as error:
            return Exchange(fault=fault_of(error, run.phase), phases=run.phases)
        finally:
            if sock is not None:
                with suppress(OSError):
                    sock.close()

    def _resolve(self, endpoint: Endpoint, run: _Run, timeouts: Timeouts) -> list[str]:
        started = perf_counter()
        found = self.resolver.resolve(endpoint.target, run.left(timeouts.resolve))
        run.took["resolve"] = _since(started)
        return found

    def _secure(
        self, sock: socket.socket, host: str, run: _Run, timeouts: Timeouts
    ) -> tuple[ssl.SSLSocket, datetime | None]:
        run.phase, started = "the TLS handshake", perf_counter()
        sock.settimeout(run.left(timeouts.tls))
        # the request must not wait until the handshake's end is acknowledged
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # a name's root dot is none of its name in TLS (RFC 6066, section 3)
        secured = self.tls.wrap_socket(sock, server_hostname=host.rstrip("."))
        run.took["tls"] = _since(started)
        certificate = secured.getpeercert() or {}
        ends = certificate.get("notAfter")
        if not isinstance(ends, str):
            return secured, None
        return secured, datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)


def tls_context() -> ssl.SSLContext:
    """Return the context that verifies certificates against the system's authorities."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _connect(addresses: list[str], port: int, run: _Run, timeouts: Timeouts) -> socket.socket:
    """Connect to the first address that takes the connection: as checked, not by name."""
    run.phase, started = "connecting", perf_counter()
    last = len(addresses) - 1
    for index, address in enumerate(addresses):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(run.left(timeouts.connect))
            sock.connect((address, port))
        except OSError:
            sock.close()
            if index == last:
                raise
            continue
        run.took["connect"] = _since(started)
        return sock
    raise ProbeError(FaultKind.RESOLVE, "its name has no address")


def _ask(sock: socket.socket, endpoint: Endpoint, run: _Run, ends: datetime | None) -> Answer:
    run.phase = "waiting for the answer"
    sock.settimeout(run.left(endpoint.timeouts.total))
    sock.sendall(_request(endpoint))
    sent = perf_counter()
    reader = DeadlineReader(sock, run.deadline)
    # http.client's response asks its socket for nothing but this stream
    with Response(StreamOnly(reader), method="GET") as response:  # type: ignore[arg-type]
        response.begin()
        first = reader.first_byte_at or sent
        run.took["first_byte"] = (first - sent) * 1000
        run.phase = "reading the answer"
        reader.head_is_done()
        body, is_cut, unread = _body(response)
        run.took["transfer"] = _since(first)
        return Answer(
            status=response.status,
            content_type=(response.getheader("content-type") or "")[:200],
            location=(response.getheader("location") or "")[:200].split("?", 1)[0],
            body=body,
            is_cut=is_cut,
            certificate_ends=ends,
            headers=tuple(response.getheaders()),
            unread=unread,
        )


def _request(endpoint: Endpoint) -> bytes:
    target = endpoint.target
    given = {name.lower() for name, _ in endpoint.headers}
    defaults = (
        ("Host", target.authority),
        ("User-Agent", _AGENT),
        ("Accept", "application/health+json, application/json, */*;q=0.5"),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
    )
    lines = [f"GET {target.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in defaults if name.lower() not in given]
    lines += [f"{name}: {value}" for name, value in endpoint.headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _body(response: Response) -> tuple[bytes, bool, str]:
    """Return at most BODY_LIMIT bytes of the body, unpacked, whether there was more, and why not.

    Only identity was asked for; some servers pack all the same.
    """
    body = response.read(BODY_LIMIT + 1)
    is_cut = len(body) > BODY_LIMIT
    if not is_cut and response.length:
        raise ProbeError(FaultKind.PROTOCOL, "the connection closed in the middle of the body")
    applied = codings(response.getheader("content-encoding"))
    applied += codings(response.getheader("transfer-encoding"))
    try:
        body, is_cut = unpack(body, applied, BODY_LIMIT, is_cut=is_cut)
    except UnknownCodingError as error:
        return b"", False, f"its {error} body cannot be unpacked, its health cannot be read"
    return body[:BODY_LIMIT], is_cut, ""


def _since(started: float) -> float:
    return (perf_counter() - started) * 1000
