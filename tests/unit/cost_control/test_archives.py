"""Archived objects, told apart by what is billed for their names."""

from __future__ import annotations

import pytest

from cost_control.measuring.usage import Usage
from cost_control.money.histogram import of_listing
from cost_control.planning.archives import without_archives

NAMES = 8 * 1024.0
LISTED = [(400_000, "STANDARD")] * 3
FA = {"IntelligentTieringFAStorage": 9.0}


@pytest.mark.parametrize(
    ("storage_class", "types", "is_listed"),
    [
        ("GLACIER", {"GlacierStorage": 1.0, "GlacierStagingStorage": 1.0,
                     "GlacierObjectOverhead": 1.0, "GlacierS3ObjectOverhead": 5 * NAMES}, False),
        ("DEEP_ARCHIVE", {"DeepArchiveStorage": 1.0, "DeepArchiveS3ObjectOverhead": 5 * NAMES},
         False),
        ("INTELLIGENT_TIERING", {"IntelligentTieringDAAStorage": 1.0,
                                 "IntDAAObjectOverhead": 1.0,
                                 "IntDAAS3ObjectOverhead": 5 * NAMES}, False),
        # others of the class are read at once, and a listing does not tell which
        ("INTELLIGENT_TIERING", FA | {"IntelligentTieringAAStorage": 1.0,
                                      "IntAAS3ObjectOverhead": 5 * NAMES}, True),
    ],
)  # fmt: skip
def test_what_is_archived_is_counted_out(
    storage_class: str,
    types: dict[str, float],
    is_listed: bool,  # noqa: FBT001 - a column
) -> None:
    sizes = of_listing([*LISTED, (1, storage_class)], "", is_exact=False)
    usage = Usage({"StandardStorage": 1.2e6} | types, objects=8)
    left, there = without_archives(sizes, usage)
    assert there.objects == 3
    kept = FA if is_listed else {}
    assert there.bytes_by_type == {"StandardStorage": 1.2e6} | kept
    assert (storage_class in left.by_class) is is_listed


def test_without_what_is_billed_for_names_nothing_is_known() -> None:
    sizes = of_listing([*LISTED, (1, "GLACIER")], "", is_exact=False)
    usage = Usage({"StandardStorage": 1.2e6, "GlacierStorage": 1.0}, objects=8)
    assert without_archives(sizes, usage) == (sizes, usage)
    unknown = Usage({"GlacierS3ObjectOverhead": 5 * NAMES})
    assert without_archives(sizes, unknown) == (sizes, unknown)
