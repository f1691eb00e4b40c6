"""The metric filters over the API's log, from the catalogue of custom metrics."""

from __future__ import annotations

from avatarwatch.custom_metrics import CUSTOM_METRICS
from avatarwatch.kpi.backend_metric import CustomMetric, Line
from avatarwatch.namespaces import Own


def block() -> str:
    """Return the filters as they stand in the template."""
    return "\n" + "".join(
        _filter(metric, metric.line) for metric in CUSTOM_METRICS.values() if metric.line
    )


def _filter(metric: CustomMetric, line: Line) -> str:
    # without a default value: no line is no data, not zero
    value = line.value if line.value.startswith("$") else f'"{line.value}"'
    return f"""\
  {metric.name}Filter:
    Type: AWS::Logs::MetricFilter
    Condition: CountsApiLogs
    Properties:
      LogGroupName: !If [MakesApiLogGroup, !Ref ApiLogGroup, !Ref ApiLogGroupName]
      FilterPattern: '{line.pattern}'
      MetricTransformations:
        - MetricNamespace: !Sub ${{MetricNamespace}}/{Own.CUSTOM}
          MetricName: {metric.name}
          MetricValue: {value}
          Unit: {metric.unit}

"""
