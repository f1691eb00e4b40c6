"""Inventories that cannot be used: each has its reason, and nothing is half counted."""

from __future__ import annotations

import gzip
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from fakes.inventories import Listed, configuration, deliver, packed
from fakes.inventory_scenario import DAY, NOW, TODAY, Scenario
from fakes.s3_wire import error


@pytest.mark.parametrize(
    ("configured", "reason"),
    [
        (configuration(form="ORC"), "all is written as ORC, and only CSV is read"),
        (configuration(form="Parquet"), "all is written as Parquet, and only CSV is read"),
        (configuration(is_enabled=False), "all is disabled"),
        (configuration(only="tmp/"), "all is about tmp/ only"),
        (configuration(fields=[]), "all lacks the field Size and StorageClass"),
    ],
)
def test_a_configuration_that_is_of_no_use_is_told(configured: str, reason: str) -> None:
    assert Scenario(configured).refusal() == reason


def test_without_an_inventory_the_reason_is_short() -> None:
    it = Scenario()
    it.fake.buckets["avatars"].inventories.clear()
    assert it.refusal() == "the bucket has none"


def test_old_deliveries_say_nothing_of_now() -> None:
    it = Scenario()
    it.deliver(at=TODAY - 11 * DAY)
    assert "nothing was delivered to s3://inventories/daily/avatars/all/" in it.refusal()
    it.deliver(at=NOW - 10 * DAY - timedelta(hours=1))
    assert "the newest is of 2026-11-13, over 10 days old" in it.refusal()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"schema": "Bucket, Key, Size"}, "lacks the field StorageClass"),
        ({"form": "ORC"}, "is written as ORC"),
        ({"source": "others"}, "is about others"),
    ],
)
def test_a_manifest_without_what_is_needed_is_refused(more: dict[str, Any], reason: str) -> None:
    it = Scenario()
    it.deliver(**more)
    assert reason in it.refusal()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="no JSON"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="nothing in it"),
        pytest.param(b'{"files": 7, "creationTimestamp": "soon"}', id="other types"),
        pytest.param(
            b'{"files": [], "creationTimestamp": "1", "fileFormat": "CSV", "fileSchema": null}',
            id="no schema",
        ),
        pytest.param(b"[" * 100_000, id="no end of brackets"),
    ],
)
def test_a_manifest_that_is_none_is_refused(body: bytes) -> None:
    it = Scenario()
    folder = it.deliver()
    it.there.bodies[f"{folder}manifest.json"] = body
    assert "does not have its checksum" in it.refusal()
    it.there.bodies[f"{folder}manifest.checksum"] = b"\xff\xfe"
    assert "does not have its checksum" in it.refusal()
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    it.there.bodies[f"{folder}manifest.checksum"] = digest.encode()
    assert "cannot be read" in it.refusal()


def test_a_delivery_without_files_is_refused() -> None:
    it = Scenario()
    deliver(it.there, TODAY, [])
    assert "names no files" in it.refusal()


WHOLE = packed([Listed(40_000)] * 50)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(WHOLE[: len(WHOLE) // 2], id="cut off"),
        pytest.param(b"no gzip", id="no gzip"),
        pytest.param(WHOLE[:-8] + b"\0" * 8, id="another checksum"),
        pytest.param(gzip.compress(b'"avatars","k","many","d","STANDARD"\n'), id="no size"),
        pytest.param(gzip.compress(b'"avatars","k"\n'), id="too few columns"),
        pytest.param(gzip.compress(b'"avatars","' + b"k" * 100_000 + b'"\n'), id="a long row"),
        pytest.param(gzip.compress(b'"\xff","k","1","d","STANDARD"\n'), id="no UTF-8"),
    ],
)
def test_a_file_that_is_broken_is_told_and_not_half_counted(body: bytes) -> None:
    it = Scenario()
    it.deliver(body)
    reason = it.refusal()
    assert "daily/avatars/all/data/327-0.csv.gz is not as its manifest says" in reason
    assert len(reason) < 500


def test_a_file_that_is_gone_is_told() -> None:
    it = Scenario()
    it.deliver()
    for key in [key for key in it.there.bodies if key.endswith("gz")]:
        del it.there.bodies[key]
    assert "GetObject answers NoSuchKey" in it.refusal()


@pytest.mark.parametrize(
    ("operation", "where"),
    [
        ("ListBucketInventoryConfigurations", "for avatars"),
        ("ListObjectsV2", "for inventories (InventoryBucketNames gives the rights to it)"),
        ("GetObject", "for inventories (InventoryBucketNames gives the rights to it)"),
    ],
)
def test_what_is_denied_is_named(operation: str, where: str) -> None:
    it = Scenario()
    it.deliver()
    it.fake.refuse(operation, "AccessDenied", 403)
    assert it.refusal() == f"{operation} answers AccessDenied {where}"


def test_no_answer_is_told() -> None:
    it = Scenario()

    def silent() -> None:
        raise ReadTimeoutError(endpoint_url="s3")

    it.fake.once("ListObjectsV2", silent)
    assert "Read timeout" in it.refusal()


def test_a_bucket_of_inventories_that_is_somebody_elses_by_now_is_not_read() -> None:
    it = Scenario()
    it.fake.once("ListObjectsV2", lambda: error("AccessDenied", 403))
    assert "AccessDenied" in it.refusal()
