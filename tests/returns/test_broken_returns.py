"""Broken returns: every kind of mistake that people make with spreadsheets is refused by name, or read right; a tally is printed."""

from __future__ import annotations

import io
import random
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from returned import ON, as_ods, cell_of, filled, plausible, tree

from analysis.catalogue import framework
from analysis.catalogue.framework import return_form
from analysis.clean.returns.received import read_return
from analysis.returns.receiving import receive
from analysis.store import raw_files, returns_folder

AGENCY, PERIOD = "rutland-children", "2013-14-Q1"
Change = Callable[[Path, random.Random], str | None]
REFUSED, READ = "refused", "read right"


def subject(book: Any, rng: random.Random) -> tuple[Worksheet, int, int]:
    """A sheet of figures, a row of it, and the column of figures."""
    sheets = [sheet for sheet in book.worksheets if return_form.REF in [cell.value for cell in sheet[4]]]
    sheet = rng.choice(sheets)
    names = [cell.value for cell in sheet[4]]
    rows = [row for row in range(5, sheet.max_row + 1) if sheet.cell(row, names.index(return_form.REF) + 1).value]
    return sheet, rng.choice(rows), names.index(return_form.YOURS) + 1


def edit(change: Callable[[Any, random.Random], None]) -> Change:
    def changed(path: Path, rng: random.Random) -> None:
        book = openpyxl.load_workbook(path)
        change(book, rng)
        book.save(path)

    return changed


def cell(value: Callable[[Any, random.Random], Any], number_format: str = "") -> Change:
    """A change of one figure, by its value."""

    def change(book: Any, rng: random.Random) -> None:
        sheet, row, column = subject(book, rng)
        at = sheet.cell(row, column)
        at.value = value(at.value, rng)
        if number_format:
            at.number_format = number_format

    return edit(change)


def swap_rows(book: Any, rng: random.Random) -> None:
    sheet, row, _ = subject(book, rng)
    other = 5 if row != 5 else 6
    for column in range(1, sheet.max_column + 1):
        here, there = sheet.cell(row, column), sheet.cell(other, column)
        here.value, there.value = there.value, here.value


def merge(book: Any, rng: random.Random) -> None:
    sheet, row, column = subject(book, rng)
    row = min(row, sheet.max_row - 1)
    sheet.merge_cells(start_row=row, end_row=row + 1, start_column=column, end_column=column)


def hide(book: Any, rng: random.Random) -> None:
    sheet, row, _ = subject(book, rng)
    sheet.row_dimensions[row].hidden = True


def formula(book: Any, rng: random.Random) -> None:
    sheet, row, column = subject(book, rng)
    sheet.cell(row, column).value = "=1+1"  # no spreadsheet program has worked it out


def insert_column(book: Any, rng: random.Random) -> None:
    subject(book, rng)[0].insert_cols(1)


def insert_rows(book: Any, rng: random.Random) -> None:
    subject(book, rng)[0].insert_rows(2, amount=3)


def delete_row(book: Any, rng: random.Random) -> None:
    sheet, row, _ = subject(book, rng)
    sheet.delete_rows(row)


def repeat_row(book: Any, rng: random.Random) -> None:
    sheet, row, _ = subject(book, rng)
    for column in range(1, sheet.max_column + 1):
        sheet.cell(sheet.max_row + (column == 1), column).value = sheet.cell(row, column).value


def blank_sheet(book: Any, rng: random.Random) -> None:
    sheet, _, column = subject(book, rng)
    for row in range(5, sheet.max_row + 1):
        sheet.cell(row, column).value = None


def remove_sheet(book: Any, rng: random.Random) -> None:
    book.remove(subject(book, rng)[0])


def remove_machine(book: Any, _: random.Random) -> None:
    book.remove(book[return_form.MACHINE])


def overtype_header(book: Any, rng: random.Random) -> None:
    sheet, _, column = subject(book, rng)
    sheet.cell(4, column).value = "Q1"


def other_identity(key: str, value: str) -> Change:
    def change(book: Any, _: random.Random) -> None:
        for row in book[return_form.MACHINE].iter_rows(max_row=6):
            if row[0].value == key:
                row[1].value = value

    return edit(change)


def far_cell(book: Any, rng: random.Random) -> None:
    subject(book, rng)[0]["XFD1048576"] = "x"


def extra_sheet(book: Any, _: random.Random) -> None:
    book.create_sheet("My notes")["A1"] = "to do"


def rename_sheet(book: Any, rng: random.Random) -> None:
    subject(book, rng)[0].title = "Sheet1"


