"""The saved queries over the API's log: as resources of the template and on the dashboard."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogQuery:
    """A query of Logs Insights; ``columns`` is how wide its table is on the dashboard, if shown."""

    name: str
    title: str
    columns: int | None
    steps: tuple[str, ...]


# JSON's true and false are 1 and 0 in Logs Insights.
QUERIES = (
    LogQuery("UploadSuccessQuery", "Upload success rate", 8, (
        'filter operation="avatar_upload" and ispresent(success)',
        ("stats count(*) as total, sum(success) as ok,"
         " sum(success)/count(*)*100 as successRate by bin(1h)"),
    )),
    LogQuery("ErrorsByTypeQuery", "Errors by type", 8, (
        'filter operation="avatar_upload" and success=0',
        "stats count(*) as failures, count_distinct(userId) as users by errorType",
        "sort failures desc",
    )),
    LogQuery("UploadTimeQuery", "Upload time by file size", 8, (
        'filter operation="avatar_upload" and success=1 and ispresent(fileSize)',
        "fields floor(fileSize/1000000) as sizeMB",
        "stats count(*) as uploads, avg(duration) as mean, pct(duration,95) as p95 by sizeMB",
        "sort sizeMB asc",
    )),
    LogQuery("SlowestUsersQuery", "Slowest users", 12, (
        'filter operation="avatar_upload" and success=1 and ispresent(duration)',
        "stats count(*) as uploads, avg(duration) as mean, pct(duration,95) as p95 by userId",
        "sort p95 desc",
        "limit 20",
    )),
    LogQuery("DeduplicationQuery", "Deduplication effectiveness", 12, (
        'filter operation="avatar_upload" and success=1 and ispresent(isDuplicate)',
        ("stats count(*) as uploads, sum(isDuplicate) as duplicates,"
         " sum(isDuplicate)/count(*)*100 as dedupPct by bin(1d)"),
    )),
    LogQuery("CorrelationIdQuery", "One correlation id", None, (
        "fields @timestamp, operation, success, duration, fileSize, errorType, @message",
        'filter correlationId="put the id here"',
        "sort @timestamp asc",
        "limit 200",
    )),
)  # fmt: skip
"""In the order in which the dashboard shows them."""


def block() -> str:
    """Return the queries as they stand in the template."""
    return "\n" + "".join(map(_resource, QUERIES))


def _resource(query: LogQuery) -> str:
    text = "\n        | ".join(query.steps)
    return f"""\
  {query.name}:
    Type: AWS::Logs::QueryDefinition
    Condition: SavesQueries
    Properties:
      Name: !Sub ${{SystemName}}/{query.title}
      LogGroupNames: [!Ref ApiLogGroupName]
      QueryString: |-
        {text}

"""
