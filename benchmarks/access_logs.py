"""Count access logs of 10,000, 1 and 10 million lines beside Python's own loops and GoAccess.

Each runs in a process of its own over the same file, on one core. ``split`` is the shortest loop
there is: it splits each line at its tabs and keeps nothing. ``totals`` is the loop that a person
would write for the same sums (requests, bytes, errors and hits by minute; no times). ``csv`` is
the standard library's reader. Ours makes all the sums and the spreads of both times.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from access_logs.counting import FileCounter
from access_logs.formats.cloudfront import STANDARD_FIELDS
from benchmarks.parts.summary import Figure

if TYPE_CHECKING:
    from rich.console import Console

LINES = (10_000, 1_000_000, 10_000_000)
TURNS = 3
_HEADER = "#Version: 1.0\n#Fields: " + " ".join(STANDARD_FIELDS) + "\n"
_GOACCESS = ("--log-format=CLOUDFRONT", "--no-progress", "--ignore-panel=REQUESTS", "-o", "json")

# List prices of us-east-1, US$: Lambda a GB-second and a request, S3 GET, DynamoDB write and read,
# CloudFront's additional metrics a distribution's metric, S3 request metrics, a metric a month.
_GB_SECOND, _CALL, _GET, _WRITE, _READ = 0.0000166667, 0.20e-6, 0.4e-6, 0.625e-6, 0.125e-6
_METRIC = 0.30
_MEMORY_GB = 1.0


def run(console: Console) -> dict[str, Any]:
    """Measure, print tables, and return the medians with their ratios."""
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in LINES:
            file = _made(Path(folder) / f"{number}.log", number)
            ways = ["ours", "split", "totals", "csv"] if number < LINES[-1] else ["ours", "split"]
            figures = {way: _median([_measured(way, file) for _ in range(TURNS)]) for way in ways}
            if shutil.which("goaccess") and number < LINES[-1]:
                figures["goaccess"] = _median([_goaccess(file) for _ in range(TURNS)])
            result[str(number)] = figures
            if number == LINES[1]:
                packed = _packed(file)
                result["1000000, gzip"] = {"ours": _measured("ours", packed)}
                packed.unlink()
            file.unlink()
    _print(console, result)
    result["dollars"] = _price(result["1000000"]["ours"]["lines_a_second"])
    for name, dollars in result["dollars"].items():
        console.print(f"{name}: ${dollars}")
    return result


def _made(file: Path, number: int) -> Path:
    rng = random.Random(1)  # noqa: S311 - any numbers will do
    with file.open("w") as out:
        out.write(_HEADER)
        for index in range(number):
            second = index * 3600 // number
            total = rng.lognormvariate(-3, 1)
            result = rng.choice(("Hit", "Hit", "Hit", "Hit", "Miss"))
            out.write(
                f"2026-11-20\t10:{second // 60:02}:{second % 60:02}\tFRA56-P3\t"
                f"{rng.randrange(300, 90_000)}\t192.0.2.{index % 250}\tGET\t"
                f"d111111abcdef8.cloudfront.net\t/avatars/{rng.randrange(99_999)}.webp\t"
                f"{rng.choice((200, 200, 200, 304, 404))}\t-\t"
                "Mozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)%20AppleWebKit/537.36\t-\t-\t"
                f"{result}\tSOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\t"
                f"img.example.com\thttps\t{rng.randrange(20, 200)}\t{total:.3f}\t-\tTLSv1.3\t"
                f"TLS_AES_128_GCM_SHA256\t{result}\tHTTP/2.0\t-\t-\t{rng.randrange(1024, 65_000)}\t"
                f"{total * 0.8:.3f}\t{result}\timage/webp\t{rng.randrange(300, 90_000)}\t-\t-\n"
            )
    return file


def _packed(file: Path) -> Path:
    packed = file.with_suffix(".log.gz")
    with file.open("rb") as plain, gzip.open(packed, "wb", compresslevel=6) as out:
        shutil.copyfileobj(plain, out)
    return packed


def _measured(way: str, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.access_logs", way, str(file)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _goaccess(file: Path) -> dict[str, float]:
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        command = ["goaccess", str(file), *_GOACCESS[:-1], out.name]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        lines = json.loads(Path(out.name).read_text())["general"]["total_requests"]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"lines_a_second": lines / cpu, "memory_mb": after.ru_maxrss / 1024}


def _median(turns: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(turn[name] for turn in turns) for name in turns[0]}


def _print(console: Console, result: dict[str, Any]) -> None:
    table = Table("lines", "way", "lines a second of CPU", "ours is as fast", "peak MB")
    for number, figures in result.items():
        for way, found in figures.items():
            ratio = figures["ours"]["lines_a_second"] / found["lines_a_second"]
            table.add_row(
                number, way, f"{found['lines_a_second']:,.0f}", f"{ratio:.2f} times",
                f"{found['memory_mb']:.0f}",
            )  # fmt: skip
    console.print(table)


def _price(lines_a_second: float) -> dict[str, float]:
    """Return US$ for each million requests, in files of 10,000 lines, and of the metrics a month.

    Lambda's processor at 1 GB is 0.58 of a core (1,769 MB are one, Lambda's documentation).
    """
    files = 1_000_000 / 10_000
    seconds = 1_000_000 / (lines_a_second * 0.58) + files * 0.15
    million = seconds * _MEMORY_GB * _GB_SECOND + files * (_CALL + _GET + 8 * _WRITE + 8 * _READ)
    return {
        "a million requests, counted": round(million, 4),
        "the CDN's metrics and the marker, a month": round(8 * _METRIC, 2),
        "the bucket's metrics, a month": round(5 * _METRIC, 2),
        # eight additional metrics a distribution at a custom metric's price (CloudFront pricing)
        "CloudFront's additional metrics, a month and distribution": round(8 * _METRIC, 2),
        # sixteen request metrics a filter (S3 User Guide, CloudWatch metrics)
        "S3 request metrics, a month and filter": round(16 * _METRIC, 2),
    }


def _split(file: Path) -> int:
    number = 0
    with file.open("rb") as lines:
        for line in lines:
            line.split(b"\t")
            number += 1
    return number - 2


def _totals(file: Path) -> int:
    requests: Counter[bytes] = Counter()
    sizes: Counter[bytes] = Counter()
    errors: Counter[bytes] = Counter()
    hits: Counter[bytes] = Counter()
    with file.open("rb") as lines:
        for line in lines:
            if line.startswith(b"#"):
                continue
            fields = line.split(b"\t")
            minute = fields[0] + fields[1][:5]
            requests[minute] += 1
            sizes[minute] += int(fields[3])
            errors[minute] += fields[8] >= b"400"
            hits[minute] += fields[13] == b"Hit"
    return requests.total()


def _csv(file: Path) -> int:
    import csv  # noqa: PLC0415 - a way's own

    with file.open(newline="") as lines:
        return sum(1 for _ in csv.reader(lines, delimiter="\t")) - 2


def _ours(file: Path) -> int:
    with file.open("rb") as lines:
        counted = FileCounter().count(lines)
    if counted.unread or counted.tally.requests != counted.lines:
        raise RuntimeError(f"not all was counted: {counted.reason}")
    return counted.lines


_WAYS: dict[str, Callable[[Path], int]] = {
    "ours": _ours, "split": _split, "totals": _totals, "csv": _csv,
}  # fmt: skip


def _worker(way: str, file: str) -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    started = time.process_time()
    lines = _WAYS[way](Path(file))
    cpu = time.process_time() - started
    # not getrusage's: that one begins with the peak of whoever started the process
    [peak] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(json.dumps({"lines_a_second": lines / cpu, "memory_mb": int(peak) / 1024}))


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return lines a second beside each other way, and how flat memory is."""
    million = found["1000000"]
    ours = million["ours"]
    rates = [Figure("a million lines", ours["lines_a_second"], "lines a second of processor time")]
    for way in sorted(million.keys() - {"ours"}):
        rate = million[way]["lines_a_second"]
        goal = 2.0 if way in {"csv", "split"} else None
        rates.append(
            Figure(f"as fast as {way}", ours["lines_a_second"] / rate, "times", at_least=goal,
                   beside=f"{rate:,.0f} lines a second")
        )  # fmt: skip
    small, large = (found[str(lines)]["ours"]["memory_mb"] for lines in (LINES[0], LINES[-1]))
    return [
        *rates,
        Figure("peak memory of ten million lines, ratio to ten thousand", large / small,
               at_most=1.2, beside=f"{small:.0f} MB"),
        Figure("a million requests counted", found["dollars"]["a million requests, counted"], "$"),
    ]  # fmt: skip


if __name__ == "__main__":
    _worker(*sys.argv[1:])
