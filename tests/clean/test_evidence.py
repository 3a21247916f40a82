"""The raw cells walked by themselves: what is printed must have arrived, where it belongs, and nothing may be read wrongly."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from conftest import RawCopy

from analysis import store
from analysis.clean import clean
from analysis.errors import DataError

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "data" / "raw" / "annual-report" / "2012-13"
LEICESTERSHIRE, RUTLAND = "E10000018", "E06000017"
YEAR = "2012-13"
QUARTERS = [f"{YEAR}-Q{number}" for number in (1, 2, 3, 4)]
# What stands in each column of each printed table, and whose rows they are: read off the page, not off the library's tables.
COLUMNS = {
    "figure-1.csv": (LEICESTERSHIRE, [*QUARTERS, YEAR]),
    "figure-2.csv": (RUTLAND, [*QUARTERS, YEAR]),
    "figure-3.csv": (LEICESTERSHIRE, [*QUARTERS, YEAR]),
    "figure-4.csv": (RUTLAND, [*QUARTERS, YEAR]),
    "figure-5.csv": (None, ["2009-10", "2010-11", "2011-12", "2012-13"]),
    "figure-6.csv": (None, [*QUARTERS, YEAR]),
    "figure-7.csv": (None, [YEAR]),
    "budget.csv": ("LR", ["", YEAR]),
    "attendance-lscb-statutory.csv": ("LR", [YEAR]),
    "attendance-lscb-non-statutory.csv": ("LR", ["", YEAR]),
    "attendance-sab.csv": ("LR", [YEAR]),
}
AREA_OF_LABEL = {
    "Leicestershire": LEICESTERSHIRE, "Rutland": RUTLAND, "PCT - Leicestershire County and Rutland": "5PA", "Totals": "LR",
    "Buckinghamshire": "E10000002", "Hampshire": "E10000014", "Essex": "E10000012", "Leicester City": "E06000016",
    "Derbyshire": "E10000007",
}  # fmt: skip
NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")
# The noise of one heading looks like numbers; the row adds up to no block.
NOISE_ROW = ["Primary Client Type", "J", "17", "13", "30", "30"]


def printed_cells() -> Iterator[tuple[str, int, int, str, str, str]]:
    """Yield file, row, column, area, period and text of every cell of a table with a number that is a figure."""
    for file, (area, spans) in COLUMNS.items():
        text = (REPORT / file).read_text(encoding="utf-8")
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
            title = row == 1 or cells[:1] == ["Supervisory Body"] or "Full Year" in cells or "Q1" in cells
            if title or cells == NOISE_ROW or (cells and cells[0].startswith(("Supervisory Body 2009", "Safeguarding Adults -"))):
                continue
            for column, cell in enumerate(cells[1 : len(spans) + 1], start=2):
                if NUMBER.search(cell) and "t end of period" not in cell:
                    yield file, row, column, area or AREA_OF_LABEL[cells[0]], spans[column - 2], cell


def test_every_printed_number_is_an_observation_with_its_area_period_and_value(held: store.Store) -> None:
    by_source = dict(tuple(held.observations.groupby("source")))
    cells = list(printed_cells())
    assert len(cells) > 600
    for file, row, column, area, period, text in cells:
        rows = by_source[f"annual-report/2012-13/{file}#cell={row},{column}"]
        assert set(rows["area"]) == {area}
        assert set(rows["period"]) == {period}
        values = sorted(float(number.replace(",", "")) for number in NUMBER.findall(text))
        assert sorted(rows["value"].abs()) == values, (file, row, column, text)


def test_every_raw_cell_has_one_fate(held: store.Store) -> None:
    sources = held.cells["source"]
    assert sources.is_unique
    for path in sorted(REPORT.glob("*.csv")):
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        cells = {
            f"annual-report/2012-13/{path.name}#cell={r},{c}": text
            for r, row in enumerate(rows, 1)
            for c, text in enumerate(row, 1)
        }
        read = held.cells[sources.str.startswith(f"annual-report/2012-13/{path.name}#")]
        found = dict(zip(read["source"], read["text"], strict=True))
        assert {source: text for source, text in cells.items() if text} == {
            source: text for source, text in found.items() if text
        }
    assert held.cells["fate"].ne("").all()


def figure(held: store.Store, series: str, area: str, period: str, category: str = "all") -> pd.DataFrame:
    frame = held.observations
    place = (frame["series"] == series) & (frame["area"] == area) & (frame["period"] == period) & (frame["category"] == category)
    return frame[place]


def test_a_bracket_gives_two_observations_and_a_blank_is_not_zero(held: store.Store) -> None:
    assert figure(held, "adult_plans", LEICESTERSHIRE, "2012-13-Q1", "accepted")["value"].tolist() == [120]
    assert figure(held, "adult_plans_bracketed", LEICESTERSHIRE, "2012-13-Q1", "accepted")["value"].tolist() == [92]
    blank = figure(held, "initial_to_core_printed_pct", RUTLAND, "2012-13-Q1")
    assert blank["status"].tolist() == ["not_available"]
    assert blank["value"].isna().all()
    zero = figure(held, "adult_referrals_client_type", LEICESTERSHIRE, "2012-13-Q1", "substance_misuse")
    assert zero[["value", "status"]].to_numpy().tolist() == [[0.0, "final"]]
    assert set(figure(held, "adult_referrals", LEICESTERSHIRE, YEAR)["status"]) == {"revised", "final"}


@pytest.mark.parametrize(
    ("check", "series", "area", "period", "category", "printed", "computed", "words"),
    [
        ("quarters_to_year", "adult_referrals", LEICESTERSHIRE, YEAR, "all", 1341, 1291, "279 + 262 + 326 + 424"),
        ("quarters_to_year", "adult_completed_abuse_type", RUTLAND, YEAR, "emotional", 14, 20, "2 + 3 + 6 + 9"),
        ("percentage", "initial_assessments_printed_pct", RUTLAND, "2012-13-Q2", "all", 31.7, 100 * 57 / 107, "57 / 180"),
        ("subset", "adult_completed_setting", LEICESTERSHIRE, YEAR, "residential", 861, 842, "861 of 842"),
    ],
)
def test_the_known_traps_are_findings(
    held: store.Store, check: str, series: str, area: str, period: str, category: str, printed: float, computed: float, words: str
) -> None:
    frame = held.checks
    rows = frame[
        (frame["check"] == check) & (frame["series"] == series) & (frame["area"] == area)
        & (frame["period"] == period) & (frame["category"] == category)
    ]  # fmt: skip
    assert rows["outcome"].eq("differs").all()
    assert rows["printed"].eq(printed).all()
    assert rows["computed"].iloc[0] == pytest.approx(computed)
    assert words in rows["arithmetic"].iloc[0]


def test_a_changed_digit_stops_at_the_checksum_and_arrives_once_it_is_sealed(raw_copy: Callable[[], RawCopy]) -> None:
    broken = raw_copy()
    before = broken.processed()
    path = broken.path("figure-1.csv")
    path.write_bytes(path.read_bytes().replace(b"3819", b"3818"))
    with pytest.raises(DataError, match=r"figure-1\.csv: found sha256 .* as origin\.toml has it"):
        clean(broken.data)
    assert broken.processed() == before
    broken.seal("figure-1.csv")
    assert clean(broken.data)
    assert figure(store.load(broken.data), "contacts", LEICESTERSHIRE, "2012-13-Q1")["value"].tolist() == [3818]


def row_of(rows: list[list[str]], label: str) -> list[str]:
    return next(row for row in rows if row and row[0] == label)


Rows = list[list[str]]


def put(row: int, column: int, text: str) -> Callable[[Rows], object]:
    return lambda rows: rows[row].__setitem__(column, text)


def put_at(label: str, column: int, text: str) -> Callable[[Rows], object]:
    return lambda rows: row_of(rows, label).__setitem__(column, text)


def remove(label: str) -> Callable[[Rows], object]:
    return lambda rows: rows.remove(row_of(rows, label))


def repeat(label: str) -> Callable[[Rows], object]:
    return lambda rows: rows.append(row_of(rows, label))


def widen(rows: Rows) -> None:
    for row in rows:
        row.append("")


def swap_headers(rows: Rows) -> None:
    rows[1][1:3] = ["Q2", "Q1"]


BREAKS: dict[str, tuple[str, Callable[[Rows], object], list[str]]] = {
    "a row is gone": ("figure-3.csv", remove("Learning Disability"), ["row 13", "no such row", "Learning Disability"]),
    "a row twice": ("figure-1.csv", repeat("LADO referrals"), ["row 16", "once more"]),
    "a column more": ("figure-6.csv", widen, ["row 1", "8 cells", "7"]),
    "headers swapped": ("figure-1.csv", swap_headers, ["row 2, column 2", "'Q2'", "'Q1'"]),
    "a word in a cell": ("figure-1.csv", put(2, 1, "n/a"), ["row 3, column 2", "'n/a'", "a whole number"]),
    "half a case": ("figure-1.csv", put(2, 1, "1.5"), ["row 3, column 2", "'1.5'", "a whole number"]),
    "more in brackets": ("figure-3.csv", put_at("Could not consent", 1, "24 (25)"), ["column 2", "'24 (25)'", "in brackets"]),
    "a label misspelled": ("figure-4.csv", put_at("Neglect", 0, "Neglcet"), ["'Neglcet'", "such as 'Neglect'"]),
    "noise that no table names": ("figure-3.csv", put_at("Outcome", 3, "7"), ["column 4", "'7'", "heading"]),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_a_broken_table_is_one_sentence_and_changes_nothing(kind: str, raw_copy: Callable[[], RawCopy]) -> None:
    file, change, said = BREAKS[kind]
    broken = raw_copy()
    before = broken.processed()
    broken.edit(file, change)
    with pytest.raises(DataError) as caught:
        clean(broken.data)
    message = str(caught.value)
    assert message.startswith(f"annual-report/2012-13/{file}, row ")
    assert "\n" not in message
    for part in ("found", "expected", *said):
        assert part in message
    assert broken.processed() == before


@pytest.mark.parametrize(("content", "said"), [(b"", "an empty file"), ("Q1,2".encode("utf-16"), "UTF-16 text")])
def test_a_file_that_is_no_text_is_refused(content: bytes, said: str, raw_copy: Callable[[], RawCopy]) -> None:
    broken = raw_copy()
    broken.write("figure-2.csv", content)
    with pytest.raises(DataError, match=said):
        clean(broken.data)


def test_an_origin_that_says_something_else_is_another_input(raw_copy: Callable[[], RawCopy]) -> None:
    changed = raw_copy()
    origin = changed.path("figure-1.csv").with_name("origin.toml")
    origin.write_text(origin.read_text(encoding="utf-8").replace("published = true", "published = false"), encoding="utf-8")
    assert clean(changed.data)
    assert not store.load(changed.data).origins["annual-report/2012-13"]["published"]


def test_a_file_without_origin_and_an_origin_without_file_stop_the_run(raw_copy: Callable[[], RawCopy]) -> None:
    broken = raw_copy()
    (broken.path("budget.csv").parent / "extra.csv").write_text("a\n")
    with pytest.raises(DataError, match=r"extra\.csv: found a file that no origin\.toml names"):
        clean(broken.data)
    broken = raw_copy()
    broken.path("budget.csv").unlink()
    with pytest.raises(DataError, match=r"budget\.csv: found no such file"):
        clean(broken.data)


def test_random_edits_are_refused_or_arrive_as_exactly_the_changed_figures(
    held: store.Store, raw_copy: Callable[[], RawCopy]
) -> None:
    rng = random.Random(20130331)  # noqa: S311
    copy = raw_copy()
    tally = {"refused": 0, "arrived": 0}
    key = ["series", "area", "period", "category", "source"]
    before = held.observations.set_index(key)["value"]
    for _ in range(20):
        file = rng.choice(list(COLUMNS))
        original = copy.path(file).read_bytes()
        rows = copy.rows(file)
        row = rng.choice([number for number, cells in enumerate(rows) if any(cells)])
        column = rng.randrange(len(rows[row]))
        text = rng.choice(["", "0", "7", "12,345", "x", "-3", "55.5%", "101%", "9 (4)", " ", "1e5", "٣"])
        changed = rows[row][column] != text
        copy.edit(file, put(row, column, text))
        try:
            clean(copy.data)
            after = store.load(copy.data).observations.set_index(key)["value"]
            assert set(after.index) == set(before.index)
            both = pd.concat([before, after], axis=1, keys=["before", "after"])
            same = (both["before"] == both["after"]) | both.isna().all(axis=1)
            differing = set(both.index[~same].get_level_values("source"))
            here = f"annual-report/2012-13/{file}#cell={row + 1},{column + 1}"
            # A sign stands beside its figure: it may change the cell next to it and no other.
            beside = f"annual-report/2012-13/{file}#cell={row + 1},{column + 2}"
            assert differing <= {here, beside}, (file, row + 1, column + 1, text, differing)
            tally["arrived"] += changed
        except DataError as error:
            assert file in str(error)
            tally["refused"] += 1
        copy.write(file, original)
    assert tally["refused"] >= 5
    assert tally["arrived"] >= 2


def test_the_same_input_gives_the_same_bytes_and_a_second_clean_does_nothing(data: Path, raw_copy: Callable[[], RawCopy]) -> None:
    other = raw_copy()
    before = other.processed()
    assert not clean(other.data)
    for path in (other.data / "processed").iterdir():
        path.unlink()
    assert clean(other.data)
    assert other.processed() == before
