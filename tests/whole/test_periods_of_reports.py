"""Reports for a period of any kind: a section that doesn't apply to it says so in one sentence, and none fails."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import copied
from notebook_cells import NOTEBOOKS, shown_by
from returned import filled, put

from analysis import clean, store
from analysis.analyses import punctuality
from analysis.catalogue import framework
from analysis.errors import UnknownNameError
from analysis.pack.applicable import applicable_reports
from analysis.pack.plan import read_plan
from analysis.returns.receiving import receive
from analysis.scope import scope

# A year, a date, a quarter of which nothing is held, and the quarter that returns are received and refused for.
PERIODS = ("2013-14", "2013-03-31", "2010-11-Q2", "2013-14-Q1")
LOCAL = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb") if not path.stem.startswith(("official", "explore")))


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory, printed: Path) -> Path:
    """The printed figures, a return that was taken, and one that was refused and lies with its remarks."""
    folder = tmp_path_factory.mktemp("refused")
    data = copied(printed, folder / "data")
    (taken,) = receive(data, [filled(data, folder / "p.xlsx", agency="police")], date(2013, 7, 15))
    bad = filled(data, folder / "r.xlsx")
    put(bad, "contacts", "many")
    (sent_back,) = receive(data, [bad], date(2013, 7, 16))
    assert (taken.state, sent_back.state) == ("kept", "refused")
    clean.clean(data)
    assert set(store.load(data).receipts["outcome"]) == {"received", "refused"}
    return data


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("notebook", LOCAL)
def test_every_section_shows_something_for_a_period_of_any_kind(refused: Path, notebook: str, period: str) -> None:
    cells = shown_by(notebook, refused, period=period, areas=["Rutland"], audience="internal")
    # Parameters and imports; what is compared may be collected in cells of its own before it is shown.
    silent = {"at_a_glance": 4, "benchmarking": 3}.get(notebook, 2)
    assert sum(bool(cell) for cell in cells) >= len(cells) - silent


def test_widgets_offer_a_quarter_without_figures_of_its_own(refused: Path) -> None:
    assert shown_by("explore", refused, period="2010-11-Q2", areas=["Rutland"], audience="internal")


@pytest.mark.parametrize(("period", "made"), [("2011-12", True), ("2012-13", True), ("2009-10", False)])
def test_a_domain_has_a_page_where_returns_or_official_statistics_have_a_figure(
    data: Path, monkeypatch: pytest.MonkeyPatch, period: str, made: bool
) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    here = scope(period=period, areas=["Rutland"], audience="internal")
    given: dict[str, Any] = {"period": period, "audience": "internal", "areas": ["Rutland"]}
    chosen = applicable_reports(read_plan(NOTEBOOKS, given), here)
    assert any(report.page == "children" for report in chosen) == made
    assert bool(chosen)


def test_who_has_sent_is_asked_of_quarters(refused: Path) -> None:
    held = store.load(refused)
    assert framework.returning("2013-14") == [] and len(framework.returning("2013-14-Q1")) > 10
    with pytest.raises(UnknownNameError, match="Returns are of quarters"):
        punctuality.status(held.receipts, "2013-14", date(2013, 8, 1))
