"""Scope: a question that can't be answered is refused in one sentence that names what there is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import IPython
import pandas as pd
import pytest
from conftest import RawCopy

from analysis import catalogue
from analysis.clean import clean
from analysis.disclosure.policy import banner, check_audience
from analysis.errors import DataError, SafeguardingError, UnknownNameError
from analysis.scope import ParameterError, check_injected, scope

GOOD = {"period": "2012-13-Q4", "domain": "children", "areas": ["Leicestershire", "Rutland"]}


@pytest.fixture(autouse=True)
def in_the_project(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))


def test_a_checked_question() -> None:
    here = scope(**GOOD, audience="seg", comparators="report")
    assert (here.domain, here.period, here.year, here.audience) == ("children", "2012-13-Q4", "2012-13", "seg")
    assert here.areas == ("E10000018", "E06000017")
    assert set(here.measures["area"]) == set(here.areas)
    assert set(here.everywhere["area"]) >= set(here.areas)


def test_a_question_shows_what_it_holds() -> None:
    here = scope(**GOOD, audience="public")
    figures = here.measures[here.measures["value"].notna()]
    assert (
        repr(here)
        == here.contents()
        == (
            "Children's social care, Q4 2012/13, Leicestershire and Rutland, for the audience 'public': "
            f"{len(figures):,} figures of {figures['indicator'].nunique()} indicators, from 31 March 2012 to 2012/13."
        )
    )
    assert repr(scope(period="2012-13")).startswith("All domains, 2012/13, no area, for the audience 'seg': no figure is held.")


def test_a_question_without_figures_says_where_there_are_some() -> None:
    here = scope(period="2012-13-Q4", domain="governance", areas=["Rutland"])
    assert here.measures.empty
    assert repr(here).endswith(
        "Rutland, for the audience 'seg': no figure is held. There are figures for Leicestershire and Rutland."
    )


def test_measures_have_names_beside_codes() -> None:
    here = scope(**GOOD)
    row = here.measures.query("indicator == 'referrals' and area == 'E06000017'").iloc[0]
    assert (row["area_name"], row["title"]) == ("Rutland", "Referrals to children's social care")
    assert here.measures["area_name"].notna().all() and here.measures["title"].notna().all()


def test_measures_stand_in_the_order_asked_for() -> None:
    here = scope(period="31st March 2013", domain="dols", areas=["Rutland", "Leics", "rutland"])
    assert here.areas == ("E06000017", "E10000018")
    assert here.measures["area"].drop_duplicates().tolist() == ["E06000017", "E10000018"]
    assert here.period == "2013-03-31"
    assert here.measures is here.measures


def test_what_is_worked_out_once_is_everybodys_own() -> None:
    """Two questions share what was read and measured, and neither sees what the other does to it."""
    first, second = scope(**GOOD), scope(**GOOD)
    assert second.unnoted_store is first.unnoted_store
    before = second.everywhere.copy()
    for frame in (first.everywhere, first.official_figures, first.official, first.store.observations):
        frame["value"] = -1.0
    third = scope(**GOOD)
    for each in (second, third):
        assert each.everywhere.equals(before)
        assert not (each.official["value"] == -1.0).any() and not (each.store.observations["value"] == -1.0).any()
        assert not (each.official_figures["value"] == -1.0).any()


def test_figures_that_are_cleaned_anew_are_read_anew(raw_copy: Callable[[], RawCopy], monkeypatch: pytest.MonkeyPatch) -> None:
    copy = raw_copy()
    monkeypatch.setenv("SAFEGUARDING_DATA", str(copy.data))

    def restate(rows: list[list[str]]) -> None:
        next(row for row in rows if row[0] == "Essex")[1] = "95812"

    before = scope(**GOOD).unnoted_store
    copy.edit("figure-7.csv", restate)
    assert scope(**GOOD).unnoted_store is before
    assert clean(copy.data)
    assert 95812 in scope(**GOOD).unnoted_store.observations["value"].to_numpy()
    assert 95812 not in before.observations["value"].to_numpy()


def test_without_a_domain_there_are_the_figures_of_all() -> None:
    domains = scope(period="2012-13").everywhere["indicator"].map(catalogue.indicators()["domain"])
    assert set(domains) == set(catalogue.domains()) - {"learning"}  # of which only agencies' returns give figures


def test_outside_jupyter_there_is_nothing_to_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", None)
    check_injected()


def test_areas_as_papermill_hands_them_over() -> None:
    assert scope(**GOOD | {"areas": '["Leicestershire", "Rutland"]'}).areas == ("E10000018", "E06000017")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"domain": "chldren"},
            r"There is no domain 'chldren': there is census, children, adults, dols, governance, learning\. Did you mean",
        ),
        ({"areas": ["Leicestershyre"]}, r"No area is called 'Leicestershyre': did you mean Leicestershire"),
        (
            {"areas": "Leicestershire"},
            r"The areas are given as a list, such as \[\"Leicestershire\", \"Rutland\"\], not as one name",
        ),
        ({"areas": '"Leicestershire"'}, "The areas are given as a list"),
        ({"period": "last quarter"}, r"No period is spelled 'last quarter': write 2012-13, 2012-13-Q4 or 2013-03-31"),
        ({"period": "1999-00"}, r"No figure is held for the period '1999-00': there are figures for 2001-02, .*2012-13"),
        ({"audience": "everyone"}, r"There is no audience 'everyone': there is internal, seg, public"),
        ({"comparators": "neighbours"}, r"There is no comparator set 'neighbours': there is report"),
    ],
)
def test_what_is_not_known_is_one_sentence_that_names_what_there_is(change: dict, words: str) -> None:
    with pytest.raises(UnknownNameError, match=words) as caught:
        scope(**GOOD | change)
    assert "\n" not in str(caught.value)


def test_public_sees_protected_figures_and_seg_what_is_published() -> None:
    small = {"series": "lado_referrals", "area": "E06000017", "period": "2012-13-Q2"}
    status = {}
    for audience in ("internal", "seg", "public"):
        held = scope(**GOOD, audience=audience).unnoted_store.observations
        status[audience] = held.loc[(held[list(small)] == pd.Series(small)).all(axis=1), "status"].tolist()
    assert status == {"internal": ["final"], "seg": ["final"], "public": ["suppressed"]}


def test_seg_sees_no_small_number_of_what_is_not_published(
    tmp_path: Path, data: Path, raw_copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy: RawCopy = raw_copy()
    origin = copy.path("claims.csv").with_name("origin.toml")
    origin.write_text(origin.read_text(encoding="utf-8").replace("published = true", "published = false"), encoding="utf-8")
    clean(copy.data)
    monkeypatch.setenv("SAFEGUARDING_DATA", str(copy.data))
    held = scope(**GOOD, audience="seg").unnoted_store
    domains = held.observations["series"].map(catalogue.series()["domain"])
    units = held.observations["series"].map(catalogue.series()["unit"])
    people = held.observations[domains.isin(["children", "adults", "dols"]) & (units == "count")]
    assert not people["value"].between(1, 4).any()
    assert (people["status"] == "suppressed").sum() > 90
    printed = held.cells["source"].str.startswith("annual-report/")
    assert set(held.cells.loc[printed, "text"]) == {""}


def test_audiences() -> None:
    assert check_audience("internal") == "internal"
    assert banner("seg")[0].startswith("Restricted circulation")
    for ask in (banner, check_audience):
        with pytest.raises(UnknownNameError, match="There is no audience 'press': there is internal, seg, public"):
            ask("press")


def test_nothing_processed_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDING_DATA", str(tmp_path))
    with pytest.raises(SafeguardingError, match="run `safeguarding clean` first"):
        scope(**GOOD)


def shell(monkeypatch: pytest.MonkeyPatch, *cells: str) -> None:
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(user_ns={"In": ["", *cells]}))


def test_a_parameter_that_the_notebook_does_not_declare_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    shell(monkeypatch, 'period = "2012-13"\nareas = []', '# Parameters\nperoid = "2012-13-Q4"\n', "scope()")
    with pytest.raises(ParameterError, match=r"This notebook has no parameter 'peroid': it has areas, period\."):
        check_injected()
    with pytest.raises(ParameterError):
        scope(**GOOD)


@pytest.mark.parametrize(
    "cells",
    [(), ('period = "2012-13"',), ('period = ""\nareas = []', '# Parameters\nperiod = "2012-13-Q4"\n'), ("x = 1", "y = 2")],
)
def test_declared_parameters_and_none_are_fine(cells: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    shell(monkeypatch, *cells)
    check_injected()


def test_an_error_shows_its_sentence_and_no_frames_in_a_notebook() -> None:
    error = UnknownNameError("There is no such thing.")
    assert error._render_traceback_() == ["UnknownNameError: There is no such thing."]
    assert isinstance(error, SafeguardingError)
    assert str(DataError("a.csv", row=2, column=3, found="x", expected="y")) == "a.csv, row 2, column 3: found x, expected y."
    assert str(DataError("a.csv", found="x", expected="y")) == "a.csv: found x, expected y."


def test_the_public_is_not_told_of_two_returns_that_only_rounding_sets_apart(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rutland's referrals: 378 in the report, 372 in the official return; for the public the first is 380."""
    monkeypatch.setenv("SAFEGUARDING_DATA", str(data))
    others = {}
    for audience in ("seg", "public"):
        here = scope(domain="children", period="2012-13-Q4", areas=["Rutland"], audience=audience)
        rows = here.measures[here.measures["other_values"] != ""]
        others[audience] = dict(zip(rows["indicator"], rows["other_values"], strict=True))
    assert others["seg"]["referrals"] == others["public"]["referrals"] == "372"  # 8 apart for the public: more than rounding
    assert "plans_reviewed_on_time_pct" in others["seg"] and not any(name.endswith("_pct") for name in others["public"])
