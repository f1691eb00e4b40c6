"""Notice what boto3 does not.

boto3 drops the XML elements of an answer that its API model does not name. A lifecycle
configuration that was read that way and written back would lose them; so they are named, and
nothing is added to a configuration that has any. A rule is taken out of one as the text that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from botocore.model import ListShape, Shape, StructureShape

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UNKNOWN = "AvatarWatchUnknownElements"
"""The key of the answer under which their names are found."""
XML = "AvatarWatchXml"
"""The key of the answer under which the configuration is found as S3 sent it."""
_PUT = "before-call.s3.PutBucketLifecycleConfiguration"
_EVENT = "before-parse.s3.GetBucketLifecycleConfiguration"


def watch(client: S3Client) -> None:
    """Let a client name the unknown elements in what GetBucketLifecycleConfiguration answers."""
    client.meta.events.register(_EVENT, _find, unique_id="avatar-watch-unknown-elements")


def _find(
    operation_model: Any,
    response_dict: dict[str, Any],
    customized_response_dict: dict[str, Any],
    **_: Any,
) -> None:
    if response_dict["status_code"] >= 300:
        return
    root = ET.fromstring(response_dict["body"])  # noqa: S314 - S3's own answer
    customized_response_dict[UNKNOWN] = list(
        dict.fromkeys(_unknown(root, operation_model.output_shape))
    )
    customized_response_dict[XML] = response_dict["body"]


def taken_out(xml: bytes, rule_id: str) -> bytes:
    """Return a configuration without one rule, every other byte as it is.

    The name is compared whole: S3 takes names that begin or end with a space.
    """
    inside = rb"(?:(?!</Rule>).)*?"
    named = rb"<ID>" + re.escape(rule_id.encode()) + rb"</ID>"
    whole = rb"<Rule(?:\s[^>]*)?>" + inside + named + inside + rb"</Rule>"
    return re.sub(whole, b"", xml, count=1, flags=re.DOTALL)


@contextmanager
def sends(client: S3Client, xml: bytes | None) -> Iterator[None]:
    """Let a client send a configuration as it is written here, not as boto3 would, if any is."""

    def replaced(params: dict[str, Any], **_: Any) -> None:
        if xml is not None:
            params["body"] = xml

    client.meta.events.register(_PUT, replaced)
    try:
        yield
    finally:
        client.meta.events.unregister(_PUT, replaced)


def _unknown(element: ET.Element, shape: Shape) -> Iterator[str]:
    if isinstance(shape, ListShape):
        yield from _unknown(element, shape.member)
    elif isinstance(shape, StructureShape):
        members = {_wire_name(name, member): member for name, member in shape.members.items()}
        for child in element:
            name = child.tag.rpartition("}")[2]
            if name not in members:
                yield name
            else:
                yield from _unknown(child, members[name])


def _wire_name(name: str, shape: Shape) -> str:
    """Return the element's name; the items of a flattened list carry the list's own."""
    return str(shape.serialization.get("name", name))
