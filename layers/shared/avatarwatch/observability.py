"""One logger and one metrics sink for each function, made on first use.

The service's name and the namespace come from POWERTOOLS_SERVICE_NAME and
POWERTOOLS_METRICS_NAMESPACE, which the template sets.
"""

from functools import cache

from aws_lambda_powertools import Logger, Metrics


@cache
def logger() -> Logger:
    """Return the structured JSON logger."""
    return Logger()


@cache
def metrics() -> Metrics:
    """Return the sink of the function's own work, written as EMF when the handler ends."""
    return Metrics()
