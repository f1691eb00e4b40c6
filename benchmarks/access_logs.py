"""Count access logs of 10,000, 1 and 10 million lines beside Python's own loops and GoAccess.

Each runs in a process of its own over the same file, on one core, in turns; the best turn of each
counts, as the machine may have other work. ``split`` is the shortest loop there is: it splits each
line at its separators and keeps nothing. ``totals`` is the loop that a person would write for the
same sums (requests, bytes, errors and hits by minute; no times). ``csv`` is the standard library's
reader. A file by gzip is split as ``gzip.open`` unpacks it. Ours makes all the sums and the spreads
of both times. NumPy's import is told apart: a function does it once, when it starts.
"""

from __future__ import annotations

import csv
import gzip
import importlib
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from access_logs.counting import FileCounter
from access_logs.formats.cloudfront import STANDARD_FIELDS
from benchmarks.parts.summary import Figure

if TYPE_CHECKING:
    from rich.console import Console

LINES = (10_000, 1_000_000, 10_000_000)
S3_LINES = 300_000
TURNS = 3
_HEADER = "#Version: 1.0\n#Fields: " + " ".join(STANDARD_FIELDS) + "\n"
_GOACCESS = ("--log-format=CLOUDFRONT", "--no-progress", "--ignore-panel=REQUESTS", "-o", "json")

# List prices of us-east-1, US$: Lambda a GB-second and a request, S3 GET, DynamoDB write and read,
# CloudFront's additional metrics a distribution's metric, S3 request metrics, a metric a month.
_GB_SECOND, _CALL, _GET, _WRITE, _READ = 0.0000166667, 0.20e-6, 0.4e-6, 0.625e-6, 0.125e-6
_METRIC = 0.30
_MEMORY_GB = 1.0