def lock_all(book: Any, _: random.Random) -> None:
    for sheet in book.worksheets:
        sheet.protection.set_password("secret")


def rewrite(change: Callable[[zipfile.ZipFile, bytes], None], name: str = "") -> Change:
    """A change of the package: everything copied into a new one, and then something added."""

    def changed(path: Path, rng: random.Random) -> str | None:
        old = path.read_bytes()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new, zipfile.ZipFile(io.BytesIO(old)) as held:
            for entry in held.namelist():
                new.writestr(entry, held.read(entry))
            change(new, old)
        return name or None

    return changed


def bytes_of(content: Callable[[bytes, random.Random], bytes]) -> Change:
    def changed(path: Path, rng: random.Random) -> None:
        path.write_bytes(content(path.read_bytes(), rng))

    return changed


def ods(_: bytes, __: random.Random) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as new:
        new.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        new.writestr("content.xml", "<office/>")
    return packed.getvalue()


def saved_as_ods(path: Path, _: random.Random) -> None:
    as_ods(path, path)


def bomb(new: zipfile.ZipFile, _: bytes) -> None:
    new.writestr("xl/worksheets/sheet99.xml", b"0" * 70_000_000)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Kind of mistake: what has to become of it, words that have to be said of it, and how it is made.
KINDS: dict[str, tuple[str, str, Change]] = {
    "moved rows": (READ, "", edit(swap_rows)),
    "rows inserted above": (READ, "", edit(insert_rows)),
    "column inserted": (READ, "", edit(insert_column)),
    "hidden row": (REFUSED, "a hidden row", edit(hide)),
    "saved as ods": (READ, "", saved_as_ods),
    "sheet renamed": (READ, "", edit(rename_sheet)),
    "sheet added": (REFUSED, "not of the template", edit(extra_sheet)),
    "sheets locked with a password": (READ, "", edit(lock_all)),
    "number as text": (READ, "it was read as", cell(lambda old, rng: str(old))),
    "number with blanks": (READ, "it was read as", cell(lambda old, rng: f" {old}\u00a0")),
    "comma between thousands": (READ, "it was read as", cell(lambda old, rng: f"{old:,}")),
    "number with .0": (READ, "", cell(lambda old, rng: float(old))),
    "pasted picture": (REFUSED, "a picture", rewrite(lambda new, old: new.writestr("xl/media/image1.png", b"\x89PNG"))),
    "merged cells": (REFUSED, "merged cells", edit(merge)),
    "percent sign": (REFUSED, "per cent", cell(lambda old, rng: f"{rng.randrange(100)}%")),
    "percent format": (REFUSED, "a percentage", cell(lambda old, rng: rng.random(), "0.0%")),
    "date in a number cell": (REFUSED, "the date", cell(lambda old, rng: datetime(2013, rng.randrange(1, 13), 4))),
    "word": (REFUSED, "Write a whole number", cell(lambda old, rng: rng.choice(["n/a", "tbc", "-", "see note", "?"]))),
    "letter for a digit": (REFUSED, "Write a whole number", cell(lambda old, rng: rng.choice(["1O", "l2", "2 3", "1.234,5"]))),
    "decimal": (REFUSED, "no whole number", cell(lambda old, rng: rng.randrange(50) + 0.5)),
    "negative": (REFUSED, "less than 0", cell(lambda old, rng: -1 - rng.randrange(50))),
    "blank": (REFUSED, "nothing", cell(lambda old, rng: rng.choice([None, " "]))),
    "formula without a result": (REFUSED, "a formula", edit(formula)),
    "error value": (REFUSED, "the error", cell(lambda old, rng: "#REF!")),
    "row deleted": (REFUSED, "no row for it", edit(delete_row)),
    "row twice": (REFUSED, "second time", edit(repeat_row)),
    "blank sheet": (REFUSED, "nothing", edit(blank_sheet)),
    "sheet removed": (REFUSED, "no row for it", edit(remove_sheet)),
    "heading overtyped": (REFUSED, "heading row", edit(overtype_header)),
    "machine sheet removed": (REFUSED, "no sheet Machine", edit(remove_machine)),
    "another quarter": (REFUSED, "another period", other_identity(return_form.PERIOD_KEY, "2013-14-Q2")),
    "another agency": (REFUSED, "another agency", other_identity(return_form.AGENCY_KEY, "leicestershire-children")),
    "unknown agency": (REFUSED, "isn't known", other_identity(return_form.AGENCY_KEY, "nobody")),
    "another version": (REFUSED, "another version", other_identity(return_form.VERSION_KEY, "99")),
    "earlier agreement": (REFUSED, "earlier agreement", other_identity(return_form.AGREEMENT_KEY, "0123456789ab")),
    "far cell": (REFUSED, "far from the table", edit(far_cell)),
    "macros": (REFUSED, "macros", rewrite(lambda new, old: new.writestr("xl/vbaProject.bin", b"x"))),
    "macros in capitals": (REFUSED, "macros", rewrite(lambda new, old: new.writestr("XL/VBAPROJECT.BIN", b"x"))),
    "bomb": (REFUSED, "far more than a return", rewrite(bomb)),
    "document type": (
        REFUSED, "document type", rewrite(lambda new, old: new.writestr("xl/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>')),
    ),
    "half uploaded": (REFUSED, "incomplete", bytes_of(lambda old, rng: old[: rng.randrange(100, len(old) - 100)])),
    "a byte damaged": (REFUSED, "", bytes_of(lambda old, rng: old[:2000] + bytes([old[2000] ^ 0xFF]) + old[2001:])),
    "empty file": (REFUSED, "empty", bytes_of(lambda old, rng: b"")),
    "old Excel": (REFUSED, "old Excel", bytes_of(lambda old, rng: OLE + b"\0" * 2000)),
    "password": (REFUSED, "password", bytes_of(lambda old, rng: OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le"))),
    "ods of something else": (REFUSED, "not the template", bytes_of(ods)),
    "pdf": (REFUSED, "no spreadsheet", bytes_of(lambda old, rng: b"%PDF-1.4 ...")),
    "web page": (REFUSED, "no spreadsheet", bytes_of(lambda old, rng: b"<html><table></table></html>")),
    "some other table": (REFUSED, "not the template", bytes_of(lambda old, rng: b"Area,Number\nRutland,12\n")),
}  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, printed: Path) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("broken")
    shutil.copytree(printed, folder / "data")
    return folder / "data", filled(folder / "data", folder / "good.xlsx", AGENCY, PERIOD)


def judge(data: Path, path: Path, kind: str, given: dict[str, int], before: dict[str, bytes]) -> str:
    outcome_wanted, words, _ = KINDS[kind]
    (outcome,) = receive(data, [path], ON)
    said = " ".join(f"{remark.found} {remark.todo}" for remark in outcome.remarks)
    assert words in said, (kind, said)
    if outcome.state == "refused":
        assert outcome_wanted == REFUSED, (kind, said)
        assert tree(data / "raw") == before, kind
        return REFUSED
    assert outcome.state == "kept" and outcome_wanted == READ, (kind, said)
    (release,) = [each for each in raw_files.releases(data) if each.source == returns_folder.SOURCE]
    current, *_ = read_return(release)
    mine = current[current["release"] == f"returns/{AGENCY}/{PERIOD}/1"]
    keys = mine["series"] + ":" + mine["category"] + "@" + mine["area"]
    assert dict(zip(keys, mine["value"], strict=True)) == given, kind
    shutil.rmtree(data / "raw" / "returns")
    return READ


def run(good: tuple[Path, Path], number: int, tmp_path: Path) -> Counter[str]:
    data, path = good
    given, before = plausible(AGENCY, PERIOD, data), tree(data / "raw")
    rng = random.Random(20130630)  # noqa: S311
    tally: Counter[str] = Counter()
    names = list(KINDS)
    for count in range(number):
        kind = names[count % len(names)]
        broken = tmp_path / f"{count}.xlsx"
        shutil.copy(path, broken)
        KINDS[kind][2](broken, rng)
        tally[judge(data, broken, kind, given, before)] += 1
    return tally


def test_a_broken_return_of_each_kind(good: tuple[Path, Path], tmp_path: Path) -> None:
    tally = run(good, len(KINDS), tmp_path)
    print(dict(tally))  # noqa: T201
    assert tally.total() == len(KINDS) and tally[REFUSED] >= 30 and tally[READ] >= 7


@pytest.mark.slow
def test_three_hundred_broken_returns(good: tuple[Path, Path], tmp_path: Path) -> None:
    tally = run(good, 300, tmp_path)
    print(dict(tally))  # noqa: T201
    assert tally.total() == 300


def test_the_fixture_itself_is_good(good: tuple[Path, Path]) -> None:
    data, path = good
    book = openpyxl.load_workbook(path)
    assert cell_of(book["Contacts and assessments"], "contacts") == "H5"
    assert len(framework.asked(AGENCY, PERIOD)) == len(plausible(AGENCY, PERIOD, data))
