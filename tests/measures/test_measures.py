"""Measures: each indicator's value with its numerator, base and status; pooled, never averaged, and missing stays missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import measures, store
from analysis.errors import SafeguardingError, UnknownNameError

GOLDEN = Path(__file__).parents[1] / "golden" / "measures.csv"
KEY = ["indicator", "area", "period", "category"]
NUMBERS = [
    "value", "lower", "upper", "numerator", "denominator", "low", "high", "england_numerator", "england_denominator", "repeat_share",
]  # fmt: skip
TEXTS = ["denominator_period", "status", "origin", "other_values"]
LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"


def golden() -> pd.DataFrame:
    table = pd.read_csv(GOLDEN, dtype=dict.fromkeys(NUMBERS, float) | dict.fromkeys(TEXTS, str), keep_default_na=True)
    return table.fillna(dict.fromkeys(TEXTS, "") | {"category": "all"})


@pytest.mark.parametrize("row", golden().to_dict("records"), ids=lambda row: "-".join(row[column] for column in KEY))
def test_golden(row: dict, measured: pd.DataFrame) -> None:
    found = measured[(measured[KEY] == [row[column] for column in KEY]).all(axis=1)]
    assert len(found) == 1, row["by_hand"]
    answer = found.iloc[0]
    np.testing.assert_allclose(
        answer[NUMBERS].to_numpy(float), [row[column] for column in NUMBERS], rtol=1e-6, atol=1e-6, err_msg=row["by_hand"]
    )
    for column in TEXTS:
        assert answer[column] == row[column]


def test_the_golden_table_covers_every_kind_and_origin() -> None:
    table = golden()
    assert len(table) >= 60
    assert not table.duplicated(KEY).any()
    assert set(table["origin"]) == {"counted", "computed", "printed"}
    assert table["by_hand"].notna().all()
    assert table[["low", "england_numerator", "england_denominator", "repeat_share"]].notna().any().all()
    assert (table["other_values"] != "").any()


@pytest.mark.parametrize(
    ("area", "period", "expected"),
    [
        (LEICESTERSHIRE, "2012-13", (94.5, 86.3, 103.3)),
        (RUTLAND, "2012-13", (147.0, 106.4, 198.0)),
    ],
)
def test_dols_per_100_000_adults(area: str, period: str, expected: tuple[float, float, float], measured: pd.DataFrame) -> None:
    mine = measured[
        (measured["indicator"] == "dols_referrals_per_100k") & (measured["area"] == area) & (measured["period"] == period)
    ]
    assert mine[["value", "lower", "upper"]].iloc[0].round(1).tolist() == list(expected)
    assert mine["denominator_period"].tolist() == ["2011-03-27"]


def test_one_row_for_each_figure_with_a_source_that_can_be_walked_back(measured: pd.DataFrame, held: store.Store) -> None:
    assert not measured.duplicated(KEY).any()
    cells = set(held.cells["source"])
    named = measured["source"].str.split(r" \+ | / ", regex=True).explode()
    # Of official files the fate of a cell is that of its column.
    columns = named.str.replace(r"#cell=\d+,", "#col=", regex=True)
    assert (named.isin(cells) | columns.isin(cells)).all()
    inside = measured["lower"].isna() | ((measured["lower"] <= measured["value"]) & (measured["value"] <= measured["upper"]))
    assert inside.all()
    assert not measured["period"][measured["indicator"].str.contains("_per_")].str.contains("-Q").any()


def made(*rows: dict) -> pd.DataFrame:
    """Return observations, each in a cell of its own; a row says what is not Leicestershire's contacts of the year."""
    filled = []
    for number, row in enumerate(rows, start=2):
        plain = {
            "series": "contacts", "area": LEICESTERSHIRE, "period": "2012-13", "category": "all", "status": "final",
            "release": "annual-report/2012-13", "source": f"annual-report/2012-13/figure-1.csv#cell={number},2", "note": "",
        }  # fmt: skip
        filled.append({"value": None} | plain | row)
    return pd.DataFrame(filled, columns=list(store.COLUMNS)).astype({"value": float})


