"""What the alarm shapes of CloudWatch share."""

import re
from dataclasses import dataclass

from alarm_fanout.alert import Child, Comparison, Crossing, Kind
from alarm_fanout.parsers.arrival import Origin, origin_of_arn
from alarm_fanout.parsers.metric_units import unit_of
from alarm_fanout.parsers.part import PERIODS_LIMIT, SECONDS_LIMIT, Part
from alarm_fanout.parsers.reason import Reason
from avatarwatch.alert_state import AlertState
from avatarwatch.console import MetricRef
from avatarwatch.units import Unit

# arn:partition:cloudwatch:region:account:alarm:name; the name may hold colons
_ALARM_ARN = re.compile(r"arn:[^:]+:cloudwatch:[^:]+:\d{12}:alarm:.+", re.DOTALL | re.ASCII)
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_OBJECTIVES = "AWS/ApplicationSignals"
_SHARE = re.compile(r"%\)?$|\bpercent(?:age)?\)?$", re.IGNORECASE)  # how a formula's label ends
_BAND = "ANOMALY_DETECTION_BAND"
_STATISTICS = {
    "AVERAGE": "Average",
    "SUM": "Sum",
    "MINIMUM": "Minimum",
    "MAXIMUM": "Maximum",
    "SAMPLECOUNT": "SampleCount",
    "SAMPLE_COUNT": "SampleCount",
}


_MISSING = re.compile(r" and (\d{1,5}) missing datapoints? (?:was|were) treated as \[(\w+)\]")
# What CloudWatch holds (its API reference): longer is nobody's metric, and must not fill a table
_NAME_LIMIT = 255
_VALUE_LIMIT = 1024
_DIMENSIONS_LIMIT = 30


@dataclass(frozen=True, slots=True)
class Query:
    """One metric or expression that an alarm reads; ``period`` in seconds."""

    metric: MetricRef | None = None
    expression: str | None = None
    label: str | None = None
    shown: bool = True
    period: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What an alarm's configuration tells of its threshold; None where it does not."""

    comparison: Comparison | None = None
    threshold: float | None = None
    period: int | None = None
    periods: int | None = None
    breaching: int | None = None


def metric(
    found: Part, stat: str | None, period: int | None, account: str | None = None
) -> MetricRef | None:
    """Return the metric that an object names, None where namespace or name is missing.

    SNS calls the name ``metricName`` and lists the dimensions, EventBridge does neither.
    """
    namespace, name = found.text("namespace"), found.text("name") or found.text("metricName")
    if not (namespace and name):
        return None
    pairs = [(part.text("name"), part.text("value")) for part in found.parts("dimensions") or []]
    dimensions = [
        (key[:_NAME_LIMIT], value[:_VALUE_LIMIT])
        for key, value in (*pairs, *found.texts("dimensions").items())
        if key is not None and value is not None
    ]
    return MetricRef(
        namespace[:_NAME_LIMIT],
        name[:_NAME_LIMIT],
        tuple(dimensions[:_DIMENSIONS_LIMIT]),
        statistic((stat or "Average")[:_NAME_LIMIT]),
        period or 60,
        account if account and _ACCOUNT.fullmatch(account) else "",
    )


def queries(configuration: Part) -> list[Query]:
    """Return the metrics and expressions that a list of queries names."""
    return [_query(found) for found in configuration.parts("metrics") or []]


def rule(configuration: Part) -> Rule:
    """Return what a configuration tells of its threshold."""
    return Rule(
        comparison=comparison(configuration.text("comparisonOperator")),
        threshold=configuration.number("threshold"),
        period=configuration.count("period", SECONDS_LIMIT),
        periods=configuration.count("evaluationPeriods", PERIODS_LIMIT),
        breaching=configuration.count("datapointsToAlarm", PERIODS_LIMIT),
    )


def children(found: list[Part] | None) -> tuple[Child, ...]:
    """Return the alarms that made a composite alarm change."""
    return tuple(
        Child(arn, state((each.part("state") or Part()).text("value")) or AlertState.ALARM)
        for each in found or []
        if (arn := each.text("arn")) is not None
    )


