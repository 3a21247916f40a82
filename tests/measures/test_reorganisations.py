"""Series of years go on over a reorganisation that kept the ground, and a year without a figure is a row that says so."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.measures.reorganisations import joined_across_reorganisations, with_gaps

COUNTY, UNITARY, RUTLAND = "E10000002", "E06000060", "E06000017"


def measures(*rows: tuple[str, str, float], indicator: str = "referrals") -> pd.DataFrame:
    """Rows of area, period and value."""
    made = (
        pd.DataFrame(list(rows), columns=["area", "period", "value"])
        .astype({"value": float})
        .assign(indicator=indicator, category="all")
    )
    return made.assign(status="final", origin="official", source="a.csv#cell=2,2", denominator_period=made["period"], note="")


def series(frame: pd.DataFrame, area: str) -> dict[str, float]:
    return frame[frame["area"] == area].set_index("period")["value"].to_dict()


def test_figures_of_the_predecessor_are_the_successors_too_and_stay_its_own() -> None:
    joined = joined_across_reorganisations(measures((COUNTY, "2018-19", 5), (COUNTY, "2019-20", 6), (UNITARY, "2020-21", 7)))
    assert series(joined, UNITARY) == {"2018-19": 5, "2019-20": 6, "2020-21": 7}
    assert series(joined, COUNTY) == {"2018-19": 5, "2019-20": 6}


def test_the_successors_own_figure_counts_where_both_have_one() -> None:
    joined = joined_across_reorganisations(measures((COUNTY, "2019-20", 6), (UNITARY, "2019-20", 8)))
    assert series(joined, UNITARY) == {"2019-20": 8}


@pytest.mark.parametrize("rows", [((RUTLAND, "2019-20", 1.0),), ((COUNTY, "2019-20", 1.0),)])
def test_without_a_successor_nothing_is_added(rows: tuple[tuple[str, str, float], ...]) -> None:
    pd.testing.assert_frame_equal(joined_across_reorganisations(measures(*rows)), measures(*rows))


def test_each_missing_year_between_the_first_and_the_last_has_a_row_without_a_value() -> None:
    held = measures((RUTLAND, "1998-99", 5), (RUTLAND, "2001-02", 7), (COUNTY, "2018-19", 1))
    filled = with_gaps(held)
    pd.testing.assert_frame_equal(filled.head(3), held)
    added = filled.iloc[3:]
    assert added["period"].tolist() == ["1999-00", "2000-01"]
    assert added["area"].eq(RUTLAND).all() and added["indicator"].eq("referrals").all() and added["category"].eq("all").all()
    assert added["value"].isna().all() and added["status"].eq("not_available").all()
    assert added["note"].eq("Not in the files held.").all()
    assert (added[["origin", "source", "denominator_period"]] == "").all(axis=None)


def test_a_figure_at_a_date_has_its_gaps_at_dates() -> None:
    filled = with_gaps(measures((RUTLAND, "2013-03-31", 5), (RUTLAND, "2015-03-31", 6)))
    assert filled["period"].tolist() == ["2013-03-31", "2015-03-31", "2014-03-31"]


def test_a_series_without_gaps_is_left_as_it_is() -> None:
    held = measures((RUTLAND, "2013-14", 5), (RUTLAND, "2014-15", 6))
    pd.testing.assert_frame_equal(with_gaps(held), held)
