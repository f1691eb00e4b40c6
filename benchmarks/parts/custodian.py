"""Cloud Custodian's configure-lifecycle on each case; runs in an interpreter that has c7n.

``python benchmarks/parts/custodian.py`` prints what came of them as JSON. Its action is called
as it is, with what its own reading of a bucket would have found; the calls of that reading are
counted from its table of them.
"""

from __future__ import annotations

import json
import logging
import sys
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

import aws_contract
from benchmarks.parts.lifecycle_cases import BUCKET, CASES, Case
from fakes.s3 import FakeS3

RULE = {
    "ID": "avatar-watch-transition",
    "Status": "Enabled",
    "Filter": {"ObjectSizeGreaterThan": 131071},
    "Transitions": [{"Days": 30, "StorageClass": "GLACIER_IR"}],
}


def main() -> None:
    """Run the action on every case."""
    # c7n is no part of the project's environments: it is imported only where it runs
    from c7n.resources import s3  # noqa: PLC0415
    from c7n.version import version  # noqa: PLC0415

    aws_contract.enable()
    logging.disable(logging.CRITICAL)
    cases = {case.name: _done(s3, case) for case in CASES}
    sys.stdout.write(json.dumps({"version": version, "cases": cases}))


def _done(s3: Any, case: Case) -> dict[str, Any]:
    fake = case.fake()
    fake.asks_owner = False
    bucket = {"Name": BUCKET, "Lifecycle": _read(fake)}
    s3.local_session = lambda _: None
    s3.bucket_client = lambda *_: fake.client()
    manager: Any = SimpleNamespace(session_factory=None)
    action = s3.Lifecycle({"type": "configure-lifecycle", "rules": [RULE]}, manager)
    error = None
    try:
        action.process_bucket(bucket)
    except (ClientError, ParamValidationError) as failure:
        error = str(failure)
    written = fake.calls.count("PutBucketLifecycleConfiguration")
    return {
        "lifecycle": (fake.buckets[BUCKET].lifecycle or b"").decode(),
        "default_size": fake.buckets[BUCKET].default_size,
        "calls": len(s3.S3_AUGMENT_TABLE) + written,
        "error": error,
    }


def _read(fake: FakeS3) -> Any:
    try:
        return fake.client().get_bucket_lifecycle_configuration(Bucket=BUCKET)
    except ClientError:  # no rules: Custodian reads that as None
        return None


if __name__ == "__main__":
    main()
