"""Nobody can be found: made-up families, protected by one code and attacked by another."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import pytest
from families import family, of
from scipy import sparse

from analysis.disclosure.audit import attack
from analysis.disclosure.protection.family import Family, ProtectionError
from analysis.disclosure.protection.optimise import protect
from analysis.disclosure.protection.proof import Proof


def recovered(made: Family, withheld: np.ndarray) -> int:
    """How many withheld cells the audit's attack finds in a range that doesn't cover 1 to 4."""
    cells = np.flatnonzero(withheld & (made.ceiling > 4))
    low, high = np.where(withheld, made.floor, made.low), np.where(withheld, made.ceiling, made.high)
    lowest, highest = attack.ranges(low, high, made.equations, cells)
    return int(((lowest > 1) | (highest < 4)).sum())


def protected_and_attacked(seed: int, rounding: int) -> tuple[int, int, int]:
    """(recovered after protection, recovered with the small numbers alone withheld, small numbers) of one family."""
    made = family(np.random.default_rng(seed), rounding=rounding)
    try:
        pattern = protect(made).withheld
    except ProtectionError:
        return 0, 0, 0  # an earlier release gives it away: nothing would be published
    return recovered(made, pattern), recovered(made, made.sensitive & made.free), int(made.sensitive.sum())


@pytest.mark.parametrize("count", [20, pytest.param(500, marks=pytest.mark.slow)])
def test_no_cell_is_recovered_and_without_secondary_suppression_many_are(count: int) -> None:
    outcomes = np.array([protected_and_attacked(seed, 1) for seed in range(count)])
    after, before, small = outcomes.sum(axis=0)
    assert after == 0
    assert small > 3 * count
    # The audit sees: with secondary suppression off more than a third of the small numbers can be worked out.
    assert before > small / 3


@pytest.mark.parametrize("count", [8, pytest.param(150, marks=pytest.mark.slow)])
def test_no_cell_is_recovered_from_rounded_figures(count: int) -> None:
    assert sum(protected_and_attacked(seed, 5)[0] for seed in range(1000, 1000 + count)) == 0


def test_loss_is_the_least_that_brute_force_finds_on_small_tables() -> None:
    lost = {"optimal": 0, "chosen": 0}
    for seed in range(12):
        made = family(np.random.default_rng(seed), dimensions=2, biggest=2)
        if len(made.values) > 11 or not made.sensitive.any() or not made.free.all():
            continue
        chosen = float(made.weight @ protect(made).withheld)
        lost["chosen"] += chosen
        lost["optimal"] += _least(made)
    assert lost["optimal"] > 0
    assert lost["chosen"] == pytest.approx(lost["optimal"])


def _least(made: Family) -> float:
    others = np.flatnonzero(made.free & ~made.sensitive)
    best = np.inf
    for size in range(len(others) + 1):
        for more in combinations(others, size):
            withheld = made.sensitive.copy()
            withheld[list(more)] = True
            loss = float(made.weight @ withheld)
            if loss < best and not Proof(made).gaps(withheld, stop_at=1):
                best = loss
    return best


def test_the_same_family_gives_the_same_pattern() -> None:
    made = table(np.random.default_rng(3), 5, 4)
    assert (protect(made).withheld == protect(made).withheld).all()


def test_a_pattern_that_is_built_when_time_is_up_is_proven_too() -> None:
    made = table(np.random.default_rng(5), 6, 5)
    pattern = protect(made, seconds=0.0)
    assert pattern.method == "built"
    assert recovered(made, pattern.withheld) == 0


def test_what_an_earlier_release_gave_away_stops_everything_and_names_the_table() -> None:
    # 3 + 9 = 12: the 9 and the 12 were shown before.
    made = of(np.array([3, 9, 12]), np.array([[1.0, 1.0, -1.0]]))
    known = np.array([False, True, True])
    before = Family(
        **(
            vars(made)
            | {"free": ~known, "floor": np.where(known, made.values, 0), "ceiling": np.where(known, made.values, np.inf)}
        )
    )
    with pytest.raises(ProtectionError, match="The table made up can't be protected"):
        protect(before)


def test_a_cell_withheld_for_another_looks_like_a_small_number_itself() -> None:
    # Rows 3 + 40 = 43 and 50 + 7 = 57: of the cells that could hide the 3, those that can't pass for 1 to 4 are no use alone.
    values = np.array([3, 40, 43, 50, 7, 57, 53, 47, 100])
    rows = [
        [1, 1, -1, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 1, 1, -1, 0, 0, 0],
        [1, 0, 0, 1, 0, 0, -1, 0, 0],
        [0, 1, 0, 0, 1, 0, 0, -1, 0],
    ]
    made = of(values, np.array(rows, dtype=float))
    assert recovered(made, protect(made).withheld) == 0


def table(rng: np.random.Generator, rows: int, columns: int) -> Family:
    inner = rng.poisson(rng.gamma(1.0, 8.0, size=(rows, columns)))
    full = np.zeros((rows + 1, columns + 1), dtype=int)
    full[:rows, :columns], full[rows, :columns], full[:rows, columns] = inner, inner.sum(axis=0), inner.sum(axis=1)
    full[rows, columns] = inner.sum()
    number = np.arange(full.size).reshape(full.shape)
    equations = []
    for line in (*number, *number.T):
        row = np.zeros(full.size)
        row[line[:-1]], row[line[-1]] = 1.0, -1.0
        equations.append(row)
    return of(full.ravel(), np.array(equations))


def test_ten_by_eight_with_totals_takes_half_a_second_at_most() -> None:
    made = [table(np.random.default_rng(seed), 10, 8) for seed in range(5)]
    taken = []
    for each in made:
        started = time.process_time()
        pattern = protect(each)
        taken.append(time.process_time() - started)
        assert recovered(each, pattern.withheld) == 0
    assert np.median(taken) < 0.5


def test_time_grows_no_worse_than_the_number_of_families() -> None:
    """One family twice over, unlinked, is two families of its own: the equations fall apart, and so does the work."""
    from analysis.disclosure.protection.links import Links, families

    def links(copies: int) -> Links:
        made = table(np.random.default_rng(1), 5, 4)
        cells, equations = [], []
        for copy in range(copies):
            start = len(cells)
            cells += [
                {"series": "referrals", "area": "E06000017", "period": f"{copy}", "category": f"{n}", "value": value, "free": True,
                 "low": value, "high": value, "floor": 0.0, "ceiling": np.inf, "threshold": 5.0, "hidden": False,
                 "sensitive": bool(1 <= value <= 4), "difference": False}
                for n, value in enumerate(made.values)
            ]  # fmt: skip
            equations += [
                [(start + int(cell), int(row[cell])) for cell in np.flatnonzero(row)] for row in made.equations.toarray()
            ]
        return Links(cells, {}, equations)

    taken = {}
    for copies in (4, 16):
        started = time.process_time()
        assert sum(protect(found).withheld.any() for _, found in families(links(copies))) == copies
        taken[copies] = time.process_time() - started
    assert taken[16] < 3 * 4 * taken[4]


def test_sums_that_do_not_come_out_are_safe_whether_they_are_believed_or_not() -> None:
    # Printed: 3 + 9 + 20 = 30, out by 2.
    values = np.array([3.0, 9, 20, 30, 2])
    made = of(values, np.array([[1.0, 1, 1, -1, -1]]))
    hidden = np.array([False, False, False, False, True])
    made = Family(**(vars(made) | {
        "free": ~hidden, "hidden": hidden, "difference": hidden, "sensitive": np.array([True, False, False, False, False]),
        "ceiling": np.where(hidden, 2.0, np.inf),
    }))  # fmt: skip
    withheld = protect(made).withheld
    assert withheld.sum() > 1
    believing = sparse.csr_array(np.array([[1.0, 1, 1, -1]]))
    shown = np.where(withheld[:4], 0, values[:4]), np.where(withheld[:4], np.inf, values[:4])
    lowest, highest = attack.ranges(*shown, believing, np.flatnonzero(withheld[:4]))
    assert (lowest <= 1).all() and (highest >= 4).all()


def test_one_sum_can_be_believed_where_others_contradict_each_other() -> None:
    # Police, of 28 in the year: 3, 7, 5 and 10, rounded to 5; beside it a sum of exact figures that nobody can believe.
    values = np.array([3.0, 7, 5, 10, 28, 3, 60, 70, 10])
    equations = np.array([[1.0, 1, 1, 1, -1, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0, 1, -1, -1]])
    difference = np.isin(np.arange(9), [5, 8])
    equations[1, 8], values[8] = -1, 18  # 28 + 60 is not 70
    shown = np.floor(values / 5 + 0.5) * 5
    exact = difference | np.isin(np.arange(9), [6, 7])
    made = of(values, equations, rounding=5)
    made = Family(**(vars(made) | {
        "free": ~exact, "hidden": difference, "difference": difference, "sensitive": np.arange(9) == 0,
        "low": np.where(exact, values, shown - 2), "high": np.where(exact, values, shown + 2),
        "ceiling": np.where(difference, values, np.inf),
    }))  # fmt: skip
    withheld = protect(made).withheld
    parts = np.array([0, 1, 2, 3, 4])
    low, high = (np.where(withheld[parts], open_end, end[parts]) for open_end, end in ((0, made.low), (np.inf, made.high)))
    believing = sparse.csr_array(np.array([[1.0, 1, 1, 1, -1]]))
    lowest, highest = attack.ranges(low, high, believing, np.flatnonzero(withheld[parts]))
    assert (lowest <= 1).all() and (highest >= 4).all()
