"""Every way of the wire over real sockets, with the verdict that its user would expect.

The run prints a table by kind. What is asked over TLS, or fails before HTTP, stands below it.
"""

from __future__ import annotations

import socket
import ssl
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from threading import Thread

import pytest

from fakes.certificates import Authority
from fakes.faulty_http import FaultyServer
from fakes.health import endpoint
from fakes.wire_ways import FAIL, PASS, WAYS
from health_polling.judge import judge
from health_polling.probe.prober import Prober, tls_context
from health_polling.probe.resolver import Lookup, Resolver
from health_polling.verdict import Judgement, Verdict

IN_VAIN, IN_TIME = 0.7, 20.0  # seconds to wait for what comes too late, and for all else
AT_ONCE = 16
HOST = "api.example.com"


def here(host: str, port: int) -> list[str]:
    """Resolve any name to this machine."""
    del host, port
    return ["127.0.0.1"]


def raising(error: OSError) -> Lookup:
    def lookup(host: str, port: int) -> list[str]:
        del host, port
        raise error

    return lookup


def hanging(host: str, port: int) -> list[str]:
    time.sleep(2)
    return here(host, port)


@dataclass(frozen=True, slots=True)
class Scene:
    """A server that misbehaves by path, and who vouches for certificates."""

    server: FaultyServer
    authority: Authority

    def ask(
        self, url: str, lookup: Lookup = here, *, timeout: float = IN_TIME,
        allow_private: bool = True,
    ) -> Judgement:  # fmt: skip
        """Ask once and judge."""
        resolver = Resolver(allow_private, lookup)
        prober = Prober(resolver, self.authority.client(tls_context()), sleep=lambda _: None)
        one = endpoint(url=url, timeout=timeout, slow_ms=60_000)
        try:
            exchange = prober.poll(one, 30)
        finally:
            resolver.close()
        return judge(one, exchange, datetime.now(UTC))

    def by_path(self, path: str) -> Judgement:
        """Ask for a way of the table, with more patience where a busy machine came no further."""
        url, says = f"http://127.0.0.1:{self.server.port}/{path}", WAYS[path].says
        return self.in_vain(url, says) if "timed out" in says else self.ask(url)

    def in_vain(self, url: str, says: str) -> Judgement:
        """Ask for what comes too late."""
        judged = self.ask(url, timeout=IN_VAIN)
        for more in (2, 4):
            judged = judged if says in judged.reason else self.ask(url, timeout=more * IN_VAIN)
        return judged

    def over_tls(
        self, *, of: str = HOST, asked: str = HOST, days: int = 30, is_signed: bool = True,
        change: Callable[[ssl.SSLContext], None] = lambda _: None,
    ) -> Judgement:  # fmt: skip
        """Ask a server with a certificate."""
        context = self.authority.server(of, days=days, is_signed=is_signed)
        change(context)
        with FaultyServer(tls=context) as server:
            return self.ask(f"https://{asked}:{server.port}/ok")


