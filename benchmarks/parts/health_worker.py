"""Whole rounds of HealthPolling in a process of their own: its arguments are PORT and N.

Everything but AWS: asked, read, judged, tracked, kept in memory, turned into metrics; then once
more with ninety days behind every endpoint and the status page, which is what takes the memory.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import health_polling.handler  # noqa: F401 - all that the function imports
from avatarwatch.clients import client
from avatarwatch.state_table.memory import MemoryDocumentStore
from health_polling.documents import EndpointList, read_endpoints
from health_polling.endpoint import Endpoint
from health_polling.history import History
from health_polling.page.files import page_files
from health_polling.page.view import view
from health_polling.polling import Effects, Polling
from health_polling.probe.prober import Prober, tls_context
from health_polling.probe.resolver import Resolver
from health_polling.rounds import Judge, Outcome, is_our_fault, run_round
from health_polling.store import HealthStore, Shard
from health_polling.watch import Day

_SECONDS = 43.0  # what the deployed function has for its polls


def main(port: int, count: int) -> None:
    """Play a round to warm up and one that is measured; print its figures as JSON."""
    addresses = ",".join(f"http://127.0.0.1:{port}/health/{n}" for n in range(count))
    listed = read_endpoints(addresses, (), {})
    store, context = MemoryDocumentStore(), tls_context()
    figures: dict[str, float] = {}

    def ask(endpoints: Sequence[Endpoint], judge: Judge) -> list[Outcome]:
        resolver = Resolver(allow_private=True)
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            return run_round(endpoints, Prober(resolver, context).poll, judge, _SECONDS)
        finally:
            figures["wall"] = time.perf_counter() - wall
            figures["cpu"] = time.process_time() - cpu
            resolver.close()

    effects = Effects(
        ask=ask,
        is_left_out=lambda: False,
        reference=lambda: None,
        is_our_fault=lambda outcomes: is_our_fault(outcomes, lambda: True),
        publish=lambda _: None,
        put=lambda _: None,
        write_page=lambda *_: None,
        log=lambda _: None,
    )

    def play(part: EndpointList) -> int:
        report = Polling(HealthStore(store), effects, datetime.now(UTC)).run(part)
        return sum(each.judgement.verdict.is_up for each in report.polled)

    play(EndpointList(listed.endpoints[:20]))
    started = time.perf_counter()
    figures["good"] = play(listed)
    figures["round"] = time.perf_counter() - started
    measured = dict(figures)  # the round with the page asks again, with ninety days in memory
    _remember(HealthStore(store), [endpoint.name for endpoint in listed.endpoints])
    started = time.perf_counter()
    Polling(HealthStore(store), replace(effects, write_page=_page(store)), datetime.now(UTC)).run(
        listed, page=True
    )
    measured["page"] = time.perf_counter() - started - figures["wall"]
    # not getrusage: its maximum survives exec and would be the parent's
    status = Path("/proc/self/status").read_text()
    measured["memory_mb"] = int(status.split("VmHWM:")[1].split()[0]) / 1024
    sys.stdout.write(json.dumps(measured) + "\n")


def _remember(store: HealthStore, names: Sequence[str]) -> None:
    """Give every endpoint ninety days behind it."""
    now = datetime.now(UTC)
    for service in ("cloudwatch", "dynamodb", "s3", "sns", "ssm"):  # as the function has them
        client(service, "eu-north-1")
    days = {now.date() - timedelta(days=n): Day(1440, n, 0, 1440, 9e4) for n in range(1, 90)}
    store.change_history(
        [(name, name) for name in names], lambda _, of: History(dict.fromkeys(of, days)), now
    )


def _page(documents: MemoryDocumentStore) -> Callable[[dict[str, Shard], EndpointList], None]:
    def write(shards: dict[str, Shard], _: EndpointList) -> None:
        services = {name: s for shard in shards.values() for name, s in shard.services.items()}
        histories = tuple(HealthStore(documents).histories().values())
        shown = view("avatar-system", services, histories, (), datetime.now(UTC))
        for file in page_files(shown, histories, None):
            file.text.encode()

    return write


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
