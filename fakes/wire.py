"""A real boto3 client whose requests end in a fake instead of on the wire.

They have passed botocore's validation and the AWS contract by then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3

type Params = Mapping[str, Any]


class RefusedError(Exception):
    """What the fake answers is an error of the service's, by its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Http:
    status_code: int


def client(service: str, region: str, answer: Callable[[str, Params], dict[str, Any]]) -> Any:
    """Return a client of a service; ``answer`` gets an operation's name and its parameters."""

    def remember(params: Params, context: dict[str, Any], **_: Any) -> None:
        context["fake_params"] = dict(params)

    def reply(model: Any, context: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        status, body = 200, {}
        try:
            body = answer(model.name, context["fake_params"])
        except RefusedError as error:
            status, body = 400, {"Error": {"Code": error.code, "Message": str(error)}}
        return _Http(status), {**body, "ResponseMetadata": {"HTTPStatusCode": status}}

    made: Any = boto3.client(service, region_name=region)  # type: ignore[call-overload]
    made.meta.events.register(f"before-parameter-build.{service}", remember)
    made.meta.events.register(f"before-call.{service}", reply)
    return made