def quarters(values: list[float | None], **fields: object) -> list[dict]:
    return [
        {"period": f"2012-13-Q{number}", "value": value, "status": "final" if value is not None else "not_available"} | fields
        for number, value in enumerate(values, start=1)
    ]


def only(found: pd.DataFrame, period: str = "2012-13") -> pd.Series:
    mine = found[found["period"] == period]
    assert len(mine) == 1
    return mine.iloc[0]


def test_quarters_are_summed_where_no_year_is_printed() -> None:
    year = only(measures.measure(made(*quarters([1, 2, 3, 4])), ["contacts"]))
    assert (year["value"], year["origin"], year["numerator"]) == (10, "summed", 10)
    assert year["source"].count(" + ") == 3
    assert "no year was printed" in year["note"]


def test_quarters_are_never_summed_where_a_year_is_printed() -> None:
    year = only(measures.measure(made(*quarters([1, 2, 3, 4]), {"value": 50}), ["contacts"]))
    assert (year["value"], year["origin"]) == (50, "counted")


@pytest.mark.parametrize("values", [[1, 2, 3], [1, 2, 3, None], [1, None, 3, 4]])
def test_three_quarters_are_no_year(values: list[float | None]) -> None:
    found = measures.measure(made(*quarters(values)), ["contacts"])
    assert "2012-13" not in set(found["period"])


@pytest.mark.parametrize("series", ["plans_in_force", "initial_assessments_printed_pct"])
def test_a_snapshot_and_a_percentage_are_never_summed(series: str) -> None:
    wanted = ["plans_in_force", "initial_assessments_pct"]
    found = measures.measure(made(*quarters([1, 2, 3, 4], series=series)), wanted)
    assert set(found["period"]) == {f"2012-13-Q{number}" for number in (1, 2, 3, 4)}


def test_a_year_made_of_quarters_has_the_worst_of_their_statuses() -> None:
    rows = quarters([1, 2, 3, 4])
    rows[1]["status"] = "provisional"
    rows[2]["status"] = "revised"
    assert only(measures.measure(made(*rows), ["contacts"]))["status"] == "provisional"


def test_a_percentage_of_a_year_is_pooled_and_never_the_mean_of_quarters() -> None:
    rows = quarters([9, 0, 0, 1], series="initial_assessments_10_days") + quarters([10, 1, 1, 88], series="initial_assessments")
    year = only(measures.measure(made(*rows), ["initial_assessments_10_days_pct"]))
    assert (year["value"], year["numerator"], year["denominator"], year["origin"]) == (10, 10, 100, "summed")


def pair(**numerator: object) -> pd.DataFrame:
    top = {"series": "initial_assessments_10_days", "value": 5.0} | numerator
    return made(
        top,
        {"series": "initial_assessments", "value": 10.0},
        {"series": "initial_assessments_10_days_printed_pct", "value": 44.0},
    )


def test_a_computed_percentage_comes_before_the_printed_one() -> None:
    year = only(measures.measure(pair(), ["initial_assessments_10_days_pct"]))
    assert (year["value"], year["origin"]) == (50, "computed")
    assert year["lower"] < 50 < year["upper"]


def test_a_numerator_above_its_base_leaves_the_printed_figure_and_says_so() -> None:
    year = only(measures.measure(pair(value=11.0), ["initial_assessments_10_days_pct"]))
    assert (year["value"], year["origin"], year["status"]) == (44, "printed", "final")
    assert "11 is more than its base, 10" in year["note"]
    assert np.isnan(year["lower"])
    without_print = pair(value=11.0).iloc[:2]
    year = only(measures.measure(without_print, ["initial_assessments_10_days_pct"]))
    assert np.isnan(year["value"])
    assert (year["status"], year["note"]) == ("not_available", "11 is more than its base, 10")


@pytest.mark.parametrize(
    ("top", "bottom", "status"),
    [
        ("suppressed", "final", "suppressed"),
        ("final", "suppressed", "suppressed"),
        ("not_available", "suppressed", "suppressed"),
        ("not_available", "final", "not_available"),
        ("not_applicable", "final", "not_applicable"),
    ],
)
def test_what_is_missing_or_withheld_stays_so_in_what_is_made_of_it(top: str, bottom: str, status: str) -> None:
    frame = made(
        {"series": "initial_assessments_10_days", "status": top, "value": 5.0 if top == "final" else None},
        {"series": "initial_assessments", "status": bottom, "value": 10.0 if bottom == "final" else None},
    )
    year = only(measures.measure(frame, ["initial_assessments_10_days_pct"]))
    assert np.isnan(year["value"])
    assert year["status"] == status


