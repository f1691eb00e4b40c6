"""The rules of composite alarms, of the alarms that a deployment has.

Amazon CloudWatch, API reference, PutCompositeAlarm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from avatarwatch.catalogue import CATALOGUE
from avatarwatch.catalogue.alarm import Composite


def composite(alarm: Composite) -> Iterator[str]:
    """Yield the properties that a composite alarm has for itself."""
    conditions = _conditions()
    others = {
        condition
        for group in alarm.any_of
        for each in group
        if (condition := conditions[each]) and condition != alarm.condition
    }
    everything = f"!Sub {_rule(alarm.any_of)}"
    match sorted(others):
        case []:
            yield f"  AlarmRule: {everything}"
        case [condition]:
            # a composite that names an alarm that is not there is refused
            always = [g for g in alarm.any_of if all(conditions[e] != condition for e in g)]
            yield "  AlarmRule: !If"
            yield f"    - {condition}"
            yield f"    - {everything}"
            yield f"    - !Sub {_rule(always)}"
        case several:
            raise ValueError(f"{alarm.any_of} stand under several conditions: {several}")
    if alarm.held_back_by:
        yield f"  ActionsSuppressor: !GetAtt {alarm.held_back_by}.Arn"
        yield f"  ActionsSuppressorWaitPeriod: {alarm.wait}"
        yield f"  ActionsSuppressorExtensionPeriod: {alarm.extension}"


def _rule(any_of: Sequence[Sequence[str]]) -> str:
    several = len(any_of) > 1
    groups = [" AND ".join(f'ALARM("${{{each}}}")' for each in group) for group in any_of]
    return " OR ".join(
        f"({text})" if several and len(group) > 1 else text
        for group, text in zip(any_of, groups, strict=True)
    )


def _conditions() -> Mapping[str, str | None]:
    """Return the condition of every alarm."""
    return {name: rule.alarm.condition for name, rule in CATALOGUE.items() if rule.alarm}
