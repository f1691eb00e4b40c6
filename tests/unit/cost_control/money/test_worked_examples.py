"""Bills and savings, each with its arithmetic written out; prices are the bundled ones.

1 GB is 2^30 bytes; 1 M objects of 40 KiB are 40,960,000,000 / 2^30 = 38.147 GB, of 400 KiB 381.470.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cost_control.money.bill import HORIZON_MONTHS, Move, cents, evaluate, monthly
from cost_control.money.histogram import EDGES, Bin, Histogram, of_sizes
from cost_control.money.prices import BUNDLED, SMALL, StorageClass
from cost_control.money.stored import realised, stored, unpriced

STANDARD, IA, ZIA, GIR, INT = StorageClass
KIB = 1024
M = 1_000_000


def bin_of(objects: int, size: float) -> Bin:
    return Bin(max(edge for edge in EDGES if edge <= size), objects, size)


def sizes(*bins: tuple[int, float]) -> Histogram:
    return Histogram(tuple(bin_of(objects, size) for objects, size in bins), "a worked example")


@pytest.mark.parametrize(
    ("objects", "size", "into", "reads", "months", "bill"),
    [
        # FACTS: 40 KiB. 38.147 x .023 = .8774
        (M, 40 * KIB, STANDARD, 0, 0, "0.88"),
        # billed as 128 KiB: 122.070 x .0125 = 1.5259
        (M, 40 * KIB, IA, 0, 0, "1.53"),
        # 122.070 x .01 = 1.2207
        (M, 40 * KIB, ZIA, 0, 0, "1.22"),
        # 122.070 x .004 = .4883
        (M, 40 * KIB, GIR, 0, 0, "0.49"),
        # below 128 KiB it stays in the frequent tier and is not monitored: 38.147 x .023
        (M, 40 * KIB, INT, 0, 12, "0.88"),
        # FACTS: 400 KiB. 381.470 x .023 = 8.7738
        (M, 400 * KIB, STANDARD, 0, 0, "8.77"),
        # 381.470 x .0125 = 4.7684
        (M, 400 * KIB, IA, 0, 0, "4.77"),
        # 381.470 x .004 = 1.5259
        (M, 400 * KIB, GIR, 0, 0, "1.53"),
        # unread for three months: 1.5259 + monitoring 1,000 x .0025 = 2.50
        (M, 400 * KIB, INT, 0, 3, "4.03"),
        # the first month: 8.7738 + 2.50
        (M, 400 * KIB, INT, 0, 0, "11.27"),
        # the second: 4.7684 + 2.50
        (M, 400 * KIB, INT, 0, 1, "7.27"),
        # one read of each a month: 8.7738 + 1,000 x .0004
        (M, 400 * KIB, STANDARD, 1, 0, "9.17"),
        # 4.7684 + 1,000 x .001 + 381.470 x .01
        (M, 400 * KIB, IA, 1, 0, "9.58"),
        # 1.5259 + 1,000 x .01 + 381.470 x .03 = 1.5259 + 10 + 11.4441
        (M, 400 * KIB, GIR, 1, 0, "22.97"),
        # a tenth of them read: 1.5259 + 1 + 1.1444
        (M, 400 * KIB, GIR, 0.1, 0, "3.67"),
        # at the least size both ways are the same: 122.070 x .0125
        (M, 128 * KIB, IA, 0, 0, "1.53"),
        # empty objects are billed as 128 KiB too: 122.070 x .004
        (M, 0, GIR, 0, 0, "0.49"),
        # a petabyte of 1 MiB objects: 2^30 x 2^20 / 2^30 = 1,048,576 GB x .023
        (2**30, 2**20, STANDARD, 0, 0, "24117.25"),
    ],
)
def test_the_bill_of_a_month(  # noqa: PLR0917 - the columns of the table
    objects: int, size: float, into: StorageClass, reads: float, months: int, bill: str
) -> None:
    found = monthly(bin_of(objects, size), BUNDLED.classes[into], reads, months_there=months)
    assert cents(found) == Decimal(bill)


@pytest.mark.parametrize(
    ("size", "into", "once", "saving", "back"),
    [
        # FACTS: into IA costs 1.5259 instead of .8774, and 1,000 x .01 = 10 once:
        # 11 months there: 11 x (.8774 - 1.5259) - 10 = -17.13
        (40 * KIB, IA, "10.00", "-17.13", None),
        # 11 x (.8774 - .4883) - 20 = -15.72; 20 / .3891 = 51.4 months
        (40 * KIB, GIR, "20.00", "-15.72", 51.4),
        # 11 x (8.7738 - 4.7684) - 10 = 34.06; 10 / 4.0054 = 2.5
        (400 * KIB, IA, "10.00", "34.06", 2.5),
        # 11 x (8.7738 - 3.8147) - 10 = 44.55; 10 / 4.9591 = 2.0
        (400 * KIB, ZIA, "10.00", "44.55", 2.0),
        # 11 x (8.7738 - 1.5259) - 20 = 59.73; 20 / 7.2479 = 2.8
        (400 * KIB, GIR, "20.00", "59.73", 2.8),
        # 11 x 8.7738 - (11.2738 + 2 x 7.2684 + 8 x 4.0259) - 10 = 96.5118 - 58.0178 - 10
        (400 * KIB, INT, "10.00", "28.49", 2.1),
    ],
)
def test_a_transition_over_twelve_months(
    size: int, into: StorageClass, once: str, saving: str, back: float | None
) -> None:
    """The first month, before day 30, is spent in STANDARD: eleven are there."""
    found = evaluate(Move(into, 30, 0), sizes((M, size)), BUNDLED, 0)
    assert cents(found.once) == Decimal(once)
    assert cents(found.saving) == Decimal(saving)
    paid_back = found.months_to_pay_back
    assert (None if paid_back is None else round(float(paid_back), 1)) == back


@pytest.mark.parametrize(("size", "moved"), [(40 * KIB, 0), (400 * KIB, M)])
def test_the_rule_of_the_guide_moves_no_avatar(size: int, moved: int) -> None:
    """Without a size filter nothing below 128 KiB moves, and nothing is saved.

    At 400 KiB it would: 11.967 months x (8.7738 - 4.7684) - 10 = 37.93, if S3 took day 1.
    """
    found = evaluate(Move(IA, 1, None), sizes((M, size)), BUNDLED, 0)
    assert found.objects == moved
    assert cents(found.saving) == Decimal("37.93" if moved else 0)


def test_what_is_deleted_pays_for_its_move_all_the_same() -> None:
    """From day 30 to 120 are three months: 3 x (8.7738 - 1.5259) - 20 = 1.74."""
    found = evaluate(Move(GIR, 30, 0, until=120), sizes((M, 400 * KIB)), BUNDLED, 0)
    assert cents(found.saving) == Decimal("1.74")


@pytest.mark.parametrize(
    ("into", "days", "replaced", "saving"),
    [
        # GLACIER_IR on day 30, a tenth replaced a month: exp(-.1) = .90484 outlive the wait,
        # each place is moved .90484 x (1 + .1 x 11) = 1.90016 times, and of the 3 months billed
        # at least 3 - (1 - exp(-.3)) / .1 = .40818 are unused, x 1.5259 = .6228:
        # .90484 x 11 x 7.2479 - 1.90016 x (20 + .6228) = 72.140 - 39.187
        (GIR, 30, 0.1, "32.95"),
        # half of them replaced: exp(-.5) = .60653; .60653 x (1 + 5.5) = 3.94245 moves;
        # 3 - (1 - exp(-1.5)) / .5 = 1.44626 x 1.5259 = 2.2068:
        # .60653 x 79.727 - 3.94245 x 22.2068 = 48.357 - 87.549
        (GIR, 30, 0.5, "-39.19"),
        # STANDARD_IA, a tenth: .90484 x 11 x 4.0054 = 39.867; 1 - (1 - exp(-.1)) / .1 = .04837
        # x 4.7684 = .2307: 39.867 - 1.90016 x 10.2307 = 39.867 - 19.440
        (IA, 30, 0.1, "20.43"),
        # on day 0 all places move at once, and again as often as they are replaced:
        # 12 x 7.2479 - (1 + .1 x 12) x 20.6228 = 86.975 - 45.370
        (GIR, 0, 0.1, "41.60"),
    ],
)
def test_what_is_replaced_pays_anew(
    into: StorageClass, days: int, replaced: float, saving: str
) -> None:
    found = evaluate(Move(into, days, 0), sizes((M, 400 * KIB)), BUNDLED, 0, replaced)
    assert cents(found.saving) == Decimal(saving)


def test_what_is_replaced_cools_down_less() -> None:
    """A share of exp(-1) is left: (.023 x .63212 + .0125 x .36788) x 381.470 + 2.50 = 9.80."""
    found = monthly(bin_of(M, 400 * KIB), BUNDLED.classes[INT], 0, months_there=1, replaced=1)
    assert cents(found) == Decimal("9.80")


def test_a_mean_hides_the_distribution() -> None:
    """A million of 4 KiB and 100,000 of 400 KiB have a mean of 40 KiB.

    Above 128 KiB into GLACIER_IR: 11 x (.87738 - .15259) - 2 = 5.97; all of them, the small ones
    too: 11 x (.96512 - .64087) - 22 = -18.43.
    """
    mixed = sizes((M, 4 * KIB), (100_000, 400 * KIB))
    assert round(mixed.mean / KIB) == 40
    assert cents(evaluate(Move(GIR, 30, SMALL - 1), mixed, BUNDLED, 0).saving) == Decimal("5.97")
    assert cents(evaluate(Move(GIR, 30, 0), mixed, BUNDLED, 0).saving) == Decimal("-18.43")


def test_what_colder_classes_save_already() -> None:
    """100 GB in GLACIER_IR save 100 x .019 = 1.90, less 10 GB of overhead x .004 = .04."""
    stored = {
        "StandardStorage": 500.0 * 2**30,
        "GlacierInstantRetrievalStorage": 100.0 * 2**30,
        "GlacierIRSizeOverhead": 10.0 * 2**30,
    }
    assert cents(realised(stored, BUNDLED)) == Decimal("1.86")


GIB = 2.0**30


@pytest.mark.parametrize(
    ("bytes_by_type", "undone", "usd"),
    [
        # 500 x .023
        ({"StandardStorage": 500 * GIB}, set(), "11.50"),
        # 100 x .0125 + 20 x .0125 of overhead
        ({"StandardIAStorage": 100 * GIB, "StandardIASizeOverhead": 20 * GIB}, set(), "1.50"),
        # as if it were in STANDARD: 100 x .023, and no overhead
        ({"StandardIAStorage": 100 * GIB, "StandardIASizeOverhead": 20 * GIB}, {IA}, "2.30"),
        # only what ours moved: 100 x .004 of others stays, 100 x .01 becomes 100 x .023
        (
            {"GlacierInstantRetrievalStorage": 100 * GIB, "OneZoneIAStorage": 100 * GIB},
            {ZIA},
            "2.70",
        ),
        # 10 x .023 + 20 x .0125 + 30 x .004
        (
            {
                "IntelligentTieringFAStorage": 10 * GIB,
                "IntelligentTieringIAStorage": 20 * GIB,
                "IntelligentTieringAIAStorage": 30 * GIB,
            },
            set(),
            "0.60",
        ),
        # 60 x .023
        (
            {
                "IntelligentTieringFAStorage": 10 * GIB,
                "IntelligentTieringIAStorage": 20 * GIB,
                "IntelligentTieringAIAStorage": 30 * GIB,
            },
            {INT},
            "1.38",
        ),
        # two petabytes: 2 x 1,048,576 x .023
        ({"StandardStorage": 2 * 2.0**50}, set(), "48234.50"),
        ({"QuantumStorage": 1e12}, set(), "0.00"),
        ({}, set(), "0.00"),
    ],
)
def test_what_is_stored_costs_a_month(
    bytes_by_type: dict[str, float], undone: set[StorageClass], usd: str
) -> None:
    assert cents(stored(bytes_by_type, BUNDLED, undone)) == Decimal(usd)


def test_what_has_no_price_is_named() -> None:
    assert unpriced({"DeepArchiveStorage": 1.0, "StandardStorage": 1.0}, BUNDLED) == (
        "DeepArchiveStorage",
    )


def test_a_class_of_tomorrow_saves_nothing_known() -> None:
    assert realised({"QuantumStorage": 1e12}, BUNDLED) == 0


@pytest.mark.parametrize(("into", "kib"), [(IA, 69.6), (ZIA, 55.7), (GIR, 22.3)])
def test_the_break_even_sizes(into: StorageClass, kib: float) -> None:
    for size, is_cheaper in ((kib - 0.1, False), (kib + 0.1, True)):
        one = Bin(0, M, size * KIB)
        there, here = (monthly(one, BUNDLED.classes[each], 0) for each in (into, STANDARD))
        assert (there < here) is is_cheaper


@given(
    st.lists(st.integers(0, 2**40), min_size=1, max_size=30),
    st.sampled_from([IA, ZIA, GIR, INT]),
    st.integers(0, 400),
    st.floats(0, 50),
)
def test_money_adds_up(objects: list[int], into: StorageClass, days: int, reads: float) -> None:
    """Bins add up to the whole, more reads never save more, and later is less of the same."""
    whole = of_sizes(objects, "any")
    move = Move(into, days, SMALL - 1)
    together = evaluate(move, whole, BUNDLED, reads)
    parts = [evaluate(move, Histogram((one,), ""), BUNDLED, reads) for one in whole.bins]
    assert abs(sum(part.saving for part in parts) - together.saving) < Decimal("1e-9")
    assert together.objects == sum(size >= SMALL for size in objects)
    if together.saving >= 0:
        restless = evaluate(move, whole, BUNDLED, reads, 0.2)
        assert restless.saving <= together.saving + Decimal("1e-9")
    busier = evaluate(move, whole, BUNDLED, reads + 1)
    assert busier.saving <= together.saving + Decimal("1e-9")
    if days >= 30 * HORIZON_MONTHS:
        assert together.saving == -together.once


@given(st.lists(st.integers(0, 2**40), max_size=50))
def test_no_size_is_lost_in_the_bins(objects: list[int]) -> None:
    found = of_sizes(objects, "any")
    assert found.objects == len(objects)
    assert found.total == pytest.approx(sum(objects))
    assert found.scaled(10 * found.objects).objects == 10 * found.objects
