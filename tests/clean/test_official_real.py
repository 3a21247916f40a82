"""Every published file that is at hand, read whole: nothing lost, nothing guessed, nothing withheld turned into a number."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from official_files import FIGURE, MUTATIONS, OPEN, figures, read, real_data, rows_of, text_of

from analysis.catalogue import tables
from analysis.clean import official
from analysis.errors import DataError

pytestmark = real_data
CIN = sorted((OPEN / "dfe-cin").glob("*.csv")) if OPEN else []
CLA = sorted((OPEN / "dfe-cla").glob("*.csv")) if OPEN else []
SETS = sorted((OPEN / "neighbours").glob("*.xlsx")) if OPEN else []
ONS = sorted((OPEN / "ons").glob("population*.csv")) if OPEN else []
CENSUS = [OPEN / "ons" / "chrishanretty_QS103EW.csv"] if OPEN else []
FILES = [
    *(("dfe-cin", path, "2024") for path in CIN),
    *(("dfe-cla", path, "2024") for path in CLA),
    *(("neighbours", path, "2021-04") for path in SETS),
    *(("ons-population", path, "2020") for path in ONS),
    *(("census-2011", path, "2011") for path in CENSUS),
]


@pytest.fixture(scope="module")
def readings() -> dict[str, official.Reading]:
    return {path.name: read(source, path, release) for source, path, release in FILES}


def test_there_are_the_files_that_the_proof_is_about() -> None:
    assert len(CIN) == 30
    assert len(CLA) == 6
    assert len(SETS) == 2
    assert len(ONS) == 2


@pytest.mark.parametrize("path", [path for _, path, _ in FILES], ids=lambda path: path.name)
def test_every_row_gives_figures_or_is_left_with_a_reason(path: Path, readings: dict[str, official.Reading]) -> None:
    reading = readings[path.name]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as handle:
            assert reading.rows == sum(1 for _ in csv.reader(handle)) - 1
    assert reading.rows == reading.rows_read + len(reading.left)
    assert all(reading.left.values())
    left = reading.cells[reading.cells["fate"] == "official column left"]
    assert (left["reason"] != "").all()
    assert not reading.observations.duplicated([*FIGURE, "source"]).any()


@pytest.mark.parametrize("path", [*CIN, *CLA], ids=lambda path: path.name)
def test_no_symbol_became_a_number_and_every_number_is_the_cell(path: Path, readings: dict[str, official.Reading]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    found = readings[path.name].observations
    place = found["source"].str.extract(r"#cell=(\d+),(\d+)$").astype(int)
    printed = pd.Series([rows[row - 1][column - 1] for row, column in place.itertuples(index=False)], index=found.index)
    number = printed.str.fullmatch(r"\d+(\.\d+)?")
    assert found.loc[~number, "value"].isna().all()
    assert (found.loc[number, "value"] == printed[number].astype(float)).all()
    symbols = tables.read("markers").query("publisher in ('dfe', 'dfe-sfr')")["symbol"]
    assert set(printed[~number]) <= set(symbols)


def test_totals_are_the_sum_of_their_authorities_and_rates_those_published(readings: dict[str, official.Reading]) -> None:
    mine = [readings[path.name] for path in (*CIN, *CLA)]
    observations = pd.concat([each.observations for each in mine], ignore_index=True)
    checks = official.check(observations, pd.concat([each.published for each in mine], ignore_index=True))
    counts = checks.groupby(["check", "outcome"]).size().unstack(fill_value=0)
    print(counts)  # noqa: T201 -- the tally that the proof is about
    assert counts.loc["national_total"].sum() > 20_000
    assert counts.loc["published_rate"].sum() > 45_000
    assert counts.loc["published_percentage"].sum() > 70_000
    differing = checks[checks["outcome"] == "differs"]
    assert differing[differing["check"] == "published_rate"].empty
    known = pd.read_csv(Path(__file__).parents[1] / "golden" / "official_differences.csv", dtype=str).set_index("source")[
        "explanation"
    ]
    others = differing[differing["check"].isin(("national_total", "published_percentage"))]
    assert set(others["source"]) == set(known.index)
    # Breakdowns that the publisher itself does not add up: a few in a thousand, each a row of the checks.
    assert counts.loc["breakdown", "differs"] / counts.loc["breakdown"].sum() < 0.005


@pytest.mark.parametrize(
    ("series", "area", "period", "value"),
    [
        ("referrals", "E10000018", "2012-13", 6165),
        ("conference_children", "E10000018", "2012-13", 662),
        ("plans_started", "E10000018", "2012-13", 536),
        ("plans_ended", "E10000018", "2012-13", 667),
        ("plans_in_force", "E10000018", "2013-03-31", 393),
        ("children_in_care", "E10000018", "2013-03-31", 435),
        ("referrals", "E06000017", "2012-13", 372),
        ("section_47_enquiries", "E06000017", "2012-13", 71),
        ("children_in_care", "E06000017", "2013-03-31", 31),
        ("referrals", "E92000001", "2023-24", 621_880),
    ],
)
def test_known_figures(series: str, area: str, period: str, value: float, readings: dict[str, official.Reading]) -> None:
    every = pd.concat([each.observations for each in readings.values()])
    mine = every[(every[["series", "area", "period"]] == [series, area, period]).all(axis=1) & (every["category"] == "all")]
    assert set(mine["value"]) == {value}


def test_the_error_of_a_spreadsheet_is_named(readings: dict[str, official.Reading]) -> None:
    cells = readings["2013_SFR36_CLA2013.csv"].cells
    [error] = cells[cells["fate"] == "error of the source"].to_dict("records")
    assert error["text"] == "#VALUE!"
    assert error["source"].endswith("#cell=2,53")


def mutated_files() -> list[tuple[str, Path]]:
    small = [path for path in CIN if path.name.startswith(("a", "b7", "headline"))]
    return [*(("dfe-cin", path) for path in small), *(("dfe-cla", path) for path in CLA[:3])]


def test_two_hundred_mutations_are_read_right_or_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """No mutation of a real file changes a figure in silence: it is refused, read as it was, or named by a check.

    Two authorities whose rows were exchanged whole, names and all, are another file and no mutation of this one; where rates are
    published the population gives them away.
    """
    rng = random.Random(2024)  # noqa: S311
    files, kinds = mutated_files(), list(MUTATIONS)
    tally = dict.fromkeys(("refused", "read right", "named by a check", "silent"), 0)
    before = {path: read(source, path) for source, path in files}
    for number in range(220):
        kind, (source, path) = kinds[number % len(kinds)], files[rng.randrange(len(files))]
        content = MUTATIONS[kind](path.read_bytes(), rng)
        changed = tmp_path / path.name
        changed.write_bytes(content)
        try:
            after = read(source, changed)
        except DataError as error:
            assert re.match(rf"{source}/2024/{re.escape(path.name)}", str(error)), (kind, str(error))
            assert "found" in str(error)
            tally["refused"] += 1
            continue
        if figures(after.observations).equals(figures(before[path].observations)):
            tally["read right"] += 1
            continue
        found = official.check(after.observations, after.published)
        known = official.check(before[path].observations, before[path].published)
        more = (found["outcome"] == "differs").sum() - (known["outcome"] == "differs").sum()
        tally["named by a check" if more > 0 else "silent"] += 1
        assert more > 0, (kind, path.name)
    with capsys.disabled():
        print(f"\n{sum(tally.values())} mutations of {len(files)} real files: {tally}")  # noqa: T201
    assert sum(tally.values()) >= 200
    assert tally["silent"] == 0
    assert tally["refused"] >= 100


def without(level: str, **cells: str) -> Callable[[list[list[str]]], list[list[str]]]:
    """Return the rows of a file without those of a level, or those of it whose cells are these."""

    def left(rows: list[list[str]]) -> list[list[str]]:
        head = rows[0]
        wanted = {head.index("geographic_level"): level} | {head.index(name): value for name, value in cells.items()}
        return [head, *(row for row in rows[1:] if not all(row[at] == value for at, value in wanted.items()))]

    return left


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (without("Local authority", time_period="2024"), "no row of an authority for 2024"),
        (without("Local authority"), "no row of an authority for 2013"),
        (without("Regional", region_code="E12000004"), "no row of East Midlands"),
        (without("National"), "no row of England"),
    ],
)
def test_a_level_that_is_missing_whole_is_refused_by_name(
    tmp_path: Path, change: Callable[[list[list[str]]], list[list[str]]], found: str
) -> None:
    [file] = [path for path in CIN if path.name.startswith("d3_")]
    (tmp_path / file.name).write_bytes(text_of(change(rows_of(file))))
    with pytest.raises(DataError, match=found):
        read("dfe-cin", tmp_path / file.name)


def test_a_rate_is_right_by_the_population_of_its_own_release(tmp_path: Path) -> None:
    """A year later the estimates of all years are revised, and one more is there: rates of before are held against their own."""
    [rates] = [path for path in CIN if path.name.startswith("b1_")]
    [population] = [path for path in CIN if path.name.startswith("ons_")]
    head, *rows = rows_of(population)
    count, year = head.index("population_estimate"), head.index("time_period")
    revised = [
        [*row[:count], str(round(int(row[count]) * 1.02)) if row[count].isdigit() else row[count], *row[count + 1 :]]
        for row in rows
    ]
    revised += [[*row[:year], "2024", *row[year + 1 :]] for row in revised if row[year] == "2023"]
    newer = tmp_path / "newer.csv"
    newer.write_bytes(text_of([head, *revised]))
    mine = read("dfe-cin", rates)
    own, later = read("dfe-cin", population), read("dfe-cin", newer, release="2025")
    for bases in ([own], [own, later]):
        observations = pd.concat([each.observations for each in (mine, *bases)], ignore_index=True)
        checks = official.check(observations, mine.published).query("check == 'published_rate'")
        assert len(checks) > 1_500 and set(checks["outcome"]) <= {"agrees", "agrees_at_rounding"}
    alone = pd.concat([mine.observations, later.observations], ignore_index=True)
    assert official.check(alone, mine.published).query("check == 'published_rate'").empty
