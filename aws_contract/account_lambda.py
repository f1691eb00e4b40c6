"""What Lambda refuses because of what was made before: functions, what feeds and calls them.

Rules over several requests; `aws_contract.account` asks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aws_contract import policies
from aws_contract.core import Breach, Params

if TYPE_CHECKING:
    from aws_contract.account import Account, Check

# Source: Developer Guide, "Configuring reserved concurrency".
MIN_UNRESERVED = 100


def _create_function(account: Account, params: Params) -> Iterator[Breach]:
    """Run under a role that Lambda may assume. Source: API Reference, CreateFunction, Role."""
    account.functions[params["FunctionName"]] = params
    trust = account.trust.get(params["Role"].rsplit("/", 1)[-1])
    if trust is not None and not policies.trusts(trust, "lambda.amazonaws.com"):
        yield _invalid("The role defined for the function cannot be assumed by Lambda.")


def _create_mapping(account: Account, params: Params) -> Iterator[Breach]:
    """Feed from a queue that hides long enough, by a role that may receive.

    Source: Developer Guide, "Using Lambda with Amazon SQS", configuration and permissions; Lambda's
    answers.
    """
    function = account.functions.get(params["FunctionName"])
    arn = params.get("EventSourceArn", "")
    if arn and arn.split(":")[3] != account.region:
        yield _invalid("The event source arn is in another region than the function.")
    seconds = account.queues.get(arn.rsplit(":", 1)[-1])
    if function is None or seconds is None:
        return
    timeout = function.get("Timeout", 3)
    if seconds < timeout:
        yield _invalid(
            f"Queue visibility timeout: {seconds} seconds is less than Function timeout: "
            f"{timeout} seconds"
        )
    for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
        if not account.allows(function["Role"], f"sqs:{action}", arn):
            yield _invalid(
                f"The provided execution role does not have permissions to call {action} on SQS"
            )


def _create_url(account: Account, params: Params) -> Iterator[Breach]:
    """Open a function that is there. Source: API Reference, CreateFunctionUrlConfig, Errors."""
    yield from _is_there(account, params)
    account.urls[_function_name(params)] = params["AuthType"]


def _add_permission(account: Account, params: Params) -> Iterator[Breach]:
    """Let somebody call a function that is there. Source: API Reference, AddPermission, Errors.

    What everybody may do by its URL is remembered.
    """
    yield from _is_there(account, params)
    via = (
        params.get("FunctionUrlAuthType") == "NONE"
        or params.get("InvokedViaFunctionUrl") is True
    )  # fmt: skip
    if params["Principal"] == "*" and via:
        account.permitted[_function_name(params)].add(params["Action"])


def _put_concurrency(account: Account, params: Params) -> Iterator[Breach]:
    """Reserve no more than leaves 100 to all the others.

    Source: Developer Guide, "Configuring reserved concurrency". An account whose quota is less
    reserves nothing: it is answered with its quota as the minimum, as many have met.
    """
    yield from _is_there(account, params)
    name = _function_name(params)
    least = min(MIN_UNRESERVED, account.concurrency)
    reserved = account.reserved | {name: params["ReservedConcurrentExecutions"]}
    if account.concurrency - sum(reserved.values()) < least:
        yield _invalid(
            "Specified ReservedConcurrentExecutions for function decreases account's "
            f"UnreservedConcurrentExecution below its minimum value of [{least}]."
        )
        return
    account.reserved = reserved


def _delete_concurrency(account: Account, params: Params) -> Iterator[Breach]:
    yield from _is_there(account, params)
    account.reserved.pop(_function_name(params), None)


def _is_there(account: Account, params: Params) -> Iterator[Breach]:
    name = _function_name(params)
    if name not in account.functions:
        yield Breach("ResourceNotFoundException", f"Function not found: {name}", 404)


def _function_name(params: Params) -> str:
    name: str = params["FunctionName"].rsplit(":", 1)[-1]
    return name


def _put_invoke_config(account: Account, params: Params) -> Iterator[Breach]:
    """Set failures aside by a role that may. Source: Developer Guide, "Adding a destination"."""
    function = account.functions.get(params["FunctionName"])
    arn = ((params.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination", "")
    if function is None or ":sqs:" not in arn:
        return
    if not account.allows(function["Role"], "sqs:SendMessage", arn):
        yield _invalid(
            f"The function's execution role does not have permissions to call SendMessage on {arn}"
        )


def _invalid(message: str) -> Breach:
    return Breach("InvalidParameterValueException", message)


CHECKS: dict[tuple[str, str], Check] = {
    ("lambda", "CreateFunction"): _create_function,
    ("lambda", "CreateEventSourceMapping"): _create_mapping,
    ("lambda", "PutFunctionEventInvokeConfig"): _put_invoke_config,
    ("lambda", "CreateFunctionUrlConfig"): _create_url,
    ("lambda", "AddPermission"): _add_permission,
    ("lambda", "PutFunctionConcurrency"): _put_concurrency,
    ("lambda", "DeleteFunctionConcurrency"): _delete_concurrency,
}
