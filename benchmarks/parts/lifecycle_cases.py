"""Buckets on which ways of changing lifecycle rules are compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from fakes.s3 import FakeBucket, FakeS3

BUCKET = "avatars"
_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def _xml(*rules: str) -> bytes:
    inner = "".join(f"<Rule>{rule}</Rule>" for rule in rules)
    return f'<LifecycleConfiguration xmlns="{_NAMESPACE}">{inner}</LifecycleConfiguration>'.encode()


def _rule(name: str, where: str, action: str) -> str:
    return f"<ID>{name}</ID>{where}<Status>Enabled</Status>{action}"


_TMP = _rule(
    "tmp",
    "<Filter><Prefix>tmp/</Prefix></Filter>",
    "<Expiration><Days>7</Days></Expiration>",
)
_UPLOADS = _rule(
    "uploads",
    "<Filter/>",
    "<AbortIncompleteMultipartUpload><DaysAfterInitiation>3</DaysAfterInitiation>"
    "</AbortIncompleteMultipartUpload>",
)
_VERSIONS = _rule(
    "versions",
    "<Filter><And><Prefix>avatars/</Prefix><ObjectSizeGreaterThan>1024</ObjectSizeGreaterThan>"
    "</And></Filter>",
    "<NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays>"
    "<NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration>",
)
_LEGACY = _rule("legacy", "<Prefix>logs/</Prefix>", "<Expiration><Days>30</Days></Expiration>")
_TOMORROW = _rule(
    "tomorrow",
    "<Filter><Prefix>new/</Prefix></Filter>",
    "<Expiration><Days>400</Days></Expiration><Replay><Days>3</Days></Replay>",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A bucket, and what another writer does while its rules are being changed."""

    name: str
    lifecycle: bytes | None
    default_size: str = "all_storage_classes_128K"
    others: bytes | None = None  # what another writer puts once the rules were read
    must_stay: tuple[str, ...] = field(default=())

    def fake(self) -> FakeS3:
        """Return a fresh S3 that holds it."""
        bucket = FakeBucket(lifecycle=self.lifecycle, default_size=self.default_size)
        fake = FakeS3(**{BUCKET: bucket, "reports": FakeBucket()})
        if self.others is not None:
            fake.afterwards("GetBucketLifecycleConfiguration", self._somebody(fake, self.others))
        return fake

    @staticmethod
    def _somebody(fake: FakeS3, others: bytes) -> Callable[[], None]:
        def writes() -> None:
            fake.buckets[BUCKET].lifecycle = others

        return writes


CASES = (
    Case("three rules", _xml(_TMP, _UPLOADS, _VERSIONS), must_stay=("tmp", "uploads", "versions")),
    Case("no rules", None),
    Case("another default size", _xml(_TMP), "varies_by_storage_class", must_stay=("tmp",)),
    Case("a legacy prefix", _xml(_LEGACY), must_stay=("legacy",)),
    Case(
        "another writer comes between",
        _xml(_TMP),
        others=_xml(_TMP, _UPLOADS),
        must_stay=("tmp", "uploads"),
    ),
    Case("an element of tomorrow", _xml(_TOMORROW), must_stay=("tomorrow", "Replay")),
)
