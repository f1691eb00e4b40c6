"""AWS's own tables and sentences, row by row.

Amazon CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data", in the
edition of 2026; what the row `- - - - X` comes to is in the editions of 2018 to 2020 alone.
"""

from __future__ import annotations

import pytest

from alarm_evaluator import Missing, State, decide
from alarm_evaluator.decision import filled

KINDS = {"0": 0, "X": 1, "-": 2}
RETAIN = None
ALARM, OK, NO_DATA = State.ALARM, State.OK, State.INSUFFICIENT_DATA
COLUMNS = (Missing.MISSING, Missing.IGNORE, Missing.BREACHING, Missing.NOT_BREACHING)

# data points, how many must be filled, then the state by treatment in the order of COLUMNS
THREE_OF_THREE = (
    ("0 - X - X", 0, OK, OK, OK, OK),
    ("0 - - - -", 2, OK, OK, OK, OK),
    ("- - - - -", 3, NO_DATA, RETAIN, ALARM, OK),
    ("0 X X - X", 0, ALARM, ALARM, ALARM, ALARM),
    ("- - X - -", 2, ALARM, RETAIN, ALARM, OK),
    # the editions of 2018 to 2020
    ("- - - - X", 2, NO_DATA, RETAIN, ALARM, OK),
    ("X - - - -", 2, ALARM, RETAIN, ALARM, OK),
)
TWO_OF_THREE = (
    ("0 - X - X", 0, ALARM, ALARM, ALARM, ALARM),
    ("0 0 X 0 X", 0, ALARM, ALARM, ALARM, ALARM),
    ("0 - X - -", 1, OK, OK, ALARM, OK),
    ("- - - - 0", 2, OK, OK, ALARM, OK),
    ("- - - X -", 2, ALARM, RETAIN, ALARM, OK),
    # the editions of 2018 to 2020
    ("- - - - X", 2, NO_DATA, RETAIN, ALARM, OK),
)
ROWS = [(3, row) for row in THREE_OF_THREE] + [(2, row) for row in TWO_OF_THREE]


def points(text: str) -> bytes:
    return bytes(KINDS[each] for each in text.split())


@pytest.mark.parametrize(("needed", "row"), ROWS, ids=[f"{m} of 3: {r[0]}" for m, r in ROWS])
def test_each_row_of_the_tables(
    needed: int, row: tuple[str, int, *tuple[State | None, ...]]
) -> None:
    text, to_fill, *states = row
    assert filled(points(text), 3) == to_fill
    found = [decide(points(text), 3, needed, missing) for missing in COLUMNS]
    assert found == states


@pytest.mark.parametrize("text", ["- - - - X", "- - - X -", "- - - X 0", "- - X - 0"])
def test_it_does_not_ring_before_it_is_sure(text: str) -> None:
    # "Because the next data point may be non-breaching, the alarm does not go immediately into
    # ALARM state when the data is either - - - - X or - - - X - and Datapoints to Alarm is 3."
    assert decide(points(text), 3, 3, Missing.MISSING) is not ALARM


@pytest.mark.parametrize("missing", COLUMNS)
def test_enough_real_points_decide_whatever_is_missing(missing: Missing) -> None:
    # "If some data points in the evaluation range are missing, but the total number of existing
    # data points ... is equal to or more than the alarm's Evaluation Periods ... the value you set
    # for how to treat missing data is not needed and is ignored."
    assert decide(points("X X 0 - 0"), 3, 2, missing) is OK
    assert decide(points("0 X X - 0"), 3, 2, missing) is ALARM
