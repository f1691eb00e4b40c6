"""Athena's tables over the access logs, with a column for each field, and queries saved over them.

Partitions are reckoned from the paths: no crawler runs.
"""

# ruff: noqa: S608 - statements as people run them: nothing of a caller's is put into them

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent

from access_logs.formats.cloudfront import STANDARD_FIELDS

_CDN_COLUMNS = {
    "date": "date", "time": "time", "x-edge-location": "edge", "sc-bytes": "bytes_sent bigint",
    "c-ip": "client_ip", "cs-method": "method", "cs(Host)": "host", "cs-uri-stem": "uri",
    "sc-status": "status int", "cs(Referer)": "referrer", "cs(User-Agent)": "user_agent",
    "cs-uri-query": "query", "cs(Cookie)": "cookie", "x-edge-result-type": "result",
    "x-edge-request-id": "request_id", "x-host-header": "host_header", "cs-protocol": "protocol",
    "cs-bytes": "bytes_received bigint", "time-taken": "time_taken double",
    "x-forwarded-for": "forwarded_for", "ssl-protocol": "tls_protocol", "ssl-cipher": "tls_cipher",
    "x-edge-response-result-type": "response_result", "cs-protocol-version": "http_version",
    "fle-status": "fle_status", "fle-encrypted-fields": "fle_fields", "c-port": "client_port int",
    "time-to-first-byte": "time_to_first_byte double",
    "x-edge-detailed-result-type": "detailed_result", "sc-content-type": "content_type",
    "sc-content-len": "content_length bigint", "sc-range-start": "range_start bigint",
    "sc-range-end": "range_end bigint",
}  # fmt: skip
"""What a field is called in SQL, and its type where it is no text."""
_S3_COLUMNS = {
    "owner": r"(\S+)", "bucket_name": r"(\S+)", "time": r"\[([^\]]*)\]", "client_ip": r"(\S+)",
    "requester": r"(\S+)", "request_id": r"(\S+)", "operation": r"(\S+)", "key": r"(\S+)",
    "request_uri": '(".*?"|-)', "status": r"(\d{3}|-)", "error_code": r"(\S+)",
    "bytes_sent": r"(\d+|-)", "object_size": r"(\S+)", "total_time": r"(\d+|-)",
    "turn_around_time": r"(\d+|-)",
}  # fmt: skip
"""How each field of a line is read; what follows them, quotes unescaped, is one column more."""
_BUCKET = "!If [MakesLogBucket, !Ref AccessLogsBucket, !Ref AccessLogBucketName]"


@dataclass(frozen=True, slots=True)
class Table:
    """A table over log files, a folder for each ``source`` and day.

    ``folder`` is where they begin, ``below`` what leads from there to a source's folder.
    """

    resource: str
    name: str
    description: str
    source: str
    folder: str
    below: str
    serde: str
    reading: str
    columns: tuple[str, ...]
    skipped_lines: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """A saved query; ``watched`` are the sources that it asks, by the parameter naming them."""

    resource: str
    name: str
    description: str
    watched: str
    sql: str


