"""Measures: hand-checked answers, pooling, bases and their vintage, and what happens where something is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import measures, store
from analysis.errors import UnknownNameError

KEY = ["indicator", "area", "period", "category"]
GOLDEN = pd.read_csv(Path(__file__).with_name("golden") / "measures.csv", dtype={"denominator_period": str}).fillna(
    {"denominator_period": ""}
)


def made(*rows: tuple[str, str, str, str, float | None, str]) -> pd.DataFrame:
    """Observations of series, area, period, category, value and status."""
    frame = pd.DataFrame(rows, columns=["series", "area", "period", "category", "value", "status"])
    cells = [f"annual-report/x/figure-1.csv#cell={number},2" for number in range(2, len(frame) + 2)]
    return frame.astype({"value": float}).assign(release="annual-report/x", source=cells, note="")


@pytest.fixture(scope="module")
def measured(held: store.Store) -> pd.DataFrame:
    return measures.measure(held.observations)


def test_every_hand_checked_answer_is_met(measured: pd.DataFrame) -> None:
    found = GOLDEN[KEY].merge(measured, on=KEY, how="left")
    for column in ("value", "lower", "upper", "numerator", "denominator"):
        np.testing.assert_allclose(found[column], GOLDEN[column], rtol=1e-6, atol=1e-6, err_msg=column)
    for column in ("status", "origin", "denominator_period"):
        assert found[column].tolist() == GOLDEN[column].tolist()


def test_one_row_a_figure_and_an_interval_around_every_value_that_has_one(measured: pd.DataFrame) -> None:
    assert not measured.duplicated(KEY).any()
    limits = measured[measured["lower"].notna()]
    assert len(limits) > 500
    assert ((limits["lower"] <= limits["value"]) & (limits["value"] <= limits["upper"])).all()


def place(frame: pd.DataFrame, indicator: str, area: str, period: str) -> pd.Series:
    rows = frame[(frame["indicator"] == indicator) & (frame["area"] == area) & (frame["period"] == period)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_dols_rates_per_100_000_adults_with_the_census_as_their_base(measured: pd.DataFrame) -> None:
    for area, value, lower, upper in (("E10000018", 94.5, 86.3, 103.3), ("E06000017", 147.0, 106.4, 198.0)):
        row = place(measured, "dols_referrals_per_100k", area, "2012-13")
        assert [round(float(row[column]), 1) for column in ("value", "lower", "upper")] == [value, lower, upper]
        assert row["denominator_period"] == "2011-03-27"
    assert not measured[measured["indicator"].str.endswith("per_100k")]["period"].str.contains("Q").any()


def test_a_numerator_above_its_base_leaves_the_printed_figure_and_says_why(measured: pd.DataFrame) -> None:
    row = place(measured, "core_assessments_35_days_pct", "E06000017", "2012-13")
    assert (row["value"], row["origin"]) == (97.3, "printed")
    assert "118 is more than its base, 41" in row["note"]


def test_a_year_is_pooled_and_never_the_mean_of_quarters(measured: pd.DataFrame) -> None:
    row = place(measured, "initial_assessments_pct", "E06000017", "2012-13")
    assert row["value"] == pytest.approx(100 * 261 / 378)
    assert row["value"] != pytest.approx((75.6 + 31.7 + 71.1 + 78.4) / 4, abs=0.5)


def test_quarters_are_summed_only_where_no_year_is_printed() -> None:
    quarters = [("contacts", "E06000017", f"2013-14-Q{n}", "all", 10.0 * n, "final") for n in (1, 2, 3, 4)]
    found = measures.measure(made(*quarters), ["contacts"])
    year = place(found, "contacts", "E06000017", "2013-14")
    assert (year["value"], year["origin"]) == (100.0, "summed")
    assert year["source"].count("#cell=") == 4
    printed = measures.measure(made(*quarters, ("contacts", "E06000017", "2013-14", "all", 107.0, "revised")), ["contacts"])
    assert place(printed, "contacts", "E06000017", "2013-14")["value"] == 107.0
    three = measures.measure(made(*quarters[:3]), ["contacts"])
    assert "2013-14" not in set(three["period"])


def test_a_snapshot_is_never_summed_over_time() -> None:
    dates = [("plans_in_force", "E06000017", f"2013-14-Q{n}", "all", 10.0, "final") for n in (1, 2, 3, 4)]
    assert "2013-14" not in set(measures.measure(made(*dates), ["plans_in_force"])["period"])


@pytest.mark.parametrize("status", ["suppressed", "not_available", "not_applicable"])
def test_what_is_missing_stays_missing_and_says_how(status: str) -> None:
    frame = made(
        ("initial_assessments_10_days", "E06000017", "2012-13", "all", None, status),
        ("initial_assessments", "E06000017", "2012-13", "all", 10.0, "final"),
    )
    row = place(
        measures.measure(frame, ["initial_assessments_10_days_pct"]), "initial_assessments_10_days_pct", "E06000017", "2012-13"
    )
    assert np.isnan(row["value"])
    assert row["status"] == status


def test_a_base_of_zero_gives_no_share() -> None:
    frame = made(
        ("initial_assessments_10_days", "E06000017", "2012-13", "all", 0.0, "final"),
        ("initial_assessments", "E06000017", "2012-13", "all", 0.0, "final"),
    )
    row = measures.measure(frame, ["initial_assessments_10_days_pct"]).iloc[0]
    assert np.isnan(row["value"])
    assert row["status"] == "not_available"


def test_of_several_prints_the_table_comes_before_prose_and_the_later_statement_before_the_earlier(held: store.Store) -> None:
    chosen = measures.current(held.observations)
    rows = chosen[
        (chosen["series"] == "section_47_enquiries") & (chosen["area"] == "E06000017") & (chosen["period"] == "2012-13")
    ]
    assert rows["value"].tolist() == [76.0]
    assert rows["source"].iloc[0].startswith("annual-report/2012-13/figure-2.csv")


def test_an_unknown_indicator_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="no indicator 'nonsense'"):
        measures.measure(made(("contacts", "E06000017", "2012-13", "all", 1.0, "final")), ["nonsense"])
