"""One logger for each function, made on first use.

The service's name comes from POWERTOOLS_SERVICE_NAME, which the template sets. Powertools is
imported on first use as well: an alert that is delivered is logged after it, so that nobody waits
for the logger.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

_request: dict[str, str] = {}


def correlate(request_id: str) -> None:
    """Let every line from now on name this request."""
    _request["id"] = request_id


def logger() -> Logger:
    """Return the structured JSON logger."""
    made = _logger()
    made.set_correlation_id(_request.get("id"))
    return made


@cache
def _logger() -> Logger:
    from aws_lambda_powertools import Logger  # noqa: PLC0415 - cold start

    return Logger()