@contextmanager
def silent_server() -> Iterator[int]:
    """Take connections and say nothing."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def closing_server(scene: Scene) -> Judgement:
    """Ask over TLS what closes as soon as it is connected to."""
    with socket.create_server(("127.0.0.1", 0)) as taken:

        def close_each() -> None:
            for _ in range(2):
                taken.accept()[0].close()

        Thread(target=close_each, daemon=True).start()
        return scene.ask(f"https://{HOST}:{taken.getsockname()[1]}/")


def silent_tls(scene: Scene) -> Judgement:
    with silent_server() as port:
        return scene.in_vain(f"https://{HOST}:{port}/", BEFORE["tls-silent"].says)


def over_ipv6(scene: Scene) -> Judgement:
    with FaultyServer("::1") as server:
        return scene.ask(f"http://[::1]:{server.port}/ok")


def second_address(scene: Scene) -> Judgement:
    """The first address of a name refuses, the second answers."""
    url = f"http://{HOST}:{scene.server.port}/ok"
    return scene.ask(url, lambda *_: ["127.9.9.9", "127.0.0.1"])


def old_tls(context: ssl.SSLContext) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # which is the point
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1


def wants_certificate(context: ssl.SSLContext) -> None:
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # told in the handshake, not after it


@dataclass(frozen=True, slots=True)
class Before:
    """A way that ends before, or goes beneath, what a server sends of HTTP."""

    kind: str
    ask: Callable[[Scene], Judgement]
    means: Verdict
    says: str = ""


BEFORE: dict[str, Before] = {
    "tls": Before("TLS", lambda s: s.over_tls(), PASS),
    "tls-root-dot": Before("TLS", lambda s: s.over_tls(asked=f"{HOST}."), PASS),
    "tls-expired": Before("TLS", lambda s: s.over_tls(days=-1), FAIL, "certificate has expired"),
    "tls-self-signed": Before("TLS", lambda s: s.over_tls(is_signed=False), FAIL, "self-signed"),
    "tls-other-host": Before("TLS", lambda s: s.over_tls(of="b.example.com"), FAIL,
                             "its certificate is not valid: Hostname mismatch"),
    "tls-old-version": Before("TLS", lambda s: s.over_tls(change=old_tls), FAIL, "TLS failed"),
    "tls-client-certificate": Before("TLS", lambda s: s.over_tls(change=wants_certificate), FAIL),
    "tls-of-none": Before("TLS", lambda s: s.ask(f"https://{HOST}:{s.server.port}/ok"), FAIL),
    "tls-silent": Before("TLS", silent_tls, FAIL, "the TLS handshake timed out"),
    "tls-closed": Before("TLS", closing_server, FAIL, "TLS"),
    "refused": Before("connection", lambda s: s.ask(f"http://127.0.0.1:{closed_port()}/"), FAIL,
                      "connection refused"),
    "ipv6": Before("connection", over_ipv6, PASS),
    "second-address": Before("connection", second_address, PASS),
    "root-dot": Before("name", lambda s: s.ask(f"http://{HOST}.:{s.server.port}/ok"), PASS),
    "no-name": Before("name", lambda s: s.ask(f"http://{HOST}/", raising(
        socket.gaierror(socket.EAI_NONAME, "x"))), FAIL, "its name does not exist"),
    "no-name-now": Before("name", lambda s: s.ask(f"http://{HOST}/", raising(
        socket.gaierror(socket.EAI_AGAIN, "x"))), FAIL, "cannot be resolved at the moment"),
    "no-address": Before("name", lambda s: s.ask(f"http://{HOST}/", lambda *_: []), FAIL,
                         "its name has no address"),
    "name-hangs": Before("name", lambda s: s.ask(f"http://{HOST}/", hanging, timeout=IN_VAIN), FAIL,
                         "resolving timed out"),
    "private-by-name": Before("name", lambda s: s.ask(f"http://{HOST}/", allow_private=False), FAIL,
                              "not asked: "),
    "metadata-by-name": Before("name", lambda s: s.ask(
        f"http://{HOST}/", lambda *_: ["169.254.169.254"]), FAIL, "not asked: "),
    "private-in-ipv6": Before("name", lambda s: s.ask(
        f"http://{HOST}/", lambda *_: ["::ffff:10.0.0.1"], allow_private=False), FAIL,
        "not asked: "),
    "one-private-of-two": Before("name", lambda s: s.ask(
        f"http://{HOST}/", lambda *_: ["93.184.215.14", "10.0.0.1"], allow_private=False), FAIL,
        "not asked: "),
}  # fmt: skip
NAMES = [*WAYS, *BEFORE]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judgement]:
    """Return what every way was judged to be, asked many at once."""
    with FaultyServer() as server, ThreadPoolExecutor(AT_ONCE) as pool:
        scene = Scene(server, Authority.make(tmp_path_factory.mktemp("certificates")))
        ways = {name: partial(scene.by_path, name) for name in WAYS}
        ways |= {name: partial(before.ask, scene) for name, before in BEFORE.items()}
        return dict(zip(ways, pool.map(lambda ask: ask(), ways.values()), strict=True))


def is_right(name: str, found: Judgement) -> bool:
    wanted = WAYS.get(name) or BEFORE[name]
    is_silent = found.reason == ""
    return (
        found.verdict is wanted.means
        and wanted.says in found.reason
        and is_silent is (wanted.means is PASS)
    )


@pytest.mark.real_clock
@pytest.mark.parametrize("name", NAMES)
def test_a_way_of_the_wire_means_what_its_user_expects(
    found: dict[str, Judgement], name: str
) -> None:
    assert is_right(name, found[name]), (found[name].verdict, found[name].reason)


@pytest.mark.real_clock
def test_the_table_of_ways(
    found: dict[str, Judgement], record_property: Callable[[str, object], None]
) -> None:
    kinds = {name: (WAYS.get(name) or BEFORE[name]).kind for name in NAMES}
    all_of = Counter(kinds.values())
    right = Counter(kinds[name] for name in NAMES if is_right(name, found[name]))
    lines = [f"{'the wire':<28}{'right':>6}{'wrong':>6}"]
    lines += [f"{kind:<28}{right[kind]:>6}{count - right[kind]:>6}"
              for kind, count in all_of.items()]  # fmt: skip
    lines.append(f"{'in all':<28}{right.total():>6}{len(NAMES) - right.total():>6}")
    record_property("table", "\n".join(lines))
    assert right == all_of
