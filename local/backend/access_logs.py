"""CloudFront's log files of simulated minutes, as the standard logs (v2, W3C) are delivered."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, islice, repeat
from typing import TYPE_CHECKING
from uuid import uuid4

from access_logs.formats.cloudfront import STANDARD_FIELDS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from local.backend.traffic import CdnTraffic, MinuteOfTraffic

HIT_MS = (4, 9, 14, 22, 31)
"""Until the first byte of what an edge has; what it has not takes as long as its origin."""
_USUAL = {
    "cs-method": "GET", "cs(Host)": "d111111abcdef8.cloudfront.net", "cs-protocol": "https",
    "cs-bytes": "64",
}  # fmt: skip
_EDGES = ("ARN1-C1", "HEL50-C2", "FRA56-P3")


@dataclass(frozen=True, slots=True)
class AccessLogsWriter:
    """Put one log file for all minutes that are written at once."""

    client: S3Client
    bucket: str
    distribution: str
    account: str = "000000000000"  # the emulator's

    def write(self, minutes: Sequence[MinuteOfTraffic]) -> None:
        """Put the file below the path that CloudFront gives it."""
        if not minutes:
            return
        first = minutes[0].start
        key = (
            f"AWSLogs/{self.account}/CloudFront/{self.distribution}/{first:%Y/%m/%d/%H}/"
            f"{self.distribution}.{first:%Y-%m-%d-%H}.{uuid4().hex[:8]}.gz"
        )
        header = f"#Version: 1.0\n#Fields: {' '.join(STANDARD_FIELDS)}\n"
        text = chain((header,), *map(lines, minutes))
        self.client.put_object(
            Bucket=self.bucket, Key=key, Body=gzip.compress("".join(text).encode(), 1)
        )


def lines(minute: MinuteOfTraffic) -> Iterator[str]:
    """Yield a line for each of a minute's requests; together they are its CDN traffic exactly."""
    cdn, row = minute.cdn, dict.fromkeys(STANDARD_FIELDS, "-") | _USUAL
    row["date"] = f"{minute.start:%Y-%m-%d}"
    time = f"{minute.start:%H:%M}"
    share, rest = divmod(cdn.bytes_downloaded, max(1, cdn.requests))
    for number, (status, result, first_byte) in enumerate(_requests(cdn)):
        row["time"] = f"{time}:{number % 60:02}"
        row["x-edge-location"] = _EDGES[number % len(_EDGES)]
        row["sc-bytes"] = str(share + (number < rest))
        row["c-ip"] = f"192.0.2.{number % 250}"
        row["cs-uri-stem"] = f"/u/{number % 997}.webp"
        row["sc-status"] = str(status)
        row["x-edge-result-type"] = row["x-edge-response-result-type"] = result
        row["time-to-first-byte"] = f"{first_byte / 1000:.3f}"
        row["time-taken"] = f"{(first_byte + 6) / 1000:.3f}"
        yield "\t".join(row.values()) + "\n"


def _requests(cdn: CdnTraffic) -> Iterator[tuple[int, str, int]]:
    """Yield status, result and milliseconds until the first byte of each request."""
    misses = cdn.requests - cdn.cache_hits
    errors = [404] * cdn.errors_4xx + [502] * cdn.errors_5xx
    # an error is a miss that the origin could not fill
    statuses = chain(errors[:misses], repeat(200, max(0, misses - len(errors))))
    waits = islice(cycle(cdn.origin_latencies_ms or HIT_MS), misses)
    for status, wait in zip(statuses, waits, strict=True):
        yield status, "Miss" if status == 200 else "Error", wait
    late = chain(errors[misses:], repeat(200))
    for status, wait in zip(late, islice(cycle(HIT_MS), cdn.cache_hits), strict=False):
        yield status, "Hit" if status == 200 else "Error", wait
