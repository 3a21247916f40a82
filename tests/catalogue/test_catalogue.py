"""The catalogue: every id defined, sourced and used; every reference resolves; a new indicator is one row and no code."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis import catalogue, measures, store
from analysis.analyses.findings import PAIR_COLUMNS, findings, judge
from analysis.catalogue import framework, tables
from analysis.errors import SafeguardingError, UnknownNameError

CLAIMS = Path(__file__).resolve().parents[2] / "data" / "raw" / "annual-report" / "2012-13" / "claims.csv"
INDICATOR_REFERENCES = ("numerator", "denominator", "printed")
SERIES_REFERENCES = ("numerator", "denominator", "subset_of", "equals")


def referred() -> Iterator[tuple[str, str]]:
    """Yield (who refers, reference) for every reference of the tables."""
    for name, entry in catalogue.indicators().iterrows():
        yield from ((f"indicator {name}", entry[column]) for column in INDICATOR_REFERENCES if entry[column])
    for name, entry in catalogue.series().iterrows():
        yield from ((f"series {name}", entry[column]) for column in SERIES_REFERENCES if entry[column])
        if entry["parts_of"]:
            yield f"series {name}", entry["parts_of"]


def official_references() -> set[tuple[str, str]]:
    """The (series, category) that a column of an official file gives."""
    table = tables.read("official_layouts")
    cells = table.loc[table["role"] == "figure", "reference"]
    return {(each.partition(":")[0], each.partition(":")[2]) for text in cells for each in text.split("|")}


def categories_received() -> set[str]:
    layouts = tables.read("layouts")
    named = {each for text in layouts["category"] for each in text.split("|")}
    named |= {spec.split(" ")[0].partition("/")[2] for text in layouts["columns"] for spec in text.split("|")}
    with CLAIMS.open(encoding="utf-8", newline="") as handle:
        named |= {row["category"] for row in csv.DictReader(handle)}
    named |= {category for _, category in official_references()}
    named |= set(tables.read("corrections").query("column == 'category'")["corrected"])
    return (named | set(tables.read("breakdowns")["category"])) - {""}


def series_returned() -> set[str]:
    """The series that agencies are asked for in some quarter of the first year of returns."""
    quarters = ("2013-14-Q1", "2013-14-Q3", "2013-14-Q4")
    return {
        name
        for agency in framework.agencies().index
        for quarter in quarters
        for name in framework.asked(agency, quarter)["series"]
    }


def test_there_are_enough_of_both() -> None:
    assert len(catalogue.series()) >= 90
    assert len(catalogue.indicators()) >= 60
    assert catalogue.series().index.is_unique
    assert catalogue.indicators().index.is_unique


@pytest.mark.parametrize("column", ["title", "definition", "unit", "kind", "basis", "domain"])
def test_every_series_is_defined(column: str) -> None:
    assert (catalogue.series()[column] != "").all()


@pytest.mark.parametrize(
    "column",
    ["title", "definition", "unit", "kind", "domain", "topic", "uncertainty", "polarity", "framework_category", "agency",
     "frequency", "source"],
)  # fmt: skip
def test_every_indicator_is_defined(column: str) -> None:
    assert (catalogue.indicators()[column] != "").all()


def test_words_are_those_that_the_code_knows() -> None:
    series, indicators = catalogue.series(), catalogue.indicators()
    domains = set(catalogue.domains())
    assert set(series["domain"]) == set(indicators["domain"]) == domains
    assert set(series["unit"]) == {"count", "percent", "pounds", "rank", "ratio"}
    assert set(series["kind"]) <= {"flow", "snapshot"}
    assert set(indicators["kind"]) == {"count", "snapshot", "percentage", "rate"}
    assert set(indicators["uncertainty"]) <= {"poisson", "binomial", "census", "none"}
    assert set(indicators["polarity"]) <= {"high_is_good", "low_is_good", "neutral", "band"}
    assert set(indicators["framework_category"]) <= set("1234567")
    assert set(indicators["denominator_period"]) <= {"", "same", "nearest", "mid_year"}
    assert (indicators["decimals"] >= 0).all()
    assert (indicators["per"] > 0).all()


def test_every_national_indicator_of_the_report_is_there() -> None:
    codes = {code.replace(" ", "") for code in catalogue.indicators()["ni_code"] if code}
    assert codes >= {"NI59", "NI60", "NI62", "NI63", "NI64", "NI65", "NI66", "NI67", "NI68"}


def test_every_series_is_sourced() -> None:
    printed = {each for text in tables.read("layouts")["series"] for each in text.split("|")}
    with CLAIMS.open(encoding="utf-8", newline="") as handle:
        printed |= {row["series"] for row in csv.DictReader(handle)}
    # Neighbours come from a workbook with a reader of its own.
    printed |= {series for series, _ in official_references()} | {"statistical_neighbour"}
    # What the report doesn't print an agency returns.
    assert set(catalogue.series().index) == (printed - {""}) | series_returned()


def test_every_series_is_used() -> None:
    used = {term.series for _, reference in referred() for term in catalogue.terms(reference)}
    # Official files give more than the Boards' indicators need; what an analyst may want stands in the table all the same.
    official = {series for series, _ in official_references()} | {"statistical_neighbour"}
    assert set(catalogue.series().index) - used - official == set()


def test_every_reference_resolves() -> None:
    known = set(catalogue.series().index)
    categories = set(catalogue.categories())
    for who, reference in referred():
        for term in catalogue.terms(reference):
            assert term.series in known, who
            assert term.category in categories | {catalogue.SAME_CATEGORY}, who


def test_every_category_received_has_words_and_every_word_is_of_one() -> None:
    assert categories_received() - set(catalogue.categories()) == set()
    own = {framework.own_category(agency) for agency in framework.agencies().index}
    assert set(catalogue.categories()) - categories_received() - own == set()


def test_breakdowns_name_their_dimension_and_ratios_both_sides() -> None:
    series, indicators = catalogue.series(), catalogue.indicators()
    assert (series.loc[series["parts_of"] != "", "dimension"] != "").all()
    # A base without a numerator is that of a percentage whose count the report doesn't print.
    assert (series.loc[series["numerator"] != "", "denominator"] != "").all()
    alone = (series["numerator"] == "") & (series["denominator"] != "")
    assert (series.loc[alone, "unit"] == "percent").all()
    ratios = indicators["kind"].isin(("percentage", "rate"))
    assert (indicators.loc[ratios, "denominator"] + indicators.loc[ratios, "printed"] != "").all()
    assert (indicators.loc[~ratios, "denominator"] == "").all()


def test_every_indicator_has_a_figure(measured: pd.DataFrame) -> None:
    # Those that only returns give have a figure once a return has come, which `test_demo` proves.
    known = catalogue.indicators()
    asked = series_returned()
    of_returns = {
        name for name in known.index if all(term.series in asked for term in catalogue.terms(known.at[name, "numerator"]))
    } - {""}
    assert set(known.index) - set(measured["indicator"]) <= of_returns
    assert set(measured["indicator"]) <= set(known.index)


def test_every_domain_of_claims_and_every_break_is_of_a_series() -> None:
    assert set(tables.read("breaks")["series"]) <= set(catalogue.series().index)
    assert set(tables.read("peers")["area"]) <= set(tables.read("areas")["code"])
    assert (tables.read("peers")["vintage"] != "").all()


@pytest.fixture
def clear_after() -> Iterator[None]:
    yield
    catalogue.indicators.cache_clear()


@pytest.mark.usefixtures("clear_after")
def test_a_new_indicator_is_one_row_and_no_code(held: store.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    row = dict.fromkeys(tables.read("indicators").columns, "") | {
        "id": "strategy_per_referral", "title": "Strategy discussions per 100 referrals", "domain": "children",
        "kind": "percentage", "numerator": "strategy_discussions", "denominator": "referrals", "denominator_period": "same",
        "per": "1", "unit": "percent", "decimals": "1", "uncertainty": "binomial", "movement": "assumed_share",
        "polarity": "neutral",
    }  # fmt: skip
    longer = pd.concat([tables.read("indicators"), pd.DataFrame([row])], ignore_index=True)
    read = tables.read
    monkeypatch.setattr(tables, "read", lambda name: longer if name == "indicators" else read(name))
    catalogue.indicators.cache_clear()
    found = measures.measure(held.observations, ["strategy_per_referral"]).set_index(["area", "period"])
    assert found.at[("E10000018", "2012-13"), "value"] == pytest.approx(100 * 1383 / 6165)
    assert found.at[("E06000017", "2012-13-Q1"), "value"] == pytest.approx(100 * 37 / 86)
    pair = {
        "indicator": "strategy_per_referral", "area": "E10000018", "category": "all", "period": "2012-13-Q4", "value": 23.8,
        "numerator": 357.0, "denominator": 1502.0, "other_values": "", "reference_period": "2012-13-Q1", "reference": 20.3,
        "reference_numerator": 350.0, "reference_denominator": 1723.0,
    }  # fmt: skip
    [finding] = findings(judge(pd.DataFrame([pair]).reindex(columns=list(PAIR_COLUMNS))))
    assert finding.headline.startswith("Strategy discussions per 100 referrals in Leicestershire rose from 20.3%")


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("", []),
        ("referrals", [(1, "referrals", "all")]),
        ("population:18_and_over", [(1, "population", "18_and_over")]),
        ("a:*", [(1, "a", "*")]),
        ("a:b+c-d:e", [(1, "a", "b"), (1, "c", "all"), (-1, "d", "e")]),
        ("-a", [(-1, "a", "all")]),
    ],
)
def test_references(reference: str, expected: list[tuple[int, str, str]]) -> None:
    assert [(term.sign, term.series, term.category) for term in catalogue.terms(reference)] == expected


@pytest.mark.parametrize(("reference", "position"), [("a b", 2), ("a + b", 2), ("Referrals", 1), ("a:", 2), ("a++b", 2)])
def test_a_reference_that_is_none_says_where(reference: str, position: int) -> None:
    with pytest.raises(SafeguardingError, match=f"can't be read from character {position} on"):
        catalogue.terms(reference)


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(
        UnknownNameError, match=r"There is no domain 'chldren': there is census, children.*Did you mean 'children'\?"
    ):
        catalogue.check_known("chldren", catalogue.domains(), "domain")
    with pytest.raises(UnknownNameError, match=r"There is no fruit 'pear': there is x\.$"):
        catalogue.check_known("pear", ["x"], "fruit")
    assert catalogue.check_known("children", catalogue.domains(), "domain") == "children"


@pytest.mark.parametrize(
    ("source", "rank"),
    [
        ("census-2011/2011/population.csv#cell=2,2", 1),
        ("annual-report/2012-13/figure-1.csv#cell=3,2", 2),
        ("annual-report/2012-13/budget.csv#cell=3,3", 2),
        ("annual-report/2012-13/claims.csv#cell=2,7", 3),
        ("dfe-cin/2024-10/c1.csv#cell=2,12", 4),
        ("dfe-cin/2024-10-extract/children-in-need.csv#cell=2,5", 5),
    ],
)
def test_the_publisher_comes_before_the_table_and_the_table_before_prose(source: str, rank: int) -> None:
    assert catalogue.precedence(source) == rank


def test_a_source_without_a_rank_is_refused() -> None:
    with pytest.raises(SafeguardingError, match=r"precedence\.csv gives no rank to the source 'hearsay/2013/a\.csv'"):
        catalogue.precedence("hearsay/2013/a.csv#cell=1,1")


def test_a_category_without_words_reads_as_itself() -> None:
    assert catalogue.category_label("0_17") == "Aged 0 to 17"
    assert catalogue.category_label("next_of_kin") == "next of kin"


@pytest.mark.parametrize(
    ("indicator", "earlier", "later", "words"),
    [
        ("dols_referrals", "2012-04-01", "2013-03-31", ""),
        ("dols_referrals", "2012-04-01", "2014-03-31", "Cheshire West"),
        ("dols_referrals_per_100k", "2012-04-01", "2013-06-30", "primary care trusts"),
        ("adult_referrals_age", "2012-04-01", "2014-03-31", "Safeguarding Adults Return"),
        ("contacts", "2001-04-01", "2024-03-31", ""),
    ],
)
def test_breaks_lie_between_two_dates(indicator: str, earlier: str, later: str, words: str) -> None:
    found = catalogue.break_between(indicator, earlier, later)
    assert words in found
    assert bool(words) == bool(found)
