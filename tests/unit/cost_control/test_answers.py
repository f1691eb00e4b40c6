"""What a run answers and keeps of its day, whole: each key, each figure in its unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cost_control.measuring.usage import Usage
from cost_control.money.use import Requests
from cost_control.planning.promises import Kept
from cost_control.report import BucketReport, Report
from fakes.cost_scenario import Scenario

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

USAGE = Usage(
    {"StandardStorage": 5e9}, 20, growth=1e9, note="by its inventory",
    requests=Requests(reads=10.4, downloaded=1000.6, puts=3.4, deletes=2.6),
)  # fmt: skip


def test_of_a_rule_that_is_written_and_of_the_run_after(snapshot: SnapshotAssertion) -> None:
    it = Scenario()
    assert it.run().as_json() == snapshot(name="written")
    it.now += timedelta(days=1)
    after = it.run()
    assert after.as_json() == snapshot(name="in place")
    assert after.daily() == snapshot(name="its day")
    bucket = after.buckets["avatars"]
    assert bucket.promise
    found = replace(bucket, kept=Kept(bucket.promise, 1.234)).as_json()["promise"]
    assert found == bucket.as_json()["promise"] | {"usd_month_realised": 1.23}


def test_of_what_is_known_and_what_is_not(snapshot: SnapshotAssertion) -> None:
    report = Report("plan", "observe", untold={"avatars": "Throttled"}, told=["thumbnails"])
    report.buckets = {
        "avatars": BucketReport("avatars", USAGE, error="x" * 600, realised=0.125),
        "thumbnails": BucketReport("thumbnails", Usage(note="no data"), diff="- a\n+ b"),
        "nothing": BucketReport("nothing"),
    }
    assert report.as_json() == snapshot(name="answer")
    assert report.daily() == snapshot(name="day")
