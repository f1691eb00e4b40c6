"""Functions in containers of the Lambda image, where an engine and the image are there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fakes.packed import deploy
from local.invoke import InvokeError, check_engine, has_image, warm
from local.running import Running
from local.scene import Scene

type Invoke = Callable[[str, Any], Any]


@pytest.fixture(scope="session")
def invoke() -> Iterator[Invoke]:
    """Return a way to invoke the deployed stack's functions in warm containers."""
    try:
        check_engine()
    except InvokeError as error:
        pytest.skip(f"runtime layer: {error}")
    if not has_image():
        pytest.skip("runtime layer: the Lambda image is not here, and tests pull nothing")
    with Scene(deploys=deploy) as scene, warm(Running.of(scene)) as client:

        def call(function: str, event: Any) -> Any:
            answer = client.invoke(FunctionName=function, Payload=json.dumps(event))
            return json.loads(answer["Payload"].read())

        yield call
