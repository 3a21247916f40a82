"""The made-up year: its returns are received, and the figures, the status and the ledger find what was planted and cry no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import nbformat
import pandas as pd
import papermill
import pytest
from conftest import ROOT
from nbconvert.exporters import get_exporter
from notebook_cells import shown_by
from page_words import words_of
from returned import example

from analysis import catalogue, claims, clean, measures, store
from analysis.analyses import change, learning, punctuality, restatements, scorecard
from analysis.analyses.findings import CHANCE, JUDGED, STANDS_OUT, UNUSUAL, USUAL, VERY_UNUSUAL, findings
from analysis.catalogue import areas, framework, periods, tables
from analysis.disclosure import protection
from analysis.pack.pages.dashboard import dashboard
from analysis.returns.receiving import receive
from analysis.scope import scope

PLANTED = pd.read_csv(ROOT / "examples" / "2013-14" / "planted.csv").to_dict("records")
LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder after four quarters, as `make demo` leaves it, without the packs."""
    folder = tmp_path_factory.mktemp("demo")
    data = folder / "data"
    example.start(data)
    drawn = example.Drawn()
    for quarter in periods.quarters("2013-14"):
        sent = example.make(data, folder / "returns", quarter, drawn)
        for accepted in (False, True):
            mine = [each for each in sent if each.accepted == accepted]
            if mine:
                # In one call, so that the test is quick; the day of each is that of the last but one or of the late one.
                late = [each for each in mine if each.file.stem == "schools" and quarter == "2013-14-Q2"]
                for batch in ([each for each in mine if each not in late], late):
                    if batch:
                        outcomes = receive(data, [each.file for each in batch], min(each.on for each in batch))
                        assert {each.state for each in outcomes} == {"kept" if accepted else "refused"}, outcomes
    clean.clean(data)
    yield data
    tables.use(None)


@pytest.fixture(scope="module")
def held(year: Path) -> store.Store:
    return store.load(year)


@pytest.fixture(scope="module")
def measured(held: store.Store) -> pd.DataFrame:
    return measures.measure(held.observations)


@pytest.fixture(scope="module")
def judged(measured: pd.DataFrame) -> pd.DataFrame:
    mine = measured[(measured["category"] == catalogue.TOTAL) & measured["area"].isin((LEICESTERSHIRE, RUTLAND, "LR"))]
    return change.year_on_year(mine, "2013-14-Q4")


def test_every_indicator_of_returns_has_a_figure(measured: pd.DataFrame) -> None:
    known = catalogue.indicators()
    asked = {name for a in framework.agencies().index for name in framework.asked(a, "2013-14-Q4")["series"]}
    of_returns = [
        n
        for n in known.index
        if known.at[n, "numerator"]
        and known.at[n, "kind"] != "rate"
        and all(t.series in asked for t in catalogue.terms(known.at[n, "numerator"]))
    ]
    assert len(of_returns) > 60 and set(of_returns) <= set(measured["indicator"])


def test_the_planted_changes_are_judged_by_how_far_authorities_move(judged: pd.DataFrame) -> None:
    """Two and a half times as many enquiries is unusual; a third more or fewer is more than chance, and yet usual."""
    wanted = {
        "unusual rise": ("up", (UNUSUAL, VERY_UNUSUAL)),
        "rise": ("up", (USUAL,)),
        "fall": ("down", (USUAL,)),
    }
    planted = {(row["series"], row["area"]): wanted[row["kind"]] for row in PLANTED if row["kind"] in wanted}
    assert len(planted) == len(wanted)
    rows = judged.set_index(["indicator", "area"])
    for place, (direction, verdicts) in planted.items():
        assert rows.at[place, "direction"] == direction and rows.at[place, "verdict"] in verdicts, place


