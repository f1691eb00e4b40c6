"""The worse and the better end of a saving, each with its arithmetic written out.

A million objects of 400 KiB are 381.470 GiB; the next bin begins at 512 KiB, so that the largest
may have 512 KiB: 100,000 of them are 48.828 GiB. A GiB costs .023, and .004 in GLACIER_IR:
381.470 x .019 = 7.24793 a month.
"""

from __future__ import annotations

import pytest

from cost_control.money.bill import evaluate
from cost_control.money.contents import Contents, Stock, Unlisted, moved_by
from cost_control.money.histogram import EDGES, Bin, Histogram
from cost_control.money.moves import End, Move
from cost_control.money.prices import BUNDLED, StorageClass
from cost_control.money.use import Use
from cost_control.money.worst import Ends, least

STANDARD, IA, ZIA, GIR, INT = StorageClass
KIB, M, GIB = 1024, 1_000_000, 2.0**30
ALL = End(120, "theirs", is_of_all=True)


def known(size: int = 400 * KIB) -> Histogram:
    return Histogram((Bin(max(edge for edge in EDGES if edge <= size), M, size),))


def contents(there: StorageClass = STANDARD, unlisted: Unlisted | None = None) -> Contents:
    return Contents({there: Stock(known(), unlisted)})


def ends(move: Move, use: Use, of: Contents | None = None) -> Ends:
    held = of or contents()
    target, standard = BUNDLED.classes[move.storage_class], BUNDLED.classes[STANDARD]
    return Ends(move, moved_by(move, held, BUNDLED), held, target, standard, use)


@pytest.mark.parametrize(
    ("days", "use", "others", "low"),
    [
        # 11 x 7.24793 - 20
        (30, Use(0), (), 59.73),
        # each read once a month: 12 x (1,000 x (.01 - .0004) + 381.470 x .03) more
        (30, Use(1), (), -192.80),
        # a tenth comes and goes each month: 38.147 GiB wait a month at .019 = .72479, 100,000 move
        # for 2.00, and as many die at 3 x .004 = .45776: 12 x 3.18255 more
        (30, Use(0, births=0.1, deaths=0.1), (), 21.54),
        # on day 0 none waits: 12 x 7.24793 - 20 - 12 x 2.45776
        (0, Use(0, births=0.1, deaths=0.1), (), 37.48),
        # three times as many as there are come, of which all that is there waits at most
        (30, Use(0, births=3, deaths=3), (), 59.73 - 12 * (7.24793 + 60 + 13.73291)),
        # two tenths go and one comes: 1 - .1 m is there from month 1 to 10, 9 x .9 / 2 = 4.05;
        # 4.05 x 7.24793 - 20 - 12 x (.72479 + 2 + 76.294 x .012)
        (30, Use(0, births=0.1, deaths=0.2), (), -34.33),
        # all ends on day 120: a quarter comes and goes each month, 95.367 GiB; what is there may
        # go tomorrow, 381.470 x .012: 79.72723 - 20 - 4.57764 - 12 x (1.81198 + 5 + 1.14441)
        (30, Use(0), (ALL,), -40.33),
        # more come than the rule ends: as many die, 190.735 GiB
        (30, Use(0, births=0.5, deaths=0.1), (ALL,), 55.14959 - 12 * (3.62396 + 10 + 2.28882)),
        # it ends before it would move
        (120, Use(0), (ALL,), 0.0),
        # half a year of waiting leaves half a year: 6 x 7.24793 - 20
        (180, Use(0), (), 23.49),
    ],
)
def test_the_worse_end_of_what_is_assumed(
    days: int, use: Use, others: tuple[End, ...], low: float
) -> None:
    assert ends(Move(GIR, days, 0, others), use).low() == pytest.approx(low, abs=0.01)