def run(console: Console) -> dict[str, Any]:
    """Measure, print tables, and return the best turns with their ratios."""
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        few, many, most = (Path(folder) / f"{number}.log" for number in LINES)
        small, large, largest = (f"{number:,}" for number in LINES)
        _make(few, LINES[0])
        result[small] = _turns(few, ("ours", "split", "totals", "csv"))
        _make(many, LINES[1])
        result[large] = _turns(many, ("ours", "split", "totals", "csv"))
        result[f"{large} by gzip"] = _turns(_packed(many), ("ours", "split"))
        _repeat(many, most, LINES[2] // LINES[1])
        result[largest] = _turns(most, ("ours", "split", "csv"), turns=1)
        s3 = Path(folder) / "s3.log"
        _make_s3(s3, S3_LINES)
        result[f"{S3_LINES:,} of S3"] = _turns(s3, ("ours", "split s3", "csv s3"))
    _print(console, result)
    result["dollars"] = _price(result[large]["ours"]["lines_a_second"])
    for name, dollars in result["dollars"].items():
        console.print(f"{name}: ${dollars:,}")
    return result


def _turns(file: Path, ways: Sequence[str], turns: int = TURNS) -> dict[str, dict[str, float]]:
    """Measure each way in each turn, and return the fastest of each with the highest memory."""
    found: dict[str, list[dict[str, float]]] = {}
    for _ in range(turns):
        for way in ways:
            found.setdefault(way, []).append(_measured(way, file))
    if shutil.which("goaccess") and "totals" in ways:
        found["goaccess"] = [_goaccess(file)]
    return {
        way: {name: max(each[name] for each in all_turns) for name in all_turns[0]}
        for way, all_turns in found.items()
    }


def _repeat(file: Path, into: Path, times: int) -> None:
    """Write the lines of an hour as those of so many hours."""
    with file.open("rb") as lines, into.open("wb") as out:
        header = lines.readline() + lines.readline()
        out.write(header)
        for hour in range(times):
            lines.seek(len(header))
            for part in lines:  # by the line: the file's hour is part of each
                out.write(part.replace(b"\t10:", b"\t%02d:" % (10 + hour), 1))


def _make(file: Path, number: int) -> None:
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


def _make_s3(file: Path, number: int) -> None:
    rng = random.Random(2)  # noqa: S311 - any numbers will do
    with file.open("w") as out:
        for index in range(number):
            second, key = index * 3600 // number, f"u/{rng.randrange(99_999)}.webp"
            total = 1 + round(rng.lognormvariate(3, 1))
            out.write(
                f"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be avatars"
                f" [20/Nov/2026:10:{second // 60:02}:{second % 60:02} +0000] 192.0.2.{index % 250}"
                f" arn:aws:iam::123456789012:user/api 3E57427F33A59F07 REST.GET.OBJECT {key}"
                f' "GET /{key} HTTP/1.1" {rng.choice((200, 200, 200, 304, 404))} -'
                f" {rng.randrange(300, 90_000)} {rng.randrange(300, 90_000)} {total} {total // 2}"
                ' "-" "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36" -'
                " s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234="
                " SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader"
                " avatars.s3.eu-north-1.amazonaws.com TLSv1.3 - -\n"
            )


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
    return {"lines_a_second": lines / cpu, "memory_mb": after.ru_maxrss / 1024, "import_s": 0.0}


def _print(console: Console, result: dict[str, Any]) -> None:
    table = Table("lines", "way", "lines a second of CPU", "ours is as fast", "peak MB", "import s")
    for number, figures in result.items():
        for way, found in figures.items():
            ratio = figures["ours"]["lines_a_second"] / found["lines_a_second"]
            table.add_row(
                number, way, f"{found['lines_a_second']:,.0f}", f"{ratio:.2f} times",
                f"{found['memory_mb']:.0f}", f"{found['import_s']:.2f}",
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


def key_figures(found: dict[str, Any]) -> list[Figure]:
    """Return lines a second beside each other way, and how flat memory is."""
    few, million, many = (found[f"{number:,}"] for number in LINES)
    ours = million["ours"]
    rates = [Figure("a million lines", ours["lines_a_second"], "lines a second of processor time")]
    for way in sorted(million.keys() - {"ours"}):
        rate = million[way]["lines_a_second"]
        goal = 2.0 if way in {"csv", "split"} else None
        rates.append(
            Figure(f"as fast as {way}", ours["lines_a_second"] / rate, "times", at_least=goal,
                   beside=f"{rate:,.0f} lines a second")
        )  # fmt: skip
    packed = {way: found["lines_a_second"] for way, found in found[f"{LINES[1]:,} by gzip"].items()}
    rates.append(
        Figure("by gzip, as fast as split", packed["ours"] / packed["split"], "times",
               at_least=2.0, beside=f"{packed['ours']:,.0f} lines a second")
    )  # fmt: skip
    small, large = (each["ours"]["memory_mb"] for each in (few, many))
    return [
        *rates,
        Figure("peak memory of ten million lines, ratio to ten thousand", large / small,
               at_most=1.2, beside=f"{small:.0f} MB",
               why="what ten hours' minutes come to, not lines: a block of those at a time"),
        Figure("NumPy's import, once a start", ours["import_s"], "s"),
        Figure("a million requests counted", found["dollars"]["a million requests, counted"], "$"),
    ]  # fmt: skip


def _split(file: Path, separator: bytes = b"\t") -> int:
    number = 0
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
        for line in lines:
            line.split(separator)
            number += 1
    return number


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


def _csv(file: Path, separator: str = "\t") -> int:
    with file.open(newline="") as lines:
        return sum(1 for _ in csv.reader(lines, delimiter=separator))


def _ours(file: Path) -> int:
    with file.open("rb") as lines:
        counted = FileCounter().count(lines)
    if counted.unread or counted.tally.requests != counted.lines:
        raise RuntimeError(f"not all was counted: {counted.reason}")
    return counted.lines


_WAYS: dict[str, Callable[[Path], int]] = {
    "ours": _ours, "split": _split, "totals": _totals, "csv": _csv,
    "split s3": partial(_split, separator=b" "), "csv s3": partial(_csv, separator=" "),
}  # fmt: skip


def _worker(way: str, file: str) -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    before = time.process_time()
    if way == "ours":
        importlib.import_module("access_logs.quick")
    started = time.process_time()
    lines = _WAYS[way](Path(file))
    cpu = time.process_time() - started
    # not getrusage's: that one begins with the peak of whoever started the process
    [peak] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(json.dumps({
        "lines_a_second": lines / cpu, "memory_mb": int(peak) / 1024, "import_s": started - before,
    }))  # fmt: skip


if __name__ == "__main__":
    _worker(*sys.argv[1:])