def identify(arn: str | None, name: str, where: Origin) -> tuple[str, Origin]:
    """Return an alarm's key, which is its ARN, and its origin.

    Where the message has no ARN, the ARN is put together from region, account and name, so that the
    copies of one change have one key whichever way they came.
    """
    if arn and _ALARM_ARN.fullmatch(arn) and origin_of_arn(arn).region:
        return arn, origin_of_arn(arn)
    if where.region and where.account:
        made = f"arn:{where.partition}:cloudwatch:{where.region}:{where.account}:alarm:{name}"
        return made, where
    return f"alarm:{where.account or ''}:{name}", where


def missing(reason: str) -> tuple[tuple[str, str], ...]:
    """Return how many periods had no data and what they counted as, where a reason says so."""
    if found := _MISSING.search(reason):
        return (("Without data", f"{found[1]} periods, taken as {found[2].lower()}"),)
    return ()


def statistic(name: str) -> str:
    """Write a statistic as the API does; SNS shouts it (``AVERAGE``)."""
    return _STATISTICS.get(name.upper(), name)


def comparison(name: str | None) -> Comparison | None:
    """Return the comparison of an operator's name, None for none or one we do not know."""
    return Comparison.__members__.get(name or "")


def state(name: str | None) -> AlertState | None:
    """Return the state of a name, None for none or one that no alarm has."""
    found = AlertState.__members__.get(name or "")
    return None if found is AlertState.INFO else found


def kind(queries: list[Query]) -> Kind:
    """Tell what kind of alarm reads these queries."""
    expressions = [query.expression for query in queries if query.expression]
    if any(expression.startswith(_BAND) for expression in expressions):
        return Kind.ANOMALY
    return Kind.MATH if expressions else Kind.METRIC


def title(queries: list[Query]) -> str:
    """Return the headline of an alarm whose name says less than what it reads: an objective's."""
    for query in queries:
        if query.metric and query.metric.namespace == _OBJECTIVES:
            return dict(query.metric.dimensions).get("SloName", "")
    return ""


def crossing(queries: list[Query], rule: Rule, reason: Reason, unit: str | None = None) -> Crossing:
    """Put together what crossed which threshold; the rule goes before the reason's sentence."""
    compared = rule.comparison or reason.comparison
    threshold = reason.threshold if rule.threshold is None else rule.threshold
    periods = rule.periods or reason.periods or 1
    return Crossing(
        metrics=tuple(query.metric for query in queries if query.metric),
        comparison=compared,
        threshold=None if compared and compared.is_band else threshold,
        period=rule.period or _longest_period(queries),
        periods=periods,
        breaching=rule.breaching or (None if rule.periods else reason.breaching) or periods,
        values=reason.values,
        expression=_formula(queries),
        since=reason.since,
        unit=_unit(queries, unit),
        crossed=reason.crossed,
        of=reason.of,
        silent=reason.silent,
        edges=reason.edges,
        series=reason.series,
    )


def _unit(queries: list[Query], said: str | None) -> Unit:
    """Return the unit of what is looked at; a formula over several metrics has none of its own."""
    metrics = [query.metric for query in queries if query.metric]
    if formula := _formula(queries):
        return Unit.PERCENT if _SHARE.search(formula) else Unit.NONE
    if len(metrics) != 1:
        return Unit.NONE
    return unit_of(metrics[0], said)


def _query(found: Part) -> Query:
    stat = found.part("metricStat")
    measured = stat.part("metric") if stat else None
    read = None
    if stat and measured:
        period = stat.count("period", SECONDS_LIMIT)
        read = metric(measured, stat.text("stat"), period, found.text("accountId"))
    return Query(
        metric=read,
        expression=found.text("expression"),
        label=found.text("label"),
        shown=found.flag("returnData") is not False,
        period=found.count("period", SECONDS_LIMIT),
    )


def _formula(queries: list[Query]) -> str | None:
    """Return the label or the text of the expression that the alarm looks at."""
    for query in queries:
        if query.shown and query.expression and not query.expression.startswith(_BAND):
            return query.label or query.expression
    return None


def _longest_period(queries: list[Query]) -> int:
    periods = [query.metric.period if query.metric else query.period for query in queries]
    return max((period for period in periods if period), default=60)
