"""The table of usual movement is what the script makes of the figures that ship, and one in twenty changes lies beyond it."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from scipy import stats

from analysis import catalogue
from analysis.catalogue import tables
from analysis.clean import official
from analysis.store import raw_files

FOLDER = ROOT / "examples" / "official-extract"
ASSUMED = {"assumed_count", "assumed_timeliness", "assumed_share"}


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_usual_movement", FOLDER / "make_usual_movement.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_usual_movement"] = module
    spec.loader.exec_module(module)
    return module


script = _script()
TABLE = tables.read("usual_movement")


@pytest.fixture(scope="module")
def figures() -> tuple[pd.DataFrame, dict[str, str]]:
    return script.held_in(ROOT / "data")


def figure(figures: tuple[pd.DataFrame, dict[str, str]], name: str) -> object:
    return next(each for each in script.figures_of(figures[0]) if each.name == name)


def row_of(name: str, year: str) -> dict[str, str]:
    [row] = TABLE[(TABLE["indicator"] == name) & (TABLE["year"] == year)].to_dict("records")
    return row


@pytest.mark.parametrize(
    ("name", "year"), [("plans_in_force", "2012-13"), ("children_in_care", "2012-13"), ("re_referrals_pct", "2023-24")]
)
def test_the_table_is_what_is_fitted_to_the_shipped_figures(
    name: str, year: str, figures: tuple[pd.DataFrame, dict[str, str]]
) -> None:
    made = script.row_of(*figures, figure(figures, name), year)
    row = row_of(name, year)
    assert {key: made[key] for key in ("pairs", "source")} == {key: row[key] for key in ("pairs", "source")}
    # Another version of scipy may stop elsewhere on a flat likelihood: the spread that follows must be the same.
    for c, s, freedom in (("c", "s", "freedom"), ("gross_c", "gross_s", "gross_freedom")):
        for base in (50, 400, 3000):
            spread = [float(each[c]) * 2 / base + float(each[s]) ** 2 for each in (made, row)]
            assert spread[0] == pytest.approx(spread[1], rel=0.01)
        assert float(made[freedom]) == pytest.approx(float(row[freedom]), rel=0.03)


def test_the_years_of_a_pair_are_counted_by_hand(figures: tuple[pd.DataFrame, dict[str, str]]) -> None:
    """Changes of Leicestershire's plans from the shipped file, by another way than the script's."""
    wide = pd.read_csv(ROOT / "data/raw/official/dfe-cin/2024-10-extract/children-in-need.csv").set_index(
        ["area_code", "time_period"]
    )["plans_in_force"]
    people = pd.read_csv(ROOT / "data/raw/official/dfe-cin/2024-10-extract/population.csv").set_index(
        ["area_code", "time_period"]
    )["population_mid_year:0_17"]
    code, d = "E10000018", []
    for year in (2014, 2015):
        rates = [(float(wide[code, each]) + 0.5) / float(people[code, each - 1]) for each in (year, year - 1)]
        d.append(np.log(rates[0] / rates[1]))
    for year, expected in zip(("2013-14", "2014-15"), d, strict=True):
        changes, _ = script.changes(figures[0], figure(figures, "plans_in_force"), year)
        assert np.isclose(changes, expected, atol=1e-12).sum() == 1


def test_a_year_is_never_among_the_years_that_it_is_judged_by() -> None:
    assert script.nearest("2012-13", script.YEARS) == ["2013-14", "2014-15", "2015-16", "2016-17", "2017-18"]
    assert script.nearest("2018-19", script.YEARS) == ["2015-16", "2016-17", "2017-18", "2019-20", "2020-21"]
    assert script.nearest("2023-24", script.YEARS) == ["2018-19", "2019-20", "2020-21", "2021-22", "2022-23"]


def test_one_change_in_twenty_lies_beyond_the_usual(figures: tuple[pd.DataFrame, dict[str, str]]) -> None:
    plans, beyond, count = figure(figures, "plans_in_force"), 0, 0
    for year in script.YEARS[1:]:
        d, counting = script.changes(figures[0], plans, year)
        row = {key: float(row_of("plans_in_force", year)[key]) for key in ("c", "s", "freedom")}
        t = np.abs(d - np.median(d)) / np.sqrt(row["c"] * counting + row["s"] ** 2)
        beyond, count = beyond + int((2 * stats.t.sf(t, row["freedom"]) < 0.05).sum()), count + len(d)
    assert count > 1600
    assert 0.04 <= beyond / count <= 0.06


def test_no_pair_lies_across_the_single_assessment(figures: tuple[pd.DataFrame, dict[str, str]]) -> None:
    for name in ("assessments", "assessments_45_days_pct"):
        sizes = {year: len(script.changes(figures[0], figure(figures, name), year)[0]) for year in script.YEARS}
        assert [year for year, size in sizes.items() if size] == [f"{each}-{each - 1999}" for each in range(2016, 2024)]


def test_every_indicator_that_is_judged_has_its_movement_and_no_other() -> None:
    known = catalogue.indicators()
    is_judged = known["uncertainty"].isin(("poisson", "binomial"))
    assert (known.loc[is_judged, "movement"] != "").all()
    assert (known.loc[~is_judged, "movement"] == "").all()
    for name, entry in known[is_judged].iterrows():
        own = name if entry["kind"] == "percentage" else entry["numerator"]
        is_fitted = own in set(TABLE["indicator"]) and not entry["breakdown"]
        assert entry["movement"] == own if is_fitted else entry["movement"] in ASSUMED, name
        assert (entry["movement"] == "assumed_count") == (not is_fitted and entry["uncertainty"] == "poisson"), name


def test_every_row_is_possible_and_of_a_file_that_ships() -> None:
    numbers = TABLE[list(script.NUMBERS)].astype(float)
    for name, lowest, highest in (("c", 0.25, 12), ("freedom", 3, 30)):
        assert numbers[name].between(lowest, highest).all() and numbers[f"gross_{name}"].between(lowest, highest).all()
    fitted = TABLE[~TABLE["indicator"].isin(ASSUMED)]
    assert (fitted["pairs"].astype(int) >= 100).all()
    for file in {each for source in fitted["source"] for each in source.split()}:
        assert (ROOT / "data" / "raw" / "official" / file).is_file()
    assert set(TABLE[TABLE["indicator"].isin(ASSUMED)]["year"]) == {"all"}


def test_england_has_children_in_care_before_and_after_the_year_of_the_report() -> None:
    [release] = [each for each in raw_files.releases(ROOT / "data") if each.id == "dfe-cla/2024-11-extract"]
    rows = official.read(release, "looked-after.csv").observations
    england = rows[(rows["area"] == "E92000001") & (rows["series"] == "children_in_care")].set_index("period")["value"]
    assert england[["2012-03-31", "2013-03-31"]].tolist() == [67_050, 68_110]  # as printed in the files of 2012 and 2013
