"""A publisher changes its tables from one release to the next: rows of tables say how, and no code does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from official_files import Rows, made_up, read, text_of

from analysis.catalogue import tables
from analysis.clean import official
from analysis.clean.official.layouts import layouts
from analysis.errors import DataError

NEED = ["Anypoint_episodes", "Anypoint_child", "Started_episodes", "Started_child", "Ended_episodes", "Ended_child", "At31_episodes",
        "awaiting_assessment"]  # fmt: skip
REFERRALS = ["referral_count", "rereferral_count", "rereferral_percent", "no_further_action_count", "no_further_action_percent",
             "not_in_need_count", "not_in_need_percent", "referral_child_count", "rereferral_child_count",
             "rereferral_child_percent"]  # fmt: skip
YEARS = range(2013, 2026)
CHILDREN = "Children aged 0 to 17 years"
WORDS = "Referrals and Re-referrals"


def referrals(number: int, year: int) -> list[str]:
    count = str(1000 + 10 * number + year - 2000)
    return [count, "100", "x", "20", "x", "30", "x", "900", "80", "x"]


@pytest.fixture
def own_tables(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose tables are in use; afterwards those of the package alone are again."""
    (tmp_path / tables.FOLDER).mkdir()
    yield tmp_path
    tables.use(None)


def add(data: Path, table: str, *rows: str) -> None:
    (data / tables.FOLDER / f"{table}.csv").write_text(
        "\n".join([",".join(tables.columns(table)), *rows]) + "\n", encoding="utf-8"
    )
    tables.use(data)


def figures_of(folder: Path, rows: Rows, source: str = "dfe-cin", release: str = "2025") -> official.Reading:
    file = folder / "table.csv"
    file.write_bytes(text_of(rows))
    return read(source, file, release)


def value(reading: official.Reading, series: str, area: str, period: str) -> float:
    rows = reading.observations.query("series == @series and area == @area and period == @period")
    [single] = rows["value"]
    return float(single)


def test_children_in_need_of_2025_has_no_rates_and_another_heading(tmp_path: Path) -> None:
    rows = made_up(NEED, YEARS, "Children in Need", lambda number, year: [str(100 * at + year - 2000) for at in range(1, 9)])
    reading = figures_of(tmp_path, rows)
    assert value(reading, "children_awaiting_assessment", "E10000018", "2025-03-31") == 825
    assert value(reading, "need_episodes_in_year", "E10000018", "2024-25") == 125
    assert reading.rows == reading.rows_read and reading.published.empty


def test_a_release_with_half_of_the_changes_is_refused(tmp_path: Path) -> None:
    rows = made_up(NEED, YEARS, "Children in Need", lambda *_: ["5"] * 8)
    rows[0][rows[0].index("awaiting_assessment")] = "Awaiting_assessment"
    with pytest.raises(DataError, match="row 1, column 19: found 'Awaiting_assessment', expected 'awaiting_assessment'"):
        figures_of(tmp_path, rows)


def test_referrals_of_2025_by_their_new_headings(tmp_path: Path) -> None:
    reading = figures_of(tmp_path, made_up(REFERRALS, YEARS, WORDS, referrals))
    first = reading.observations.query("series == 'referrals' and period == '2024-25' and value.notna()").iloc[0]
    assert first["value"] == 1025
    assert set(reading.observations["series"]) >= {"children_re_referred", "referrals_not_in_need"}


def test_rates_that_a_release_dropped_come_of_its_own_population(tmp_path: Path) -> None:
    from analysis.measures import official as measured

    frames = []
    for release, count, children in (("2025", "1000", "20000"), ("2026", "1100", "22000")):
        counts = made_up(REFERRALS, range(2013, int(release) + 1), WORDS, lambda *_, n=count: [n, *referrals(0, 0)[1:]])
        people = made_up(["population_estimate"], range(2012, int(release)), CHILDREN, lambda *_, n=children: [n], on=1)
        people[0][people[0].index("category")] = "age_group"
        frames += [figures_of(tmp_path, rows, release=release).observations for rows in (counts, people)]
    rates = measured(pd.concat(frames, ignore_index=True), ["referrals_per_10k"]).query("area == 'E10000018'")
    assert set(rates["denominator"]) == {22_000} and set(rates["value"]) == {500} and "2025-26" in set(rates["period"])


PLACE = ["time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code", "region_name",
         "old_la_code", "la_name", "new_la_code"]  # fmt: skip
ENGLAND = ["Reporting year", "National", "E92000001", "England", "", "", "", "", ""]


def test_looked_after_tables_of_2025_by_their_new_headings(tmp_path: Path) -> None:
    of_layout = tables.read("official_layouts").query("source == 'dfe-cla' and where != ''")
    kinds = of_layout.query("layout == 'looked-after'")["where"].unique()
    rows = [[*PLACE, "population_type", "children_count"]]
    rows += [[str(year), *ENGLAND, kind, str(100 + year)] for year in range(2020, 2026) for kind in kinds]
    assert value(figures_of(tmp_path, rows, "dfe-cla"), "children_in_care", "E92000001", "2025-03-31") == 2125
    rows = [[*PLACE, "cla_group", "placement_stability", "children_count", "children_percent"]]
    kinds = of_layout.query("layout == 'placement-stability'")["where"].unique()
    rows += [[str(year), *ENGLAND, *kind.split(" | "), "200", "10"] for year in range(2020, 2026) for kind in kinds]
    reading = figures_of(tmp_path, rows, "dfe-cla")
    assert value(reading, "children_in_care_3_placements", "E92000001", "2025-03-31") == 200
    assert set(reading.published["kind"]) == {"percent"}


