"""Checks of arithmetic: every printed total against its parts, every percentage against its counts; a difference is a finding."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import catalogue, store
from analysis.clean.checks import RULES, check
from analysis.store import CELL_COLUMNS, CHECK_COLUMNS, COLUMNS

LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"


def rows(held: store.Store, rule: str, series: str, area: str, period: str, category: str = "all") -> pd.DataFrame:
    frame = held.checks
    return frame[
        (frame["check"] == rule) & (frame["series"] == series) & (frame["area"] == area)
        & (frame["period"] == period) & (frame["category"] == category)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "series", "area", "period", "category", "printed", "computed", "words"),
    [
        ("quarters_to_year", "adult_referrals", LEICESTERSHIRE, "2012-13", "all", 1341, 1291, "279 + 262 + 326 + 424"),
        ("quarters_to_year", "adult_completed_abuse_type", RUTLAND, "2012-13", "emotional", 14, 20, "2 + 3 + 6 + 9"),
        ("quarters_to_year", "section_47_enquiries", LEICESTERSHIRE, "2012-13", "all", 1201, 1201, "327 + 296 + 283 + 295"),
        ("quarters_to_year", "adult_plans_bracketed", LEICESTERSHIRE, "2012-13", "accepted", 423, 303, "92 + 34 + 56 + 121"),
        ("percentage", "initial_assessments_printed_pct", RUTLAND, "2012-13-Q2", "all", 31.7, 100 * 57 / 107,
         "57 / 107 = 53.3 %"),
        ("percentage", "initial_assessments_printed_pct", RUTLAND, "2012-13-Q2", "all", 31.7, 100 * 57 / 107,
         "57 / 180 (contacts to children's social care) would give the 31.7 % that is printed"),
        ("percentage", "initial_assessments_10_days_printed_pct", RUTLAND, "2012-13-Q4", "all", 96.3, 96.25, "77 / 80 = 96.3 %"),
        ("subset", "adult_completed_setting", LEICESTERSHIRE, "2012-13", "residential", 861, 842, "861 of 842"),
        ("subset", "core_assessments_35_days", LEICESTERSHIRE, "2012-13", "all", 1787, 2247, "1,787 of 2,247"),
        ("members_to_total", "dols_referrals", "LR", "2012-13", "all", 604, 604, "488 + 43 + 73"),
        ("formula", "board_underspend", "LR", "2012-13", "all", 61193, 61193, "470,590"),
        ("parts_to_whole", "board_expenditure", "LR", "2012-13", "all", 409397, 409397, "29,502"),
        ("parts_to_whole", "adult_referrals", RUTLAND, "2012-13-Q1", "all", 18, 18, "adult_referrals_setting: 8 + 10 + 0"),
        ("formula", "population", RUTLAND, "2011-03-27", "all", 37369, 37369, "8,120 + 29,249"),
    ],
)  # fmt: skip
def test_known_figures(
    held: store.Store, rule: str, series: str, area: str, period: str, category: str, printed: float, computed: float, words: str
) -> None:
    found = rows(held, rule, series, area, period, category)
    found = found[found["printed"] == printed]
    assert found["arithmetic"].str.contains(words, regex=False).any()
    assert found["computed"].to_numpy() == pytest.approx(computed)


@pytest.mark.parametrize(
    ("rule", "series", "area", "period", "category", "outcome", "difference"),
    [
        ("quarters_to_year", "adult_referrals", LEICESTERSHIRE, "2012-13", "all", "differs", 50),
        ("quarters_to_year", "contacts", LEICESTERSHIRE, "2012-13", "all", "agrees", 0),
        ("percentage", "initial_assessments_10_days_printed_pct", RUTLAND, "2012-13-Q4", "all", "agrees_at_rounding", 0.05),
        ("percentage", "initial_assessments_10_days_printed_pct", RUTLAND, "2012-13-Q2", "all", "agrees", 0),
        ("percentage", "initial_assessments_printed_pct", RUTLAND, "2012-13-Q2", "all", "differs", 31.7 - 100 * 57 / 107),
        ("subset", "adult_completed_setting", LEICESTERSHIRE, "2012-13", "residential", "differs", 19),
        ("subset", "adult_completed_setting", LEICESTERSHIRE, "2012-13", "community", "agrees", 0),
    ],
)
def test_outcomes(
    held: store.Store, rule: str, series: str, area: str, period: str, category: str, outcome: str, difference: float
) -> None:
    found = rows(held, rule, series, area, period, category)
    assert set(found["outcome"]) == {outcome}
    assert found["difference"].to_numpy() == pytest.approx(difference)


def test_every_rule_is_used_and_every_outcome_is_one_of_three(held: store.Store) -> None:
    # The shipped extract publishes neither rates nor percentages: those two rules have nothing to check in it.
    assert set(held.checks["check"]) == set(RULES) | {"national_total", "breakdown"}
    assert set(held.checks["outcome"]) == {"agrees", "agrees_at_rounding", "differs"}
    assert not held.checks.duplicated().any()


def test_every_check_is_of_a_printed_cell(held: store.Store) -> None:
    printed = held.observations.set_index(["source", "series"])["value"]
    for row in held.checks.itertuples():
        assert printed.at[(row.source, row.series)] == row.printed


def test_every_printed_year_with_its_four_quarters_is_checked(held: store.Store) -> None:
    """Every quarter-to-year sum, recomputed here from the tables alone."""
    tables = held.observations[held.observations["source"].str.contains("figure-[12346]")]
    flows = catalogue.series().query("kind == 'flow' and unit == 'count'").index
    tables = tables[tables["series"].isin(flows)].assign(year=tables["period"].str[:7])
    wide = tables.pivot(index=["series", "area", "category", "year"], columns="period", values="value")
    quarters = wide[[f"2012-13-Q{number}" for number in (1, 2, 3, 4)]]
    complete = wide[quarters.notna().all(axis=1) & wide["2012-13"].notna()]
    found = held.checks[(held.checks["check"] == "quarters_to_year") & ~held.checks["source"].str.contains("claims")]
    by_key = found.set_index(["series", "area", "category", "period"])
    assert set(by_key.index) == set(complete.index)
    assert by_key.loc[complete.index, "computed"].tolist() == quarters.loc[complete.index].sum(axis=1).tolist()


def observations(*figures: tuple) -> pd.DataFrame:
    """Return observations of (series, period, category, value) of Leicestershire, each in a cell of its own of figure 1."""
    made = [
        {
            "series": series, "area": LEICESTERSHIRE, "period": period, "category": category, "value": value,
            "status": "final" if value is not None else "not_available", "release": "annual-report/2012-13",
            "source": f"annual-report/2012-13/figure-1.csv#cell={row},2", "note": "",
        }
        for row, (series, period, category, value) in enumerate(figures, start=1)
    ]  # fmt: skip
    return pd.DataFrame(made, columns=list(COLUMNS)).astype({"value": float})


def checked(*figures: tuple, printed: dict[int, str] | None = None) -> pd.DataFrame:
    frame = observations(*figures)
    texts = {row: str(value) for row, value in enumerate(frame["value"], start=1)} | (printed or {})
    cells = [{"source": f"annual-report/2012-13/figure-1.csv#cell={row},2", "text": text} for row, text in texts.items()]
    return check(frame, pd.DataFrame(cells).reindex(columns=list(CELL_COLUMNS)))


def test_nothing_printed_is_nothing_checked() -> None:
    found = check(observations(), pd.DataFrame(columns=list(CELL_COLUMNS)))
    assert found.empty
    assert tuple(found.columns) == CHECK_COLUMNS


def test_a_missing_quarter_or_base_or_part_is_not_taken_for_zero() -> None:
    quarters = [("contacts", f"2012-13-Q{number}", "all", None if number == 2 else 5.0) for number in (1, 2, 3, 4)]
    assert checked(*quarters, ("contacts", "2012-13", "all", 15.0)).empty
    assert checked(
        ("initial_assessments_printed_pct", "2012-13", "all", 50.0), ("initial_assessments", "2012-13", "all", 5.0)
    ).empty
    base_of_nothing = [("initial_assessments", "2012-13", "all", 0.0), ("referrals", "2012-13", "all", 0.0)]
    assert "percentage" not in set(checked(("initial_assessments_printed_pct", "2012-13", "all", 0.0), *base_of_nothing)["check"])


@pytest.mark.parametrize(
    ("text", "printed", "outcome"),
    [
        ("50%", 50, "agrees_at_rounding"),
        ("49.6%", 49.6, "agrees_at_rounding"),
        ("49.5%", 49.5, "differs"),
        ("49%", 49, "differs"),
    ],
)
def test_a_percentage_is_compared_at_the_digits_that_are_printed(text: str, printed: float, outcome: str) -> None:
    share = [("initial_assessments", "2012-13", "all", 57.0), ("referrals", "2012-13", "all", 115.0)]  # 49.565 %
    found = checked(("initial_assessments_printed_pct", "2012-13", "all", printed), *share, printed={1: text})
    assert found.set_index("check").at["percentage", "outcome"] == outcome


def test_the_table_is_used_before_the_prose_for_what_a_percentage_is_made_of() -> None:
    frame = observations(
        ("initial_assessments_printed_pct", "2012-13", "all", 50.0),
        ("initial_assessments", "2012-13", "all", 5.0),
        ("initial_assessments", "2012-13", "all", 9.0),
        ("referrals", "2012-13", "all", 10.0),
    )
    frame.loc[2, "source"] = "annual-report/2012-13/claims.csv#cell=3,7"
    cells = pd.DataFrame({"source": frame["source"], "text": ["50%", "5", "9", "10"]})
    found = check(frame, cells.reindex(columns=list(CELL_COLUMNS)))
    assert found.loc[found["check"] == "percentage", "outcome"].tolist() == ["agrees"]


def test_a_count_is_held_against_no_base_that_gives_none_of_its_printed_shares(held: store.Store) -> None:
    """Rutland's 26 core assessments are 100.0% of some number, and not of the 2 initial assessments that were escalated."""
    for rule, series in (("subset", "core_assessments_35_days"), ("percentage", "core_assessments_35_days_printed_pct")):
        made = held.checks[(held.checks["check"] == rule) & (held.checks["series"] == series)]
        assert set(made["area"]) == {LEICESTERSHIRE}
        assert made["outcome"].str.startswith("agrees").all()


def test_parts_that_need_not_cover_their_whole_are_wrong_only_where_they_come_to_more(held: store.Store) -> None:
    plans = held.checks[(held.checks["check"] == "parts_to_whole") & held.checks["arithmetic"].str.startswith("adult_plans:")]
    assert (plans["computed"] < plans["printed"]).any()
    assert (plans.loc[plans["computed"] <= plans["printed"], "outcome"] == "agrees").all()
