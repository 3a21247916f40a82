"""The catalogue: every id defined, sourced and used; every reference resolves; a new indicator is one row and no code."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from analysis import areas, catalogue, measures, store, tables
from analysis.errors import SafeguardingError, UnknownNameError

CLAIMS = Path(__file__).resolve().parents[1] / "data" / "raw" / "annual-report" / "2012-13" / "claims.csv"


def claims() -> pd.DataFrame:
    return pd.read_csv(CLAIMS, dtype=str, keep_default_na=False)


def referred(frame: pd.DataFrame, columns: tuple[str, ...]) -> set[str]:
    return {term.series for column in columns for reference in frame[column] for term in catalogue.terms(reference)}


def test_there_are_as_many_as_promised_from_every_domain() -> None:
    assert len(catalogue.series()) >= 90
    assert len(catalogue.indicators()) >= 60
    assert set(catalogue.series()["domain"]) == set(catalogue.indicators()["domain"]) == set(catalogue.domains())


def test_every_series_is_defined_sourced_and_used() -> None:
    known = catalogue.series()
    assert known.index.is_unique
    assert (known[["title", "unit", "basis", "kind", "definition"]] != "").all(axis=None)
    assert set(known["unit"]) <= {"count", "percent", "pounds"}
    assert set(known["kind"]) <= {"flow", "snapshot", "year_to_date", "rolling"}
    printed = {name for names in tables.read("layouts")["series"] for name in names.split("|")} | set(claims()["series"])
    assert set(known.index) <= printed
    used = referred(catalogue.indicators(), ("numerator", "denominator", "printed"))
    checked = referred(known, ("numerator", "denominator", "parts_of", "subset_of", "equals"))
    assert set(known.index) <= used | checked


def test_every_indicator_is_filled_in() -> None:
    known = catalogue.indicators()
    assert known.index.is_unique
    wanted = ["title", "topic", "kind", "unit", "uncertainty", "polarity", "framework_category", "agency", "frequency"]
    assert (known[[*wanted, "definition", "source"]] != "").all(axis=None)
    assert set(known["polarity"]) <= {"high_is_good", "low_is_good", "neutral", "band"}
    assert set(known["framework_category"]) <= set("1234567")
    assert ((known["numerator"] != "") | (known["printed"] != "")).all()
    assert set(known["ni_code"]) - {""} == {f"NI {number}" for number in (59, 60, 62, 63, 64, 65, 66, 67, 68)}


def test_every_reference_resolves() -> None:
    series = set(catalogue.series().index)
    assert referred(catalogue.series(), ("numerator", "denominator", "parts_of", "subset_of", "equals")) <= series
    assert referred(catalogue.indicators(), ("numerator", "denominator", "printed")) <= series
    assert set(tables.read("breaks")["series"]) <= series
    for table, column in (("area_aliases", "code"), ("area_members", "area"), ("area_members", "member"), ("peers", "area")):
        for code in tables.read(table)[column]:
            assert areas.label(code)
    assert (tables.read("peers")["vintage"] != "").all()


def test_every_category_that_occurs_has_words(held: store.Store) -> None:
    assert set(held.observations["category"]) <= set(catalogue.categories())


def test_a_new_indicator_is_one_row_and_no_code(held: store.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    known = catalogue.indicators()
    row = known.loc[["section_47_enquiries_per_10k"]].rename(
        index={"section_47_enquiries_per_10k": "strategy_discussions_per_10k"}
    )
    row = row.assign(title="Strategy discussions per 10,000 children", numerator="strategy_discussions")
    monkeypatch.setattr(catalogue, "indicators", lambda: pd.concat([known, row]))
    measured = measures.measure(held.observations, ["strategy_discussions_per_10k"])
    found = measured[(measured["area"] == "E10000018") & (measured["period"] == "2012-13")].iloc[0]
    assert found["value"] == pytest.approx(1383 / 134084 * 10000)
    assert found["lower"] < found["value"] < found["upper"]


@pytest.mark.parametrize("reference", ["a b", "a:", "+a+", "A", "a++b", "a:b:c"])
def test_a_reference_that_is_none_is_refused(reference: str) -> None:
    with pytest.raises(SafeguardingError, match="can't be read from character"):
        catalogue.terms(reference)


def test_terms_carry_sign_series_and_category() -> None:
    found = catalogue.terms("-a:x+b-c:*")
    assert [(term.sign, term.series, term.category) for term in found] == [(-1, "a", "x"), (1, "b", "all"), (-1, "c", "*")]
    assert catalogue.terms("") == ()


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(UnknownNameError, match=r"no domain 'childern': there is census, children.*Did you mean 'children'"):
        catalogue.check_known("childern", catalogue.domains(), "domain")


def test_a_source_without_rank_is_never_used_by_accident() -> None:
    with pytest.raises(SafeguardingError, match=r"gives no rank to the source 'elsewhere/file\.csv'"):
        catalogue.precedence("elsewhere/file.csv#cell=1,1")


def test_breaks_lie_between_dates_and_reach_the_parts_of_a_series() -> None:
    assert catalogue.break_between("dols_referrals", "2013-03-31", "2014-03-31").startswith("The Cheshire West")
    assert catalogue.break_between("dols_referrals", "2012-03-31", "2013-03-31") == ""
    assert "Safeguarding Adults Return" in catalogue.break_between("adult_referrals_age_pct", "2013-03-31", "2014-03-31")


def test_the_tables_are_well_formed() -> None:
    for path in sorted(Path(tables.__file__).parent.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle, strict=True)
        assert all(len(row) == len(header) for row in rows), path.name
        assert all(cell == cell.strip() or path.stem in ("layouts", "phrases") for row in rows for cell in row), path.name