def test_a_release_to_come_is_read_after_rows_are_added(own_tables: Path) -> None:
    """Three columns renamed, one dropped, one new, and one authority divided into two: no line of code."""
    columns = ["referrals_n", "rereferrals_n", "rereferral_percent", "closed_n", "no_further_action_percent", "from_a_school",
               "not_in_need_count", "referral_child_count", "rereferral_child_count", "rereferral_child_percent"]  # fmt: skip
    begin = "dfe-cin,referrals,2026"
    add(own_tables, "areas", "E10000030,Surrey,county,E12000008,,2025-03-31,E06000998 E06000999",
        "E06000998,East Surrey,unitary authority,E12000008,2025-04-01,,",
        "E06000999,West Surrey,unitary authority,E12000008,2025-04-01,,")  # fmt: skip
    add(own_tables, "area_numbers", "998,E06000998", "999,E06000999")

    def cells(number: int, year: int) -> list[str]:
        return [str(1000 + number + year), "100", "x", "20", "x", "7", "30", "900", "80", "x"]

    rows = made_up(columns, range(2013, 2027), WORDS, cells)
    with pytest.raises(
        DataError, match="layout 'referrals'; a change of its publisher's is a row of official_changes.csv, such as"
    ):
        figures_of(own_tables, rows, release="2026")
    add(own_tables, "official_layouts", "dfe-cin,referrals,,from_a_school,left,,A figure that no page uses.")
    add(
        own_tables,
        "official_changes",
        f"{begin},renamed,Referrals,referrals_n,,",
        f"{begin},renamed,Re_referrals,rereferrals_n,,",
        f"{begin},renamed,No_Further_Action,closed_n,,",
        f"{begin},dropped,Not_in_Need_percent,,,",
        f"{begin},new,from_a_school,,no_further_action_percent,",
    )
    reading = figures_of(own_tables, rows, release="2026")
    assert {"E06000998", "E06000999"} <= set(reading.observations["area"])
    surrey = reading.observations.query("area == 'E10000030' and series == 'referrals'")
    assert max(surrey["period"]) == "2024-25"
    assert value(reading, "referrals", "E06000998", "2025-26") > 3000
    assert not reading.observations.query("series == 'referrals_not_in_need' and value == 30").empty
    # The releases before are read as they were.
    assert figures_of(own_tables, made_up(REFERRALS, YEARS, WORDS, referrals)).rows_read > 1000


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("dfe-cin,refferals,2026,renamed,Referrals,n,,", "column layout: found 'refferals', expected a layout of dfe-cin"),
        ("dfe-cin,referrals,2026,renamed,Refferals,n,,", "column column: found 'Refferals', expected a column of the layout"),
        ("dfe-cin,referrals,2026,new,Referrals,,Refferals,", "column after: found 'Refferals', expected another column"),
    ],
)
def test_a_change_of_what_no_layout_has_is_refused(own_tables: Path, row: str, found: str) -> None:
    add(own_tables, "official_changes", row)
    with pytest.raises(DataError, match=found):
        layouts("dfe-cin")


def test_a_refusal_names_the_table_whose_words_and_headings_it_has(tmp_path: Path) -> None:
    rows = made_up(["CPP_start", "b", "c"], [2013], WORDS, lambda *_: ["1", "2", "3"])
    with pytest.raises(
        DataError, match=r"found the new columns 'CPP_start', 'b', 'c' and no columns .*'referral_count'"
    ) as refused:
        figures_of(tmp_path, rows)
    assert "of the layout 'referrals'" in str(refused.value)
    assert "dfe-cin,referrals,YEAR,renamed,Referrals,CPP_start,," in str(refused.value)


def test_a_table_of_another_source_is_told_apart_by_name(tmp_path: Path) -> None:
    rows = made_up(["population_estimate"], [2013], CHILDREN, lambda *_: ["1"])
    rows[0][rows[0].index("category")] = "age_group"
    (tmp_path / "p.csv").write_bytes(text_of(rows))
    with pytest.raises(
        DataError, match="row 1: found a table of 'dfe-cin', expected one of 'ons-population': import it as 'dfe-cin'"
    ):
        read("ons-population", tmp_path / "p.csv")


def test_a_file_without_a_header_is_refused_without_its_cells(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="row 1: found no heading of a known table") as refused:
        figures_of(tmp_path, [["A person", "1 Some Street"], ["Another", "2 Some Street"]])
    assert "person" not in str(refused.value) and "Street" not in str(refused.value)


def test_titles_above_and_notes_below_are_left_with_a_reason(tmp_path: Path) -> None:
    rows = made_up(REFERRALS, YEARS, WORDS, referrals)
    bare = figures_of(tmp_path, rows)
    dressed = figures_of(tmp_path, [["Table C1"], [""], *rows, [], ["Source: a made-up census"]])
    assert dressed.observations["value"].equals(bare.observations["value"])
    assert dressed.observations["source"].iloc[0].partition("#")[2] == "cell=4,12"
    assert dressed.rows == dressed.rows_read + len(dressed.left) and set(dressed.left) == {1, 2, len(rows) + 3, len(rows) + 4}
    with pytest.raises(DataError, match="found 1 cells"):
        figures_of(tmp_path, [*rows, ["Source: a made-up census"]])
