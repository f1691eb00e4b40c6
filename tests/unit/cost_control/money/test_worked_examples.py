"""Bills and savings, each with its arithmetic written out; prices are the bundled ones.

1 GB is 2^30 bytes; 1 M objects of 40 KiB are 40,960,000,000 / 2^30 = 38.147 GB, of 400 KiB 381.470.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cost_control.money.bill import Outcome, evaluate
from cost_control.money.contents import Contents, Stock
from cost_control.money.course import HORIZON_MONTHS
from cost_control.money.histogram import EDGES, Bin, Histogram, of_sizes
from cost_control.money.moves import End, Move
from cost_control.money.prices import BUNDLED, SMALL, StorageClass, cents
from cost_control.money.stored import realised, stored, unpriced
from cost_control.money.use import Requests, Use

STANDARD, IA, ZIA, GIR, INT = StorageClass
KIB = 1024
M = 1_000_000


def bin_of(objects: int, size: float) -> Bin:
    return Bin(max(edge for edge in EDGES if edge <= size), objects, size)


def sizes(*bins: tuple[int, float], there: StorageClass = STANDARD) -> Contents:
    known = Histogram(tuple(bin_of(objects, size) for objects, size in bins))
    return Contents({there: Stock(known)})


def outcome_of(move: Move, contents: Contents, reads: float = 0, replaced: float = 0) -> Outcome:
    return evaluate(move, contents, BUNDLED, Use(reads, births=replaced, deaths=replaced))


@pytest.mark.parametrize(
    ("objects", "size", "into", "reads", "bill"),
    [
        # FACTS: 40 KiB. 38.147 x .023 = .8774
        (M, 40 * KIB, STANDARD, 0, "0.88"),
        # billed as 128 KiB: 122.070 x .0125 = 1.5259
        (M, 40 * KIB, IA, 0, "1.53"),
        # 122.070 x .01 = 1.2207
        (M, 40 * KIB, ZIA, 0, "1.22"),
        # 122.070 x .004 = .4883
        (M, 40 * KIB, GIR, 0, "0.49"),
        # below 128 KiB it stays in the frequent tier and is not monitored: 38.147 x .023
        (M, 40 * KIB, INT, 0, "0.88"),
        # FACTS: 400 KiB. 381.470 x .023 = 8.7738
        (M, 400 * KIB, STANDARD, 0, "8.77"),
        # 381.470 x .0125 = 4.7684
        (M, 400 * KIB, IA, 0, "4.77"),
        # 381.470 x .004 = 1.5259
        (M, 400 * KIB, GIR, 0, "1.53"),
        # unread for three months: 1.5259 + monitoring 1,000 x .0025 = 2.50
        (M, 400 * KIB, INT, 0, "4.03"),
        # one read of each a month: 8.7738 + 1,000 x .0004
        (M, 400 * KIB, STANDARD, 1, "9.17"),
        # 4.7684 + 1,000 x .001 + 381.470 x .01
        (M, 400 * KIB, IA, 1, "9.58"),
        # 1.5259 + 1,000 x .01 + 381.470 x .03 = 1.5259 + 10 + 11.4441
        (M, 400 * KIB, GIR, 1, "22.97"),
        # a tenth of them read: 1.5259 + 1 + 1.1444
        (M, 400 * KIB, GIR, 0.1, "3.67"),
        # at the least size both ways are the same: 122.070 x .0125
        (M, 128 * KIB, IA, 0, "1.53"),
        # empty objects are billed as 128 KiB too: 122.070 x .004
        (M, 0, GIR, 0, "0.49"),
        # a petabyte: 51,200 x .023 + 460,800 x .022 + 536,576 x .021, the steps of the price
        (2**30, 2**20, STANDARD, 0, "22583.30"),
    ],
)
def test_the_bill_of_a_month(
    objects: int, size: float, into: StorageClass, reads: float, bill: str
) -> None:
    """Once objects have settled; before, they are in STANDARD."""
    target = GIR if into is STANDARD else into
    found = outcome_of(Move(target, 1, -1), sizes((objects, size)), reads)
    assert cents(found.monthly_before if into is STANDARD else found.monthly_after) == Decimal(bill)


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
    found = outcome_of(Move(into, 30, 0), sizes((M, size)))
    assert cents(found.once) == Decimal(once)
    assert cents(found.saving) == Decimal(saving)
    paid_back = found.months_to_pay_back
    assert (None if paid_back is None else round(float(paid_back), 1)) == back


@pytest.mark.parametrize(("size", "moved"), [(40 * KIB, 0), (400 * KIB, M)])
def test_the_rule_of_the_guide_moves_no_avatar(size: int, moved: int) -> None:
    """Without a size filter nothing below 128 KiB moves, and nothing is saved.

    At 400 KiB it would: 11.967 months x (8.7738 - 4.7684) - 10 = 37.93, if S3 took day 1.
    """
    found = outcome_of(Move(IA, 1, None), sizes((M, size)))
    assert found.objects == moved
    assert cents(found.saving) == Decimal("37.93" if moved else 0)


def test_what_is_deleted_pays_for_its_move_all_the_same() -> None:
    """Of all ages up to day 120, three quarters are over 30 days; each place is moved 3.75 times.

    11 x .75 x (8.7738 - 1.5259) - (1 + 11 / 4) x 20 = 59.80 - 75.
    """
    ends = (End(120, "a rule", is_of_all=True),)
    found = outcome_of(Move(GIR, 30, 0, ends), sizes((M, 400 * KIB)))
    assert cents(found.saving) == Decimal("-15.20")


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
    found = outcome_of(Move(into, days, 0), sizes((M, 400 * KIB)), 0, replaced)
    assert cents(found.saving) == Decimal(saving)


def test_what_is_replaced_cools_down_less() -> None:
    """exp(-1) are older than a month, exp(-3) than three.

    (.023 x .63212 + .0125 x (.95021 - .63212) + .004 x .04979) x 381.470 + 2.50 = 7.14 + 2.50.
    """
    found = outcome_of(Move(INT, 1, 0), sizes((M, 400 * KIB)), 0, 1)
    assert cents(found.monthly_after) == Decimal("9.64")


def test_the_steps_of_the_price_make_the_last_gib_cheaper() -> None:
    """Of 100 TiB of 4 MiB objects the half above 1 MiB is not all at .023: 102,400 GiB in all.

    51,200 at .023 and 51,200 at .022 are before; what leaves last costs .022.
    """
    many, few = (26_214_400 // 2, 4 * 2**20), (26_214_400 * 4 // 2, 2**20)
    found = outcome_of(Move(GIR, 1, 2**20), sizes(many, few))
    assert found.monthly_before == pytest.approx(51_200 * 0.022)


def test_objects_in_standard_ia_move_into_glacier_ir_as_well() -> None:
    """381.470 x (.0125 - .004) x 11 - 20 = 15.67."""
    found = outcome_of(Move(GIR, 30, 0), sizes((M, 400 * KIB), there=IA))
    assert cents(found.saving) == Decimal("15.67")
    assert outcome_of(Move(IA, 30, 0), sizes((M, 400 * KIB), there=IA)).objects == 0


def test_counted_reads_are_all_of_what_moves_in_the_worse_end() -> None:
    """A fifth of the objects is read as often as is counted, and nobody knows which.

    100,000 reads x (.01 - .0004) / 1,000 x 12 = 11.52, 50 GiB x .03 x 12 = 18; objects wait a day:
    (12 - 1 / 30) x 381.470 x (.023 - .004) - 20 - 29.52 = 86.73 - 49.52.
    """
    use = Use(100_000, is_counted=True, downloaded=50 * 2.0**30)
    found = evaluate(Move(GIR, 1, 0), sizes((M, 400 * KIB)), BUNDLED, use)
    assert cents(found.low) == Decimal("37.21")
    assert found.low < found.saving < found.high


def test_a_mean_hides_the_distribution() -> None:
    """A million of 4 KiB and 100,000 of 400 KiB have a mean of 40 KiB.

    Above 128 KiB into GLACIER_IR: 11 x (.87738 - .15259) - 2 = 5.97; all of them, the small ones
    too: 11 x (.96512 - .64087) - 22 = -18.43.
    """
    mixed = sizes((M, 4 * KIB), (100_000, 400 * KIB))
    assert round(mixed.gib * 2**30 / mixed.objects / KIB) == 40
    assert cents(outcome_of(Move(GIR, 30, SMALL - 1), mixed).saving) == Decimal("5.97")
    assert cents(outcome_of(Move(GIR, 30, 0), mixed).saving) == Decimal("-18.43")


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
        # two petabytes: 51,200 x .023 + 460,800 x .022 + 1,585,152 x .021
        ({"StandardStorage": 2 * 2.0**50}, set(), "44603.39"),
        ({"QuantumStorage": 1e12}, set(), "0.00"),
        ({}, set(), "0.00"),
    ],
)
def test_what_is_stored_costs_a_month(
    bytes_by_type: dict[str, float], undone: set[StorageClass], usd: str
) -> None:
    assert cents(stored(bytes_by_type, BUNDLED, undone)) == Decimal(usd)


def test_reads_take_off_what_colder_classes_save() -> None:
    """Half of the bytes: half of 100,000 reads x .0096 / 1,000 and of 50 GiB x .03."""
    there = {"StandardStorage": 100 * GIB, "GlacierInstantRetrievalStorage": 100 * GIB}
    counted = Requests(reads=100_000, downloaded=50 * GIB)
    assert cents(realised(there, BUNDLED, counted)) == cents(1.9 - 0.48 - 0.75)


def test_what_has_no_price_is_named() -> None:
    assert unpriced({"DeepArchiveStorage": 1.0, "StandardStorage": 1.0}, BUNDLED) == (
        "DeepArchiveStorage",
    )


def test_a_class_of_tomorrow_saves_nothing_known() -> None:
    assert realised({"QuantumStorage": 1e12}, BUNDLED) == 0


@pytest.mark.parametrize(("into", "kib"), [(IA, 69.6), (ZIA, 55.7), (GIR, 22.3)])
def test_the_break_even_sizes(into: StorageClass, kib: float) -> None:
    for size, is_cheaper in ((kib - 0.1, False), (kib + 0.1, True)):
        found = outcome_of(Move(into, 1, -1), sizes((M, size * KIB)))
        assert (found.monthly_after < found.monthly_before) is is_cheaper


@given(
    st.lists(st.integers(0, 2**40), min_size=1, max_size=30),
    st.sampled_from([IA, ZIA, GIR, INT]),
    st.integers(0, 400),
    st.floats(0, 50),
)
def test_money_adds_up(objects: list[int], into: StorageClass, days: int, reads: float) -> None:
    """Bins add up to the whole, more reads never save more, and later is less of the same."""
    whole = of_sizes(objects)
    flat = replace(BUNDLED, classes={k: replace(v, steps=()) for k, v in BUNDLED.classes.items()})

    def saved(known: Histogram, use: Use) -> Outcome:
        return evaluate(Move(into, days, SMALL - 1), Contents({STANDARD: Stock(known)}), flat, use)

    together = saved(whole, Use(reads))
    near = 1e-9 * max(1.0, whole.total / 2**30)
    parts = [saved(Histogram((one,)), Use(reads)) for one in whole.bins]
    assert abs(sum(part.saving for part in parts) - together.saving) < near
    assert together.objects == sum(size >= SMALL for size in objects)
    assert together.low <= together.saving <= together.high
    if together.saving >= 0:
        restless = saved(whole, Use(reads, births=0.2, deaths=0.2))
        assert restless.saving <= together.saving + near
        assert restless.low <= together.low + near
    busier = saved(whole, Use(reads + 1))
    assert busier.saving <= together.saving + near
    assert busier.low <= together.low + near
    if days >= 30 * HORIZON_MONTHS:
        assert together.saving == pytest.approx(-together.once)


@given(st.lists(st.integers(1, 2**40), min_size=1, max_size=50))
def test_no_size_is_lost_in_the_bins(objects: list[int]) -> None:
    found = of_sizes(objects)
    assert found.objects == len(objects)
    assert found.total == pytest.approx(sum(objects))
    fitted = found.fitted(10 * found.count, 3 * found.total)
    assert fitted.count == pytest.approx(10 * found.count)
    assert fitted.total == pytest.approx(3 * found.total)
