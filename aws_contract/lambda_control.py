"""Lambda: functions, their asynchronous invocation and what they are fed from."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_contract.core import Breach, Params, rule
from aws_contract.event_patterns import pattern_fault
from aws_contract.values import utf8_length

# Source: Developer Guide, "Lambda quotas". The model's bounds are those of managed instances.
MAX_TIMEOUT, MAX_MEMORY, MAX_LAYERS = 900, 10_240, 5
MAX_ENVIRONMENT = 4_096
# Source: Developer Guide, "Defined runtime environment variables", the reserved ones.
RESERVED = frozenset(
    "_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV "
    "AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION "
    "AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME "
    "AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN "
    "AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR".split()
)
_OF_STREAMS = (
    "StartingPosition", "ParallelizationFactor", "BisectBatchOnFunctionError",
    "MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "DestinationConfig",
)  # fmt: skip
_FAILURES = re.compile(r"arn:aws[a-z-]*:(sqs|sns|s3|lambda|events):.+|")


def _invalid(message: str) -> Breach:
    return Breach("InvalidParameterValueException", message)


@rule("lambda", "CreateFunction", "UpdateFunctionConfiguration")
def function(params: Params) -> Iterator[Breach]:
    """Bound time, memory and layers. Source: Developer Guide, "Lambda quotas"."""
    if "CapacityProviderConfig" not in params:
        for name, most in (("Timeout", MAX_TIMEOUT), ("MemorySize", MAX_MEMORY)):
            if params.get(name, 0) > most:
                text = f"1 validation error detected: {name} must be at most {most}"
                yield Breach("ValidationException", text)
    layers = params.get("Layers") or ()
    if len(layers) > MAX_LAYERS:
        yield _invalid(f"Cannot reference more than {MAX_LAYERS} layers.")
    if len({each.rsplit(":", 1)[0] for each in layers}) < len(layers):
        yield _invalid("Two different versions of the same layer are not allowed in one function.")
    yield from _places(params)
    logging = params.get("LoggingConfig") or {}
    if logging.get("LogFormat", "Text") == "Text" and (
        "ApplicationLogLevel" in logging or "SystemLogLevel" in logging
    ):
        yield _invalid("Log levels are available for the JSON log format alone.")
    if params.get("PackageType", "Zip") == "Zip" and "FunctionName" in params and "Code" in params:
        for name in ("Runtime", "Handler"):
            if not params.get(name):
                yield _invalid(f"{name} is mandatory for functions created with deployment zip.")


def _places(params: Params) -> Iterator[Breach]:
    """Check its network and dead letters. Source: API Reference, CreateFunction."""
    dead = (params.get("DeadLetterConfig") or {}).get("TargetArn") or ""
    if dead and (not re.match(r"arn:aws[a-z-]*:(sqs|sns):", dead) or dead.endswith(".fifo")):
        yield _invalid(f"The provided target is no standard queue or topic: {dead}")
    network = params.get("VpcConfig") or {}
    if bool(network.get("SubnetIds")) != bool(network.get("SecurityGroupIds")):
        yield _invalid("SubnetIds and SecurityIds must coexist or be both empty list.")


@rule("lambda", "CreateFunction", "UpdateFunctionConfiguration")
def environment(params: Params) -> Iterator[Breach]:
    """Keep all variables together within 4 KB. Source: Developer Guide, "Lambda quotas".

    Lambda measures the JSON text of the variables, and quotes it in its answer.
    """
    variables: Mapping[str, Any] = (params.get("Environment") or {}).get("Variables") or {}
    measured = json.dumps(variables, ensure_ascii=False, separators=(",", ":"))
    if utf8_length(measured) > MAX_ENVIRONMENT:
        yield _invalid(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided exceeded the 4KB limit. "
            f"String measured: {measured}"
        )
    reserved = sorted(RESERVED & variables.keys())
    if reserved:
        yield _invalid(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            f"for modification. Reserved keys used in this request: {', '.join(reserved)}"
        )


@rule("lambda", "CreateEventSourceMapping", "UpdateEventSourceMapping")
def queue_mapping(params: Params) -> Iterator[Breach]:
    """Feed a function from SQS. Source: API Reference, CreateEventSourceMapping."""
    source = params.get("EventSourceArn") or ""
    if ":sqs:" not in source:
        return
    batch, window = params.get("BatchSize", 10), params.get("MaximumBatchingWindowInSeconds", 0)
    if source.endswith(".fifo"):
        if batch > 10 or window:
            yield _invalid("A FIFO queue takes a batch of 10 at most and no batching window.")
    elif batch > 10 and window < 1:
        yield _invalid(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            "greater than 10"
        )
    for name in _OF_STREAMS:
        if params.get(name) is not None:
            yield _invalid(f"Unsupported parameter for SQS event source: {name}")
    for each in (params.get("FilterCriteria") or {}).get("Filters", ()):
        if pattern_fault(each.get("Pattern", "")):
            yield _invalid("Invalid filter pattern definition.")


@rule("lambda", "AddPermission")
def permission(params: Params) -> Iterator[Breach]:
    """Narrow a permission by what belongs to its action. Source: API Reference, AddPermission."""
    action = params.get("Action", "")
    for name, belongs in (
        ("FunctionUrlAuthType", "lambda:InvokeFunctionUrl"),
        ("InvokedViaFunctionUrl", "lambda:InvokeFunction"),
    ):
        if params.get(name) is not None and action != belongs:
            yield _invalid(f"{name} is only supported for {belongs} action")


@rule("lambda", "PutFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig")
def invoke_config(params: Params) -> Iterator[Breach]:
    """Send failures where Lambda can. Source: API Reference, DestinationConfig."""
    for name in ("OnFailure", "OnSuccess"):
        arn = ((params.get("DestinationConfig") or {}).get(name) or {}).get("Destination", "")
        if not _FAILURES.fullmatch(arn) or arn.endswith(".fifo"):
            yield _invalid(f"The provided destination config {name} is invalid: {arn}")
