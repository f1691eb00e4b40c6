"""Rules of composites, and the six examples of "Suppressing composite alarm actions"."""

from __future__ import annotations

import pytest

from alarm_evaluator import Act, EvaluatorError, State, Transition, composite_alarm
from alarm_evaluator.composites import SuppressedBy, composite_transitions, held_back
from alarm_evaluator.rules import read_rule

OK, ALARM, NO_DATA = State.OK, State.ALARM, State.INSUFFICIENT_DATA
STATES = {"a": ALARM, "b": OK, "c": NO_DATA, "a b": ALARM}


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("ALARM(a)", True),
        ('ALARM("a b")', True),
        ("ALARM(arn:aws:cloudwatch:eu-north-1:123456789012:alarm:a)", True),
        ("ALARM(b)", False),
        ("OK(b) AND INSUFFICIENT_DATA(c)", True),
        ("NOT ALARM(a)", False),
        ("NOT ALARM(b) AND ALARM(a)", True),
        ("ALARM(b) AND ALARM(c) OR ALARM(a)", True),
        ("ALARM(a) OR ALARM(b) AND ALARM(c)", True),
        ("(ALARM(a) OR ALARM(b)) AND ALARM(c)", False),
        ("NOT (ALARM(a) AND ALARM(b))", True),
        ("TRUE", True),
        ("FALSE OR TRUE", True),
        ("ALARM(unknown)", False),
        ("AT_LEAST(1, ALARM, (a, b, c))", True),
        ("AT_LEAST(2, ALARM, (a, b, c))", False),
        ("AT_LEAST(2, NOT ALARM, (a, b, c))", True),
        ("AT_LEAST(60%, NOT OK, (a, b, c))", True),  # 60 % of 3 are 1.8, so 2
        ("AT_LEAST(67%, NOT OK, (a, b, c))", False),
    ],
)
def test_rules(rule: str, holds: bool) -> None:  # noqa: FBT001 - a table's column
    assert read_rule(rule).holds(STATES) is holds


@pytest.mark.parametrize(
    "rule", ["", "ALARM", "ALARM(a", "ALARM(a) ALARM(b)", "LOUD(a)", "AT_LEAST(x, ALARM, (a))",
             "AT_LEAST(1, LOUD, (a))", "ALARM(a) AND", "(TRUE", "ALARM(())"],
)  # fmt: skip
def test_what_is_no_rule(rule: str) -> None:
    with pytest.raises(EvaluatorError):
        read_rule(rule)


def change(at: int, name: str, after: State) -> Transition:
    return Transition(at, name, OK if after is ALARM else ALARM, after)


def test_composites_follow_their_children_and_one_another() -> None:
    above = [
        composite_alarm({"AlarmName": "top", "AlarmRule": "ALARM(both)"}),
        composite_alarm({"AlarmName": "both", "AlarmRule": "ALARM(a) AND ALARM(b)"}),
    ]
    changes = [change(1, "a", ALARM), change(2, "b", ALARM), change(3, "a", OK)]
    found = composite_transitions(above, changes, ["a", "b"], 0)
    assert [(one.at, one.name, str(one.after)) for one in found] == [
        (0, "both", "OK"), (0, "top", "OK"), (2, "both", "ALARM"), (2, "top", "ALARM"),
        (3, "both", "OK"), (3, "top", "OK"),
    ]  # fmt: skip
    assert found[2].children == (("b", ALARM),)


def test_a_circle_of_composites_is_refused() -> None:
    above = [
        composite_alarm({"AlarmName": "a", "AlarmRule": "ALARM(b)"}),
        composite_alarm({"AlarmName": "b", "AlarmRule": "ALARM(a)"}),
    ]
    with pytest.raises(EvaluatorError, match="circle"):
        composite_transitions(above, [], [], 0)


WAIT, EXTENSION, BY_ALARM = (
    SuppressedBy.WAIT_PERIOD,
    SuppressedBy.EXTENSION_PERIOD,
    SuppressedBy.ALARM,
)
HELD = composite_alarm({
    "AlarmName": "c", "AlarmRule": "ALARM(x)", "ActionsSuppressor": "s",
    "ActionsSuppressorWaitPeriod": 2, "ActionsSuppressorExtensionPeriod": 3,
})  # fmt: skip


def acts(
    own: list[tuple[int, State]], suppressor: list[tuple[int, State]]
) -> list[tuple[int, State, SuppressedBy | None]]:
    changes = [change(at, "c", after) for at, after in own]
    others = {"s": [change(at, "s", after) for at, after in suppressor]}
    found: list[Act] = held_back(HELD, changes, others, 20)
    return [(act.at, act.transition.after, act.held) for act in found]


@pytest.mark.parametrize(
    ("own", "suppressor", "expected"),
    [
        # 1: the wait period ends and the suppressor is still OK
        ([(2, ALARM)], [], [(2, ALARM, WAIT), (4, ALARM, None)]),
        # 2: the suppressor rings within the wait period
        ([(2, ALARM)], [(3, ALARM)], [(2, ALARM, WAIT)]),
        # 3: a change within the wait period begins another
        ([(2, ALARM), (3, OK)], [], [(2, ALARM, WAIT), (3, OK, WAIT), (5, OK, None)]),
        # 4: the suppressor rings already
        ([(2, ALARM)], [(1, ALARM)], [(2, ALARM, BY_ALARM)]),
        # 5: the extension period ends
        ([(2, ALARM)], [(3, ALARM), (6, OK)], [(2, ALARM, WAIT), (9, ALARM, None)]),
        # 6: a change within the extension period begins a wait period instead
        ([(2, ALARM), (7, OK)], [(3, ALARM), (6, OK)],
         [(2, ALARM, WAIT), (7, OK, WAIT), (9, OK, None)]),
    ],
)  # fmt: skip
def test_the_guides_examples(
    own: list[tuple[int, State]],
    suppressor: list[tuple[int, State]],
    expected: list[tuple[int, State, SuppressedBy | None]],
) -> None:
    assert acts(own, suppressor) == expected


def test_what_nobody_held_back_is_not_told_again() -> None:
    assert acts([], [(3, ALARM), (6, OK)]) == []
    assert acts([(2, ALARM)], [(10, ALARM), (11, OK)]) == [(2, ALARM, WAIT), (4, ALARM, None)]
