"""Poll 50, 500 and 2,000 endpoints: HealthPolling beside Debian's prometheus-blackbox-exporter.

Both poll the same stub (50 ms, a new connection each time) with 128 polls at once, by turns in the
same run. The exporter is asked over kept connections, as Prometheus does; the CPU of who asks is
not counted. Ours is asked, read and judged; "round" is the whole: tracked, kept and turned into
metrics as well.

Measured twice. With the whole machine: the exporter (Go) polls on every core, and shares them with
the stub and with who asks it; ours polls on one, as Python's threads do. On one core: each poller
has a core of its own, GOMAXPROCS=1, and the stub and who asks have the others. The function has
512 MB and so less than a third of a core (Lambda gives one at 1,769 MB), so the second is what
tells how many endpoints it can poll; the first is what a server would see.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.parts.summary import Figure
from health_polling.rounds import CONCURRENCY
from local.emulator import free_port
from local.generate.template import load
from local.price.bill import lines, total
from local.price.deployment import Deployed
from local.price.page import DEFAULT

COUNTS = (50, 500, 2000)
MACHINE, CORE = "", ", one core each"
TURNS = 5
NAMES = ("prometheus-blackbox-exporter", "blackbox_exporter")
_SHARED = (
    "the exporter polls on every core and ours on one, as Python's threads do; of many endpoints"
    " that tells. The function has less than one core: see the figures for one core each"
)
_CONFIG = """modules:
  health:
    prober: http
    timeout: 10s
    http: {preferred_ip_protocol: ip4, fail_if_body_not_matches_regexp: ['"database"']}
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """One turn: polls a second, CPU milliseconds a poll, memory in MB, seconds of the round."""

    rate: float
    cpu_ms: float
    memory_mb: float
    round_s: float


def run(console: Console) -> dict[str, Any]:
    """Measure, print a table, and return the medians with their ratios."""
    exporter = next((path for name in NAMES if (path := shutil.which(name))), None)
    if exporter is None:
        console.print("no blackbox exporter: apt-get install prometheus-blackbox-exporter")
    result: dict[str, Any] = {}
    for cores in (MACHINE, CORE):
        if cores == CORE and (shutil.which("taskset") is None or len(_cores()) < 2):
            console.print("no measure of one core each: needs taskset and two cores")
            continue
        with _apart(cores == CORE) as core, _stub() as port:
            for count in COUNTS:
                ours, theirs = [], []
                for _ in range(TURNS):
                    ours.append(_ours(port, count, core))
                    if exporter:
                        with _exporter(exporter, core) as (pid, address):
                            theirs.append(_theirs(pid, address, port, count))
                row = {"ours": _median(ours), "blackbox": _median(theirs)}
                result[f"{count}{cores}"] = row
    _print(console, result)
    result["dollars_a_month"] = {str(n): round(price(n), 4) for n in (1, 20)}
    for endpoints, dollars in result["dollars_a_month"].items():
        console.print(
            f"{endpoints} endpoints with the guide's document: ${dollars} a month at list price"
        )
    return result


def price(endpoints: int) -> float:
    """Return US$ a month of a whole deployment that polls so many, at list price."""
    given = {
        **DEFAULT,
        "HealthEndpoints": ",".join(f"https://{n}.example" for n in range(endpoints)),
    }
    return total(lines(Deployed.of(load(), given)))[0]


