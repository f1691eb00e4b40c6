"""Hypothesis' lifecycle configurations: any document of the right shape, and legal ones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from cost_control.lifecycle.checks import violations
from cost_control.lifecycle.document import read
from cost_control.lifecycle.model import Configuration

_CLASSES = (
    "STANDARD", "STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER",
    "DEEP_ARCHIVE",
)  # fmt: skip
_TEXT = st.text("aé漢&< ", max_size=4)
_PREFIX = st.sampled_from(["", "a/", "a/b/", "tmp/", "логи/", "п" * 513])
_SIZE = st.integers(0, 2**40)
_DATE = st.sampled_from([datetime(2027, month, 1, tzinfo=UTC) for month in range(1, 13)])
_TAG = st.fixed_dictionaries({"Key": st.sampled_from(["k", "l", "m"]), "Value": _TEXT})
_AND = st.fixed_dictionaries(
    {},
    optional={
        "Prefix": _PREFIX,
        "Tags": st.lists(_TAG, min_size=1, max_size=3),
        "ObjectSizeGreaterThan": _SIZE,
        "ObjectSizeLessThan": _SIZE,
    },
)
_FILTER = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"Prefix": _PREFIX}),
    st.fixed_dictionaries({"Tag": _TAG}),
    st.fixed_dictionaries({"ObjectSizeGreaterThan": _SIZE}),
    st.fixed_dictionaries({"ObjectSizeLessThan": _SIZE}),
    st.fixed_dictionaries({"And": _AND}),
)
_DAYS = st.integers(-1, 400)
_WHEN = st.one_of(st.fixed_dictionaries({"Days": _DAYS}), st.fixed_dictionaries({"Date": _DATE}))
_TRANSITION = st.builds(
    lambda when, into: when | {"StorageClass": into}, _WHEN, st.sampled_from(_CLASSES)
)
_NONCURRENT = st.fixed_dictionaries(
    {"NoncurrentDays": _DAYS, "StorageClass": st.sampled_from(_CLASSES)},
    optional={"NewerNoncurrentVersions": st.integers(0, 101)},
)
_ACTIONS: dict[str, st.SearchStrategy[Any]] = {
    "Transitions": st.lists(_TRANSITION, min_size=1, max_size=2),
    "Expiration": st.one_of(_WHEN, st.just({"ExpiredObjectDeleteMarker": True})),
    "NoncurrentVersionTransitions": st.lists(_NONCURRENT, min_size=1, max_size=2),
    "NoncurrentVersionExpiration": st.fixed_dictionaries(
        {"NoncurrentDays": _DAYS}, optional={"NewerNoncurrentVersions": st.integers(0, 101)}
    ),
    "AbortIncompleteMultipartUpload": st.fixed_dictionaries({"DaysAfterInitiation": _DAYS}),
}


def _rules(*, legacy: bool) -> st.SearchStrategy[dict[str, Any]]:
    where = {"Prefix": _PREFIX} if legacy else {"Filter": _FILTER}
    return st.fixed_dictionaries(
        {"Status": st.sampled_from(["Enabled", "Disabled"]), **where},
        optional={"ID": st.text("abcdefg", min_size=1, max_size=3), **_ACTIONS},
    )


documents = st.booleans().flatmap(
    lambda legacy: st.fixed_dictionaries(
        {"Rules": st.lists(_rules(legacy=legacy), max_size=4)},
        optional={
            "TransitionDefaultMinimumObjectSize": st.sampled_from(
                ["all_storage_classes_128K", "varies_by_storage_class"]
            )
        },
    )
)
"""Documents of the right shape, of which S3 takes some."""


def _legal_part(document: dict[str, Any]) -> Configuration:
    """Keep the rules that S3 takes together; hypothesis would throw most documents away."""
    kept = Configuration((), read(document).default_size)
    for rule in read(document).rules:
        longer = Configuration((*kept.rules, rule), kept.default_size)
        if not violations(longer):
            kept = longer
    return kept


legal_configurations = documents.map(_legal_part)
"""What a bucket can hold; no rules stand for NoSuchLifecycleConfiguration."""
