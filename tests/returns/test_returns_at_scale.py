"""Returns at scale and under fire: many agencies at once, a process killed at any moment, the real LibreOffice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from conftest import copied
from projects import BIN
from returned import ON, filled, framework, plausible, tree

from analysis import clean, measures, store
from analysis.catalogue import periods, tables
from analysis.catalogue.framework import return_form
from analysis.returns.issuing import issue
from analysis.returns.receiving import receive
from analysis.returns.template import PreviousReturn, workbook
from analysis.store import returns_folder

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
AREAS = list(tables.read("areas").query("type != 'country' and type != 'region' and valid_to == ''")["code"])[:40]
QUARTERS = periods.quarters("2013-14")


@pytest.fixture
def data(printed: Path, tmp_path: Path) -> Path:
    return copied(printed, tmp_path / "copy" / "data")  # without official figures: every return received has all cleaned anew


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Forty agencies of children's social care: as many rows of agencies.csv."""
    known = tables.read("agencies")
    pattern = known[known["id"] == "rutland-children"].iloc[0]
    rows = [pattern.to_dict() | {"id": f"agency-{number}", "areas": area, "title": area} for number, area in enumerate(AREAS)]
    read = tables.read
    longer = pd.DataFrame(rows, columns=known.columns).reset_index(drop=True)
    monkeypatch.setattr(tables, "read", lambda name: longer if name == "agencies" else read(name))
    for cached in (framework.asked, framework.agencies):
        cached.cache_clear()
    yield longer["id"].tolist()
    monkeypatch.undo()
    for cached in (framework.asked, framework.agencies):
        cached.cache_clear()


