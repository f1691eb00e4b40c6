"""The alarms that the dashboard shows: those that tell somebody, and those for information."""

from __future__ import annotations

from collections.abc import Mapping

from avatarwatch.catalogue import CATALOGUE, Severity
from local.generate.widgets import raw

_ARN = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:${SystemName}-"
_EVERYWHERE = {None, "OnAws"}
"""Conditions of alarms that every deployment on AWS has."""


def told() -> tuple[list[str], Mapping[str, str]]:
    """Return the alarms that tell somebody, and what is filled into the list."""
    return _listed("ToldAlarms", is_information=False)


def information() -> tuple[list[str], Mapping[str, str]]:
    """Return the alarms for information, and what is filled into the list."""
    return _listed("InformationAlarms", is_information=True)


def _listed(name: str, *, is_information: bool) -> tuple[list[str], Mapping[str, str]]:
    """Return ARNs as JSON; what a deployment may not have is filled in under its condition."""
    found: dict[str | None, list[str]] = {}
    for rule in CATALOGUE.values():
        if rule.alarm and (rule.severity is Severity.INFO) == is_information:
            found.setdefault(rule.alarm.condition, []).append(_ARN + rule.alert_id)
    always = [arn for condition in _EVERYWHERE for arn in found.get(condition, ())]
    some = {c: arns for c, arns in found.items() if c not in _EVERYWHERE}
    if not some:
        return sorted(always), {}
    # JSON takes no comma after the last: one that is always there ends the list
    *first, last = sorted(always)
    parts = [f"""!If [{c}, !Sub '{"".join(f'"{arn}", ' for arn in arns)}', ""]"""
             for c, arns in some.items()]  # fmt: skip
    filled = f"""!Join ["", [{", ".join(parts)}, !Sub '"{last}"']]"""
    return [*first, raw(f"${{{name}}}")], {name: filled}
