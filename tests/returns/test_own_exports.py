"""An agency's own export: its layout is made once, and afterwards it is read as the template is, or refused where it has drifted."""

from __future__ import annotations

import csv
import re
import shlex
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result
from conftest import ROOT, copied
from returned import ON, plausible, tree
from typer.testing import CliRunner

from analysis import clean, measures, store
from analysis.catalogue import framework
from analysis.catalogue.framework import return_form
from analysis.cli import app
from analysis.errors import DataError, SafeguardingError
from analysis.returns.export_layouts import make
from analysis.returns.own_exports import OwnExport
from analysis.returns.receiving import receive
from analysis.store import raw_files

AGENCY, PERIOD, RUTLAND = "rutland-children", "2013-14-Q1", "E06000017"
OWN = OwnExport(AGENCY, PERIOD)


@pytest.fixture
def data(printed: Path, tmp_path: Path) -> Path:
    return copied(printed, tmp_path / "copy" / "data")  # without official figures: every return received has all cleaned anew


def names(agency: str = AGENCY, period: str = PERIOD) -> dict[str, str]:
    """{reference: what the agency's system calls it}: two figures have names of its own."""
    asked = framework.asked(agency, period)
    shown = dict(zip(asked["key"], return_form.labels(asked)[return_form.FIGURE], strict=True))
    return shown | {f"contacts:all@{RUTLAND}": "Front door total", f"lado_referrals:all@{RUTLAND}": "Allegations"}


