"""Which of cost control's news needs a person, and which is told for their information."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from avatarwatch.catalogue import CATALOGUE, Severity
from cost_control.changing.writing import Change, Result
from cost_control.lifecycle.model import Configuration
from cost_control.planning.verdict import Step, Verdict
from cost_control.report import BucketReport
from cost_control.telling import message, worth_telling

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
NONE = Configuration()


@pytest.mark.parametrize(
    ("report", "severity"),
    [
        *(
            (BucketReport("b", change=Change(result, "rolled back", NONE, NONE)), severity)
            for result, severity in (
                (Result.CHANGED, Severity.INFO),
                (Result.UNVERIFIED, Severity.WARNING),
                (Result.REFUSED, Severity.WARNING),
            )
        ),
        (BucketReport("b", verdict=Verdict(Step.ADVISE, "could cost less")), Severity.INFO),
        (BucketReport("b", verdict=Verdict(Step.STOP, "taken out twice")), Severity.WARNING),
        (BucketReport("b", error="AccessDenied"), Severity.WARNING),
        (
            BucketReport("b", error="no", change=Change(Result.CHANGED, "", NONE, NONE)),
            Severity.WARNING,
        ),
    ],
    ids=lambda each: getattr(each, "outcome", None),
)
def test_what_was_done_or_could_be_is_information(report: BucketReport, severity: Severity) -> None:
    assert worth_telling(report)
    told = message(report, "CostControl", "eu-north-1", NOW)
    assert CATALOGUE[told.alert].severity is severity
