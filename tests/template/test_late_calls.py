"""Calls that Lambda held back come back no later than they are of use."""

from __future__ import annotations

from typing import Any

EVERY_MINUTE = "HealthPollingFunction"
LONGEST = 21_600  # six hours: Lambda's own default, and its most


def test_each_function_says_how_late_a_call_may_come(
    resources: dict[str, Any], waited_for: set[str]
) -> None:
    ages = {
        resource["Properties"]["FunctionName"]["Ref"]: resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Lambda::EventInvokeConfig"
    }
    functions = {name for name, r in resources.items() if r["Type"] == "AWS::Lambda::Function"}
    assert ages.keys() == functions - waited_for  # whose calls are never held back
    for name, properties in ages.items():
        age = properties["MaximumEventAgeInSeconds"]
        assert 60 <= age <= LONGEST, name
        # what is told stays; what is computed is computed by the next run
        assert (age == LONGEST) == (name == "AlarmFanoutFunction"), name
        assert properties["DestinationConfig"]["OnFailure"], name
    assert ages[EVERY_MINUTE]["MaximumEventAgeInSeconds"] == 60
