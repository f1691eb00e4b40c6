"""Fields that may be wrong without spoiling the rest."""

from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)


def _or_none(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except (ValidationError, OverflowError):
        return None


type Lenient[T] = Annotated[T | None, WrapValidator(_or_none)]
"""A value, or None where it is missing, null or of a wrong type: an alarm is told all the same."""

type Finite = Annotated[float, Field(allow_inf_nan=False)]
"""A number, as JSON and reasonData hold it."""

type Seconds = Annotated[int, Field(gt=0, le=604_800)]
"""A period: CloudWatch evaluates a week at most."""

type Periods = Annotated[int, Field(gt=0, le=60_480)]
"""A number of periods: a week of the shortest, ten seconds."""


class Shape(BaseModel):
    """A part of AWS's JSON; unknown fields are passed over."""

    # a message has one shape: the others need not be built in a cold start
    model_config = ConfigDict(defer_build=True)


def present[T](items: list[T | None] | None) -> list[T]:
    """Return the items of a list that could be read."""
    return [item for item in items or [] if item is not None]
