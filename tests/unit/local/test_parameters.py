"""Parameters as a person gives them: what CloudFormation would refuse is said by its name."""

from __future__ import annotations

import pytest

from fakes.parameters import another_of_each
from local.cloudformation import Deployment
from local.generate.template import load
from local.parameters import ParameterError, checked, pairs, words
from local.price.__main__ import main as price


def test_pairs() -> None:
    assert pairs(["A=1", "B=", "C=x=y"]) == {"A": "1", "B": "", "C": "x=y"}
    with pytest.raises(ParameterError, match="A is not Name=value"):
        pairs(["B=1", "A"])
    with pytest.raises(ParameterError, match="B is there twice"):
        pairs(["B=1", "A=", "B=2"])


def test_a_line_is_taken_apart_by_its_blanks_alone() -> None:
    line = """A=$(date) B='https://a.example/?x=1&y=2, https://b' C=`x`;y#z "D=\\d | it's" """
    assert words(line) == [
        "A=$(date)", "B=https://a.example/?x=1&y=2, https://b", "C=`x`;y#z", "D=\\d | it's",
    ]  # fmt: skip
    assert words("") == []
    with pytest.raises(ParameterError, match="No closing quotation"):
        words("A='b")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"UploadFailureCriticalThreshold": "3"}, "is it UploadFailuresCriticalThreshold"),
        ({"Zzz": "3"}, "no parameter Zzz$"),
        ({"UploadFailuresCriticalThreshold": "abc"}, "a number of 0 and more, 100 at most"),
        ({"UploadFailuresCriticalThreshold": "nan"}, "a number"),
        ({"UploadFailuresCriticalThreshold": "100.5"}, "100 at most"),
        ({"UploadFailuresCriticalThreshold": ""}, "a number"),
        ({"StorageWarningThreshold": "-1"}, "StorageWarningThreshold=-1: it takes"),
        ({"CostControlMode": "on"}, "one of observe, enforce"),
        ({"SystemName": "A"}, "3 to 40 lower-case letters"),
        ({"HealthEndpoints": "https://a.example/" + "x" * 1_800}, "HealthEndpoints"),
        ({"SystemName": "A", "Zzz": ""}, "Zzz; SystemName=A"),
        ({"ReportTimeZone": "Europe/Stokholm"}, "no such zone, did you mean Europe/Stockholm?"),
        ({"ReportTimeZone": "Mars/Base"}, "ReportTimeZone=Mars/Base: the tz database has no such"),
        ({"UploadFailuresCriticalThreshold": "5 "}, "a number"),
        ({"DisasterPlanReviewed": "2026-02-30"}, "DisasterPlanReviewed=2026-02-30: it takes"),
        ({"HealthReferenceAddress": "a.example:70000"}, "HealthReferenceAddress"),
        ({"MetricNamespace": "AWS"}, "MetricNamespace=AWS: it takes"),
        ({"RunbookBaseUrl": "https://a.example/run book"}, "without spaces"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(given: dict[str, str], why: str) -> None:
    with pytest.raises(ParameterError, match=why):
        checked(load(), given)


def test_what_the_template_allows_is_taken() -> None:
    template = load()
    for name, value in another_of_each(template).items():
        if not Deployment(template, {name: value}).refusals():
            deployment = checked(template, {name: value, "AWS::Region": "eu-west-1"})
            assert deployment.reference(name) == value


def test_a_price_is_of_what_was_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As make hands it over: without a shell between."""
    monkeypatch.setenv("PARAMETERS", "HealthEndpoints='https://a.example/?a=1&b=$x' CostSource=y")
    assert price([]) == 2
    assert capsys.readouterr().err.startswith("price: CostSource=y: it takes one of")
    monkeypatch.setenv("PARAMETERS", "CostSource='cost-explorer")
    assert price([]) == 2
    assert "No closing quotation" in capsys.readouterr().err


def test_no_price_is_made_of_wrong_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert price(["HealthEndpoint=https://a.example"]) == 2
    assert "is it HealthEndpoints?" in capsys.readouterr().err
    assert price(["HealthEndpoints=https://a.example", "MeasuredDistributionId=E1AVATARS"]) == 0
