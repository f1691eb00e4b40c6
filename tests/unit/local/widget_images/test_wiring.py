from __future__ import annotations

import httpx
import pytest

from local.emulator import Emulator, free_port
from local.serving import ServingError
from local.widget_images.server import WidgetImages

VARIABLE = "AWS_ENDPOINT_URL_CLOUDWATCH"


def test_only_the_functions_go_through_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "http://127.0.0.1:9")  # the developer's own reaches nothing
    emulator = Emulator(functions_cloudwatch="http://127.0.0.1:1")
    assert emulator._own_environment("scratch")[VARIABLE] == "http://127.0.0.1:1"
    assert VARIABLE not in emulator.environment()
    assert emulator.client("cloudwatch").meta.endpoint_url == emulator.url


def test_without_the_endpoint_functions_ask_the_emulator() -> None:
    assert VARIABLE not in Emulator()._own_environment("scratch")


def test_an_emulator_that_is_gone_is_no_answer_of_cloudwatch() -> None:
    emulator = Emulator(port=free_port())
    with WidgetImages(emulator.url, lambda region: emulator.client("cloudwatch", region)) as images:
        answer = httpx.post(images.url, data={"Action": "ListMetrics"}, trust_env=False)
    assert answer.status_code == 503


def test_a_stopped_endpoint_has_no_address() -> None:
    images = WidgetImages("http://127.0.0.1:9", Emulator().client)
    images.start().stop()
    with pytest.raises(ServingError):
        _ = images.url
