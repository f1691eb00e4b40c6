"""The message about a report: five numbers, what needs a person, one link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from avatarwatch.alert_state import AlertState
from avatarwatch.alerts import AlertMessage
from reporting.found import State
from reporting.report import Report

ALERT_ID = "Report"
MOST = 4
"""Lines that need a person which a message spells out; a message has room for ten facts."""
_LONGEST = 200


def message(report: Report, address: str, at: datetime, late: Sequence[str]) -> AlertMessage:
    """Write the message; ``late`` names the reports that were missed and are made up.

    ``at`` is when the report was first made: a run that is tried again tells the same change of
    the same alert, of which AlarmFanout takes one.
    """
    to_do = report.to_do
    facts = {each.title: _beside(each.shown, each.beside) for each in report.numbers}
    for line in to_do[:MOST]:
        facts[f"To do: {line.question}"[:100]] = line.text[:_LONGEST]
    if len(to_do) > MOST:
        facts["To do: more"] = f"{len(to_do) - MOST} on the page"
    if late:
        facts["Made up late"] = ", ".join(late)[:_LONGEST]
    return AlertMessage(
        alert=ALERT_ID,
        state=AlertState.INFO,
        summary=f"{report.kind.capitalize()} report, {report.title}: {_todo(report)}",
        reason=report.sentence,
        facts=facts,
        links={"Report": address},
        time=at,
        key=f"report/{report.key}",
    )


def _todo(report: Report) -> str:
    count = len(report.to_do)
    match count:
        case 0:
            text = "nothing needs a person"
        case 1:
            text = "1 thing needs a person"
        case _:
            text = f"{count} things need a person"
    unknown = sum(line.state is State.NO_DATA for line in report.lines)
    return f"{text}, {unknown} of {len(report.lines)} lines without data" if unknown else text


def _beside(shown: str, beside: str) -> str:
    return f"{shown} ({beside})" if beside else shown
