"""Entry point of KpiAggregation: a cadence's run, or a span computed again."""

from __future__ import annotations

from avatarwatch import startup  # first: what is imported below is what a start is made of

# isort: split
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from avatarwatch import left_out
from avatarwatch.kpi_inputs import AVAILABILITY
from avatarwatch.kpis import Cadence
from avatarwatch.left_out import LeftOut
from avatarwatch.observability import logger
from kpi_aggregation.answer import as_json
from kpi_aggregation.request import RecomputeRequest, RequestError, RunRequest, scheduled
from kpi_aggregation.settings import FunctionSettings
from kpi_aggregation.usage import Usage
from kpi_aggregation.windows import OLDEST
from kpi_aggregation.wiring import aggregation, budget_watch

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from kpi_aggregation.aggregation import Aggregation


@startup.ends_with
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Compute and publish KPIs; the answer says what came of each cadence and what it cost."""
    request = scheduled(event) or _written(event)
    settings, usage = FunctionSettings.from_env(), Usage()
    if isinstance(request, RecomputeRequest):
        runs = _recompute(request, context, settings, usage)
    else:
        runs = _run(request, context, settings, usage)
    answer = {"runs": runs, "usage": usage.as_json()}
    logger().info("computed", extra=answer)
    return answer


def _written(event: Any) -> RunRequest | RecomputeRequest:
    """Check what a person wrote; schedules do without pydantic, a quarter of a cold start."""
    from kpi_aggregation.payload import read_request  # noqa: PLC0415

    return read_request(event)


def _run(
    request: RunRequest, context: LambdaContext, settings: FunctionSettings, usage: Usage
) -> list[dict[str, Any]]:
    cadences = [request.cadence]
    if request.cadence is Cadence.HOUR:
        # a day that lacks something is not left until tomorrow
        cadences.append(Cadence.DAY)
    works = [aggregation(cadence, context, settings, usage) for cadence in cadences]
    runs = [as_json(work.run(), *_left_out(work)) for work in works]
    if request.cadence is Cadence.FIVE_MINUTES:
        [work] = works
        if work.latest:
            runs[0]["burning"] = budget_watch(settings, usage, datetime.now(UTC)).look(*work.latest)
    return runs


def _left_out(work: Aggregation) -> list[LeftOut]:
    """Return the maintenance that is left out, where a KPI of a run is made of what leaves it."""
    is_told = any(AVAILABILITY.is_in(kpi.inputs) for kpi in work.kpis)
    return [left_out.read(work.claims.store)] if is_told else []


def _recompute(
    request: RecomputeRequest, context: LambdaContext, settings: FunctionSettings, usage: Usage
) -> list[dict[str, Any]]:
    earliest = datetime.now(UTC) - OLDEST
    if request.start < earliest:
        raise RequestError(
            f"from: CloudWatch takes points of the last two weeks only: {earliest:%Y-%m-%dT%H:%MZ}"
            " is the earliest"
        )
    cadences = [request.cadence] if request.cadence else list(Cadence)
    works = [aggregation(cadence, context, settings, usage) for cadence in cadences]
    return [as_json(work.recompute(request.start, request.end), *_left_out(work)) for work in works]