TABLES = (
    Table(
        "CdnRequestsTable", "cdn_requests",
        "CloudFront standard logs (v2, W3C, fields apart by tabs)", "distribution",
        "AWSLogs/${AWS::AccountId}/CloudFront/", "",
        "lazy.LazySimpleSerDe", r'{ field.delim: "\t" }',
        tuple(_CDN_COLUMNS[field] for field in STANDARD_FIELDS), skipped_lines=2,
    ),
    Table(
        "BucketRequestsTable", "bucket_requests",
        "S3 server access logs (date-based keys below s3/)", "bucket",
        "s3/", "${AWS::AccountId}/${AWS::Region}/",
        "RegexSerDe", f"{{ input.regex: '{' '.join(_S3_COLUMNS.values())}(?: (.*))?' }}",
        (*_S3_COLUMNS, "rest"),
    ),
)  # fmt: skip
_WEEK = "day >= date_format(current_date - INTERVAL '7' DAY, '%Y/%m/%d')"
QUERIES = (
    Query(
        "TopRefusedQuery", "who is refused",
        "Those whose requests to the bucket were refused most often in seven days",
        "AvatarBucketNames",
        f"""\
SELECT requester, error_code, count(*) AS refused, count(DISTINCT client_ip) AS addresses
FROM bucket_requests
WHERE bucket IN ('${{Watched}}') AND {_WEEK}
  AND status IN ('401', '403')
GROUP BY requester, error_code
ORDER BY refused DESC, requester
LIMIT 20
""",
    ),
    Query(
        "SlowestEdgesQuery", "slowest edges",
        "Where the first byte takes longest, by CloudFront's edge, in seven days",
        "DistributionIds",
        f"""\
SELECT edge, count(*) AS requests, avg(time_to_first_byte) * 1000 AS mean_ms,
  approx_percentile(time_to_first_byte, 0.95) * 1000 AS p95_ms
FROM cdn_requests
WHERE distribution IN ('${{Watched}}') AND {_WEEK}
GROUP BY edge
HAVING count(*) >= 20
ORDER BY p95_ms DESC, edge
LIMIT 20
""",
    ),
    Query(
        "MissingAvatarsQuery", "missing avatars",
        "What was asked for and is not there, in seven days",
        "DistributionIds",
        f"""\
SELECT uri, count(*) AS requests, count(DISTINCT client_ip) AS addresses,
  max(date || ' ' || time) AS last_asked
FROM cdn_requests
WHERE distribution IN ('${{Watched}}') AND {_WEEK}
  AND status IN (403, 404)
GROUP BY uri
ORDER BY requests DESC, uri
LIMIT 50
""",
    ),
    Query(
        "BandwidthByReferrerQuery", "bandwidth by referrer",
        "Whose pages the bytes are sent for, in seven days",
        "DistributionIds",
        f"""\
SELECT
  CASE WHEN referrer = '-' THEN 'none' ELSE split_part(split_part(referrer, '://', 2), '/', 1) END
    AS site,
  count(*) AS requests, sum(bytes_sent) AS bytes
FROM cdn_requests
WHERE distribution IN ('${{Watched}}') AND {_WEEK}
GROUP BY 1
ORDER BY bytes DESC, site
LIMIT 50
""",
    ),
)  # fmt: skip


def block() -> str:
    """Return the tables and the queries as they stand in the template."""
    return "\n" + "".join((*map(_table, TABLES), *map(_query, QUERIES)))


def _table(table: Table) -> str:
    skipped = f'          skip.header.line.count: "{table.skipped_lines}"\n'
    return f"""\
  {table.resource}:
    Type: AWS::Glue::Table
    Condition: QueriesLogs
    Properties:
      CatalogId: !Ref AWS::AccountId
      DatabaseName: !Ref AccessLogsDatabase
      TableInput:
        Name: {table.name}
        Description: {table.description}, partitioned by {table.source} and day
        TableType: EXTERNAL_TABLE
        PartitionKeys: [{{ Name: {table.source}, Type: string }}, {{ Name: day, Type: string }}]
        Parameters:
{skipped if table.skipped_lines else ""}\
          projection.enabled: "true"
          projection.{table.source}.type: injected
          projection.day.type: date
          projection.day.format: yyyy/MM/dd
          projection.day.range: 2026/01/01,NOW
          storage.location.template: !Sub
            - s3://${{Logs}}/{table.folder}{table.below}${{Source}}/${{Day}}
            - Logs: {_BUCKET}
              Source: "${{{table.source}}}" # for Athena to fill in
              Day: "${{day}}"
        StorageDescriptor:
          Location: !Sub
            - s3://${{Logs}}/{table.folder}
            - Logs: {_BUCKET}
          InputFormat: org.apache.hadoop.mapred.TextInputFormat
          OutputFormat: org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat
          SerdeInfo:
            SerializationLibrary: org.apache.hadoop.hive.serde2.{table.serde}
            Parameters: {table.reading}
          Columns:
{"".join(map(_column, table.columns))}
"""


def _column(written: str) -> str:
    name, _, kind = written.partition(" ")
    return f"            - {{ Name: {name}, Type: {kind or 'string'} }}\n"


def _query(query: Query) -> str:
    return f"""\
  {query.resource}:
    Type: AWS::Athena::NamedQuery
    Condition: QueriesLogs
    Properties:
      Name: !Sub ${{SystemName}} {query.name}
      Description: {query.description}
      Database: !Ref AccessLogsDatabase
      WorkGroup: !Ref AccessLogsWorkGroup
      QueryString: !Sub
        - |-
{indent(query.sql, " " * 10)}\
        - Watched: !Join ["','", !Split [",", !Ref {query.watched}]]

"""