def test_what_is_unusual_is_to_be_explained_in_every_quarter(year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(year))
    (planted,) = [(row["series"], row["area"]) for row in PLANTED if row["kind"] == "unusual rise"]
    for quarter in periods.quarters("2013-14"):
        card = scorecard.card(scope(period=quarter, areas=["Leicestershire", "Rutland"], audience="internal"), "report")
        to_explain = card[card["result"] == "explain"]
        assert list(zip(to_explain["indicator"], to_explain["area"], strict=True)) == [planted], quarter


def test_no_more_is_cried_than_is_said_to_be_usual(judged: pd.DataFrame) -> None:
    """All other figures are drawn from the year before by chance alone: none of their changes is unusual."""
    planted = {(row["series"], row["area"]) for row in PLANTED if row["kind"] == "unusual rise"}
    judged_rows = judged[judged["verdict"].isin(JUDGED)]
    assert len(judged_rows) > 30
    cried = judged_rows[judged_rows["verdict"].isin(STANDS_OUT)]
    assert {(row.indicator, row.area) for row in cried.itertuples(index=False)} == planted
    assert {(each.indicator, each.area) for each in findings(judged) if each.unusual} == planted


def test_the_false_alarm_is_no_alarm(measured: pd.DataFrame) -> None:
    pairs = change.same_quarter(measured[measured["area"] == RUTLAND], "2013-14-Q2").set_index("indicator")
    row = pairs.loc["section_47_enquiries"]
    assert (row["reference"], row["value"], row["verdict"]) == (12, 20, CHANCE)


def test_the_restatement_is_in_the_ledger_after_the_first_entry_and_marked(held: store.Store) -> None:
    entries = restatements.ledger(held.observations, held.checks, held.origins)
    first = entries.iloc[0]
    assert (first["series"], first["area"], first["period"]) == ("adult_referrals", LEICESTERSHIRE, "2012-13")
    assert (first["first"], first["restated"]) == (1291, 1341) and first["why"] == restatements.NOT_SAID
    mine = entries[(entries["period"] == "2013-14-Q1") & (entries["category"] == catalogue.TOTAL)]
    assert mine["series"].tolist() == ["adult_referrals"] and mine["why"].iloc[0] == example.REASON
    assert mine["by"].iloc[0] == "Leicestershire adult social care" and 3 < mine["change_pct"].iloc[0] < 5
    current = measures.current(held.observations)
    now = current[
        (current["series"] == "adult_referrals") & (current["period"] == "2013-14-Q1") & (current["area"] == LEICESTERSHIRE)
    ]
    assert now["status"].tolist() == ["revised"] and now["value"].tolist() == mine["restated"].tolist()


def test_how_much_figures_move_is_a_table_and_a_warning(held: store.Store) -> None:
    entries = restatements.ledger(held.observations, held.checks, held.origins)
    table = restatements.moves(held.observations, entries).set_index(["series", "quarter"])
    row = table.loc[("adult_referrals", "Q1")]
    assert row["restated"] == 1 and row["figures"] >= 3 and 3 < row["largest_pct"] < 5
    (warning,) = restatements.fresh(table.reset_index(), "2013-14-Q1")
    assert warning.startswith("Adult safeguarding referrals (Q1): 1 of") and "provisional" in warning


def test_the_single_assessment_is_not_compared_with_what_it_replaced(measured: pd.DataFrame) -> None:
    mine = measured[measured["area"] == LEICESTERSHIRE]
    quarters = {name: set(rows["period"]) for name, rows in mine.dropna(subset="value").groupby("indicator")}
    assert {"2013-14-Q3", "2013-14-Q4"} <= quarters["single_assessments"] and "2013-14-Q2" not in quarters["single_assessments"]
    assert "2013-14-Q3" not in quarters["initial_assessments"]
    assert "2013-14" not in quarters["initial_assessments"]  # two quarters are no year
    row = change.same_quarter(mine, "2013-14-Q2").set_index("indicator").loc["initial_assessments"]
    assert row["verdict"] == "not comparable"


