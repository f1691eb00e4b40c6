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

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:  # Lambda's own; reserved, so nobody else sets it
    gc.disable()


def ends_with[**P, R](handler: Callable[P, R]) -> Callable[P, R]:
    """Collect again once the handler has handled its first event, but not what stands by then."""

    @wraps(handler)
    def handle(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            return handler(*arguments, **named)
        finally:
            if not gc.isenabled():
                gc.freeze()
                gc.enable()

    return handle
