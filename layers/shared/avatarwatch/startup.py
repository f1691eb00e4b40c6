"""Start without collecting garbage; a handler imports this before anything else.

A start makes some hundred thousand objects (botocore's models above all) and nearly all of them
stay. Python's collector looks through them again and again to find that out, which is a sixth of a
cold start (benchmarks/coldstart.py). Only in Lambda: elsewhere a process lives on after its start.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:  # Lambda's own; reserved, so nobody else sets it
    gc.disable()


def ends_with[R](
    handler: Callable[[Any, LambdaContext], R],
) -> Callable[[Any, LambdaContext], R]:
    """Have log lines name the request, clients keep within its time; collect after the first event.

    What stands by then is not collected: nearly all of it stays.
    """

    @wraps(handler)
    def handle(event: Any, context: LambdaContext) -> R:
        from avatarwatch.clients import allow  # noqa: PLC0415 - botocore, after gc.disable()
        from avatarwatch.observability import correlate  # noqa: PLC0415 - Powertools, the same

        correlate(context.aws_request_id)
        allow(context.get_remaining_time_in_millis() / 1000)
        try:
            return handler(event, context)
        finally:
            if not gc.isenabled():
                gc.freeze()
                gc.enable()

    return handle
