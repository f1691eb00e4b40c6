"""Buckets on which ways of changing lifecycle rules are compared.

Most hold what people keep in public templates and what S3's documentation shows: expiry and
transitions by prefix, tag, size and date, versions, unfinished uploads, and rules switched off.
The last ones are what makes a change hard: another default size, another writer in between, and
an element that no SDK of today knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fakes.s3 import FakeBucket, FakeS3

BUCKET = "avatars"
_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def _xml(*rules: str) -> bytes:
    inner = "".join(f"<Rule>{rule}</Rule>" for rule in rules)
    return f'<LifecycleConfiguration xmlns="{_NAMESPACE}">{inner}</LifecycleConfiguration>'.encode()


def _rule(name: str, where: str, *actions: str, status: str = "Enabled") -> str:
    return f"<ID>{name}</ID>{where}<Status>{status}</Status>{''.join(actions)}"


def _filter(*conditions: str) -> str:
    inner = "".join(conditions)
    return f"<Filter>{inner if len(conditions) < 2 else f'<And>{inner}</And>'}</Filter>"


def _prefix(text: str) -> str:
    return f"<Prefix>{text}</Prefix>"


def _tag(key: str, value: str) -> str:
    return f"<Tag><Key>{key}</Key><Value>{value}</Value></Tag>"


def _over(size: int) -> str:
    return f"<ObjectSizeGreaterThan>{size}</ObjectSizeGreaterThan>"


def _under(size: int) -> str:
    return f"<ObjectSizeLessThan>{size}</ObjectSizeLessThan>"


def _expires(days: int) -> str:
    return f"<Expiration><Days>{days}</Days></Expiration>"


def _expires_on(day: str) -> str:
    return f"<Expiration><Date>{day}T00:00:00Z</Date></Expiration>"


def _moves(days: int, to: str) -> str:
    return f"<Transition><Days>{days}</Days><StorageClass>{to}</StorageClass></Transition>"


def _moves_on(day: str, to: str) -> str:
    return f"<Transition><Date>{day}T00:00:00Z</Date><StorageClass>{to}</StorageClass></Transition>"


def _kept(newer: int | None) -> str:
    return "" if newer is None else f"<NewerNoncurrentVersions>{newer}</NewerNoncurrentVersions>"


def _old_expire(days: int, newer: int | None = None) -> str:
    return (
        f"<NoncurrentVersionExpiration><NoncurrentDays>{days}</NoncurrentDays>{_kept(newer)}"
        "</NoncurrentVersionExpiration>"
    )


def _old_move(days: int, to: str, newer: int | None = None) -> str:
    return (
        f"<NoncurrentVersionTransition><NoncurrentDays>{days}</NoncurrentDays>"
        f"<StorageClass>{to}</StorageClass>{_kept(newer)}</NoncurrentVersionTransition>"
    )


def _aborts(days: int) -> str:
    return (
        f"<AbortIncompleteMultipartUpload><DaysAfterInitiation>{days}</DaysAfterInitiation>"
        "</AbortIncompleteMultipartUpload>"
    )


_MARKERS = "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"
_ALL = "<Filter/>"
_WHOLE = _filter(_prefix(""))
_TMP = _rule("tmp", _filter(_prefix("tmp/")), _expires(7))
_UPLOADS = _rule("uploads", _ALL, _aborts(3))
_VERSIONS = _rule("versions", _filter(_prefix("avatars/"), _over(1024)), _old_expire(30, 2))
_TOMORROW = _rule(
    "tomorrow", _filter(_prefix("new/")), _expires(400), "<Replay><Days>3</Days></Replay>"
)


@dataclass(frozen=True, slots=True)
class Case:
    """A bucket, and what another writer does while its rules are being changed."""

    name: str
    lifecycle: bytes | None
    default_size: str = "all_storage_classes_128K"
    others: bytes | None = None  # what another writer puts once the rules were read

    @property
    def must_stay(self) -> bytes:
        """What is to be there afterwards, whatever is added."""
        return self.others or self.lifecycle or _xml()

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


def _of(name: str, *rules: str) -> Case:
    return Case(name, _xml(*rules))


_EXPIRY = (
    _of("three rules", _TMP, _UPLOADS, _VERSIONS),
    _of("all expires after a year", _rule("year", _ALL, _expires(365))),
    _of("all expires, an empty prefix", _rule("all", _WHOLE, _expires(90))),
    _of("a legacy prefix", _rule("legacy", _prefix("logs/"), _expires(30))),
    _of("a legacy empty prefix", _rule("legacy-all", _prefix(""), _expires(3650))),
    _of("logs by prefix", _rule("logs", _filter(_prefix("logs/")), _expires(90))),
    _of("by one tag", _rule("by-tag", _filter(_tag("keep", "no")), _expires(1))),
    _of(
        "by two tags",
        _rule("by-tags", _filter(_tag("team", "web"), _tag("stage", "dev")), _expires(14)),
    ),
    _of(
        "by prefix and tag",
        _rule("both", _filter(_prefix("cache/"), _tag("class", "temporary")), _expires(10)),
    ),
    _of("small ones only", _rule("small", _filter(_under(500)), _expires(30))),
    _of("large ones only", _rule("large", _filter(_over(10_485_760)), _expires(30))),
    _of(
        "by size between",
        _rule("between", _filter(_over(500), _under(64_000)), _expires(60)),
    ),
    _of(
        "by prefix, tag and size",
        _rule("narrow", _filter(_prefix("raw/"), _tag("a", "b"), _over(1)), _expires(5)),
    ),
    _of("on a date", _rule("date", _filter(_prefix("old/")), _expires_on("2027-01-01"))),
    _of(
        "switched off",
        _rule("off", _filter(_prefix("tmp/")), _expires(1), status="Disabled"),
        _rule("on", _filter(_prefix("tmp2/")), _expires(2)),
    ),
    _of(
        "ten prefixes",
        *(_rule(f"p{n}", _filter(_prefix(f"tenant-{n}/")), _expires(30 + n)) for n in range(10)),
    ),
    _of("a name with signs", _rule("A &amp; B (2)", _filter(_prefix("a&amp;b/")), _expires(3))),
    _of("a prefix with umlauts", _rule("umlauts", _filter(_prefix("Größe/")), _expires(3))),
)  # fmt: skip
_TRANSITIONS = (
    _of("to IA", _rule("ia", _ALL, _moves(30, "STANDARD_IA"))),
    _of("to One Zone", _rule("one", _filter(_prefix("thumbs/")), _moves(30, "ONEZONE_IA"))),
    _of("to Intelligent-Tiering at once", _rule("tier", _ALL, _moves(0, "INTELLIGENT_TIERING"))),
    _of("to Glacier IR", _rule("ir", _ALL, _moves(90, "GLACIER_IR"))),
    _of("to Glacier", _rule("glacier", _filter(_prefix("backup/")), _moves(1, "GLACIER"))),
    _of("to Deep Archive", _rule("deep", _filter(_prefix("audit/")), _moves(0, "DEEP_ARCHIVE"))),
    _of(
        "IA, Glacier, gone",
        _rule("steps", _ALL, _moves(30, "STANDARD_IA"), _moves(90, "GLACIER"), _expires(365)),
    ),
    _of(
        "four steps",
        _rule(
            "ladder", _filter(_prefix("doc/")), _moves(30, "STANDARD_IA"),
            _moves(60, "GLACIER_IR"), _moves(90, "GLACIER"), _moves(180, "DEEP_ARCHIVE"),
        ),
    ),
    _of(
        "Intelligent-Tiering, then gone",
        _rule("tier-end", _filter(_prefix("m/")), _moves(7, "INTELLIGENT_TIERING"), _expires(400)),
    ),
    _of(
        "on a date to Glacier",
        _rule("dated", _filter(_prefix("2026/")), _moves_on("2027-02-01", "GLACIER")),
    ),
    _of(
        "by tag to Glacier",
        _rule("archive", _filter(_tag("archive", "true")), _moves(0, "GLACIER")),
    ),
    _of(
        "large ones to IA",
        _rule("large-ia", _filter(_over(131_072)), _moves(30, "STANDARD_IA")),
    ),
    _of(
        "two rules of one prefix",
        _rule("move", _filter(_prefix("v/")), _moves(30, "STANDARD_IA")),
        _rule("end", _filter(_prefix("v/")), _expires(100)),
    ),
)  # fmt: skip
_VERSIONED = (
    _of("old versions gone", _rule("old", _ALL, _old_expire(90))),
    _of("three newest kept", _rule("keep3", _ALL, _old_expire(1, 3))),
    _of("old versions to IA", _rule("old-ia", _ALL, _old_move(30, "STANDARD_IA"))),
    _of(
        "old versions step by step",
        _rule(
            "old-steps", _ALL, _old_move(30, "STANDARD_IA"), _old_move(60, "GLACIER"),
            _old_expire(90),
        ),
    ),
    _of(
        "old versions, five kept, to Glacier",
        _rule("old-5", _filter(_prefix("x/")), _old_move(10, "GLACIER", 5), _old_expire(200, 5)),
    ),
    _of("delete markers", _rule("markers", _WHOLE, _MARKERS)),
    _of("markers and old versions", _rule("clean", _ALL, _MARKERS, _old_expire(30))),
    _of(
        "current and old",
        _rule("both-kinds", _filter(_prefix("config/")), _expires(365), _old_expire(30)),
    ),
    _of(
        "everything at once",
        _rule(
            "all-actions", _filter(_prefix("")), _moves(30, "STANDARD_IA"), _expires(730),
            _old_move(30, "STANDARD_IA"), _old_expire(365), _aborts(7),
        ),
    ),
)  # fmt: skip
_UNFINISHED = (
    _of("unfinished uploads", _UPLOADS),
    _of("unfinished uploads of a prefix", _rule("parts", _filter(_prefix("up/")), _aborts(1))),
    _of(
        "unfinished uploads and expiry", _rule("tidy", _WHOLE, _aborts(7), _expires(180))
    ),
    _of(
        "a foundation's template",
        _rule("AbortIncompleteMultipartUpload", _ALL, _aborts(7)),
        _rule("NoncurrentVersions", _ALL, _old_expire(365)),
        _rule("Tiering", _ALL, _moves(0, "INTELLIGENT_TIERING")),
    ),
    _of(
        "a state bucket's", _rule("state", _ALL, _old_expire(180, 20), _aborts(2))
    ),
    _of(
        "a log archive's",
        _rule(
            "log-archive", _filter(_prefix("AWSLogs/")), _moves(30, "STANDARD_IA"),
            _moves(90, "GLACIER"), _expires(2555), _old_expire(1),
        ),
    ),
)  # fmt: skip
_HARD = (
    Case("no rules", None),
    Case("another default size", _xml(_TMP), "varies_by_storage_class"),
    Case("another default size, to Glacier", _xml(_rule("deep", _ALL, _moves(90, "DEEP_ARCHIVE"))),
         "varies_by_storage_class"),
    Case("another writer adds a rule", _xml(_TMP), others=_xml(_TMP, _UPLOADS)),
    Case("another writer changes a rule", _xml(_TMP), others=_xml(
        _rule("tmp", _filter(_prefix("tmp/")), _expires(70)))),
    Case("an element of tomorrow", _xml(_TOMORROW)),
)  # fmt: skip
CASES = (*_EXPIRY, *_TRANSITIONS, *_VERSIONED, *_UNFINISHED, *_HARD)
