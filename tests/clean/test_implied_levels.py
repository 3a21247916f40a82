"""Levels that a report gives only through a change: the range that rounding leaves, and that nothing takes them for figures."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from notebook_cells import shown_by

from analysis import measures, store
from analysis.analyses import change, scorecard
from analysis.clean.printed.implied_levels import before, implied_levels, without_printed
from analysis.disclosure import protection
from analysis.errors import DataError
from analysis.scope import Scope, scope

LEICESTERSHIRE, YEAR, BEFORE = "E10000018", "2012-13", "2011-12"
GOLDEN = {"contacts": (14524, 14667), "referrals": (6324, 6388), "adult_referrals": (1044, 1049)}


@pytest.fixture(scope="module")
def here(data: Path) -> Scope:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFEGUARDING_DATA", str(data))
        return scope(period="2012-13-Q4", areas=["Leicestershire", "Rutland"])


# The range of one change


@pytest.mark.parametrize(
    ("level", "percent", "direction", "low", "high"),
    [
        (14741, "1%", "rise", 14524, 14667),
        (6165, "3%", "fall", 6324, 6388),
        (1341, "28%", "rise", 1044, 1051),
        (393, "25%", "fall", 521, 527),  # 524 is printed
        (23, "53%", "rise", 15, 15),  # as printed
        (631, "20.7%", "rise", 523, 523),
        (631, "0%", "rise", 628, 634),
    ],
)
def test_a_change_leaves_a_range_of_whole_counts(level: int, percent: str, direction: str, low: int, high: int) -> None:
    assert before(level, percent, direction) == (low, high)


@pytest.mark.parametrize("level", [7, 59, 631, 6165])
@pytest.mark.parametrize("direction", ["rise", "fall"])
def test_the_range_has_every_count_that_leads_to_the_change_and_no_other(level: int, direction: str) -> None:
    sign = 1 if direction == "rise" else -1
    leads = [
        count for count in range(1, 3 * level) if 16.5 * count <= sign * 100 * (level - count) <= 17.5 * count
    ]  # "17%", at both ends
    assert before(level, "17%", direction) == ((leads[0], leads[-1]) if leads else None)


@pytest.mark.parametrize(("percent", "direction"), [("100%", "fall"), ("120%", "fall"), ("a quarter", "rise"), ("99.6%", "fall")])
def test_a_change_that_leaves_no_range_gives_none(percent: str, direction: str) -> None:
    result = before(10, percent, direction)
    assert result is None or percent == "99.6%"


# The levels of a report


def figure(series: str, value: float, category: str = "all", period: str = YEAR, row: int = 2) -> dict[str, object]:
    place = {"series": series, "area": LEICESTERSHIRE, "period": period, "category": category}
    return place | {"value": value, "status": "final", "release": "r", "source": f"r/claims.csv#cell={row},7", "note": ""}


def said(asserts: str, stated: str, number: int = 9) -> dict[str, str]:
    place = {"id": f"c{number}", "section": "9", "area": LEICESTERSHIRE, "period": YEAR, "stated": stated, "unit": "percent"}
    return place | {"asserts": asserts, "source": f"r/claims.csv#cell={number},7"}


def ranges(figures: list[dict[str, object]], statements: list[dict[str, str]]) -> list[tuple[float, float]]:
    found = implied_levels(pd.DataFrame(figures), statements)
    return [] if found.empty else list(zip(found["low"], found["high"], strict=True))


def test_printed_parts_and_their_shares_narrow_the_range() -> None:
    statement = [said("rise(adult_referrals, 1)", "28%")]
    whole = figure("adult_referrals", 1341.0)
    parts = [
        figure("adult_referrals_setting", 765.0, "residential", BEFORE),
        figure("adult_referrals_setting", 269.0, "community", BEFORE),
    ]
    assert ranges([whole], statement) == [(1044, 1051)]
    assert ranges([whole, *parts], statement) == [(1044, 1051)]
    not_recorded = figure("adult_referrals_setting_printed_pct", 1.0, "unknown", BEFORE)
    assert ranges([whole, *parts, not_recorded], statement) == [(1044, 1049)]
    share = figure("adult_referrals_setting_printed_pct", 73.2, "residential", BEFORE)
    assert ranges([whole, *parts, not_recorded, share], statement) == [(1045, 1045)]


def test_a_printed_level_is_no_implied_one_and_several_changes_leave_what_all_leave() -> None:
    level, statement = figure("contacts", 14741.0), said("rise(contacts)", "1%")
    assert ranges([level], [statement]) == [(14524, 14667)]
    assert ranges([level, figure("contacts", 14600.0, period=BEFORE)], [statement]) == []
    assert ranges([level], [statement, said("rise(contacts)", "1.2%", 10)]) == [(14560, 14573)]
    assert ranges([level], [statement, said("rise(contacts)", "3%", 10)]) == []  # they contradict each other
    shares = [said("rise(contacts@Q4, contacts@Q1)", "50%"), said("share(referrals, contacts)", "1%")]
    assert ranges([level], shares) == []


def test_a_level_that_another_file_prints_is_left_out() -> None:
    implied = implied_levels(pd.DataFrame([figure("contacts", 14741.0)]), [said("rise(contacts)", "1%")])
    printed = pd.DataFrame([figure("contacts", 14600.0, period=BEFORE)])
    assert without_printed(pd.concat([printed, implied])).equals(pd.concat([printed, implied]).iloc[:1])
    assert len(without_printed(implied)) == 1


# In the store and the measures


def test_the_annual_report_implies_three_levels(held: store.Store) -> None:
    implied = held.observations[held.observations["status"] == store.IMPLIED].set_index("series")
    assert {name: (row["low"], row["high"]) for name, row in implied.iterrows()} == GOLDEN
    assert set(implied["area"]) == {LEICESTERSHIRE} and set(implied["period"]) == {BEFORE}
    assert implied["value"].isna().all() and implied["note"].str.contains("Implied by a change").all()
    others = held.observations[held.observations["status"] != store.IMPLIED]
    assert others[list(store.RANGE)].isna().all(axis=None)


def test_the_measures_have_the_range_and_no_figure(here: Scope) -> None:
    rows = here.measures[here.measures["status"] == store.IMPLIED].set_index("indicator")
    assert {name: (row["low"], row["high"]) for name, row in rows.loc[list(GOLDEN)].iterrows()} == GOLDEN
    assert rows[["value", "lower", "upper"]].isna().all(axis=None)
    share = rows.loc["referrals_of_contacts_pct"]
    assert (share["low"], share["high"]) == pytest.approx((100 * 6324 / 14667, 100 * 6388 / 14524))


def test_an_implied_level_is_never_added_up_and_a_figure_comes_before_it(held: store.Store) -> None:
    observations = held.observations
    other = observations[(observations["series"] == "referrals") & (observations["period"] == BEFORE)]
    assert set(other["area"]) == {LEICESTERSHIRE, "E06000017"}
    official = other[other["status"] == store.IMPLIED].assign(
        value=6350.0, status="final", low=float("nan"), high=float("nan"), release="dfe-cin/x", source="dfe-cin/x/a.csv#cell=2,2"
    )
    chosen = measures.current(pd.concat([observations, official], ignore_index=True))
    place = (chosen["series"] == "referrals") & (chosen["period"] == BEFORE) & (chosen["area"] == LEICESTERSHIRE)
    assert chosen.loc[place, "status"].tolist() == ["final"]


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"low": float("nan")}, "an implied figure without its range"),
        ({"low": 9.0, "high": 8.0}, "an implied figure without its range"),
        ({"value": 8.0}, "a value where the status says there is none"),
        ({"status": "not_available"}, "a range of a figure that isn't implied"),
    ],
)
def test_the_store_refuses_an_implied_figure_that_is_none(held: store.Store, columns: dict[str, object], fault: str) -> None:
    implied = held.observations[held.observations["status"] == store.IMPLIED].head(1)
    assert len(store.check(implied)) == 1
    with pytest.raises(DataError, match=fault):
        store.check(implied.assign(**columns))


# On pages


def test_a_year_before_that_is_implied_is_judged_at_both_ends_of_its_range(here: Scope) -> None:
    pairs = change.year_on_year(here.measures, here.period)
    of_contacts = pairs[(pairs["indicator"] == "contacts") & (pairs["area"] == LEICESTERSHIRE)]
    (row,) = of_contacts[of_contacts["reference_low"].notna()].to_dict("records")
    assert (row["reference_low"], row["reference_high"]) == (14524, 14667) and row["reference"] != row["reference"]
    assert row["verdict"] == "chance" and row["least_rarity"] < row["most_rarity"]
    card = scorecard.card(here, "report").set_index(["indicator", "category", "area"])
    assert card.loc[("contacts", "all", LEICESTERSHIRE), "reference_status"] == store.IMPLIED


ENDS = re.compile(r"\b(?:14,?524|14,?667|6,?324|6,?388|1,?044|1,?049)\b")
RANGES = re.compile(r"([\d,.]+%?) to ([\d,.]+%?) \[i\]")
IN_WORDS = re.compile(r"from between ([\d,.]+%?) and ([\d,.]+%?) in 2011/12")
OF_CHILDREN = [("14,524", "14,667"), ("6,324", "6,388"), ("43.1%", "44.0%")]
OF_ADULTS = [("1,044", "1,049")]
PAGES = [(name, each) for name in ("trend", "year_on_year") for each in ("children", "adults")] + [("scorecard", "")]


@pytest.mark.parametrize(("notebook", "domain"), PAGES)
def test_no_page_prints_an_implied_level_as_a_figure(data: Path, notebook: str, domain: str) -> None:
    cells = shown_by(notebook, data, **({"domain": domain} if domain else {}))
    html = " ".join(each._repr_html_() for cell in cells for each in cell if hasattr(each, "_repr_html_"))
    words = re.sub(r"<[^>]+>", " ", html)
    assert len(words) > 2000
    assert [match[0] for match in ENDS.finditer(IN_WORDS.sub("", RANGES.sub("", words)))] == []
    expected = {"scorecard": OF_CHILDREN + OF_ADULTS, "year_on_year": OF_ADULTS if domain == "adults" else OF_CHILDREN}
    assert sorted(set(RANGES.findall(words))) == sorted(expected.get(notebook, []))


def test_an_audience_that_gets_rounded_figures_gets_a_range_rounded_outwards(held: store.Store, data: Path) -> None:
    seen = protection.for_audience(held, "public", data, keep=False).observations
    implied = seen[seen["status"] == store.IMPLIED].set_index("series")
    assert {name: (row["low"], row["high"]) for name, row in implied.iterrows()} == {
        "contacts": (14520, 14670), "referrals": (6320, 6390), "adult_referrals": (1040, 1050),
    }  # fmt: skip
    assert (implied["note"] == "").all() and implied["value"].isna().all()