def test_late_refused_and_missing_agencies_are_named(held: store.Store) -> None:
    def on(period: str, day: date) -> pd.DataFrame:
        return punctuality.status(held.receipts, period, day).set_index("agency")

    before = on("2013-14-Q2", date(2013, 11, 1))
    assert before.index[0] == "schools" and before.at["schools", "status"] == "not received"
    assert before.at["schools", "working_days_late"] == 4 and before.at["police", "status"] == "received"
    after = on("2013-14-Q2", date(2013, 12, 1))
    assert (after.at["schools", "status"], after.at["schools", "working_days_late"]) == ("received late", 9)
    police = on("2013-14-Q3", date(2014, 2, 1)).loc["police"]
    assert police["status"] == "received" and "ran from April to date" in police["note"] and police["given"] == police["asked"]
    assert set(on("2013-14-Q3", date(2014, 1, 1))["status"]) == {"not yet due"}


def test_late_figures_are_not_carried_forward(held: store.Store, measured: pd.DataFrame) -> None:
    upto = held.observations[~held.observations["release"].str.startswith("returns/schools/2013-14-Q2")]
    mine = measures.measure(upto, ["schools_trained_lead_pct"])
    assert set(mine["period"]) == {"2013-14-Q1", "2013-14-Q3", "2013-14-Q4"}


def test_small_numbers_are_there_to_be_protected(measured: pd.DataFrame) -> None:
    deaths = measured[(measured["indicator"] == "child_deaths_notified") & measured["period"].str.contains("Q")]
    assert (deaths["value"] < 5).any() and deaths["value"].notna().all()


# Learning


def test_the_survey_allows_for_how_many_were_asked(held: store.Store, measured: pd.DataFrame) -> None:
    rows = learning.latest(measured, held.observations, "2013-14-Q4")
    survey = rows[rows["indicator"] == "survey_yes_pct"]
    assert len(survey) == 5 and (survey["population"] == 400).all()
    plain = measured.set_index(["indicator", "period", "category"])
    for row in survey.itertuples(index=False):
        wide = plain.loc[(row.indicator, row.period, row.category)]
        assert wide["lower"] < row.lower < row.value < row.upper < wide["upper"]


def test_the_page_of_learning_is_read_in_five_minutes(year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(year))
    asked, made = {"period": "2013-14-Q4"}, tmp_path / "learning.ipynb"
    papermill.execute_notebook(
        ROOT / "notebooks" / "learning.ipynb", made, asked, execution_timeout=300, progress_bar=False, log_output=False
    )
    page, _ = get_exporter("safeguarding")().from_notebook_node(nbformat.read(made, as_version=4))
    assert 500 < len(words_of(page).met) <= 1_000


def test_actions_stand_oldest_first_with_their_states(held: store.Store) -> None:
    plan = learning.action_plan(held.actions, "2013-14-Q4")
    assert plan["state"].tolist() == ["overdue", "overdue", "open", "audited_no_effect", "done", "shown_to_work"]
    assert plan["days_overdue"].tolist()[:3] == [304, 16, 0]
    counted = held.observations[(held.observations["series"] == "plan_actions") & (held.observations["period"] == "2014-03-31")]
    assert dict(zip(counted["category"], counted["value"], strict=True)) == {
        "open": 1, "overdue": 2, "done": 1, "shown_to_work": 1, "audited_no_effect": 1,
    }  # fmt: skip


def test_the_pages_say_that_the_figures_are_made_up_and_name_what_was_planted(year: Path) -> None:
    text = _html("learning", year, "2013-14-Q4")
    assert "made up, as an example" in text
    assert "figures with a target meet it" in text and "90%: Made up for this example: no Board has set it." in text
    assert "2 of 6 actions from reviews are overdue, the oldest by 304 days" in text
    assert "16 of 16 agencies have sent their return" in text
    assert "none is held for it" in _html("learning", year, "2012-13-Q4")


