"""Tables that have a column for each indicator, area or period, as an analyst pivots them: the gate knows what each figure is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import made_pack
import pandas as pd
import pytest

from analysis import exhibits
from analysis.disclosure import audit
from analysis.disclosure.audit.cells import cells
from analysis.disclosure.audit.pages import exhibits as shown_in
from analysis.disclosure.gate.rules import HeldBackError
from analysis.exhibits.parts.exhibit import Exhibit
from analysis.scope import Scope

RUTLAND = "E06000017"
NAMES = ["lado_referrals", "referrals"]


@pytest.fixture(scope="module")
def here(data: Path) -> Scope:
    return made_pack.children(data)


def quarters(here: Scope) -> pd.DataFrame:
    rows = here.measures[here.measures["indicator"].isin(NAMES) & (here.measures["category"] == "all")]
    return rows[rows["period"].str.contains("Q")]


def table(frame: pd.DataFrame, here: Scope) -> Exhibit:
    shown = exhibits.table(frame, headline="A table of my own", source=here)
    assert isinstance(shown, Exhibit)
    return shown


def wide(here: Scope) -> dict[str, Exhibit]:
    rows = quarters(here)
    each = {by: rows.pivot(index=[c for c in ("indicator", "area", "period") if c != by], columns=by, values="value") for by in
            ("indicator", "area", "period")}  # fmt: skip
    named = {"area": each["area"].rename(columns={"E10000018": "Leicestershire", RUTLAND: "Rutland"}),
             "period": each["period"].rename(columns=lambda period: f"Q{period[-1]} 2012/13")}  # fmt: skip
    shown = {by: table(frame, here) for by, frame in (each | named).items()}
    alone = rows[rows["area"] == RUTLAND].pivot(index="period", columns="indicator", values="value")
    return shown | {"no area": table(alone, here)}


WIDE = ("indicator", "area", "period", "no area")


@pytest.mark.parametrize("by", WIDE)
def test_a_wide_table_passes_and_a_small_number_planted_in_it_is_held_back(
    by: str, here: Scope, data: Path, tmp_path: Path
) -> None:
    exhibit = wide(here)[by]
    made_pack.make(tmp_path / "sound", here, data, [exhibit])
    row, column = next(
        (row, column)
        for row, cells in enumerate(exhibit.table.rows)
        for column, text in enumerate(cells)
        if text in ("[c]", "") or (by == "no area" and text.replace(",", "").isdigit())
    )
    planted = [list(cells) for cells in exhibit.table.rows]
    planted[row][column] = "3"
    changed = replace(exhibit, table=replace(exhibit.table, rows=tuple(map(tuple, planted))))
    with pytest.raises(HeldBackError) as held:
        made_pack.make(tmp_path / "planted", here, data, [changed])
    assert "small-number" in str(held.value)


@pytest.mark.parametrize("by", ["indicator", "area", "period"])
def test_every_figure_of_a_wide_table_is_known_for_what_it_is(by: str, here: Scope) -> None:
    told = cells(shown_in(wide(here)[by]._repr_html_()))
    rows = quarters(here)
    known = {(cell.indicator, cell.area, cell.period): cell.text for cell in told}
    given = rows[rows["value"].notna()]
    assert set(given[["indicator", "area", "period"]].itertuples(index=False, name=None)) <= set(known)
    assert all(known[row.indicator, row.area, row.period] == f"{row.value:,.0f}" for row in given.itertuples(index=False))


def test_a_figure_without_its_area_is_no_equation(here: Scope) -> None:
    told = cells(shown_in(wide(here)["no area"]._repr_html_()))
    assert told and not any(cell.area for cell in told)
    assert audit.printed(told, {"children": 5}).empty


def test_another_figure_than_the_one_let_through_is_held_back(here: Scope, data: Path, tmp_path: Path) -> None:
    exhibit = wide(here)["indicator"]
    place = exhibit.table.columns.index("Referrals to children's social care, number")
    rows = [list(cells) for cells in exhibit.table.rows]
    rows[0][place] = "9,999"
    changed = replace(exhibit, table=replace(exhibit.table, rows=tuple(map(tuple, rows))))
    with pytest.raises(HeldBackError, match="figure-in-page"):
        made_pack.make(tmp_path / "pack", here, data, [changed])
