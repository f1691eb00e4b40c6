"""The requests that make CloudFront's resources: its API counts each list beside its items."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.model import ListShape, Shape, StructureShape
from botocore.session import Session

from fakes.stack_making import Maker, Params, one

# What the API calls otherwise. Source: API Reference, DistributionConfig.
_RENAMED = {"IPV6Enabled": "IsIPV6Enabled"}


def counted(shape: Shape, value: Any) -> Any:
    """Return a property as the API takes it, by the model of its shape.

    KeyError for a property that the API has under another name, or not at all.
    """
    if isinstance(value, list) and isinstance(shape, StructureShape):
        items = shape.members["Items"]
        return {"Quantity": len(value), "Items": counted(items, value)}
    if isinstance(value, list):
        assert isinstance(shape, ListShape)
        return [counted(shape.member, each) for each in value]
    if isinstance(value, dict):
        assert isinstance(shape, StructureShape)
        spelled: dict[str, Any] = {str(_RENAMED.get(k, k)): each for k, each in value.items()}
        cached = spelled.pop("CachedMethods", None) if "AllowedMethods" in spelled else None
        made = {name: counted(shape.members[name], each) for name, each in spelled.items()}
        if cached is not None:  # beside the others there, inside them here
            methods = shape.members["AllowedMethods"]
            assert isinstance(methods, StructureShape)
            made["AllowedMethods"] |= {
                "CachedMethods": counted(methods.members["CachedMethods"], cached)
            }
        return made
    return value


def distribution(name: str, properties: Params) -> Params:
    """Return the request of a distribution; its name stands for what tells a repeat."""
    config = _input("CreateDistribution").members["DistributionConfig"]
    made = counted(config, properties["DistributionConfig"])
    return {"DistributionConfig": {"CallerReference": name, **made}}


@cache
def _input(operation: str) -> StructureShape:
    shape = Session().get_service_model("cloudfront").operation_model(operation).input_shape
    assert shape
    return shape


def realtime_logs(_: str, properties: Params) -> Params:
    points = [
        {"StreamType": each["StreamType"], "KinesisStreamConfig": {
            "RoleARN": each["KinesisStreamConfig"]["RoleArn"],
            "StreamARN": each["KinesisStreamConfig"]["StreamArn"],
        }}
        for each in properties["EndPoints"]
    ]  # fmt: skip
    return {**properties, "EndPoints": points}


MAKERS: Mapping[str, Maker] = {
    "AWS::CloudFront::Distribution": one("cloudfront", "CreateDistribution", distribution),
    "AWS::CloudFront::OriginAccessControl": one("cloudfront", "CreateOriginAccessControl"),
    "AWS::CloudFront::RealtimeLogConfig": one(
        "cloudfront", "CreateRealtimeLogConfig", realtime_logs),
    "AWS::CloudFront::MonitoringSubscription": one("cloudfront", "CreateMonitoringSubscription"),
}  # fmt: skip