@pytest.mark.parametrize(("period", "warned"), [("2013-14-Q1", False), ("2013-14-Q2", True)])
def test_the_pages_name_what_was_restated_and_warn_of_what_may_still_move(year: Path, period: str, warned: bool) -> None:
    quality = _html("data_quality", year, period)
    assert "1,291" in quality and "1,341" in quality and example.REASON in quality
    warning = "Adult safeguarding referrals (any quarter): 1 of"  # no quarter before was restated
    card = _html("scorecard", year, period)
    assert (warning in card) == warned and ("No figure of this period is of a kind that was restated" in card) != warned


def test_what_agencies_return_is_no_statement_of_a_report(held: store.Store) -> None:
    judged = claims.review(held)
    assert len(judged) > 1_000 and not judged["source"].str.startswith("returns/").any()


def test_the_dashboard_says_what_moved_unusually_and_nothing_else(year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(year))
    here = scope(period="2013-14-Q1", areas=["Leicestershire", "Rutland"], audience="internal")
    card = scorecard.card(here, "report")
    unusual = [each for each in findings(card, scorecard.flags(here)) if each.unusual]
    (planted,) = [(row["series"], row["area"]) for row in PLANTED if row["kind"] == "unusual rise"]
    assert [(each.indicator, each.area) for each in unusual] == [planted]
    assert unusual[0].headline.endswith("One such is expected among so many.") and unusual[0].stands is False
    (said,) = [each for each in dashboard(here, []).matters if each.line.startswith("Unusual")]
    assert areas.label(planted[1]) in said.heading


def test_the_score_card_shows_the_figure_that_it_compares(year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(year))
    here = scope(period="2013-14-Q4", areas=["Leicestershire", "Rutland"], audience="internal")
    card = scorecard.card(here, "report")
    compared = card[card["reference"].notna()]
    assert (compared["latest"] == compared["value"]).all() and (compared["latest_period"] == compared["period"]).all()
    assert {"2013-14-Q4", "2014-03-31"} <= set(compared["period"])  # flows by quarter, what is counted at a date by year


def test_a_pack_that_is_made_again_later_does_not_look_ahead(year: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(year))
    early, late = (scope(period=f"2013-14-Q{number}", areas=["Rutland"], audience="internal") for number in (2, 4))
    seen = set(early.store.observations["period"])
    assert {"2013-14-Q1", "2013-14-Q2", "2013-09-30"} <= seen and not {"2013-14-Q3", "2013-14", "2014-03-31"} & seen
    assert {"2013-14-Q3", "2014-03-31"} <= set(late.store.observations["period"])
    assert set(early.measures["period"]) < set(late.measures["period"])
    assert set(early.store.checks["period"]) < set(late.store.checks["period"])


def test_meetings_and_schools_are_no_people_and_are_shown(held: store.Store, year: Path) -> None:
    seen = protection.for_audience(held, "seg", year, keep=False).observations
    small = held.observations["value"].between(1, 4)
    for series in ("lscb_attendance", "sab_attendance", "lscb_meetings", "plan_actions"):
        mine = held.observations["series"] == series
        assert (mine & small).any() and seen.loc[mine, "status"].ne("suppressed").all(), series
    people = held.observations["series"].isin(("missing_children", "exploitation_concerns", "adult_referrals_abuse_type"))
    returned = held.observations["release"].str.startswith("returns/")
    assert (people & small & returned).any() and seen.loc[people & small & returned, "status"].eq("suppressed").all()


def test_returns_can_be_published_beside_a_report_that_printed_small_numbers_itself(held: store.Store, year: Path) -> None:
    """What the report gives away by itself is no reason to stop: only what is returned is still to be protected."""
    seen = protection.for_audience(held, "public", year, keep=False).observations
    small = held.observations["release"].str.startswith("returns/") & held.observations["value"].between(1, 4)
    children = small & held.observations["series"].isin(("missing_children", "child_deaths_notified", "adult_plans"))
    assert children.any() and seen.loc[children, "status"].eq("suppressed").all()


def _html(notebook: str, data: Path, period: str) -> str:
    shown = shown_by(notebook, data, period=period, audience="internal")
    return " ".join(str(each._repr_html_()) for cell in shown for each in cell if hasattr(each, "_repr_html_"))