@pytest.mark.parametrize(
    ("use", "others", "low"),
    [
        # nobody knows of which size the reads are: 48.828 GiB x .03 + 100,000 x .0096 / 1,000
        (Use(100_000, is_counted=True), (), 59.73 - 12 * (1.46484 + 0.96)),
        # bytes are known: 50 x .03
        (Use(100_000, is_counted=True, downloaded=50 * GIB), (), 59.73 - 12 * (1.5 + 0.96)),
        # a tenth more each month: 1 + .1 x 12 / 2 times as many reads on average; 48.828 GiB that
        # come wait at .019 = .92773, 100,000 move for 2.00, none dies
        (Use(100_000, is_counted=True, downloaded=0.0, births=0.1), (),
         59.73 - 12 * (1.6 * 0.96 + 0.92773 + 2)),
        # 10 GiB come, by the bytes that were counted
        (Use(0, is_counted=True, births=0.1, uploaded=10 * GIB), (), 59.73 - 12 * (0.19 + 2)),
        # half of what comes goes: 5 of the 10 GiB die at .012
        (Use(0, is_counted=True, births=0.1, deaths=0.05, uploaded=10 * GIB), (),
         59.73 - 12 * (0.19 + 2 + 0.06)),
        # two tenths go, the largest: 48.828 GiB fewer each month of 381.470 are .128; from month
        # 1 (.872) to 7.8125 (0): 6.8125 x .872 / 2 = 2.97025, and they die besides what comes
        (Use(0, is_counted=True, births=0.1, deaths=0.2, uploaded=10 * GIB), (),
         2.97025 * 7.24793 - 20 - 12 * (0.19 + 2 + 58.828125 * 0.012)),
        # a rule ends all on day 120: births of a tenth keep up 4 x .1 of it, 4.4 months;
        # 4.4 x 7.24793 - 20 - 4.57764 - 12 x (.92773 + 2 + 48.828 x .012)
        (Use(0, is_counted=True, births=0.1), (ALL,), -34.85),
    ],
)  # fmt: skip
def test_the_worse_end_of_what_is_counted(use: Use, others: tuple[End, ...], low: float) -> None:
    assert ends(Move(GIR, 30, 0, others), use).low() == pytest.approx(low, abs=0.01)


@pytest.mark.parametrize(
    ("use", "low"),
    [
        # a tenth is read in a month and keeps warm, three tenths in three: a month at .023, two at
        # .023 x .1 + .0125 x .9 = .01355, eight at .0023 + .0125 x .2 + .004 x .7 = .0076;
        # 381.470 x (.253 - .1109) - 10 - 12 x 2.50
        (Use(0.1), 14.21),
        # births keep warm as reads do: 381.470 x (.253 - .1109), less a tenth's move
        (Use(0, births=0.1), 14.21 - 12 * (1 + 38.147 * 0.019)),
        # all is warm: eleven months at .023
        (Use(2), -40.0),
        # 200,000 counted reads are of a fifth, and of three fifths in three months:
        # 381.470 x (.253 - .023 - 2 x .0146 - 8 x .0112) - 40
        (Use(200_000, is_counted=True, downloaded=0.0), 2.42),
        # counted births are 100,000 objects, as warm as what is read: hot .3, warm .9:
        # .023 + 2 x .01565 + 8 x (.0069 + .0075 + .0004) = .1727
        (Use(200_000, is_counted=True, downloaded=0.0, births=0.1, uploaded=0.0),
         381.470 * (0.253 - 0.1727) - 40 - 12 * 1),
    ],
)  # fmt: skip
def test_the_worse_end_where_reads_keep_warm(use: Use, low: float) -> None:
    assert ends(Move(INT, 30, 0), use).low() == pytest.approx(low, abs=0.01)


def test_what_leaves_a_class_too_early_pays_for_its_rest() -> None:
    """In STANDARD_IA for 30 days at least: all may be new, 381.470 x .0125 = 4.76837.

    What comes moves on day 10, 20 days early: .0125 x 20 / 30 x 38.147 = .31789 each month, waits
    10 days (38.147 / 3 x .019 = .24160) and moves for 2.00; 11.6667 months x 381.470 x .0085.
    """
    found = ends(Move(GIR, 10, 0), Use(0, births=0.1), contents(IA)).low()
    stock = (12 - 1 / 3) * 381.470 * 0.0085 - 20 - 4.76837
    assert found == pytest.approx(stock - 12 * (0.24160 + 2 + 0.31789), abs=0.01)


def test_of_rules_about_a_part_the_worst_counts_and_of_those_about_all_the_first() -> None:
    part, later = End(90, "a part", is_of_all=False), End(240, "later", is_of_all=True)

    def low(*others: End) -> float:
        return ends(Move(GIR, 30, 0, others), Use(0)).low()

    assert low(part) == low(part, later) < low(ALL) < low(later) < low()
    assert ends(Move(GIR, 30, 0, (part,)), Use(0)).low_of_rest() == low()
    assert ends(Move(GIR, 30, 0, (later, part, ALL)), Use(0)).low_of_rest() == low(ALL)


