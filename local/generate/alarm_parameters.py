"""The threshold parameters of the alert catalogue, as they stand in the template."""

from __future__ import annotations

import json

from avatarwatch.catalogue import CATALOGUE
from avatarwatch.catalogue.alarm import Scale, Threshold


def parameter(alert_id: str) -> str:
    """Return the name of an alert's threshold parameter."""
    return f"{alert_id}Threshold"


def parameters() -> str:
    """Return the parameters."""
    return "".join(
        _parameter(rule.alert_id, rule.threshold) for rule in CATALOGUE.values() if rule.threshold
    )


def _parameter(alert_id: str, threshold: Threshold) -> str:
    kind = _text(threshold, threshold.scale) if threshold.scale else _number(threshold)
    description = json.dumps(f"{alert_id} - {threshold.meaning}", ensure_ascii=False)
    return f"  {parameter(alert_id)}:\n{kind}    Description: {description}\n"


def _text(threshold: Threshold, scale: Scale) -> str:
    """Return a whole number as text, as zeros are put behind it."""
    return (
        "    Type: String\n"
        f'    Default: "{threshold.default:g}"\n'
        f'    AllowedPattern: "[1-9][0-9]{{0,{scale.digits - 1}}}"\n'
        f"    ConstraintDescription: a whole number of {scale.word}.\n"
    )


def _number(threshold: Threshold) -> str:
    bounds = (("MinValue", threshold.least), ("MaxValue", threshold.most))
    return f"    Type: Number\n    Default: {threshold.default:g}\n" + "".join(
        f"    {name}: {value:g}\n" for name, value in bounds if value is not None
    )