@pytest.mark.parametrize(("agencies", "seconds"), [(5, 8), pytest.param(40, 30, marks=pytest.mark.slow)])
def test_forty_agencies_and_four_quarters_are_received_in_thirty_seconds(
    agencies: int, seconds: float, many: list[str], data: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(40)
    files = []
    for agency in many[:agencies]:
        for quarter in QUARTERS:
            book = workbook(agency, quarter, PreviousReturn())
            for sheet in book.worksheets:
                names = [cell.value for cell in sheet[4]]
                if return_form.REF in names:
                    for row in range(5, sheet.max_row + 1):
                        # All the same, so that parts never exceed their wholes; large enough to move.
                        sheet.cell(row, names.index(return_form.YOURS) + 1).value = 100
                        sheet.cell(row, names.index(return_form.REMARK) + 1).value = str(rng.integers(9))
            files.append(tmp_path / f"{agency}-{quarter}.xlsx")
            book.save(files[-1])
    started = time.process_time(), os.times().children_user + os.times().children_system
    outcomes = receive(data, files, ON)
    used = time.process_time() - started[0] + os.times().children_user + os.times().children_system - started[1]
    print(f"{len(files)} returns received in {used:.1f} s of processor time")  # noqa: T201
    assert {each.state for each in outcomes} == {"kept"}, [each.remarks for each in outcomes if each.state != "kept"][:1]
    assert len(files) == 4 * agencies and used <= seconds


# Killed


def interrupted(data: Path, path: Path, after: float) -> None:
    command = [BIN / "safeguarding", "returns", "receive", path, "--data", data, "--on", ON.isoformat()]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def kill_at_random(data: Path, path: Path, times: int) -> tuple[int, int]:
    """Kill the command so many times; return how often the store was as before, and how often complete."""
    receive(data, [path], ON)
    complete = tree(data / "raw")
    shutil.rmtree(data / "raw" / "returns")
    before = tree(data / "raw")
    started = time.monotonic()
    interrupted(data, path, 600)
    whole = time.monotonic() - started
    assert tree(data / "raw") == complete
    rng, as_before = random.Random(50), 0  # noqa: S311
    for _ in range(times):
        shutil.rmtree(data / "raw" / "returns", ignore_errors=True)
        interrupted(data, path, rng.uniform(0.3, 1.1) * whole)
        found = tree(data / "raw")
        assert found in (before, complete)
        as_before += found == before
        clean.clean(data)  # the folder can be read in either case
    return as_before, times - as_before


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups")
def test_killed_at_random_moments_the_store_is_as_before_or_complete(data: Path, tmp_path: Path) -> None:
    print(kill_at_random(data, filled(data, tmp_path / "r.xlsx"), 4))  # noqa: T201


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no process groups")
def test_killed_at_fifty_random_moments(data: Path, tmp_path: Path) -> None:
    as_before, complete = kill_at_random(data, filled(data, tmp_path / "r.xlsx"), 50)
    assert as_before + complete == 50 and as_before >= 5


class Killed(BaseException):
    """What a test raises where a process would have died."""


@pytest.mark.parametrize("renames", range(4))
def test_a_call_that_dies_between_two_renames_is_finished_by_the_next_reader(
    renames: int, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(data / "raw")
    done = 0
    rename = Path.rename

    def dying(self: Path, target: Path) -> Path:
        nonlocal done
        if returns_folder._STAGING in self.as_posix():
            if done == renames:
                raise Killed
            done += 1
        return rename(self, target)

    files = {name: name.encode() for name in ("a.csv", "origin.toml")}
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", dying)
        patched.setattr(returns_folder.shutil, "rmtree", lambda *args, **more: None)  # a process that is killed sweeps nothing
        with suppress(Killed):
            returns_folder.keep(data, {("police", "2013-14-Q1", 1): files, ("probation", "2013-14-Q1", 1): files})
    returns_folder.finish(data)
    found = {name: content for name, content in tree(data / "raw").items() if name not in before}
    wanted = {f"returns/{agency}/2013-14-Q1/1/{name}" for agency in ("police", "probation") for name in files}
    # Before the first rename nothing has happened; after it everything will.
    assert set(found) == (wanted if renames else set())


# The real thing


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_libreoffice_saves_is_read_back(suffix: str, data: Path, tmp_path: Path) -> None:
    assert OFFICE is not None
    path = filled(data, tmp_path / "r.xlsx")
    given = plausible("rutland-children", "2013-14-Q1", data)
    if suffix == "csv":
        issue(data, "rutland-children", "2013-14-Q1", tmp_path / "t.csv")
        rows = pd.read_csv(
            tmp_path / "t.csv",
            header=None,
            names=range(len(return_form.COLUMNS)),
            dtype=str,
            keep_default_na=False,
            encoding="utf-8-sig",
        )
        ref, yours = return_form.COLUMNS.index(return_form.REF), return_form.COLUMNS.index(return_form.YOURS)
        rows[yours] = [str(given[key]) if key in given else old for key, old in zip(rows[ref], rows[yours], strict=True)]
        path = tmp_path / "r.csv"
        rows.to_csv(path, header=False, index=False)
    out = tmp_path / "saved"
    command = [OFFICE, "--headless", "--norestore", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to"]
    form_of = "xlsx:Calc MS Excel 2007 XML" if suffix == "xlsx" else "csv:Text - txt - csv (StarCalc):44,34,76"
    done = subprocess.run([*command, form_of, "--outdir", out, path], capture_output=True, text=True, timeout=240, check=False)
    saved = out / f"r.{suffix}"
    assert saved.is_file(), done.stderr
    if suffix == "xlsx":
        assert openpyxl.load_workbook(saved)["Contacts and assessments"].data_validations.dataValidation
    (outcome,) = receive(data, [saved], ON)
    assert outcome.state == "kept", [remark.sentence() for remark in outcome.remarks]
    clean.clean(data)
    current = measures.current(store.load(data).observations)
    mine = current[current["release"].str.startswith("returns/")]
    keys = mine["series"] + ":" + mine["category"] + "@" + mine["area"]
    assert dict(zip(keys, mine["value"], strict=True)) == given
