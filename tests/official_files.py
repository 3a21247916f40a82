"""Published files for tests: where the real ones lie, how one is read, and mutations of rows as text."""

from __future__ import annotations

import csv
import io
import os
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest

from analysis.catalogue import areas, tables
from analysis.clean import official
from analysis.store.raw_files import Release

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "data" / "raw" / "official"
OPEN = Path(os.environ["OPEN_DATA_DIR"]) if os.environ.get("OPEN_DATA_DIR") else None
real_data = [pytest.mark.real_data, pytest.mark.skipif(OPEN is None, reason="OPEN_DATA_DIR names no folder")]

Rows = list[list[str]]
AUTHORITIES = ["county", "unitary authority", "metropolitan district", "London borough"]
FIGURE = ["series", "area", "period", "category"]


def read(source: str, path: Path, release: str = "2024") -> official.Reading:
    found = Release(source, release, path.parent, "", "", "", "", True, True, {path.name: ""})
    return official.read(found, path.name)


def rows_of(path: Path) -> Rows:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def text_of(rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def figures(observations: pd.DataFrame) -> pd.Series:
    """The figures by what they are of, without where they stand: value, or status where there is none."""
    return observations.set_index(FIGURE)["value"].fillna(-1).sort_index()


def made_up(columns: list[str], years: Iterable[int], category: str, cells: Callable[[int, int], list[str]], on: int = 0) -> Rows:
    """Return the rows of a table of every authority, as the Department publishes them, with made-up figures.

    `cells` gives those of one authority from its number in the list and the year; England and the regions have symbols.
    The authorities are those of 31 March of the year, or of as many years later as `on` says.
    """
    place = ["time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code", "region_name",
             "old_la_code", "new_la_code", "la_name", "category"]  # fmt: skip
    numbers = dict(zip(*(tables.read("area_numbers")[name] for name in ("code", "number")), strict=True))
    rows = [[*place, *columns]]
    for year in years:
        begin, end = [str(year), "Reporting year"], [category, *["x"] * len(columns)]
        rows.append([*begin, "National", areas.ENGLAND, "England", "", "", "", "", "", *end])
        there = [code for kind in AUTHORITIES for code in areas.of_kind(kind, f"{year + on}-03-31")]
        regions = sorted({areas.region(code) for code in there})
        rows += [[*begin, "Regional", areas.ENGLAND, "England", code, areas.label(code), "", "", "", *end] for code in regions]
        for number, code in enumerate(there):
            region = areas.region(code)
            named = [areas.ENGLAND, "England", region, areas.label(region), numbers[code], code, areas.label(code)]
            rows.append([*begin, "Local authority", *named, category, *cells(number, year)])
    return rows


def by_rows(change: Callable[[Rows, random.Random], object]) -> Callable[[bytes, random.Random], bytes]:
    def mutate(content: bytes, rng: random.Random) -> bytes:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        change(rows, rng)
        return text_of(rows)

    return mutate


def _some_row(rows: Rows, rng: random.Random) -> int:
    return rng.randrange(1, len(rows))


def _some_column(rows: Rows, rng: random.Random) -> int:
    return rng.randrange(len([name for name in rows[0] if name]))


def _rename(rows: Rows, rng: random.Random) -> None:
    column = _some_column(rows, rng)
    rows[0][column] = rng.choice(
        [rows[0][column].upper() + "_", f"{rows[0][column]} ", rows[0][column][:-1], "number_of_children"]
    )


def _drop_column(rows: Rows, rng: random.Random) -> None:
    column = _some_column(rows, rng)
    for row in rows:
        del row[column]


def _drop_heading(rows: Rows, rng: random.Random) -> None:
    del rows[0][_some_column(rows, rng)]


def _swap_headings(rows: Rows, rng: random.Random) -> None:
    one, other = rng.sample(range(len([name for name in rows[0] if name])), 2)
    rows[0][one], rows[0][other] = rows[0][other], rows[0][one]


def _swap_columns(rows: Rows, rng: random.Random) -> None:
    one, other = rng.sample(range(len([name for name in rows[0] if name])), 2)
    for row in rows:
        row[one], row[other] = row[other], row[one]


def _double_column(rows: Rows, rng: random.Random) -> None:
    column = _some_column(rows, rng)
    for row in rows:
        row.insert(column, row[column])


def _new_column(rows: Rows, rng: random.Random) -> None:
    column = _some_column(rows, rng)
    for number, row in enumerate(rows):
        row.insert(column, "revised" if not number else "")


def _drop_row(rows: Rows, rng: random.Random) -> None:
    del rows[_some_row(rows, rng)]


def _double_row(rows: Rows, rng: random.Random) -> None:
    rows.insert(_some_row(rows, rng), list(rows[_some_row(rows, rng)]))


def _swap_rows(rows: Rows, rng: random.Random) -> None:
    one, other = _some_row(rows, rng), _some_row(rows, rng)
    rows[one], rows[other] = rows[other], rows[one]


def _shift_row(rows: Rows, rng: random.Random) -> None:
    at, column = _some_row(rows, rng), _some_column(rows, rng)
    rows[at] = [*rows[at][:column], "", *rows[at][column:-1]]


def _shift_column(rows: Rows, rng: random.Random) -> None:
    """Move one column a row down: every figure then stands beside another area's name."""
    column = next(at for at, name in enumerate(rows[0]) if name in _IDENTITY)
    cells = [row[column] for row in rows[1:]]
    for row, cell in zip(rows[1:], [cells[-1], *cells[:-1]], strict=True):
        row[column] = cell


def _unit(rows: Rows, rng: random.Random) -> None:
    """Write one number with a unit or a separator that the others have not."""
    numbers = [
        (at, column) for at, row in enumerate(rows[1:], 1) for column, text in enumerate(row) if text.isdigit() and len(text) < 4
    ]
    at, column = rng.choice(numbers)
    rows[at][column] = rng.choice(["{}%", "{} children", "{}k", "£{}", "{},000", "{}.5x", "-{}", "{}e3"]).format(rows[at][column])


def _symbol(rows: Rows, rng: random.Random) -> None:
    numbers = [
        (at, column) for at, row in enumerate(rows[1:], 1) for column, text in enumerate(row) if text.isdigit() and len(text) < 4
    ]
    at, column = rng.choice(numbers)
    rows[at][column] = rng.choice(["q", "n/a", "", "<5", "(c)", "C", "?", "٣"])


def _other_area(rows: Rows, rng: random.Random) -> None:
    """Give one row the code, or the name, of another: a unit that has moved."""
    column = rng.choice([at for at, name in enumerate(rows[0]) if name in _IDENTITY])
    at, other = _some_row(rows, rng), _some_row(rows, rng)
    rows[at][column] = rows[other][column] if rows[other][column] != rows[at][column] else "E99999999"


def _unknown_value(rows: Rows, rng: random.Random) -> None:
    """Give one row a word that no code list has."""
    columns = [at for at, name in enumerate(rows[0]) if name in _WORDS]
    at = _some_row(rows, rng)
    rows[at][rng.choice(columns)] = rng.choice(["Something else", "2023/24", "Local Authority District", ""])


_IDENTITY = {
    "country_code",
    "region_code",
    "new_la_code",
    "la_name",
    "old_la_code",
    "New_geog_code",
    "geog_n",
    "geog_c",
    "area_code",
    "area_name",
}
_WORDS = {
    "time_period",
    "geographic_level",
    "category",
    "category_type",
    "characteristic",
    "characteristic_type",
    "geog_l",
    "population_count",
}

MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "a heading renamed": by_rows(_rename),
    "a column dropped": by_rows(_drop_column),
    "a heading dropped": by_rows(_drop_heading),
    "two headings swapped": by_rows(_swap_headings),
    "two columns swapped": by_rows(_swap_columns),
    "a column twice": by_rows(_double_column),
    "a column more": by_rows(_new_column),
    "a row dropped": by_rows(_drop_row),
    "a row twice": by_rows(_double_row),
    "two rows swapped": by_rows(_swap_rows),
    "a row shifted": by_rows(_shift_row),
    "a column shifted": by_rows(_shift_column),
    "a unit": by_rows(_unit),
    "an unknown symbol": by_rows(_symbol),
    "a moved area": by_rows(_other_area),
    "an unknown word": by_rows(_unknown_value),
    "UTF-16": lambda content, rng: content.decode("utf-8-sig").encode("utf-16"),
    "a byte of another encoding": lambda content, rng: content.replace(b",", b"\xe9,", 1 + rng.randrange(50)),
    "a byte-order mark": lambda content, rng: b"\xef\xbb\xbf" + content.removeprefix(b"\xef\xbb\xbf"),
    "other line endings": lambda content, rng: content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "cut in a line": lambda content, rng: content[: rng.randrange(len(content) // 10, len(content) - 30)],
    "cut after a line": lambda content, rng: b"\n".join(content.split(b"\n")[: rng.randrange(2, content.count(b"\n") - 1)]) + b"\n",
}  # fmt: skip
