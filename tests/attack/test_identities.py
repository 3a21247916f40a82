"""Each kind of sum gives a count away by itself where only the small ones are withheld, and none does where figures are protected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import identities
import numpy as np
import pandas as pd
import pytest
from figures_of_tables import figures, learn
from identities import Count
from knowledge import OPEN, Knowledge
from releases import Office, found
from tables_of_pack import Table

from analysis import catalogue
from analysis.catalogue import areas, periods
from analysis.disclosure import policy

RUTLAND, COUNTY, LR = "E06000017", "E10000018", "LR"
QUARTERS, YEAR = periods.quarters("2013-14"), "2013-14"


def of(series: str, figures_by_place: dict[tuple[str, str, str], float]) -> dict[Count, float]:
    return {(series, *place): value for place, value in figures_by_place.items()}


SUMS: dict[str, tuple[Callable[..., Any], dict[Count, float]]] = {
    "a year and its quarters": (
        identities.years,
        of("contacts", {(RUTLAND, each, "all"): n for each, n in zip([*QUARTERS, YEAR], (3, 40, 50, 9, 102), strict=True)}),
    ),
    "a whole and its parts": (
        identities.wholes,
        of("adult_referrals_setting", {(RUTLAND, YEAR, each): n for each, n in (("residential", 3), ("community", 40), ("hospital", 7))})
        | {("adult_referrals", RUTLAND, YEAR, "all"): 50},
    ),
    "areas and their sum": (
        identities.together,
        of("lado_referrals", {(each, YEAR, "all"): n for each, n in zip([*areas.members(LR), LR], (3, 40, 50, 93), strict=True)}),
    ),
    "a stock and who came and left": (
        identities.stocks,
        {
            ("plans_in_force", RUTLAND, "2013-03-31", "all"): 20, ("plans_in_force", RUTLAND, "2013-06-30", "all"): 17,
            ("plans_started", RUTLAND, QUARTERS[0], "all"): 3, ("plans_ended", RUTLAND, QUARTERS[0], "all"): 6,
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("audience", ["seg", "public"])
def test_a_sum_gives_a_count_away_alone_and_not_where_figures_are_protected(name: str, audience: str, tmp_path: Path) -> None:
    identity, counts = SUMS[name]
    office = Office(tmp_path)
    office.receive(counts, "an-agency")
    office.publish(audience)
    assert found(office, (identity,)).tried and not found(office, (identity,)).narrowed
    # Had only the small counts been withheld:
    told = {count: (0.0, np.inf) if 1 <= value <= 4 else (value, value) for count, value in counts.items()}
    office.told = [("seg", counts, told)]
    assert found(office, (identity,)).narrowed
    assert not found(office, ()).narrowed


@pytest.mark.parametrize("audience", ["seg", "public"])
@pytest.mark.parametrize(("whole", "part"), [(10, 8), (40, 38), (5, 4), (200, 196), (3, 2)])
def test_what_is_left_of_a_whole_is_a_count_too(whole: int, part: int, audience: str, tmp_path: Path) -> None:
    """Of 40 plans started 38 are not the child's first: 2 are. A share of them would say the same."""
    started, repeat = (((series, RUTLAND, QUARTERS[0], "all")) for series in ("plans_started", "plans_repeat"))
    office = Office(tmp_path)
    office.receive({started: whole, repeat: part}, "an-agency")

    def rest() -> tuple[float, float]:
        known = Knowledge()
        for count, (low, high) in office.told[-1][2].items():
            known.see(count, low, min(high, OPEN))
        for tie in identities.subsets({started, repeat}):
            known.tie(*tie)
        known.tie({started: 1.0, repeat: -1.0, ("rest",): -1.0})
        return known.worked_out([("rest",)])["rest",]

    office.publish(audience)
    low, high = rest()
    assert low <= 1 and high >= 4
    # Had only small counts been withheld:
    if part > 4:
        office.told = [("seg", {}, {started: (whole, whole), repeat: (part, part)})]
        assert rest() == (whole - part, whole - part)


def test_no_sum_of_the_catalogue_makes_a_count_of_people_by_a_formula() -> None:
    """`identities.formulas` are of populations and money: were one of people, it would need a case above."""
    series = catalogue.series()
    formulas = pd.Series(series.index[series["equals"] != ""])
    assert len(formulas) > 2
    assert set(policy.policy("public", formulas, pd.Series("returned", formulas.index))["kind"]) == {"population", "board"}


def test_a_formula_gives_a_figure_away_alone() -> None:
    counts = {("population", RUTLAND, "2011-03-27", each): n for each, n in (("all", 40), ("0_17", 3), ("18_and_over", 37))}
    (tie,) = identities.formulas(set(counts))
    assert sum(counts[count] * factor for count, factor in tie[0].items()) == 0
    known = Knowledge()
    for count, value in counts.items():
        known.see(count, *((0, OPEN) if value < 5 else (value, value)))
    known.tie(*tie)
    withheld = ("population", RUTLAND, "2011-03-27", "0_17")
    assert known.worked_out([withheld]) == {withheld: (3, 3)}


def test_differences_between_two_releases_give_no_count_away(tmp_path: Path) -> None:
    """7 of 16 became 3 of 12: 9 are known from before, and 12 less 9 would be 3."""
    whole, part, rest = (("adult_referrals", RUTLAND, YEAR, "all"), *(("adult_referrals_setting", RUTLAND, YEAR, each)
                         for each in ("residential", "community")))  # fmt: skip
    office = Office(tmp_path)
    office.receive({whole: 16, part: 7, rest: 9}, "rutland-adults")
    office.publish("seg")
    office.receive({whole: 12, part: 3, rest: 9}, "rutland-adults", version=2)
    office.publish("seg")
    after = found(office)
    assert after.tried == 1 and not after.narrowed


SHARES = {
    "a share of a known base": ("Repeat adult safeguarding referrals, percentage, by quarter", "Percentage", "12.0", "25"),
    "a rate of a population": ("Adult safeguarding referrals per 100,000 adults, by quarter", "Per 100,000", "10.3", "29,249"),
}


@pytest.mark.parametrize("name", SHARES)
def test_a_share_and_a_rate_give_their_numerator_away_as_they_are_printed(name: str) -> None:
    title, heading, value, base = SHARES[name]
    known = Knowledge()
    shown = Table(
        "a page", title, ("Area and period", heading, "Numerator", "Base"), (("Rutland, Q1 2013/14", value, "[c]", base),)
    )
    withheld, _ = learn(known, figures([shown]), 1)
    (count,) = withheld
    assert known.worked_out([count]) == {count: (3, 3)}


@pytest.mark.parametrize(
    ("heading", "text"),
    [("95% interval", "1 to 9"), ("Limits, lower", "2"), ("Usual after that, upper", "9"), ("Mean", "3"), ("Change", "+2")],
)
def test_what_is_made_of_a_withheld_count_is_seen_beside_it(heading: str, text: str) -> None:
    shown = Table("a page", "Contacts to children's social care, number, by quarter", ("Area and period", "Number", heading),
                  (("Rutland, Q1 2013/14", "[c]", text),))  # fmt: skip
    assert [each.text for each in learn(Knowledge(), figures([shown]), 1)[1]] == [text]
    without = Table(shown.file, shown.title, shown.columns, (("Rutland, Q1 2013/14", "[c]", ""),))
    assert not learn(Knowledge(), figures([without]), 1)[1]


def test_who_reads_what_is_a_lattice() -> None:
    assert policy.above("public") == ("seg",) and policy.above("seg") == ()
    assert set(policy.reads("public")) < set(policy.reads("seg")) < set(policy.reads("internal"))
