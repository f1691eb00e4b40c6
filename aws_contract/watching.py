"""What watches over an account: AWS Backup, GuardDuty, Security Hub."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_contract.core import Breach, Params, rule

_S3_ARN = re.compile(r"arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[^:]*:[^:]*:.+")
STRING_COMPARISONS = frozenset({"EQUALS", "PREFIX", "NOT_EQUALS", "PREFIX_NOT_EQUALS", "CONTAINS",
                                "NOT_CONTAINS", "CONTAINS_WORD"})  # fmt: skip
MAX_FILTER_VALUES = 20
# API Reference, GetFindings and FindingCriteria: the attributes that can be compared by size.
NUMERIC = frozenset({"updatedAt", "createdAt", "severity", "confidence", "service.count"})


@rule("backup", "ListRecoveryPointsByResource")
def recovery_points(params: Params) -> Iterator[Breach]:
    """Name a resource by its ARN. Source: API Reference, ListRecoveryPointsByResource."""
    arn = params["ResourceArn"]
    if not _ARN.fullmatch(arn) or (":s3:" in arn and not _S3_ARN.fullmatch(arn)):
        yield Breach("InvalidParameterValueException", f"Invalid resource ARN: {arn}")


@rule("guardduty", "GetFindingsStatistics")
def statistics(params: Params) -> Iterator[Breach]:
    """Group or name a type, not both. Source: API Reference, GetFindingsStatistics."""
    types, group = params.get("FindingStatisticTypes"), params.get("GroupBy")
    if bool(types) is bool(group):
        yield _invalid("provide either findingStatisticTypes or groupBy, and not both")
    if not group and ("OrderBy" in params or "MaxResults" in params):
        yield _invalid("maxResults and orderBy can be used only with groupBy")
    criterion: Mapping[str, Any] = params.get("FindingCriteria", {}).get("Criterion", {})
    for name, condition in criterion.items():
        sized = {"GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual"}
        if sized & condition.keys() and name not in NUMERIC:
            yield _invalid(f"{name} cannot be compared by size")


def _invalid(message: str) -> Breach:
    text = f"The request is rejected because {message}."
    return Breach("BadRequestException", text)


@rule("securityhub", "GetFindings")
def findings(params: Params) -> Iterator[Breach]:
    """Filter by known comparisons, 20 values a field. Source: API Reference, GetFindings."""
    for name, conditions in (params.get("Filters") or {}).items():
        if len(conditions) > MAX_FILTER_VALUES:
            text = f"{name}: up to {MAX_FILTER_VALUES} values may be given"
            yield Breach("InvalidInputException", text)
        for each in conditions:
            comparison = each.get("Comparison")
            if (
                comparison is not None
                and "Key" not in each
                and comparison not in STRING_COMPARISONS
            ):
                text = f"{name}: {comparison} is no comparison of texts"
                yield Breach("InvalidInputException", text)
