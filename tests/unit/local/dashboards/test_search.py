import pytest

from local.dashboards.panels import (
    DashboardError,
)
from local.dashboards.search import Metric, read_search

SIZE, COUNT = "BucketSizeBytes", "NumberOfObjects"


def metric(name: str, bucket: str, kind: str = "StandardStorage", space: str = "AWS/S3") -> Metric:
    return Metric(space, name, (("BucketName", bucket), ("StorageType", kind)))


METRICS = [
    metric(SIZE, "new"),
    metric(SIZE, "old"),
    metric(SIZE, "new", "StandardIAStorage"),
    metric(COUNT, "new", "AllStorageTypes"),
    metric(SIZE, "new", space="Other"),
    Metric("AWS/S3", SIZE, (("BucketName", "new"),)),
]


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ("", [0, 1, 2, 3]),
        (f'MetricName="{SIZE}"', [0, 1, 2]),
        (f'MetricName="{SIZE}" BucketName="new"', [0, 2]),
        (f'MetricName="{SIZE}" BucketName=("new" OR "old")', [0, 1, 2]),
        (f'MetricName=("{SIZE}" OR "{COUNT}") StorageType="AllStorageTypes"', [3]),
        ('BucketName="ne"', []),  # quotes mean the whole value
    ],
)
def test_what_is_found(terms: str, found: list[int]) -> None:
    search = read_search(f"{{AWS/S3,BucketName,StorageType}} {terms}")
    assert set(search.found(METRICS)) == {METRICS[number] for number in found}


@pytest.mark.parametrize(
    "query",
    [
        'MetricName="Requests"',
        "{AWS/S3,BucketName} size",
        '{AWS/S3,BucketName} NOT BucketName="new"',
        '{AWS/S3,BucketName} BucketName=("new" AND "old")',
        "{AWS/S3,BucketName} BucketName=new",
        '{AWS/S3,BucketName} Region="Global"',
    ],
)
def test_what_is_not_understood_is_refused(query: str) -> None:
    with pytest.raises(DashboardError):
        read_search(query)


def test_a_namespace_of_ones_own_is_quoted() -> None:
    search = read_search('{"AvatarSystem/Health",Endpoint} MetricName="EndpointUp"')
    own = Metric("AvatarSystem/Health", "EndpointUp", (("Endpoint", "api"),))
    assert search.found([own]) == [own]
