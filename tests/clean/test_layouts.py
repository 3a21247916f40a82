"""Next year's printed report: its rows are those of the year before, moved on, and what has changed in it is all that is edited."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
from pathlib import Path

import pytest
from conftest import RAW
from typer.testing import CliRunner

from analysis import store
from analysis.clean import clean, is_due
from analysis.clean.printed import copying, release_rows
from analysis.cli import app
from analysis.errors import DataError, SafeguardingError, UnknownNameError

OLD = RAW / "annual-report" / "2012-13"
# How the report spells its years, the latest first: each is moved on once.
YEARS = [
    ("2012/13", "2013/14"), ("2011/12", "2012/13"), ("2010/11", "2011/12"), ("2009/10", "2010/11"), ("2012 - 2013", "2013 - 2014"),
    ("2012-2013", "2013-2014"), ("2012 -2013", "2013 -2014"), ("2012-13", "2013-14"), ("January 2013", "January 2014"),
    ("early 2013", "early 2014"),
]  # fmt: skip


def moved_on(text: str) -> str:
    """The text of a raw file as next year's report would print it, with the same figures."""
    pattern = re.compile("|".join(re.escape(was) for was, _ in YEARS))
    return pattern.sub(lambda found: dict(YEARS)[found[0]], text)


class NextYear:
    """A data folder with the shipped report and one of 2013-14 made of it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.folder = data / "raw" / "annual-report" / "2013-14"
        self.rows = data / "layouts" / "annual-report" / "2013-14"
        self.folder.mkdir(parents=True)
        for path in sorted(OLD.glob("*.csv")):
            if path.name != "claims.csv":  # what a report says in prose is another each year
                (self.folder / path.name).write_text(moved_on(path.read_text(encoding="utf-8")), encoding="utf-8")
        self.seal()

    def seal(self) -> None:
        head = (OLD / "origin.toml").read_text(encoding="utf-8").partition("[files]")[0]
        lines = [
            f'"{path.name}" = "{hashlib.sha256(path.read_bytes()).hexdigest()}"' for path in sorted(self.folder.glob("*.csv"))
        ]
        text = "\n".join([moved_on(head), "[files]", *lines, ""])
        (self.folder / "origin.toml").write_text(text, encoding="utf-8")

    def edit(self, file: str, row: int, cells: list[str], instead: bool = True) -> None:
        """Put these cells in place of a row of a raw file (counted from 1), or before it."""
        path = self.folder / file
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
        rows[row - 1 : row - 1 + instead] = [cells]
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        path.write_text(text.getvalue(), encoding="utf-8")
        self.seal()

    def write(self, table: str, row: str, instead_of: str = "") -> None:
        """Write a row into a table as an analyst does, at its end or in place of the one that begins so."""
        path = self.rows / f"{table}.csv"
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        at = next((n for n, line in enumerate(lines) if instead_of and line.startswith(instead_of)), None)
        lines[slice(len(lines), None) if at is None else slice(at, at + 1)] = [row]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def command(self, *words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["layouts", *words, "--data", str(self.data)])
        if isinstance(done.exception, SafeguardingError):
            return done.exception.exit_status, str(done.exception)
        return done.exit_code, done.output


@pytest.fixture
def next_year(printed: Path, tmp_path: Path) -> NextYear:
    shutil.copytree(printed, tmp_path / "data")
    return NextYear(tmp_path / "data")


def test_a_report_laid_out_as_before_needs_no_edit(next_year: NextYear) -> None:
    status, said = next_year.command("copy", "annual-report", "2012-13", "2013-14")
    assert status == 0
    assert "layouts.csv (224), noise.csv (9), footnotes.csv (2)" in said
    assert (
        "Supervisory Body 2009/10 2010/11 2011/12 2012/13|||||| → Supervisory Body 2010/11 2011/12 2012/13 2013/14||||||" in said
    )
    assert "All rows of the 11 files match" in said
    assert clean(next_year.data)
    held = store.read(next_year.data).observations
    old, new = (held[held["release"] == f"annual-report/{year}"] for year in ("2012-13", "2013-14"))
    old = old[~old["source"].str.contains("claims.csv")]
    assert len(new) == len(old) > 300
    assert set(new["period"]) == {copying.shift_years(period, 1, "2012-13") for period in old["period"]}
    assert sorted(new["value"].dropna()) == sorted(old["value"].dropna())


def test_each_change_is_one_edit(next_year: NextYear) -> None:
    next_year.edit("figure-3.csv", 27, ["Emotional or Psychological", "18", "29", "24", "33", "115", ""])
    next_year.edit("figure-3.csv", 33, ["Faith linked abuse", "0", "0", "0", "0", "0", ""], instead=False)
    next_year.edit("figure-6.csv", 3, ["Leicestershire", "105", "120", "127", "136", "488", "'"])
    status, said = next_year.command("copy", "annual-report", "2012-13", "2013-14")
    assert status == 0, "what doesn't match yet is a result"
    assert "Not matched yet: 3 in 2 of 11 files" in said
    told = [line for line in said.splitlines() if "annual-report/2013-14/figure-" in line]
    assert len(told) == 3
    with pytest.raises(DataError, match="figure-3.csv, row 27"):
        clean(next_year.data)
    renamed, new, mark = (re.search(r"`([^`]*)`", line)[1] for line in told)  # type: ignore[index]
    assert "'Emotional / Psychological' is called so now" in told[0]
    assert "layouts/annual-report/2013-14/layouts.csv" in told[0]
    assert (
        new
        == "figure-3.csv,Type of abuse,Faith linked abuse,data,,count,adult_referrals_abuse_type,faith_linked_abuse,E10000018,1"
    )
    assert "write into layouts/annual-report/2013-14/noise.csv the row" in told[2]
    assert mark == "figure-6.csv,Leicestershire,7,',noise,a mark of scanning"
    next_year.write("layouts", renamed, instead_of="figure-3.csv,Type of abuse,Emotional / Psychological,")
    next_year.write("layouts", new)
    next_year.write("noise", mark)
    status, said = next_year.command("check", "annual-report", "2013-14")
    assert "All rows of the 11 files match" in said
    assert clean(next_year.data)
    cells = store.read(next_year.data).cells.set_index("source")
    assert cells.at["annual-report/2013-14/figure-6.csv#cell=3,7", "fate"] == "noise"


@pytest.mark.parametrize(
    ("row", "cells", "place"),
    [
        (6, ["", "", "~", "", "", "", ""], "row 6, column 3"),
        (6, [".", "", "", "", "", "", ""], "row 6, column 1"),
        (4, ["Outcome", "", ",", "", "", "", ""], "row 4, column 3"),
    ],
)
def test_a_stray_mark_names_the_row_that_accounts_for_it(row: int, cells: list[str], place: str, next_year: NextYear) -> None:
    file = "figure-3.csv" if cells[0] == "Outcome" else "figure-1.csv"
    number = 5 if cells[0] == "Outcome" else row
    next_year.edit(file, number, cells, instead=cells[0] == "Outcome")
    next_year.command("copy", "annual-report", "2012-13", "2013-14")
    with pytest.raises(DataError, match="noise.csv") as caught:
        clean(next_year.data)
    assert place.partition(",")[2] in str(caught.value)
    next_year.write("noise", re.search("`([^`]*)`", str(caught.value))[1])  # type: ignore[index]
    assert clean(next_year.data)


def test_edited_rows_are_read_anew(next_year: NextYear) -> None:
    next_year.command("copy", "annual-report", "2012-13", "2013-14")
    assert clean(next_year.data)
    assert not is_due(next_year.data)
    next_year.write("noise", "figure-6.csv,Leicestershire,7,',noise,a mark of scanning")
    assert is_due(next_year.data)


def test_a_renamed_block_is_told_once(next_year: NextYear) -> None:
    next_year.edit("figure-3.csv", 24, ["Types of abuse", "", "", "", "", "", ""])
    _, said = next_year.command("copy", "annual-report", "2012-13", "2013-14")
    assert "Not matched yet: 1 in 1 of 11 files" in said


def test_a_second_copy_and_unknown_names_are_refused(next_year: NextYear) -> None:
    assert next_year.command("copy", "annual-report", "2012-13", "2013-14")[0] == 0
    before = sorted(path.read_bytes() for path in next_year.rows.iterdir())
    status, said = next_year.command("copy", "annual-report", "2012-13", "2013-14")
    assert (status, said) == (
        1,
        "There are rows of annual-report 2013-14 already: edit those in layouts/annual-report/2013-14.",
    )
    assert sorted(path.read_bytes() for path in next_year.rows.iterdir()) == before
    assert next_year.command("copy", "annual-report", "2012-13", "2012-13")[0] == 1
    status, said = next_year.command("copy", "monthly-report", "2012-13", "2013-14")
    assert status == 2
    assert "annual-report" in said
    status, said = next_year.command("copy", "annual-report", "2010-11", "2013-14")
    assert status == 2
    assert "2012-13" in said
    assert next_year.command("copy", "annual-report", "2012-13", "../../2013-14")[0] != 0
    assert next_year.command("copy", "annual-report", "2012-13", "spring")[0] == 2


def test_the_year_after_is_copied_from_the_copy(next_year: NextYear) -> None:
    next_year.command("copy", "annual-report", "2012-13", "2013-14")
    status, said = next_year.command("copy", "annual-report", "2013-14", "2014-15")
    assert status == 0
    assert "No file of the release lies under raw yet" in said
    rows = release_rows.read(next_year.data / "layouts" / "annual-report" / "2014-15", "layouts")
    assert {row["columns"] for row in rows if row["file"] == "figure-5.csv"} == {"", "label|2011-12|2012-13|2013-14|2014-15||"}


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        ("layouts", "figure-6.csv,,New,data,,count,dols,all,E10000018,1", "column series: found 'dols'"),
        ("layouts", "figure-6.csv,,New,data,,number,dols_referrals,all,E10000018,1", "column format: found 'number'"),
        ("layouts", "figure-6.csv,,New,data,,count,dols_referrals,CATEGORY,E10000018,1", "column category: found 'CATEGORY'"),
        ("layouts", "figure-6.csv,,New,data,,count,dols_referrals,all,Rutland,1", "column area: found 'Rutland'"),
        ("layouts", "figure-6.csv,,New,row,,count,dols_referrals,all,E10000018,1", "column role: found 'row'"),
        (
            "layouts",
            "figure-6.csv,,New,data,,count,dols_referrals,all,E10000018,",
            "column occurs: found an empty cell, expected a whole number of 1 or more",
        ),
        ("layouts", "figure-6.csv,,A|B,header,label|Q1 2013,,,,,1", "column columns: found 'label|Q1 2013'"),
        ("layouts", "figure-6.csv,,New,data", "column columns: found 4 cells, expected 10"),
        ("noise", "figure-6.csv,Leicestershire,seven,',noise,a mark", "column column: found 'seven'"),
        ("noise", "figure-6.csv,Leicestershire,7,',noise,", "column reason: found an empty cell, expected a text"),
        ("noise", "figure-6.csv,Leicestershire,7,',noise,a 5\" mark", "column 6: found a quotation mark inside a cell"),
        ("layouts", "figure-6.csv,,New,header,,,,,,1", "column columns: found an empty cell"),
        ("noise", "figure-3.csv,Primary Client Type,2,',noise,a stroke", "'2', \"'\" once more, expected it once: row "),
        ("footnotes", "figure-6.csv,*,", "column text: found an empty cell, expected a text"),
    ],
)
def test_a_row_that_can_not_be_right_is_one_sentence(table: str, row: str, told: str, next_year: NextYear) -> None:
    next_year.command("copy", "annual-report", "2012-13", "2013-14")
    next_year.write(table, row)
    with pytest.raises(DataError) as caught:
        clean(next_year.data)
    assert str(caught.value).startswith(f"layouts/annual-report/2013-14/{table}.csv, row ")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("2012/13", "2013/14"),
        ("2011-12", "2012-13"),
        ("Q4 12-13", "Q4 13-14"),
        ("2012 -2013", "2013 -2014"),
        ("2012-13-Q4", "2013-14-Q4"),
        ("2013-03-31/0_17", "2014-03-31/0_17"),
        ("at 31 March 2013", "at 31 March 2014"),
        ("1999-2000", "2000-2001"),
        ("2009/10 2010/11", "2010/11 2011/12"),
        # What is no year of the report stays.
        ("18-64", "18-64"),
        ("aged 85 +", "aged 85 +"),
        ("1571 - LSCB - Allocation", "1571 - LSCB - Allocation"),
        ("Children Act 2004", "Children Act 2004"),
        ("Health and Social Care Act 2012", "Health and Social Care Act 2012"),
        ("Census 2011", "Census 2011"),
        ("2,012", "2,012"),
    ],
)
def test_years_are_moved_on_and_nothing_else(text: str, after: str) -> None:
    assert copying.shift_years(text, 1, "2012-13") == after


def test_releases_that_are_no_years_are_named() -> None:
    with pytest.raises(UnknownNameError, match="no financial year"):
        copying.shift_years("2012-13", 1, "2012-13-Q4")