@pytest.mark.parametrize(
    ("one", "other", "status"),
    [
        ("final", "final", "final"),
        ("revised", "final", "revised"),
        ("final", "revised", "revised"),
        ("provisional", "revised", "provisional"),
    ],
)
def test_a_ratio_is_as_doubtful_as_its_more_doubtful_side(one: str, other: str, status: str) -> None:
    frame = made(
        {"series": "initial_assessments_10_days", "status": one, "value": 5.0},
        {"series": "initial_assessments", "status": other, "value": 10.0},
    )
    assert only(measures.measure(frame, ["initial_assessments_10_days_pct"]))["status"] == status


def test_a_base_of_nothing_gives_no_percentage() -> None:
    frame = made({"series": "initial_assessments_10_days", "value": 0.0}, {"series": "initial_assessments", "value": 0.0})
    year = only(measures.measure(frame, ["initial_assessments_10_days_pct"]))
    assert np.isnan(year["value"])
    assert year["status"] == "not_available"


def outcome(category: str, value: float | None, status: str = "final") -> dict:
    return {"series": "adult_completed_outcome", "category": category, "value": value, "status": status}


def test_a_sum_of_terms_is_missing_when_one_of_them_is() -> None:
    parts = [outcome(each, 10.0) for each in ("substantiated", "partly_substantiated", "not_substantiated", "not_determined")]
    assert only(measures.measure(made(*parts), ["adult_substantiated_pct"]))["value"] == 50
    parts[1] = outcome("partly_substantiated", None, "suppressed")
    year = only(measures.measure(made(*parts), ["adult_substantiated_pct"]))
    assert np.isnan(year["value"])
    assert year["status"] == "suppressed"
    assert measures.measure(made(*parts[2:]), ["adult_substantiated_pct"]).empty


def census(period: str, value: float, row: int) -> dict:
    source = f"census-2011/2011/population.csv#cell={row},2"
    return {"series": "population", "category": "18_and_over", "period": period, "value": value, "source": source}


def test_a_rate_takes_the_nearest_census_and_says_which() -> None:
    rows = [census("2001-04-29", 1000, 2), census("2011-03-27", 2000, 3)]
    referrals = [
        {"series": "adult_referrals", "period": period, "value": 10.0} for period in ("2004-05", "2012-13", "2012-13-Q1")
    ]
    found = measures.measure(made(*rows, *referrals), ["adult_referrals_per_100k"])
    assert found[["period", "value", "denominator_period"]].to_numpy().tolist() == [
        ["2004-05", 1000.0, "2001-04-29"], ["2012-13", 500.0, "2011-03-27"],
    ]  # fmt: skip


def test_a_rate_of_children_takes_the_mid_year_before_it_and_no_other() -> None:
    estimates = [
        {"series": "population_mid_year", "category": "0_17", "period": f"{year}-06-30", "value": value}
        for year, value in ((2012, 1000.0), (2013, 2000.0))
    ]
    counts = [{"period": period, "value": 10.0} for period in ("2011-12", "2012-13", "2013-14", "2012-13-Q1")]
    at_a_date = {"series": "plans_in_force", "period": "2013-03-31", "value": 5.0}
    found = measures.measure(made(*estimates, *counts, at_a_date), ["contacts_per_10k", "plans_in_force_per_10k"])
    assert found[["period", "value", "denominator_period"]].to_numpy().tolist() == [
        ["2012-13", 100.0, "2012-06-30"], ["2013-14", 50.0, "2013-06-30"], ["2013-03-31", 50.0, "2012-06-30"],
    ]  # fmt: skip


