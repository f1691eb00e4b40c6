"""Payloads that people write: checked, and refused by the name of the field that is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from avatarwatch.kpis import Cadence
from kpi_aggregation.request import RecomputeRequest, RequestError, RunRequest


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("needs an offset from UTC, as in 2026-11-23T00:00:00Z")
    return value.astimezone(UTC)


type _Instant = Annotated[datetime, AfterValidator(_utc)]


class _Payload(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Run(_Payload):
    cadence: Cadence

    def request(self) -> RunRequest:
        return RunRequest(self.cadence)


class _Recompute(_Payload):
    action: Literal["recompute"]
    start: _Instant = Field(alias="from")
    end: _Instant = Field(alias="to")
    cadence: Cadence | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start >= self.end:
            raise ValueError("from must be before to")
        return self

    def request(self) -> RecomputeRequest:
        return RecomputeRequest(self.start, self.end, self.cadence)


def read_request(event: Any) -> RunRequest | RecomputeRequest:
    """Check a payload.

    Raises
    ------
    RequestError
        It is not one; the message names the field.
    """
    if not isinstance(event, dict):
        raise RequestError(f"the payload must be a JSON object, not {type(event).__name__}")
    model = _Recompute if "action" in event else _Run
    try:
        return model.model_validate(event).request()
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        name = ".".join(map(str, problem["loc"])) or "payload"
        raise RequestError(f"{name}: {problem['msg']}") from None
