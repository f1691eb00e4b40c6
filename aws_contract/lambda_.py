"""Lambda: invoking functions."""

import io
import json
from collections.abc import Iterator
from typing import Any

from aws_contract.core import Breach, Params, rule

# Raised from 262,144 for Event in October 2025. Source: API model, Invoke.
MAX_PAYLOAD_BYTES = {"RequestResponse": 6_291_456, "Event": 1_048_576}
MAX_CLIENT_CONTEXT = 3_583


def _payload(payload: Any) -> bytes:
    if isinstance(payload, str):
        return payload.encode()
    if isinstance(payload, (bytes, bytearray)):
        return bytes(payload)
    content: bytes | str = payload.read()
    payload.seek(0, io.SEEK_SET)  # botocore reads it again
    return content.encode() if isinstance(content, str) else content


@rule("lambda", "Invoke")
def payload(params: Params) -> Iterator[Breach]:
    """Send JSON of 6 MB, or 1 MB asynchronously. Source: API Reference, Invoke, Payload."""
    kind = params.get("InvocationType", "RequestResponse")
    content = _payload(params.get("Payload") or b"")
    limit = MAX_PAYLOAD_BYTES.get(kind, MAX_PAYLOAD_BYTES["RequestResponse"])
    if len(content) > limit:
        text = (
            f"{len(content)} byte payload is too large for the {kind} invocation type "
            f"(limit {limit} bytes)"
        )
        yield Breach("RequestTooLargeException", text, 413)
    try:
        json.loads(content or b"{}")
    except ValueError as error:
        text = f"Could not parse request body into json: {error}"
        yield Breach("InvalidRequestContentException", text)


@rule("lambda", "Invoke")
def context_and_name(params: Params) -> Iterator[Breach]:
    """Limit client context and a bare name. Source: API Reference, Invoke."""
    if len(params.get("ClientContext") or "") > MAX_CLIENT_CONTEXT:
        text = "Client context must be a valid Base64-encoded JSON object of at most 3583 bytes."
        yield Breach("InvalidRequestContentException", text)
    name = params["FunctionName"]
    if ":" not in name and len(name) > 64:
        text = (
            "1 validation error detected: Value at 'functionName' failed to satisfy constraint: "
            "Member must have length less than or equal to 64"
        )
        yield Breach("ValidationException", text)
