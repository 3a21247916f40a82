"""A withheld figure is shown as withheld, never as one that was not received: in tables, in descriptions, over time."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_series import made, quarters
from notebook_cells import shown_by

from analysis import exhibits, store
from analysis.analyses import trend
from analysis.disclosure.protection.withholding import protected
from analysis.exhibits.parts.exhibit import Exhibit
from analysis.scope import Scope, scope

RUTLAND = "E06000017"
DESCRIPTION = re.compile(r"<desc[^>]*>([^<]*)</desc>")


def exhibits_of(cells: list[list[Any]]) -> list[Exhibit]:
    return [each for cell in cells for each in cell if isinstance(each, Exhibit)]


def asked(data: Path, held: store.Store | None = None) -> Scope:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", str(data))
        return scope(period="2012-13-Q4", domain="children", areas=["Rutland"], audience="internal", store=held)


@pytest.mark.parametrize(("status", "symbol"), [("suppressed", "[c]"), ("not_available", "[x]")])
def test_a_quarter_without_a_figure_says_why_in_table_and_description(status: str, symbol: str, data: Path) -> None:
    spans = quarters(17)
    values = np.array([100, 103, 98, 101, 99, 102, 97, 104, 100, 99, 101, 103, 98, 100, 102, 99, 101], dtype=float)
    values[5] = np.nan
    series = made("referrals", spans, values).assign(area=RUTLAND)
    series["status"] = np.where(series["value"].isna(), status, "final")
    (shown,) = exhibits.control_charts(trend.control(series, spans[-1]), asked(data))
    row = next(row for row in shown.table.rows if row[1] in ("[c]", "[x]"))
    assert row[1] == symbol
    (description,) = DESCRIPTION.findall(shown.panels[0])
    assert f" {symbol}" in description and description.count("[") == 1


@pytest.mark.parametrize("notebook", ["trend", "benchmarking", "annual_report", "scorecard"])
def test_no_description_says_not_available_of_what_is_withheld(notebook: str, data: Path) -> None:
    """The public may see least, so the most is withheld: a description has the symbols of its table and no other."""
    given = {"domain": "children"} if notebook in ("trend", "benchmarking") else {}
    given |= {"period": "2023-24"} if notebook == "benchmarking" else {}
    shown = exhibits_of(shown_by(notebook, data, areas=["Leicestershire", "Rutland"], audience="public", **given))
    assert "printed [" not in "".join(each._repr_html_() for each in shown)
    withheld = 0
    for each in shown:
        table = [cell for row in each.table.rows for cell in row]
        said = " ".join(text for panel in each.panels for text in DESCRIPTION.findall(panel))
        withheld += sum("[c]" in cell for cell in table)
        if any("[c]" in cell for cell in table) and not any("[x]" in cell for cell in table):
            assert "[x]" not in said, each.identity
    assert withheld > 0


def test_what_the_department_withheld_is_withheld_in_every_year(data: Path) -> None:
    shown = exhibits_of(shown_by("benchmarking", data, period="2023-24", areas=["Rutland"], domain="children", audience="seg"))
    over_time = next(each for each in shown if each.identity == "over-plans-repeat-pct")
    held = store.load(data).observations
    mine = held[(held["series"] == "plans_repeat") & (held["area"] == RUTLAND) & held["release"].str.startswith("dfe-cin")]
    withheld = {period for period, status in zip(mine["period"], mine["status"], strict=True) if status == "suppressed"}
    rows = {row[0]: row[1] for row in over_time.table.rows}
    assert withheld and all(rows[f"Rutland, {period.replace('-', '/')}"] == "[c]" for period in withheld)
    assert isinstance(mine, pd.DataFrame) and not (mine["value"].notna() & (mine["status"] == "suppressed")).any()


@pytest.mark.parametrize(("printed", "shown"), [(3.0, True), (2.0, False), (None, False)])
def test_what_a_report_has_printed_is_no_secret_of_the_return_that_gives_the_same(printed: float | None, shown: bool) -> None:
    row = {"series": "missing_children", "area": "E06000017", "period": "2013-14-Q1", "category": "all", "status": "final"}
    more = {
        "release": "returns/rutland-children/2013-14-Q1/1",
        "source": "returns/rutland-children/2013-14-Q1/1/missing.csv#cell=5,8",
        "note": "",
    }
    rows = [row | more | {"value": 3.0}]
    if printed is not None:
        rows.append(
            row
            | {
                "release": "annual-report/2013-14",
                "source": "annual-report/2013-14/figure-2.csv#cell=3,2",
                "note": "",
                "value": printed,
            }
        )
    origins = {"returns/rutland-children/2013-14-Q1/1": {"published": False}, "annual-report/2013-14": {"published": True}}
    known = pd.DataFrame(columns=["series", "area", "period", "category", "low", "high"])
    found = protected(pd.DataFrame(rows), origins, "seg", known).observations
    assert (
        (found["value"].iloc[0], found["status"].iloc[0]) == (3.0, "final") if shown else found["status"].iloc[0] == "suppressed"
    )
    public = protected(pd.DataFrame(rows), origins, "public", known).observations
    assert public["status"].iloc[0] == "suppressed"


def test_a_zero_is_withheld_where_nothing_else_hides_a_small_number() -> None:
    """Two quarters of three parts are returned; every sum of theirs is printed already, and so are the other quarters."""
    types = ["physical_disability", "mental_health", "learning_disability"]
    parts = {"Q1": [3, 0, 15], "Q2": [9, 7, 0], "Q3": [10, 10, 10], "Q4": [10, 10, 10]}
    by_period = {f"2012-13-{name}": values for name, values in parts.items()}
    by_period["2012-13"] = [sum(values) for values in zip(*parts.values(), strict=True)]
    rows = []
    for period, values in by_period.items():
        source = "returns/leicestershire-adults/2012-13-Q2/1" if period.endswith(("Q1", "Q2")) else "annual-report/2012-13"
        rows += [("adult_referrals_client_type", period, each, value, source) for each, value in zip(types, values, strict=True)]
        rows.append(("adult_referrals", period, "all", sum(values), "annual-report/2012-13"))
    frame = pd.DataFrame(rows, columns=["series", "period", "category", "value", "release"])
    frame = frame.assign(area="E10000018", status="final", note="", source=frame["release"] + "/figure-2.csv#cell=2,2")
    origins = {name: {"published": name.startswith("annual")} for name in frame["release"].unique()}
    known = pd.DataFrame(columns=["series", "area", "period", "category", "low", "high"])
    found = protected(frame, origins, "seg", known).observations
    is_returned = frame["release"].str.startswith("returns/")
    assert found.loc[is_returned, "status"].tolist() == ["suppressed"] * 6
    assert (found.loc[~is_returned, "status"] == "final").all()
