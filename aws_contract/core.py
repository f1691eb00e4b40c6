"""The registry of rules, and the hook that runs them in botocore's clients."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.client import BaseClient
from botocore.handlers import BUILTIN_HANDLERS
from botocore.model import OperationModel
from botocore.session import Session
from botocore.validate import ParamValidator

from aws_contract import held, model

if TYPE_CHECKING:
    import boto3
    from botocore.exceptions import ClientError

type Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Breach:
    """What a rule yields: how AWS would answer.

    `code` is what the caller finds in `Error.Code`; `shape` is the modelled exception's code,
    where a service sends another one on the wire (SQS and its query-protocol past).
    """

    code: str
    message: str
    status: int = 400
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """One request that was refused. `rule` names the function that refused it."""

    service: str
    operation: str
    rule: str
    code: str
    message: str
    status: int


type Rule = Callable[[Params], Iterable[Breach]]

_RULES: dict[tuple[str, str], list[Rule]] = {}
_VIOLATIONS: list[Violation] = []
_VALIDATOR = ParamValidator()


def rule[R: Rule](service: str, *operations: str) -> Callable[[R], R]:
    """Register a function as a rule for operations of a service.

    `service` and `operations` are named as in boto3 and the API: `@rule("sqs", "SendMessage")`.
    The function takes the request's parameters, whose types botocore has already checked, and
    yields a `Breach` for each thing that AWS would refuse; the first one is raised. Its
    docstring names the source of the rule. Rules run in the order in which they are written.
    """

    def register(function: R) -> R:
        for operation in operations:
            _RULES.setdefault((service, operation), []).append(function)
        return function

    return register


def enable() -> None:
    """Check the clients of every botocore session created from now on; idempotent."""
    _Checked.enabled = True
    if _HANDLER not in BUILTIN_HANDLERS:
        BUILTIN_HANDLERS.append(_HANDLER)


def disable() -> None:
    """Undo `enable`, for its clients and for sessions to come; what was attached stays."""
    _Checked.enabled = False
    if _HANDLER in BUILTIN_HANDLERS:
        BUILTIN_HANDLERS.remove(_HANDLER)


def enabled() -> bool:
    """Tell whether `enable` is in force."""
    return _Checked.enabled


def attach(target: "BaseClient | Session | boto3.Session") -> None:
    """Check one existing client, or the clients that a session will create, enabled or not."""
    if isinstance(target, BaseClient):
        if not isinstance(target, _AlwaysChecked):
            kind = type(target)
            target.__class__ = type(kind.__name__, (_AlwaysChecked, kind), {})
        return
    session = target if isinstance(target, Session) else target._session
    session.register("creating-client-class", _always_check_client)


def violations() -> tuple[Violation, ...]:
    """List what was refused in this process, oldest first."""
    return tuple(_VIOLATIONS)


def clear_violations() -> None:
    """Forget what was refused, for tests that provoke a refusal on purpose."""
    _VIOLATIONS.clear()


def first_breach(operation: OperationModel, params: Params) -> tuple[str, Breach] | None:
    """Return the name of the first rule that a request breaks and the breach, or None.

    The written rules run before the API model's constraints, because they know AWS's wording.
    """
    service = operation.service_model.service_name
    for each in _RULES.get((service, operation.name), ()):
        for breach in each(params):
            return f"{each.__module__}.{each.__name__}", breach
    for code, message in model.constraints_broken(operation, params):
        return "aws_contract.model", Breach(code, message)
    return None


def has_rule(service: str, operation: str) -> bool:
    """Tell whether a rule is written for an operation, beside what the API model says."""
    return (service, operation) in _RULES


class _Checked(BaseClient):
    """Base of the checked clients.

    botocore has given each handler its chance to complete the parameters when
    `_emit_api_params` returns, and has sent nothing. An event handler could see the same, but
    not the client, whose exception classes are needed to raise what the client would.
    """

    enabled = False

    def _emit_api_params(
        self, api_params: Params, operation_model: OperationModel, context: Any
    ) -> Any:
        params = super()._emit_api_params(  # type: ignore[misc]  # not in the stubs
            api_params=api_params, operation_model=operation_model, context=context
        )
        if self.enabled:
            _refuse_if_broken(self, operation_model, params)
        return params

    def _make_api_call(self, operation_name: str, api_params: Params) -> Any:
        answer = super()._make_api_call(operation_name, api_params)  # type: ignore[misc]
        if self.enabled:
            held.tell(self.meta.service_model.service_name, operation_name, api_params, answer)
        return answer


class _AlwaysChecked(_Checked):
    enabled = True


def _refuse_if_broken(client: BaseClient, operation: OperationModel, params: Params) -> None:
    shape = operation.input_shape
    if shape is None:
        return
    try:
        found = first_breach(operation, params)
    except Exception:
        if _VALIDATOR.validate(params, shape).has_errors():
            return  # botocore refuses it in its own words, in the next step
        raise
    # what is sound is validated once, by botocore
    if found is None or _VALIDATOR.validate(params, shape).has_errors():
        return
    rule_name, breach = found
    _record(
        Violation(
            service=operation.service_model.service_name,
            operation=operation.name,
            rule=rule_name,
            code=breach.code,
            message=breach.message,
            status=breach.status,
        )
    )
    # the stubs take the class for an instance
    error_class: Any = client.exceptions.from_code(breach.shape or breach.code)
    error: ClientError = error_class(_error_response(breach), operation.name)
    error.add_note(f"refused before it was sent, by {rule_name}")
    raise error


def _error_response(breach: Breach) -> Any:
    error = {"Code": breach.code, "Message": breach.message, "Type": "Sender"}
    if breach.shape:
        error["QueryErrorCode"] = breach.shape
    return {
        "Error": error,
        "ResponseMetadata": {
            "RequestId": "00000000-0000-0000-0000-000000000000",
            "HTTPStatusCode": breach.status,
            "HTTPHeaders": {},
            "RetryAttempts": 0,
        },
    }


def _record(violation: Violation) -> None:
    _VIOLATIONS.append(violation)
    if log := os.environ.get("AWS_CONTRACT_LOG"):
        line = asdict(violation) | {
            "time": datetime.now(UTC).isoformat(),
            "function": os.environ.get("AWS_LAMBDA_FUNCTION_NAME"),
        }
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def _check_client(**kwargs: Any) -> None:
    base_classes: list[type] = kwargs["base_classes"]
    if not any(issubclass(each, _Checked) for each in base_classes):
        base_classes.insert(0, _Checked)


def _always_check_client(**kwargs: Any) -> None:
    base_classes: list[type] = kwargs["base_classes"]
    base_classes[:] = [each for each in base_classes if each is not _Checked]
    base_classes.insert(0, _AlwaysChecked)


_HANDLER = ("creating-client-class", _check_client)
