from __future__ import annotations

import io
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from PIL import Image

from local.emulator import CREDENTIALS, REGION, Emulator
from local.paths import EMULATOR_HOME
from local.widget_images.server import WidgetImages

BLUE = (0x1F, 0x77, 0xB4)
SIGNED = "AWS4-HMAC-SHA256 Credential=test/20261123/eu-north-1/monitoring/aws4_request, ..."


@dataclass(frozen=True, slots=True)
class Place:
    """The emulator, and the endpoint that stands before its CloudWatch."""

    emulator: Emulator
    url: str

    def cloudwatch(self, region: str = REGION, **options: Any) -> Any:
        """Return a client of the endpoint, as the functions have one."""
        return cast("Any", boto3.client)(
            "cloudwatch",
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            config=Config(retries={"total_max_attempts": 1}, **options),
        )


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    if not EMULATOR_HOME.exists():
        pytest.skip("the emulator's environment is missing: run `make environments`")
    emulator = Emulator()
    images = WidgetImages(emulator.url, lambda region: emulator.client("cloudwatch", region))
    with emulator, images:
        yield Place(emulator, images.url)


def widget(name: str, **parameters: Any) -> str:
    metric = ["Test/Images", name, {"stat": "Maximum", "period": 60}]
    return json.dumps({"metrics": [metric], "start": "-PT1H", **parameters})


def put(place: Place, name: str, *values: float, region: str = "eu-north-1", **more: Any) -> None:
    now = datetime.now(UTC)
    place.emulator.client("cloudwatch", region).put_metric_data(
        Namespace="Test/Images",
        MetricData=[
            {
                "MetricName": name,
                "Value": value,
                "Timestamp": now - timedelta(minutes=5 + 5 * index),
                "Unit": "Percent",
                **more,
            }
            for index, value in enumerate(values)
        ],
    )


def image(cloudwatch: Any, document: str) -> Image.Image:
    answer = cloudwatch.get_metric_widget_image(MetricWidget=document, OutputFormat="png")
    return Image.open(io.BytesIO(answer["MetricWidgetImage"])).convert("RGB")


def has_line(picture: Image.Image) -> bool:
    """Tell whether the plot (not the legend) holds the first line's color."""
    plot = picture.crop((0, 0, picture.width, picture.height - 62))
    colors = plot.getcolors(plot.width * plot.height) or []
    return any(
        isinstance(color, tuple)
        and all(abs(one - other) < 12 for one, other in zip(color, BLUE, strict=True))
        for _, color in colors
    )


def test_botocore_gets_the_picture_of_the_emulators_points(place: Place) -> None:
    put(place, "Drawn", 2, 4, 18)
    picture = image(place.cloudwatch(), widget("Drawn", width=640, height=320))
    assert picture.size == (640, 320)
    assert has_line(picture)


def test_a_metric_without_points_in_the_time_has_no_line(place: Place) -> None:
    put(place, "Past", 2, 4)
    assert not has_line(image(place.cloudwatch(), widget("Past", end="-PT50M")))
    assert not has_line(image(place.cloudwatch(), widget("Unheard")))


def test_the_region_is_the_one_the_request_is_signed_for(place: Place) -> None:
    put(place, "There", 5, 6, region="us-east-1")
    assert has_line(image(place.cloudwatch("us-east-1"), widget("There")))
    assert not has_line(image(place.cloudwatch("eu-north-1"), widget("There")))


def test_a_metric_with_dimensions_is_another(place: Place) -> None:
    put(place, "Dimensioned", 7, 8, Dimensions=[{"Name": "Host", "Value": "a"}])
    cloudwatch = place.cloudwatch()
    assert not has_line(image(cloudwatch, widget("Dimensioned")))
    metric = ["Test/Images", "Dimensioned", "Host", "a", {"period": 60}]
    assert has_line(image(cloudwatch, widget("", metrics=[metric])))
    put(place, "Dimensioned", 9)
    with pytest.raises(ClientError, match="cannot tell Dimensioned"):
        image(cloudwatch, widget("Dimensioned"))


def test_a_percentile(place: Place) -> None:
    put(place, "Latency", 7, 8)
    metric = ["Test/Images", "Latency", {"stat": "p95", "period": 300}]
    assert has_line(image(place.cloudwatch(), widget("", metrics=[metric])))


def test_what_is_not_understood_is_a_validation_error(place: Place) -> None:
    with pytest.raises(ClientError) as caught:
        image(place.cloudwatch(), widget("Drawn", legend={"position": "right"}))
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert "/legend/position" in caught.value.response["Error"]["Message"]


def form(place: Place, **members: str) -> httpx.Response:
    return httpx.post(
        place.url,
        data={"Action": "GetMetricWidgetImage", "Version": "2010-08-01", **members},
        headers={"Authorization": SIGNED},
        trust_env=False,
    )


def test_the_query_protocol(place: Place) -> None:
    put(place, "Queried", 2, 4)
    answer = form(place, MetricWidget=widget("Queried"))
    found = re.search("<MetricWidgetImage>(.+)</MetricWidgetImage>", answer.text)
    assert found
    assert has_line(Image.open(io.BytesIO(b64decode(found[1]))).convert("RGB"))
    refused = form(place, MetricWidget=widget("Queried", view="pie"))
    assert refused.status_code == 400
    assert "<Code>ValidationError</Code>" in refused.text


def test_the_bare_image(place: Place) -> None:
    put(place, "Bare", 2, 4)
    answer = form(place, MetricWidget=widget("Bare"), OutputFormat="image/png")
    assert answer.headers["content-type"] == "image/png"
    assert has_line(Image.open(io.BytesIO(answer.content)).convert("RGB"))
    assert form(place, MetricWidget=widget("Bare"), OutputFormat="jpg").status_code == 400
    assert form(place, MetricWidget=widget("Bare"), Format="png").status_code == 400


def test_a_request_that_nobody_signed_is_refused(place: Place) -> None:
    answer = httpx.post(
        place.url,
        content=json.dumps({"MetricWidget": widget("Drawn")}),
        headers={"X-Amz-Target": "GraniteServiceVersion20100801.GetMetricWidgetImage"},
        trust_env=False,
    )
    assert answer.status_code == 403
    assert answer.json()["__type"] == "MissingAuthenticationToken"


def test_every_other_operation_is_the_emulators(place: Place) -> None:
    through, direct = place.cloudwatch(), place.emulator.client("cloudwatch")
    through.put_metric_data(
        Namespace="Test/Through", MetricData=[{"MetricName": "Passed", "Value": 3.0}] * 400
    )  # enough for botocore to compress the request
    question = {"Namespace": "Test/Through", "MetricName": "Passed"}
    assert len(direct.list_metrics(**question)["Metrics"]) == 1
    assert through.list_metrics(**question)["Metrics"] == direct.list_metrics(**question)["Metrics"]
    with pytest.raises(ClientError, match="InvalidAction"):
        through.describe_insight_rules()
