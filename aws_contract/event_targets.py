"""What EventBridge's rules send to: their targets, and what each is told."""

import json
import re
from collections.abc import Iterator

from aws_contract.core import Breach, Params, rule

MAX_TARGETS = 5
# Source: User Guide, "Transforming EventBridge input", predefined variables.
_PREDEFINED = re.compile(r"aws\.events\..+")


def _error(message: str) -> Breach:
    return Breach("ValidationException", message)


@rule("events", "PutTargets")
def put_targets(params: Params) -> Iterator[Breach]:
    """Send to five targets at most, each once. Source: API Reference, PutTargets and Target."""
    targets = params["Targets"]
    ids = [each["Id"] for each in targets]
    if len(set(ids)) < len(ids):
        yield _error("Duplicate target ids.")
    if len(targets) > MAX_TARGETS:
        yield Breach("LimitExceededException", "The requested resource exceeds the limit: targets.")
    for each in targets:
        forms = [name for name in ("Input", "InputPath", "InputTransformer") if each.get(name)]
        if len(forms) > 1:
            yield _error("Only one of Input, InputPath, or InputTransformer must be provided.")
        if not each["Arn"].startswith("arn:"):
            yield _error(
                f"Parameter {each['Arn']} is not valid. Reason: Provided Arn is not valid."
            )
        yield from _input(each)
        if each["Arn"].endswith(".fifo") and not (each.get("SqsParameters") or {}).get(
            "MessageGroupId"
        ):
            yield _error("Parameter SqsParameters must be specified for target: a FIFO queue.")
        queue = (each.get("DeadLetterConfig") or {}).get("Arn")
        if queue is not None and (":sqs:" not in queue or queue.endswith(".fifo")):
            yield _error("DeadLetterConfig is the ARN of a standard SQS queue.")


def _input(target: Params) -> Iterator[Breach]:
    """Tell JSON, of paths that are named. Source: API Reference, Target and InputTransformer."""
    if target.get("Input"):
        try:
            json.loads(target["Input"])
        except ValueError:
            yield _error("Parameter Input is not valid. Reason: JSON syntax error in input.")
    transformer = target.get("InputTransformer") or {}
    named = set(transformer.get("InputPathsMap") or {})
    for name in re.findall(r"<([^<>]+)>", transformer.get("InputTemplate", "")):
        if name not in named and not _PREDEFINED.fullmatch(name):
            yield _error(f"Invalid InputTemplate for target {target['Id']}: <{name}> is not named.")
