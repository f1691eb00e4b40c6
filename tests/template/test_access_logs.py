"""The saved queries answer over log files what the lines' own maker knows.

Athena is not here: DuckDB runs the very statements of the template, over tables with the very
columns, separators and paths. What it calls otherwise (two functions) is said in MACROS.
"""

from __future__ import annotations

import gzip
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

import duckdb
import pytest

from access_logs.formats.cloudfront import STANDARD_FIELDS
from access_logs.settings import FunctionSettings
from fakes.expanded import expanded_file
from fakes.parameters import TEXTS
from local.cloudformation import Deployment

IDS = TEXTS["DistributionIds"][-1].split(",")
BUCKETS = TEXTS["AvatarBucketNames"][-1].split(",")
LOGS = "access-logs-bucket"
MACROS = """
CREATE MACRO date_format(moment, form) AS strftime(moment, form);
CREATE MACRO approx_percentile(column_name, share) AS quantile_cont(column_name, share);
"""
TYPES = {"string": "VARCHAR", "bigint": "BIGINT", "int": "INTEGER", "double": "DOUBLE"}


@pytest.fixture(scope="module")
def stack() -> dict[str, dict[str, Any]]:
    given = {
        "DistributionIds": ",".join(IDS), "AvatarBucketNames": ",".join(BUCKETS),
        "AccessLogBucketName": LOGS, "AccessLogQueries": "true", "RealtimeLogs": "true",
    }  # fmt: skip
    deployment = Deployment(expanded_file("template.yaml"), given)
    return {name: each["Properties"] for name, each in deployment.resources().items()}


