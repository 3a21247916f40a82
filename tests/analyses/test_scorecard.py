"""The score card: judgements, exceptions by rule, confidence, commentary, and what its exhibits and dashboard say of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import RawCopy

from analysis import catalogue, exhibits, store
from analysis.analyses import scorecard
from analysis.analyses.findings import JUDGED, STANDS_OUT
from analysis.catalogue import areas, periods, tables
from analysis.clean import clean
from analysis.errors import DataError, SafeguardingError
from analysis.exhibits.breakdowns import stackable
from analysis.pack.pages.dashboard import dashboard
from analysis.scope import Scope, scope

LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"
AREAS = ["Leicestershire", "Rutland", "Leicestershire and Rutland"]
SIDED, NEUTRAL = "initial_assessments_10_days_pct", "contacts"


@pytest.fixture(scope="module")
def here(data: Path) -> Scope:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", str(data))
        return scope(period="2012-13-Q4", areas=AREAS)


@pytest.fixture(scope="module")
def card(here: Scope) -> pd.DataFrame:
    return scorecard.card(here, "report")


def row(**columns: object) -> pd.DataFrame:
    """A card of one row: a high figure is good, 80 now with limits 70 and 90, a usual change; `columns` say what differs."""
    plain = {
        "indicator": SIDED, "category": "all", "area": RUTLAND, "latest": 80.0, "lower_limit": 70.0, "upper_limit": 90.0,
        "verdict": "usual", "judgement": "", "stands": False, "control": "", "doubt": "", "rarity": 40.0, "assumed": False,
        "other_latest": "", "large": "",
    }  # fmt: skip
    return pd.DataFrame([plain | columns])


def with_target(monkeypatch: pytest.MonkeyPatch, target: str, polarity: str) -> None:
    known = catalogue.indicators().copy()
    known.loc[SIDED, ["target", "polarity"]] = [target, polarity]
    monkeypatch.setattr(catalogue, "indicators", lambda: known)


# Judgements


@pytest.mark.parametrize(
    ("target", "polarity", "latest", "result", "colour"),
    [
        ("80", "high_is_good", 80, "met", "green"),
        ("80.1", "high_is_good", 80, "near", "amber"),
        ("90.1", "high_is_good", 80, "missed", "red"),
        ("80", "low_is_good", 80, "met", "green"),
        ("79.9", "low_is_good", 80, "near", "amber"),
        ("69.9", "low_is_good", 80, "missed", "red"),
        ("75 to 85", "band", 80, "met", "green"),
        ("85 to 95", "band", 80, "near", "amber"),
        ("10 to 15", "band", 80, "missed", "red"),
    ],
)
def test_a_target_is_met_near_or_missed(
    monkeypatch: pytest.MonkeyPatch, target: str, polarity: str, latest: float, result: str, colour: str
) -> None:
    with_target(monkeypatch, target, polarity)
    (found,) = scorecard.rag(row(latest=float(latest))).to_dict("records")
    assert (found["result"], found["rag"], found["target"]) == (result, colour, target)


def test_a_figure_without_an_interval_is_on_its_target_or_off_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with_target(monkeypatch, "80.1", "high_is_good")
    assert scorecard.rag(row(lower_limit=np.nan, upper_limit=np.nan))["result"].tolist() == ["missed"]


def test_a_target_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with_target(monkeypatch, "high", "high_is_good")
    with pytest.raises(SafeguardingError, match="'high'.*10 to 15"):
        scorecard.rag(row())


@pytest.mark.parametrize(
    ("columns", "words", "colour"),
    [
        ({"other_latest": "71 86", "verdict": "very unusual"}, "■ Resolve", "red"),  # which figure is right comes first
        ({"verdict": "very unusual", "judgement": "worse", "stands": True}, "◆ Explain", "amber"),
        ({"verdict": "unusual"}, "◆ Explain", "amber"),
        ({"rarity": 9.9}, "◇ Watch", ""),
        ({"rarity": 10.1}, "○ Usual", ""),
        ({"rarity": 14.9, "assumed": True}, "◇ Watch", ""),
        ({"rarity": 15.1, "assumed": True}, "○ Usual", ""),
        ({"verdict": "chance", "rarity": 9.0}, "○ Usual", ""),  # what counting makes is nothing to watch
        ({"verdict": "few", "rarity": np.nan}, "○ Usual", ""),
        ({"verdict": "not judged"}, "○ Not judged", ""),
        ({"verdict": "missing", "rarity": np.nan}, "○ Not judged", ""),
        ({"indicator": NEUTRAL, "verdict": "unusual"}, "◆ Explain", "amber"),
    ],
)
def test_without_a_target_the_change_is_judged_by_how_rare_it_is(columns: dict[str, object], words: str, colour: str) -> None:
    (found,) = scorecard.rag(row(**columns)).to_dict("records")
    assert (found["words"], found["rag"]) == (words, colour)


def test_every_judgement_is_a_word_with_a_shape_and_only_what_is_judged_has_a_colour(card: pd.DataFrame) -> None:
    table = tables.read("rag")
    assert table["words"].is_unique and not table["words"].str.contains("red|amber|green", case=False).any()
    assert card["rag"].isin(("red", "amber", "green", "")).all()
    assert (card["words"] == card["result"].map(dict(zip(table["result"], table["words"], strict=True)))).all()
    assert (card.loc[card["judgement"] != "", "verdict"].isin(STANDS_OUT)).all()


def test_two_returns_that_disagree_are_to_be_resolved(card: pd.DataFrame) -> None:
    resolve = card[card["result"] == "resolve"]
    expected = {
        ("plans_in_force", RUTLAND): "35",
        ("section_47_enquiries", RUTLAND): "71 86",
        ("plans_reviewed_on_time_pct", RUTLAND): "85",
    }
    others = dict(zip(zip(resolve["indicator"], resolve["area"], strict=True), resolve["other_latest"], strict=True))
    assert expected.items() <= others.items()
    assert (card.loc[card["result"] != "resolve", "other_latest"] == "").all()


def test_children_in_care_in_leicestershire_are_watched_net_of_england(card: pd.DataFrame) -> None:
    (found,) = card[(card["indicator"] == "children_in_care") & (card["area"] == LEICESTERSHIRE)].to_dict("records")
    assert (found["reference"], found["latest"], found["verdict"], found["result"]) == (373, 435, "usual", "watch")
    assert found["net"] and 5 < found["rarity"] < 7.5


def test_nearly_every_row_with_a_year_before_has_a_verdict(card: pd.DataFrame) -> None:
    judged = card["verdict"].isin(JUDGED)
    compared = card[~card["verdict"].isin(("missing", "values only"))]
    assert judged.sum() >= 30 and (~compared["verdict"].isin(JUDGED)).sum() <= 3


def test_flags_are_the_same_whatever_a_pages_domain(here: Scope, card: pd.DataFrame) -> None:
    flags = scorecard.flags(here)
    unusual = card[card["verdict"].isin(STANDS_OUT)]
    keys = list(zip(*(unusual[column] for column in ("indicator", "category", "area", "period")), strict=True))
    assert flags == dict(zip(keys, unusual["stands"].astype(bool), strict=True))
    of_children = replace(here, domain="children")
    assert scorecard.flags(of_children) == flags


# Exceptions


@pytest.mark.parametrize(
    ("columns", "goes_to", "rule"),
    [
        ({"result": "resolve"}, "The Boards", "resolve"),
        ({"result": "missed"}, "The Boards", "target_missed"),
        ({"result": "explain", "judgement": "worse", "stands": True}, "The Boards", "worse_stands"),
        ({"result": "explain", "judgement": "worse"}, "The Executive Group", "unusual"),
        ({"result": "explain", "judgement": "better", "stands": True}, "The Executive Group", "unusual"),
        ({"result": "explain"}, "The Executive Group", "unusual"),
        ({"result": "usual", "control": "concern high"}, "The Executive Group", "concern"),
        ({"result": "watch", "large": "yes"}, "The Executive Group", "large"),
    ],
)
def test_the_first_rule_that_fits_says_who_is_told_and_why(columns: dict[str, object], goes_to: str, rule: str) -> None:
    (found,) = scorecard.exceptions(row(**columns)).to_dict("records")
    assert (found["goes_to"], found["rule"]) == (goes_to, rule)
    assert found["why"].endswith("?")  # something is asked of somebody


@pytest.mark.parametrize(
    "columns",
    [
        {"result": "usual"},
        {"result": "watch"},  # fitted, and not rare enough
        {"result": "not judged", "doubt": "yes"},
        {"result": "usual", "control": "improvement high"},
        {"result": "met"},
    ],
)
def test_what_no_rule_takes_is_no_exception(columns: dict[str, object]) -> None:
    assert scorecard.exceptions(row(**columns)).empty


# The card of the real figures


def test_card_has_each_indicator_of_the_framework_once_an_area_in_its_order(card: pd.DataFrame) -> None:
    assert not card.duplicated(["indicator", "category", "area"]).any()
    assert card["framework"].is_monotonic_increasing and set(card["framework"]) <= set("1234567")
    listed = tables.read("scorecard")
    held = pd.concat([card[["indicator", "category"]].drop_duplicates(), scorecard.absent(card)[["indicator", "category"]]])
    assert sorted(map(tuple, held.to_numpy())) == sorted(map(tuple, listed[["indicator", "category"]].to_numpy()))
    assert set(listed["indicator"]) | set(listed["compared_by"]) - {""} <= set(catalogue.indicators().index)


def test_rutlands_plans_of_23_after_15_are_usual_by_both_returns_and_to_be_resolved(card: pd.DataFrame) -> None:
    (found,) = card[(card["indicator"] == "plans_in_force") & (card["area"] == RUTLAND)].to_dict("records")
    assert (found["latest"], found["reference"], found["verdict"]) == (23, 15, "usual")
    assert found["least_rarity"] == pytest.approx(28, abs=3) and found["words"] == "■ Resolve"


def test_repeat_plans_stand_beside_statistical_neighbours(card: pd.DataFrame) -> None:
    (found,) = card[(card["indicator"] == "plans_repeat_pct") & (card["area"] == LEICESTERSHIRE)].to_dict("records")
    assert found["compared_name"] == "its neighbours together"
    assert (found["compared_verdict"], found["compared_place"]) == ("among", 2)
    assert found["compared_value"] == pytest.approx(100 * 63 / 536)


def test_confidence_counts_the_checks_of_the_figures_themselves(card: pd.DataFrame, here: Scope) -> None:
    (found,) = card[(card["indicator"] == "initial_assessments_pct") & (card["area"] == RUTLAND)].to_dict("records")
    checks = here.store.checks
    entry = catalogue.indicators().loc["initial_assessments_pct"]
    series = {term.series for side in ("numerator", "denominator", "printed") for term in catalogue.terms(entry[side])}
    mine = checks[checks["series"].isin(series) & (checks["area"] == RUTLAND) & (checks["category"] == "all")]
    mine = mine[mine["period"].map(periods.year_of) == "2012-13"]
    assert found["checked"] == len(mine) and found["differing"] == (mine["outcome"] == "differs").sum() >= 3
    assert found["doubt"] == "yes" and (card.loc[card["differing"] == 0, "doubt"] == "").all()


def test_the_summary_counts_every_row_of_the_card_once(card: pd.DataFrame) -> None:
    assert sum(card["result"].isin(results).sum() for results in scorecard.RESULTS.values()) == len(card)
    (summary,) = exhibits.card_summary(card)
    for name, results in scorecard.RESULTS.items():
        count = int(card["result"].isin(results).sum())
        assert count == 0 or re.search(rf"\b{count} ", summary.items[0]), name


def test_the_points_of_a_path_are_figures_in_their_order_up_to_the_end_of_the_year(here: Scope) -> None:
    for name, area in (("contacts", RUTLAND), ("dols_referrals", RUTLAND), ("referrals", "E10000018")):
        points = scorecard.latest_points(here.measures, name, area, here.period)
        ends = [periods.end(when) for when, _ in points]
        assert 4 <= len(points) <= 12 and ends == sorted(ends) and ends[-1] <= periods.year_end(here.period)
        assert all(value == value for _, value in points)


def test_exhibits_say_what_the_card_says(card: pd.DataFrame, here: Scope) -> None:
    shown = exhibits.score_tables(card, here)
    figures = sum(
        row[each.table.columns.index(area)] != ""
        for each in shown
        for row in each.table.rows
        for area in {areas.label(code) for code in here.areas} & set(each.table.columns)
    )
    assert figures == len(card)
    main = [each.identity for each in shown if each.identity.count("-") == 1]
    assert main == [f"card-{number}" for number in card["framework"].unique()]
    (summary,) = exhibits.card_summary(card)
    assert summary.items[0].startswith(f"Of {len(card)} figures, ") and "sure" not in summary.items[0]
    (lacking,) = exhibits.not_held(card)
    assert "DoLS referrals that led to a standard authorisation" in lacking.items[0]
    one = exhibits.card_summary(card[card["result"] == "watch"].head(1))[0].items[0]
    assert one == "Of 1 figure, 1 moved far, to be watched."
    sent = exhibits.passed_on(scorecard.exceptions(card), here)
    assert sum(len(each.items) for each in sent) == len(scorecard.exceptions(card))
    assert exhibits.card_summary(card.iloc[:0]) == []


def test_colour_stands_on_words_that_say_the_same(card: pd.DataFrame, here: Scope) -> None:
    one = card.iloc[:1].assign(result="resolve", words="■ Resolve", rag="red")
    html = exhibits.score_tables(one, here)[0]._repr_html_()
    assert '<span class="rag rag-red">■ Resolve</span>' in html


def test_the_most_serious_judgement_of_a_row_stands_first_and_names_its_areas(card: pd.DataFrame, here: Scope) -> None:
    ranks = [words for words, _, _ in scorecard.judged_words()]
    for each in exhibits.score_tables(card, here):
        assert each.table.columns[:2] == ("Indicator", "Judgement")
        order = [ranks.index(row[1].partition(":")[0]) for row in each.table.rows]
        assert order == sorted(order), each.identity
    second = next(each for each in exhibits.score_tables(card, here) if each.identity == "card-2")
    (plans,) = [row for row in second.table.rows if row[0] == "Child protection plans in force, 31 March 2013"]
    cells = dict(zip(second.table.columns, plans, strict=True))
    assert cells["Judgement"] == "■ Resolve: Rutland" and second.table.badges["■ Resolve: Rutland"] == "red"
    assert (cells["Leicestershire"], cells["Rutland"]) == ("393", "23")
    assert cells["Leicestershire, on the year before"] == "from 524; usual 334 to 792"
    assert cells["To know"] == "Rutland: another return gives 35"
    (care,) = [row for row in second.table.rows if row[0].startswith("Children in care, ")]
    changed = dict(zip(second.table.columns, care, strict=True))["Leicestershire, on the year before"]
    assert changed == "from 373; about 6 in 100; usual 327 to 437"


def test_a_partnership_stands_in_an_exhibit_of_its_own(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    three = scope(period="2012-13-Q4", areas=["Leicestershire", "Rutland", "Leicestershire and Rutland"])
    shown = {each.identity: each for each in exhibits.score_tables(scorecard.card(three, "report"), three)}
    alone = shown["card-3-leicestershire-and-rutland"]
    assert alone.table.columns[2] == "Leicestershire and Rutland"
    assert all(len(each.table.columns) <= 10 for each in shown.values())


# Shares


def test_a_part_that_an_area_lacks_is_missing_and_never_a_zero_in_a_stack() -> None:
    whole = pd.DataFrame({"area": [RUTLAND] * 4, "category": ["18_64", "65_74", "75_84", "85_and_over"], "value": [25.0] * 4})
    both = pd.concat([whole, whole.assign(area=LEICESTERSHIRE)], ignore_index=True)
    assert stackable("adult_referrals_age_pct", both)
    assert not stackable("adult_referrals_age_pct", both.iloc[:-1])
    assert not stackable("adult_referrals_age_pct", both.assign(value=[np.nan, *[25.0] * 7]))
    assert not stackable("adult_referrals_abuse_type_pct", both)  # one case may name several


# Commentary

HEADER = "indicator,role,text\n"


def received(copy: RawCopy, text: str, name: str = "2012-13-Q4.csv") -> RawCopy:
    folder = copy.data / "raw" / "commentary"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return copy


def asked(copy: RawCopy, monkeypatch: pytest.MonkeyPatch, audience: str = "seg") -> Scope:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(copy.data))
    return scope(period="2012-13-Q4", areas=AREAS, audience=audience)


def test_commentary_stands_beneath_its_exception_and_what_is_missing_is_listed(
    raw_copy: Callable[[], RawCopy], monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = "<script>alert(1)</script> fewer strategy meetings"
    copy = received(raw_copy(), f'{HEADER}section_47_enquiries,Head of service,"{hostile}"\n')
    assert clean(copy.data)
    here = asked(copy, monkeypatch)
    assert "commentary/2012-13-Q4.csv" in here.store.build["inputs"]
    taken = scorecard.exceptions(scorecard.card(here, "report"))
    html = "".join(each._repr_html_() for each in exhibits.passed_on(taken, here))
    assert "Head of service: &lt;script&gt;alert(1)&lt;/script&gt; fewer strategy meetings" in html and "<script" not in html
    (missing,) = exhibits.no_commentary(taken, here)
    named = {cells[0] for cells in missing.table.rows}
    assert "Section 47 enquiries" not in named and len(named) == taken["indicator"].nunique() - 1


def test_each_indicator_without_a_comment_is_listed_once_with_the_agency_that_is_asked() -> None:
    exceptions = pd.DataFrame({"indicator": ["contacts", "referrals", "referrals", "police_protection"]})
    said = pd.DataFrame({"indicator": ["contacts", "referrals"], "period": ["2012-13-Q4", "2012-13-Q3"]})
    asked = {"indicator": ["referrals", "police_protection"], "agency": ["Council children's social care", "Police"]}
    pd.testing.assert_frame_equal(scorecard.without_comment(exceptions, said, "2012-13-Q4"), pd.DataFrame(asked))


def test_commentary_of_another_period_is_not_shown(raw_copy: Callable[[], RawCopy], monkeypatch: pytest.MonkeyPatch) -> None:
    copy = received(raw_copy(), f"{HEADER}section_47_enquiries,Head of service,Old news\n", "2011-12-Q4.csv")
    clean(copy.data)
    here = asked(copy, monkeypatch)
    taken = scorecard.exceptions(scorecard.card(here, "report"))
    assert "Old news" not in "".join(each._repr_html_() for each in exhibits.passed_on(taken, here))


def test_free_text_is_not_shown_to_the_public(here: Scope, card: pd.DataFrame) -> None:
    said = pd.DataFrame({"period": ["2012-13-Q4"], "indicator": ["section_47_enquiries"], "role": ["Head"], "text": ["Secret"]})
    held = replace(here.unnoted_store, commentary=said[list(store.COMMENTARY_COLUMNS)])
    taken = scorecard.exceptions(card)
    for audience, shown in (("seg", True), ("public", False)):
        html = "".join(
            each._repr_html_() for each in exhibits.passed_on(taken, replace(here, unnoted_store=held, audience=audience))
        )
        assert ("Secret" in html) == shown


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("2012-13-Q4.csv", "indicator,text\n", ("row 1", "indicator, text", "indicator, role, text")),
        ("2012-13-Q4.csv", f"{HEADER}visits,Head,Text\n", ("row 2, column 1", "'visits'", "id of an indicator")),
        ("2012-13-Q4.csv", f"{HEADER}contacts,,Text\n", ("row 2, column 2", "0 letters", "1 to 80")),
        ("2012-13-Q4.csv", f"{HEADER}contacts,Head,{'x' * 601}\n", ("row 2, column 3", "601 letters", "1 to 600")),
        ("2012-13-Q4.csv", f"{HEADER}contacts,Head,a\x07b\n", ("row 2, column 3", "can't be printed")),
        ("2012-13-Q4.csv", f"{HEADER}contacts,Head\n", ("row 2", "2 cells", "3")),
        ("2012-13-Q4.csv", "", ("an empty file",)),
        ("last.csv", HEADER, ("no period", "2012-13-Q4.csv")),
        ("notes.txt", HEADER, ("commentary/notes.txt", "commentary/<period>.csv")),
    ],
)
def test_commentary_that_cannot_be_read_stops_with_its_place(
    raw_copy: Callable[[], RawCopy], name: str, text: str, words: tuple[str, ...]
) -> None:
    copy = received(raw_copy(), text, name)
    before = copy.processed()
    with pytest.raises(DataError) as refused:
        clean(copy.data)
    assert all(word in str(refused.value) for word in ("commentary/", *words)), str(refused.value)
    assert copy.processed() == before


def test_the_index_says_what_moved_unusually_or_that_nothing_did_or_that_nothing_could_be_judged(
    data: Path, here: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    board = dashboard(here, [])
    assert not board.nothing and board.matters[0].figure == "23 or 35"
    assert any("Core assessments" in each.heading and "Unusual: about 1 in 100" in each.line for each in board.matters)
    alone = scope(period="2023-24", areas=["Suffolk"])
    board = dashboard(alone, [])
    assert re.fullmatch(r"Of [\d,]+ sums checked, none fails\.", board.reliance.basis) and board.reliance.answer.startswith("Yes")
    first = scope(period="2011-12", areas=["Suffolk"])  # the first year that is held
    assert dashboard(first, []).nothing.startswith("No indicator can be set against the year before")


def test_of_two_returns_that_disagree_nothing_is_said_to_have_changed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    here = scope(period="2012-13-Q4", areas=["Leicestershire", "Rutland"])
    board, *_ = exhibits.passed_on(scorecard.exceptions(scorecard.card(here, "report")), here)
    said = {point.headline for point in board.items}
    assert "Child protection plans in force in Rutland: 23 on 31 March 2013. Another source gives 35." in said
    assert not [line for line in said if re.search(r"\brose\b|\bfell\b|in 100", line)]
