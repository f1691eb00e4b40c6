"""CloudWatch Logs: events, Insights queries, filters and retention."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from aws_contract import filter_patterns, insights, insights_words
from aws_contract.core import Breach, Params, rule
from aws_contract.values import now, utf8_length

MAX_BATCH_BYTES = 1_048_576
MAX_EVENT_BYTES = 1_048_576
EVENT_OVERHEAD = 26
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MAX_LOG_GROUPS = 50
# The other languages stop at 10,000. Source: API model, StartQuery, limit.
MAX_ROWS = 100_000
MAX_ROWS_OTHER_LANGUAGES = 10_000
RETENTION_DAYS = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922}
    | {3288, 3653}
)


def _error(message: str) -> Breach:
    return Breach("InvalidParameterException", message)


@rule("logs", "PutLogEvents")
def put_events(params: Params) -> Iterator[Breach]:
    """Check size and order of a batch. Source: API Reference, PutLogEvents."""
    events: Sequence[Any] = params["logEvents"]
    sizes = [utf8_length(event["message"]) for event in events]
    total = sum(sizes) + EVENT_OVERHEAD * len(sizes)
    if any(size > MAX_EVENT_BYTES for size in sizes):
        yield _error(f"Log event too large: exceeds limit of {MAX_EVENT_BYTES}")
    if total > MAX_BATCH_BYTES:
        yield _error(f"Upload too large: {total} bytes exceeds limit of {MAX_BATCH_BYTES}")
    times = [event["timestamp"] for event in events]
    if any(earlier > later for earlier, later in pairwise(times)):
        yield _error("Log events in a single PutLogEvents request must be in chronological order.")
    if times and max(times) - min(times) > DAY_MS:
        yield _error(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 "
            "hours."
        )


@rule("logs", "PutLogEvents")
def put_events_window(params: Params) -> Iterator[Breach]:
    """Take events of the last 14 days up to 2 hours ahead. Source: API Reference, PutLogEvents.

    AWS drops the others and says so in `rejectedLogEventsInfo` with status 200. It is refused
    here, since a caller that loses events has a defect either way.
    """
    present = now().timestamp() * 1_000
    for event in params["logEvents"]:
        if not -2 * HOUR_MS <= present - event["timestamp"] <= 14 * DAY_MS:
            yield _error("The log event's timestamp is more than 14 days old or 2 hours ahead.")


@rule("logs", "StartQuery")
def query_source(params: Params) -> Iterator[Breach]:
    """Name 1 to 50 log groups one way. Source: API Reference, StartQuery."""
    members = ("logGroupName", "logGroupNames", "logGroupIdentifiers")
    given = [each for each in members if params.get(each)]
    in_text = params.get("queryLanguage") == "SQL" or re.match(
        r"\s*SOURCE\b", params["queryString"], re.IGNORECASE
    )
    if len(given) > 1 or (not given and not in_text):
        yield _error("Exactly one of logGroupName, logGroupNames or logGroupIdentifiers is needed.")
    for each in given:
        if each != "logGroupName" and len(params[each]) > MAX_LOG_GROUPS:
            yield _error(f"The number of log groups must be at most {MAX_LOG_GROUPS}.")
    if any(each.endswith("*") for each in params.get("logGroupIdentifiers") or ()):
        yield _error("A log group identifier must not end with an asterisk.")


@rule("logs", "StartQuery")
def query_window(params: Params) -> Iterator[Breach]:
    """Ask in epoch seconds, in order. Source: API Reference, StartQuery.

    A number of 12 or more digits is a time in milliseconds: as seconds it lies past the year 5000.
    """
    start, end = params["startTime"], params["endTime"]
    if start > end:
        yield _error("The start time must not be after the end time.")
    if max(start, end) >= 10**11:
        yield Breach(
            "MalformedQueryException",
            "Query's end date and time is either before the log groups creation time or exceeds "
            "the log groups log retention settings",
        )
    language = params.get("queryLanguage", "CWLI")
    most = MAX_ROWS if language == "CWLI" else MAX_ROWS_OTHER_LANGUAGES
    if not 1 <= params.get("limit", 1) <= most:
        yield _error(f"The limit must be between 1 and {most}.")


@rule("logs", "StartQuery", "PutQueryDefinition")
def query_text(params: Params) -> Iterator[Breach]:
    """Write Insights' language. Source: "CloudWatch Logs Insights language query syntax"."""
    if params.get("queryLanguage", "CWLI") == "CWLI":
        try:
            insights.read(params["queryString"])
        except insights_words.QueryError as error:
            yield Breach("MalformedQueryException", f"{error} at line 1")


@rule("logs", "PutMetricFilter")
def metric_filter(params: Params) -> Iterator[Breach]:
    """Check pattern and transformation. Source: API Reference, MetricTransformation."""
    try:
        filter_patterns.check(params["filterPattern"])
    except filter_patterns.PatternError as error:
        yield _error(f"Invalid metric filter pattern: {error}")
    for each in params["metricTransformations"]:
        dimensions = each.get("dimensions") or {}
        if len(dimensions) > 3:
            yield _error("Invalid metric transformation: at most 3 dimensions.")
        if dimensions and each.get("defaultValue") is not None:
            yield _error(
                "Invalid metric transformation: dimensions and default value are mutually "
                "exclusive properties."
            )
        if not re.fullmatch(r"\$.+|[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", each["metricValue"]):
            yield _error(f"Invalid metric transformation: metric value {each['metricValue']}")
        if each["metricNamespace"].startswith("AWS/"):
            yield _error("Invalid metric transformation: namespaces of AWS are reserved.")


@rule("logs", "PutRetentionPolicy")
def retention(params: Params) -> Iterator[Breach]:
    """Keep for one of the listed numbers of days. Source: API Reference, PutRetentionPolicy."""
    if params["retentionInDays"] not in RETENTION_DAYS:
        yield _error(f"Invalid retention value: {params['retentionInDays']}.")


@rule("logs", "CreateLogGroup")
def log_group(params: Params) -> Iterator[Breach]:
    """Leave `aws/` to AWS. Source: API Reference, CreateLogGroup, logGroupName."""
    if params["logGroupName"].startswith("aws/"):
        yield _error("Log groups starting with aws/ are reserved for AWS.")