def test_the_first_rule_that_ends_objects_is_expected_of_all() -> None:
    def saving(*others: End) -> float:
        return evaluate(Move(GIR, 30, 0, others), contents(), BUNDLED, Use(0)).saving

    early = End(60, "a part", is_of_all=False)
    # 5.5 months there, 6.5 moves, 11 months x 1.52588 for nothing
    assert saving(early) == pytest.approx(5.5 * 7.24793 - 6.5 * 20 - 11 * 1.52588, abs=0.01)
    assert saving(ALL, early) == saving(early, ALL) == saving(early)
    # what goes before it would move does not move; of a part, the rest does
    assert saving(End(20, "a part", is_of_all=False)) == saving()
    assert saving(End(30, "a part", is_of_all=False)) == saving()
    assert saving(End(20, "all", is_of_all=True)) == 0


@pytest.mark.parametrize(
    ("into", "there", "use", "unlisted", "high"),
    [
        # 12 x 7.24793 - 20
        (GIR, STANDARD, Use(0), None, 66.98),
        # reads and deaths are of others
        (GIR, STANDARD, Use(5, deaths=0.5), None, 66.98),
        # a month at .023, two at .0125, nine at .004: .007 on average
        (INT, STANDARD, Use(0), None, 12 * 381.470 * 0.016 - 10),
        # no monitoring any more, 2.50 a month
        (GIR, INT, Use(0), None, 66.98 + 30),
        # 48.828 GiB more each month at .019, on average for half of the time: x 12^2 / 2
        (GIR, STANDARD, Use(0, births=0.1), None, 66.98 + 66.80),
        (GIR, STANDARD, Use(0, births=0.2, deaths=0.1), None, 66.98 + 66.80),
        # what dies lingers: all that comes is more, or what was uploaded
        (GIR, STANDARD, Use(0, births=0.1, deaths=0.1, lingers=True), None, 66.98 + 66.80),
        (GIR, STANDARD, Use(0, births=0.1, lingers=True, uploaded=10 * GIB), None, 66.98 + 13.68),
        (GIR, STANDARD, Use(0, births=0.1, uploaded=10 * GIB), None, 66.98 + 66.80),
        # nobody counted them: all bytes in no object that has to be moved
        (GIR, STANDARD, Use(0), Unlisted(M, 500 * GIB, 400 * GIB), 12 * 500 * 0.019),
        (GIR, STANDARD, Use(0), Unlisted(M, 100 * GIB, 100 * GIB), 12 * 7.24793),
        (GIR, INT, Use(0), Unlisted(2 * M, 100 * GIB, 100 * GIB), 12 * (7.24793 + 5)),
        # S3 moves nothing that way
        (IA, GIR, Use(0), None, 0.0),
    ],
)
def test_the_better_end(
    into: StorageClass, there: StorageClass, use: Use, unlisted: Unlisted | None, high: float
) -> None:
    found = ends(Move(into, 30, 0), use, contents(there, unlisted)).high()
    assert found == pytest.approx(high, abs=0.02)


def test_small_objects_that_grow_dearer_cost_their_move_in_the_better_end() -> None:
    """40 KiB in STANDARD_IA are billed as 128 KiB: 1.5259 for .8774, which nobody would keep."""
    held = Contents({STANDARD: Stock(known(40 * KIB))})
    assert ends(Move(IA, 30, 0), Use(0), held).high() == pytest.approx(-10.0)


@pytest.mark.parametrize(
    ("value", "cost", "unlisted", "brings"),
    [
        # at most 100 x 5 bytes are in objects that stay: 500 move, as if in none
        (1, 1, Unlisted(100, 1000, 1000), 500),
        # all move: 1,000 - 100 x 6
        (1, 6, Unlisted(100, 1000, 1000), 400),
        # 200 bytes are at most 40 objects of 5; 500 could be small, and no byte has to move
        (1, 6, Unlisted(100, 200, 200), -40),
        # of noncurrent versions nobody knows
        (1, 1, Unlisted(100, 1000, 700), 200),
        # what loses loses on all
        (-1, 2, Unlisted(100, 1000, 1000), -1200),
        (-1, 2, Unlisted(100, 200, 100), -280),
        (1, 1, Unlisted(0, 0, 0), 0),
    ],
)
def test_the_least_that_moving_may_bring(
    value: float, cost: float, unlisted: Unlisted, brings: float
) -> None:
    assert least(value, cost, unlisted, 5) == brings