def write(path: Path, rows: list[list[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
    return path


def long(path: Path, figures: dict[str, int], period: str = PERIOD) -> Path:
    rows = [["Team", name, figures[key]] for key, name in names(period=period).items()]
    return write(path, [["Source", "Measure", "Number"], *rows, ["Team", "Visits", 712]])


def wide(path: Path, figures: dict[str, int]) -> Path:
    columns = names()
    return write(path, [["Drawn by", *columns.values(), "Visits"], ["J. Smith", *(figures[key] for key in columns), 712]])


MAPPED = {"Front door total": f"contacts:all@{RUTLAND}", "Allegations": f"lado_referrals:all@{RUTLAND}"}
LEFT = {"Visits": "Not asked for.", "Source": "The name of the system.", "Drawn by": "Names a person."}


def laid_out(data: Path, export: Path) -> Path:
    """The layout as it is made, and filled in as an analyst does."""
    path, _, _ = make(data, AGENCY, PERIOD, export)
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    filled = [
        [what, theirs, MAPPED.get(theirs, ours) or "ignore", LEFT.get(theirs, reason)]
        for what, theirs, ours, reason in rows[1:]
        if what != "not given"
    ]
    return write(path, [rows[0], *filled])


@pytest.fixture(params=[long, wide])
def export(request: pytest.FixtureRequest, data: Path, tmp_path: Path) -> Path:
    path: Path = request.param(tmp_path / "theirs.csv", plausible(AGENCY, PERIOD, data))
    return path


def changed(path: Path, change: Callable[[list[list[str]]], object]) -> Path:
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    change(rows)
    return write(path, rows)


def test_a_layout_is_guessed_by_name_and_says_what_is_to_be_filled_in(data: Path, export: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(
        app, ["returns", "template", "--agency", AGENCY, "--period", PERIOD, "--from", str(export), "--data", str(data)]
    )
    assert told.exit_code == 0, told.output
    path = data / "raw" / "returns-layouts" / f"{AGENCY}.csv"
    assert str(path) in told.output and "write our reference under “ours”, or ignore" in told.output
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    ours = {row["theirs"]: row["ours"] for row in rows}
    assert all(ours[name] == key for key, name in names().items() if name not in MAPPED)
    assert {name for name, key in ours.items() if not key and name} >= {"Front door total", "Allegations", "Visits"}
    assert {row["ours"] for row in rows if row["what"] == "not given"} == set(MAPPED.values())
    assert raw_files.releases(data) and not clean.clean(data)
    with pytest.raises(SafeguardingError, match="There is a layout already"):
        make(data, AGENCY, PERIOD, export)
    with pytest.raises(DataError, match=rf"returns-layouts/{AGENCY}\.csv, row \d+, column 3: found nothing, expected the ref"):
        receive(data, [export], ON, OWN)


def test_an_export_is_received_as_the_template_is_and_what_is_not_mapped_is_not_kept(data: Path, export: Path) -> None:
    laid_out(data, export)
    (outcome,) = receive(data, [export], ON, OWN)
    assert (outcome.state, outcome.version) == ("kept", 1), [remark.sentence() for remark in outcome.remarks]
    clean.clean(data)
    current = measures.current(store.load(data).observations)
    mine = current[current["release"] == f"returns/{AGENCY}/{PERIOD}/1"]
    keys = mine["series"] + ":" + mine["category"] + "@" + mine["area"]
    assert dict(zip(keys, mine["value"], strict=True)) == plausible(AGENCY, PERIOD, data)
    kept = data / "raw" / "returns" / AGENCY / PERIOD / "1"
    text = "".join(path.read_text(encoding="utf-8") for path in kept.iterdir())
    assert (kept / "as-received.csv").is_file() and "Front door total" in (kept / "as-received.csv").read_text(encoding="utf-8")
    assert not any(word in text for word in ("Visits", "712", "Smith", "Team"))
    assert receive(data, [export], ON, OWN)[0].state == "known"


def test_an_export_with_other_figures_needs_a_reason_and_becomes_a_later_version(data: Path, export: Path) -> None:
    laid_out(data, export)
    figures = plausible(AGENCY, PERIOD, data)
    receive(data, [export], ON, OWN)
    more = str(figures[f"contacts:all@{RUTLAND}"] + 7)

    def one_more(rows: list[list[str]]) -> None:
        if rows[0][0] == "Source":
            next(row for row in rows if row[1] == "Front door total")[2] = more
        else:
            rows[1][rows[0].index("Front door total")] = more

    changed(export, one_more)
    assert receive(data, [export], ON, OWN)[0].state == "refused"
    (outcome,) = receive(data, [export], date(2013, 8, 1), OwnExport(AGENCY, PERIOD, "Late recording."))
    assert (outcome.state, outcome.version) == ("kept", 2)
    record = data / "raw" / "returns" / AGENCY / PERIOD / "2" / raw_files.ORIGIN
    assert tomllib.loads(record.read_text(encoding="utf-8"))["reason"] == "Late recording."


def test_a_figure_that_can_not_be_right_goes_back_with_the_cell_of_the_export(data: Path, tmp_path: Path) -> None:
    path = long(tmp_path / "theirs.csv", plausible(AGENCY, PERIOD, data))
    laid_out(data, path)
    changed(path, lambda rows: rows[1].__setitem__(2, "12.5"))
    (outcome,) = receive(data, [path], ON, OWN)
    assert outcome.state == "refused" and (outcome.remarks[0].cell, outcome.remarks[0].found) == ("C2", "'12.5'")


def test_what_the_export_never_gives_is_said_once_in_the_layout(data: Path, tmp_path: Path) -> None:
    path = long(tmp_path / "theirs.csv", plausible(AGENCY, PERIOD, data))
    changed(path, lambda rows: rows.remove(next(row for row in rows if row[1] == "Allegations")))
    layout = laid_out(data, path)
    (refused,) = receive(data, [path], ON, OWN)
    assert refused.state == "refused" and MAPPED["Allegations"] in refused.remarks[0].found
    with layout.open("a", encoding="utf-8") as handle:
        handle.write(f"not given,,{MAPPED['Allegations']},Another team keeps it.\n")
    assert receive(data, [path], ON, OWN)[0].state == "kept"
    clean.clean(data)
    current = measures.current(store.load(data).observations).query("release.str.startswith('returns/')").set_index("series")
    assert current.at["lado_referrals", "status"] == "not_available"
    assert current.at["lado_referrals", "note"] == "Remark of the agency: Another team keeps it."


def test_the_next_quarter_is_read_by_the_same_layout(data: Path, tmp_path: Path) -> None:
    laid_out(data, long(tmp_path / "theirs.csv", plausible(AGENCY, PERIOD, data)))
    path = long(tmp_path / "next.csv", plausible(AGENCY, "2013-14-Q2", data), "2013-14-Q2")
    assert receive(data, [path], date(2013, 10, 1), OwnExport(AGENCY, "2013-14-Q2"))[0].state == "kept"
    # From the third quarter on other assessments are asked for: the layout has to say where they stand.
    path = long(tmp_path / "third.csv", plausible(AGENCY, "2013-14-Q3", data), "2013-14-Q3")
    (outcome,) = receive(data, [path], date(2014, 1, 10), OwnExport(AGENCY, "2013-14-Q3"))
    assert outcome.state == "refused" and any("single_assessments:all" in remark.found for remark in outcome.remarks)


@pytest.mark.parametrize(
    ("change", "found", "cell"),
    [
        (lambda rows: rows[0].__setitem__(2, "Count"), "no column 'Number'", ""),
        (lambda rows: rows[0].__setitem__(2, "Count"), "a column that the layout doesn't have (a text of 5 characters)", "C1"),
        (lambda rows: [row.append("1") for row in rows], "a column that the layout doesn't have ('1')", "D1"),
        (lambda rows: [row.append(row[2]) for row in rows], "the column 'Number' a second time", "D1"),
        (lambda rows: rows.remove(rows[1]), "no label 'Front door total'", ""),
        (lambda rows: rows.append(["Team", "Jane Smith, 5 Mill Lane", "1"]), "(a text of 23 characters)", "B"),
        (lambda rows: rows.append(rows[1]), "the label 'Front door total' a second time", "B"),
        (lambda rows: rows.append(["", "", "5"]), "a row without a label", "B"),
        (lambda rows: [row.append("5" if row is rows[1] else "") for row in rows], "a column without a heading", "D1"),
    ],
)
def test_drift_is_refused_by_name_and_nothing_of_it_is_kept(
    change: Callable[[list[list[str]]], object], found: str, cell: str, data: Path, tmp_path: Path
) -> None:
    path = long(tmp_path / "theirs.csv", plausible(AGENCY, PERIOD, data))
    laid_out(data, path)
    before = tree(data / "raw")
    (outcome,) = receive(data, [changed(path, change)], ON, OWN)
    assert outcome.state == "refused" and tree(data / "raw") == before
    mine = [remark for remark in outcome.remarks if found in remark.found]
    assert mine and mine[0].cell.startswith(cell) and f"returns-layouts/{AGENCY}.csv" in mine[0].todo
    assert "Smith" not in "".join(remark.sentence() for remark in outcome.remarks)


def test_no_layout_is_made_of_an_export_that_names_a_person(data: Path, tmp_path: Path) -> None:
    figures = plausible(AGENCY, PERIOD, data)
    path = changed(long(tmp_path / "theirs.csv", figures), lambda rows: rows.append(["Team", "Cases of Mrs Quill", "1"]))
    with pytest.raises(SafeguardingError, match="holds the name of a person") as raised:
        make(data, AGENCY, PERIOD, path)
    assert "Quill" not in str(raised.value) and not (data / "raw" / "returns-layouts").exists()


def test_a_list_of_cases_is_no_export_of_figures(data: Path, tmp_path: Path) -> None:
    path = wide(tmp_path / "theirs.csv", plausible(AGENCY, PERIOD, data))
    laid_out(data, path)
    (outcome,) = receive(data, [changed(path, lambda rows: rows.append(rows[1]))], ON, OWN)
    assert outcome.state == "refused" and "2 rows under the headings" in outcome.remarks[0].found
    other = write(tmp_path / "cases.csv", [["Name", "Born"], ["Jane Smith", "2003-01-01"], ["John Smith", "2004-01-01"]])
    with pytest.raises(SafeguardingError, match=r"Nothing in cases\.csv looks like a figure"):
        make(data, "police", PERIOD, other)
    assert not (data / "raw" / "returns-layouts" / "police.csv").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("label,Other,no_such:all@E06000017,", r"row \d+, column 3: found 'no_such:all@E06000017', expected the reference"),
        ("label,Other,ignore,", r"row \d+, column 4: found nothing, expected why it is left out"),
        ("label,Visits,ignore,Twice.", r"row \d+, column 2: found 'Visits' a second time"),
        (f"label,Other,contacts:all@{RUTLAND},", r"row \d+, column 3: found 'contacts:all@E06000017' a second time"),
        ("cell,Other,ignore,Why.", r"row \d+, column 1: found 'cell', expected one of column, label, not given"),
        ("label,Other,ignore", r"row \d+: found 3 cells"),
    ],
)
def test_a_layout_that_can_not_be_is_refused_by_row(line: str, said: str, data: Path, tmp_path: Path) -> None:
    path = long(tmp_path / "theirs.csv", plausible(AGENCY, PERIOD, data))
    with laid_out(data, path).open("a", encoding="utf-8") as handle:
        handle.write(line + "\n")
    with pytest.raises(DataError, match=said):
        receive(data, [path], ON, OWN)


def test_what_no_layout_can_do_is_one_sentence(data: Path, tmp_path: Path) -> None:
    path = long(tmp_path / "theirs.csv", plausible(AGENCY, PERIOD, data))
    with pytest.raises(SafeguardingError, match="has no layout: make it by `safeguarding returns template --from FILE`"):
        receive(data, [path], ON, OWN)
    with pytest.raises(SafeguardingError, match="also sends a list of actions, which only the template holds"):
        make(data, "boards-office", PERIOD, path)
    openpyxl.Workbook().save(tmp_path / "theirs.xlsx")
    with pytest.raises(SafeguardingError, match="save it as CSV"):
        make(data, AGENCY, PERIOD, tmp_path / "theirs.xlsx")
    laid_out(data, path)
    with pytest.raises(SafeguardingError, match="by itself: name one file"):
        receive(data, [path, path], ON, OWN)
    (data / "raw" / "returns-layouts" / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match=r"returns-layouts/notes\.txt: found a file that no origin"):
        raw_files.releases(data)


def test_the_example_of_the_documentation_runs(data: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "returns.md").read_text(encoding="utf-8")
    theirs, ours = re.findall(r"^```csv\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "export.csv").write_text(theirs, encoding="utf-8")

    def run(start: str) -> Result:
        command = next(line for line in page.splitlines() if line.startswith(f"safeguarding returns {start}"))
        words = [str(tmp_path / word) if word == "export.csv" else word for word in shlex.split(command)[1:]]
        return CliRunner().invoke(app, [*words, "--data", str(data)])

    assert run("template --agency").exit_code == 0
    layout = data / "raw" / "returns-layouts" / "rutland-children.csv"
    written = layout.read_text(encoding="utf-8-sig")
    assert written.startswith(ours)
    rows = [row for row in csv.reader(written.splitlines()) if row]
    for row in rows:
        if not row[2] or row[0] == "not given":
            row[2:] = [row[2] or "ignore", "The system doesn't hold it."]
    write(layout, rows)
    received = run("receive export.csv")
    assert received.exit_code == 0 and "kept as version 1" in received.output, received.output
    for start in ("status", "withdraw", "forget"):
        told = run(start)
        assert told.exit_code == 0, told.output