class Rows:
    """Requests as both kinds of log write them; ``cdn`` and ``bucket`` keep what was written."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rng = folder, random.Random(3)  # noqa: S311 - any numbers will do
        self.cdn: list[dict[str, str]] = []
        self.bucket: list[dict[str, str]] = []
        self.today = datetime.now(UTC)

    def write(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        for days in range(12):
            moment = self.today - timedelta(days=days)
            for distribution in (*IDS, "E0NOTOURS"):
                rows = [self._cdn(moment, distribution, days) for _ in range(120)]
                text = f"#Version: 1.0\n#Fields: {' '.join(STANDARD_FIELDS)}\n" + "".join(rows)
                self._put(tables["cdn_requests"], moment, text, distribution=distribution)
            for bucket in (*BUCKETS, "not-ours"):
                rows = [self._s3(moment, bucket, days) for _ in range(60)]
                self._put(tables["bucket_requests"], moment, "".join(rows), bucket=bucket)

    def _cdn(self, moment: datetime, distribution: str, days: int) -> str:
        edge = self.rng.choice(["FRA56-P3", "HEL50-C2", "ARN1-C1", f"RARE{self.rng.random()}"])
        row = dict.fromkeys(STANDARD_FIELDS, "-") | {
            "date": f"{moment:%Y-%m-%d}", "time": f"{self.rng.randrange(24):02}:00:01",
            "x-edge-location": edge, "sc-bytes": str(self.rng.randrange(90_000)),
            "c-ip": f"192.0.2.{self.rng.randrange(9)}", "cs-method": "GET",
            "cs-uri-stem": f"/u/{self.rng.randrange(200)}.webp",
            "sc-status": self.rng.choice(["200", "200", "404", "403"]),
            "cs(Referer)": self.rng.choice(["-", "https://a.example/x", "http://b.example"]),
            "time-taken": "0.5", "time-to-first-byte": f"{self.rng.random():.3f}",
        }  # fmt: skip
        if distribution in IDS and days <= 7:
            self.cdn.append(row)
        return "\t".join(row[name] for name in STANDARD_FIELDS) + "\n"

    def _s3(self, moment: datetime, bucket: str, days: int) -> str:
        status, error = self.rng.choice([("200", "-"), ("403", "AccessDenied"), ("401", "Token")])
        row = {
            "requester": self.rng.choice(["-", "arn:aws:iam::1:user/x"]), "status": status,
            "error": error, "ip": f"192.0.2.{self.rng.randrange(5)}",
        }  # fmt: skip
        if bucket in BUCKETS and days <= 7:
            self.bucket.append(row)
        return (
            f"79a5 {bucket} [{moment:%d/%b/%Y}:10:00:00 +0000] {row['ip']} {row['requester']} 3E57"
            f' REST.GET.OBJECT u/1.webp "GET /u/1.webp HTTP/1.1" {status} {error} 10 20 7 6 "-"'
            ' "agent "quoted" (x)" - id SigV4\n'
        )

    def _put(self, table: Mapping[str, Any], moment: datetime, text: str, **partition: str) -> None:
        path = table["Parameters"]["storage.location.template"].removeprefix(f"s3://{LOGS}/")
        for name, value in {**partition, "day": f"{moment:%Y/%m/%d}"}.items():
            path = path.replace(f"${{{name}}}", value)
        file = self.folder / path / f"{moment:%H}" / "part.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(text.encode(), 1))


@pytest.fixture(scope="module")
def rows(stack: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Rows:
    made = Rows(tmp_path_factory.mktemp("logs"))
    made.write({each["Name"]: each for each in table_inputs(stack)})
    return made


@pytest.fixture(scope="module")
def athena(stack: dict[str, Any], rows: Rows) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute(MACROS)
    for table in table_inputs(stack):
        database.execute(f"CREATE VIEW {table['Name']} AS {selection(table, rows.folder)}")
    return database


def selection(table: Mapping[str, Any], folder: Path) -> str:
    """Return the rows of a table as Athena reads them: by its separator, or by its expression."""
    storage = table["StorageDescriptor"]
    columns = {each["Name"]: TYPES[each["Type"]] for each in storage["Columns"]}
    parameters = storage["SerdeInfo"]["Parameters"]
    form = of_path(table)
    files = [str(each) for each in folder.rglob("*.gz") if form.search(str(each))]
    if "field.delim" in parameters:
        # LazySimpleSerDe takes a dash for a text as it is, and for a number as null
        wanted = [
            f'coalesce("{name}", \'-\') AS "{name}"' if kind == "VARCHAR" else f'"{name}"'
            for name, kind in columns.items()
        ]
        separator, skipped, read = parameters["field.delim"], "skip.header.line.count", columns
        lines = int(table["Parameters"][skipped])
    else:
        expression = parameters["input.regex"].replace("'", "''")
        wanted = [f"unnest(regexp_extract(line, '{expression}', {list(columns)}))"]
        separator, lines, read = "\x01", 0, {"line": "VARCHAR"}
    wanted += [
        f"regexp_extract(filename, '{form.pattern}', {position}) AS {key}"
        for key, position in form.groupindex.items()
    ]
    return (
        f"SELECT {', '.join(wanted)} FROM read_csv({files}, delim='{separator}', header=false,"  # noqa: S608
        f" quote='', skip={lines}, nullstr='-', auto_detect=false, filename=true, columns={read})"
    )


def of_path(table: Mapping[str, Any]) -> re.Pattern[str]:
    """Return what tells a file's partitions by its path."""
    path = table["Parameters"]["storage.location.template"].removeprefix(f"s3://{LOGS}/")
    form = re.sub(r"\\\$\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
    return re.compile(form.replace("(?P<day>[^/]+)", r"(?P<day>\d{4}/\d\d/\d\d)"))


def table_inputs(stack: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("CdnRequestsTable", "BucketRequestsTable"):
        yield stack[name]["TableInput"]


def answer(athena: duckdb.DuckDBPyConnection, stack: Mapping[str, Any], query: str) -> list[Any]:
    return athena.execute(stack[query]["QueryString"]).fetchall()


def test_every_line_is_in_the_tables(athena: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    for table, partition, names in (
        ("cdn_requests", "distribution", IDS), ("bucket_requests", "bucket", BUCKETS),
    ):  # fmt: skip
        [(lines, days)] = athena.execute(
            f"SELECT count(*), count(DISTINCT day) FROM {table} WHERE {partition} IN {tuple(names)}"  # noqa: S608
        ).fetchall()
        assert lines == 12 * (120 if table == "cdn_requests" else 60) * len(names)
        assert days == 12
    assert rows.cdn


@pytest.mark.real_clock
def test_who_is_refused(athena: duckdb.DuckDBPyConnection, stack: Any, rows: Rows) -> None:
    refused = [row for row in rows.bucket if row["status"] in {"401", "403"}]
    times = Counter((row["requester"], row["error"]) for row in refused)
    addresses = defaultdict(set)
    for row in refused:
        addresses[row["requester"], row["error"]].add(row["ip"])
    expected = {(*who, n, len(addresses[who])) for who, n in times.items()}
    found = answer(athena, stack, "TopRefusedQuery")
    assert set(found) == expected
    assert [row[2] for row in found] == sorted((row[2] for row in found), reverse=True)


@pytest.mark.real_clock
def test_the_slowest_edges(athena: duckdb.DuckDBPyConnection, stack: Any, rows: Rows) -> None:
    times = defaultdict(list)
    for row in rows.cdn:
        times[row["x-edge-location"]].append(float(row["time-to-first-byte"]))
    found = answer(athena, stack, "SlowestEdgesQuery")
    assert {edge for edge, *_ in found} == {edge for edge, seen in times.items() if len(seen) >= 20}
    for edge, requests, mean, p95 in found:
        assert requests == len(times[edge])
        assert mean == pytest.approx(fmean(times[edge]) * 1000)
        within = sum(time * 1000 <= p95 for time in times[edge]) / requests
        assert within == pytest.approx(0.95, abs=5 / requests)  # times may be alike


@pytest.mark.real_clock
def test_missing_avatars(athena: duckdb.DuckDBPyConnection, stack: Any, rows: Rows) -> None:
    missing = [row for row in rows.cdn if row["sc-status"] in {"403", "404"}]
    times = Counter(row["cs-uri-stem"] for row in missing)
    found = answer(athena, stack, "MissingAvatarsQuery")
    assert len(found) == 50
    assert [n for _, n, *_ in found] == sorted(times.values(), reverse=True)[:50]
    for uri, requests, addresses, last in found:
        of_uri = [row for row in missing if row["cs-uri-stem"] == uri]
        assert requests == len(of_uri)
        assert addresses == len({row["c-ip"] for row in of_uri})
        assert last == max(f"{row['date']} {row['time']}" for row in of_uri)


@pytest.mark.real_clock
def test_bandwidth_by_referrer(athena: duckdb.DuckDBPyConnection, stack: Any, rows: Rows) -> None:
    sites = {"-": "none", "https://a.example/x": "a.example", "http://b.example": "b.example"}
    sizes: Counter[str] = Counter()
    requests: Counter[str] = Counter()
    for row in rows.cdn:
        site = sites[row["cs(Referer)"]]
        sizes[site] += int(row["sc-bytes"])
        requests[site] += 1
    expected = [(site, requests[site], size) for site, size in sizes.most_common()]
    assert answer(athena, stack, "BandwidthByReferrerQuery") == expected


def test_the_stream_is_read_in_the_order_that_it_is_configured_in(
    stack: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = stack["AccessLogsFunction"]["Environment"]["Variables"]
    for name in ("COUNTS_FROM_STREAM", "STREAM_LOG_FIELDS"):
        monkeypatch.setenv(name, variables[name])
    monkeypatch.setenv("STATE_TABLE_NAME", "t")
    monkeypatch.setenv("DEAD_LETTER_QUEUE_URL", "q")
    fields = stack["RealtimeLogConfiguration"]["Fields"]
    assert list(FunctionSettings.from_env().stream_fields) == fields


def test_nothing_of_it_is_there_by_default() -> None:
    deployment = Deployment(expanded_file("template.yaml"), {})
    kinds = {each["Type"] for each in deployment.resources().values()}
    assert not [kind for kind in kinds if kind.split("::")[1] in {"Kinesis", "Glue", "Athena"}]
    assert "AccessLogsFunction" not in deployment.resources()