def _cores() -> list[int]:
    """Return the cores that this process may use; none where nobody can say."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@contextmanager
def _apart(is_apart: bool) -> Iterator[int | None]:  # noqa: FBT001
    """Keep one core for who polls, and yield it: this process and the stub have the others."""
    if not is_apart:
        yield None
        return
    everything = _cores()
    os.sched_setaffinity(0, everything[:-1])
    try:
        yield everything[-1]
    finally:
        os.sched_setaffinity(0, everything)


def _on(core: int | None) -> list[str]:
    return [] if core is None else ["taskset", "--cpu-list", str(core)]


def _ours(port: int, count: int, core: int | None) -> Figures:
    worker = [sys.executable, "-m", "benchmarks.parts.health_worker", str(port), str(count)]
    command = [*_on(core), *worker]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    read = json.loads(done.stdout)
    if read["good"] != count:
        raise RuntimeError(f"{count - read['good']} of {count} polls failed")
    return Figures(
        count / read["wall"], read["cpu"] / count * 1000, read["memory_mb"], read["round"]
    )


def _theirs(pid: int, address: str, port: int, count: int) -> Figures:
    targets = [
        f"/probe?module=health&target=http://127.0.0.1:{port}/health/{n}" for n in range(count)
    ]
    asyncio.run(_ask_all(address, targets[:20]))
    before, started = _cpu_seconds(pid), time.perf_counter()
    good = asyncio.run(_ask_all(address, targets))
    wall, cpu = time.perf_counter() - started, _cpu_seconds(pid) - before
    if good != count:
        raise RuntimeError(f"{count - good} of {count} probes of the exporter failed")
    return Figures(count / wall, cpu / count * 1000, _memory_mb(pid), wall)


async def _ask_all(address: str, targets: list[str]) -> int:
    """Ask for probes over CONCURRENCY kept connections; return how many succeeded."""
    host, port = address.split(":")
    waiting = iter(targets)

    async def work() -> int:
        reader, writer = await asyncio.open_connection(host, int(port))
        good = 0
        for path in waiting:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            body = await _body(reader, head)
            good += b"\nprobe_success 1" in body
        writer.close()
        return good

    return sum(await asyncio.gather(*(work() for _ in range(min(CONCURRENCY, len(targets))))))


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    lower = head.lower()
    if b"content-length:" in lower:
        length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
        return await reader.readexactly(length)
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body


@contextmanager
def _stub() -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.parts.health_stub"], stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the stub has no output")
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _exporter(path: str, core: int | None) -> Iterator[tuple[int, str]]:
    address = f"127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "blackbox.yml"
        config.write_text(_CONFIG)
        process = subprocess.Popen(
            [*_on(core), path, f"--web.listen-address={address}", f"--config.file={config}",
             "--log.level=error"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | ({} if core is None else {"GOMAXPROCS": "1"}),
        )  # fmt: skip
        try:
            _await(f"http://{address}/-/healthy")
            yield process.pid, address
        finally:
            process.terminate()
            process.wait()


def _await(url: str) -> None:
    for _ in range(100):
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _median(turns: list[Figures]) -> dict[str, float]:
    if not turns:
        return {}
    return {
        name: round(statistics.median(getattr(turn, name) for turn in turns), 2)
        for name in ("rate", "cpu_ms", "memory_mb", "round_s")
    }


def _print(console: Console, result: Mapping[str, Any]) -> None:
    table = Table(title=f"Health polling, {CONCURRENCY} at once, medians of {TURNS} turns")
    for name in ("endpoints", "", "polls/s", "CPU ms/poll", "memory MB", "round s", "ratio"):
        table.add_column(name, justify="right")
    for count, row in result.items():
        ours, theirs = row["ours"], row["blackbox"]
        ratio = f"{ours['rate'] / theirs['rate']:.2f}" if theirs else "no peer"
        for name, figures in (("ours", ours), ("blackbox_exporter", theirs)):
            if figures:
                shown = (
                    f"{figures[key]:,.2f}" for key in ("rate", "cpu_ms", "memory_mb", "round_s")
                )
                table.add_row(count, name, *shown, ratio if name == "ours" else "")
    console.print(table)


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return polls a second beside the exporter's, memory, and the price of an endpoint."""
    dollars = found["dollars_a_month"]
    beside = [
        Figure(
            f"{count.replace(CORE, '')} endpoints, polls a second{CORE if CORE in count else ''},"
            " ratio to blackbox_exporter",
            row["ours"]["rate"] / row["blackbox"]["rate"],
            at_least=1.1,
            beside=f"a poll's CPU {row['ours']['cpu_ms']} / {row['blackbox']['cpu_ms']} ms",
            why="" if CORE in count else _SHARED,
        )
        for count, row in found.items()
        if count[:1].isdigit() and row["blackbox"]
    ]
    memory, further = found["2000"]["ours"]["memory_mb"], (dollars["20"] - dollars["1"]) / 19
    return [
        *beside,
        Figure("2,000 endpoints, peak memory", memory, "MB", at_most=512),
        Figure("each further endpoint a month", further, "$", at_most=0.3),
    ]


if __name__ == "__main__":
    run(Console())