def test_numerator_and_base_are_of_one_family_and_the_reports_own_comes_first() -> None:
    published = {"release": "dfe-cin/2024-10", "source": "dfe-cin/2024-10/a.csv#cell=2,3"}
    rows = [
        {"series": "plans_reviewed_on_time_printed_pct", "period": "2013-03-31", "value": 100.0},
        {"series": "plans_reviewed_on_time", "period": "2013-03-31", "value": 17.0, **published},
        {"series": "plans_3_months", "period": "2013-03-31", "value": 20.0, **published},
        {"series": "plans_3_months", "period": "2013-03-31", "value": 40.0},
    ]
    name = "plans_reviewed_on_time_pct"
    assert measures.measure(made(*rows), [name])[["value", "origin"]].to_numpy().tolist() == [[100.0, "printed"]]
    assert measures.official(made(*rows), [name])[["value", "denominator"]].to_numpy().tolist() == [[85.0, 20.0]]
    assert measures.measure(made(*rows[1:]), [name])[["value", "denominator"]].to_numpy().tolist() == [[85.0, 20.0]]


def test_an_area_without_a_census_has_no_rate() -> None:
    assert measures.measure(made({"value": 10.0}), ["contacts_per_10k"]).empty
    rutland = census("2011-03-27", 2000, 3) | {"area": RUTLAND}
    assert measures.measure(made({"value": 10.0}, rutland), ["contacts_per_10k", "referrals_per_10k"]).empty
    assert measures.measure(made(rutland), ["contacts_per_10k", "adult_substantiated_pct"]).empty


def test_of_two_prints_the_table_is_used_and_the_other_stays_visible() -> None:
    prose = {"value": 282.0, "source": "annual-report/2012-13/claims.csv#cell=188,7"}
    frame = made(prose, {"value": 279.0})
    assert measures.current(frame)["value"].tolist() == [279]
    later = {"value": 3.0, "source": "annual-report/2012-13/claims.csv#cell=200,7"}
    assert measures.current(made(prose, later))["value"].tolist() == [3]
    assert len(frame) == 2


def test_a_blank_cell_gives_way_to_a_print_and_a_withheld_one_does_not() -> None:
    prose = {"value": 282.0, "source": "annual-report/2012-13/claims.csv#cell=188,7"}
    assert measures.current(made({"status": "not_available"}, prose))["value"].tolist() == [282]
    assert measures.current(made({"status": "suppressed"}, prose))["status"].tolist() == ["suppressed"]


def test_a_source_without_precedence_is_used_by_no_accident() -> None:
    with pytest.raises(SafeguardingError, match=r"precedence\.csv gives no rank"):
        measures.measure(made({"value": 1.0, "source": "hearsay/a.csv#cell=1,1"}), ["contacts"])


def test_an_unknown_indicator_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"There is no indicator 'contatcs': there is .*Did you mean 'contacts'\?"):
        measures.measure(made({"value": 1.0}), ["contatcs"])


def test_nothing_to_measure_is_an_empty_frame_with_the_same_columns() -> None:
    found = measures.measure(made({"value": 1.0}), ["referrals", "referrals_per_10k"])
    assert found.empty
    assert tuple(found.columns) == measures.COLUMNS


def test_nothing_is_changed_in_what_is_given(held: store.Store) -> None:
    before = held.observations.copy()
    measures.measure(held.observations, ["contacts", "contacts_per_10k", "adult_substantiated_pct"])
    assert held.observations.equals(before)


def test_known_indicators_in_the_order_asked_for(held: store.Store) -> None:
    found = measures.measure(held.observations, ["referrals", "contacts"])
    assert found["indicator"].drop_duplicates().tolist() == ["referrals", "contacts"]


def test_another_sources_figure_within_the_rounding_is_not_told_apart() -> None:
    rows = pd.DataFrame(
        [
            ("referrals", 120.0, ""),
            ("contacts", 380.0, "372 378"),  # 8 and 2 away
            ("contacts", 380.0, "375 384"),  # 5 and 4 away
            ("plans_reviewed_on_time_pct", 96.0, "60"),  # of rounded counts
        ],
        columns=["indicator", "value", "other_values"],
    )
    assert measures.beyond_rounding(rows, 5)["other_values"].tolist() == ["", "372", "375", ""]
    assert measures.beyond_rounding(rows, 1)["other_values"].tolist() == rows["other_values"].tolist()
