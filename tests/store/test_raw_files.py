"""Raw evidence: what was received is what is read, and anything else stops with one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, RawCopy

from analysis.errors import DataError, SafeguardingError
from analysis.store import raw_files

KEYS = ("source", "release", "producer", "title", "date", "licence", "published", "files")


def test_every_release_says_who_published_it(data: Path) -> None:
    releases = {each.id: each for each in raw_files.releases(data)}
    report = releases["annual-report/2012-13"]
    assert len(releases) == len(list((data / "raw").rglob(raw_files.ORIGIN)))
    assert report.published
    assert len(report.checksums) == 12
    assert all(each.producer and each.title and each.date and each.licence for each in releases.values())
    assert set(report.inputs()) == {*report.checksums, raw_files.ORIGIN}


def test_cells_are_given_as_they_stand(data: Path) -> None:
    report = raw_files.releases(data)[0]
    rows = report.rows("figure-2.csv")
    assert rows[0] == ["Rutland Peoples Service- Contact, Re", "ferral and", "Assessm", "ent & LAD", "0", ""]
    assert rows[15] == []
    assert report.rows("budget.csv")[15][1] == "- <u>£</u>"


def test_every_file_of_the_repository_is_named_by_an_origin() -> None:
    assert raw_files.releases(ROOT / "data")


@pytest.mark.parametrize("file", ["figure-1.csv", "figure-4.csv", "figure-7.csv", "budget.csv", "claims.csv", "population.csv"])
def test_one_changed_byte_stops_at_the_checksum_and_names_the_file(file: str, raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    path = copy.path(file)
    content = path.read_bytes()
    at = max(content.rfind(digit) for digit in (b"1", b"2", b"3"))
    path.write_bytes(content[:at] + b"9" + content[at + 1 :])
    with pytest.raises(
        DataError, match=rf"{file}: found sha256 [0-9a-f]{{12}}…, expected [0-9a-f]{{12}}… as origin\.toml has it\."
    ):
        raw_files.releases(copy.data)


def test_a_file_missing_and_a_file_too_many_are_named(raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    copy.path("figure-5.csv").unlink()
    with pytest.raises(
        DataError, match=r"annual-report/2012-13/figure-5\.csv: found no such file, expected the file that origin"
    ):
        raw_files.releases(copy.data)
    copy = raw_copy()
    (copy.data / "raw" / "stray.csv").write_text("1\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"stray\.csv: found a file that no origin\.toml names, expected its sha256"):
        raw_files.releases(copy.data)


@pytest.mark.parametrize("key", KEYS)
def test_an_origin_without_one_of_its_entries_is_refused(key: str, raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    origin = copy.path("population.csv").with_name(raw_files.ORIGIN)
    text = origin.read_text(encoding="utf-8")
    origin.write_text(text.replace(f"{key} = ", f"x_{key} = ").replace(f"[{key}]", f"[x_{key}]"), encoding="utf-8")
    with pytest.raises(DataError, match=rf"census-2011/origin\.toml: found no {key}, expected all of source"):
        raw_files.releases(copy.data)


@pytest.mark.parametrize(
    ("line", "other", "found"),
    [
        ("published = true", 'published = "no"', "published = 'no'"),
        ("published = true", "published = 1", "published = 1"),
        ("published = true", "published = yes", "text that is no TOML"),
        ("[files]", "files = 3\n[more]", "files = 3"),
    ],
)
def test_an_origin_that_says_what_it_cannot_mean_is_refused(
    line: str, other: str, found: str, raw_copy: Callable[[], RawCopy]
) -> None:
    copy = raw_copy()
    origin = copy.path("population.csv").with_name(raw_files.ORIGIN)
    origin.write_text(origin.read_text(encoding="utf-8").replace(line, other), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        raw_files.releases(copy.data)
    assert str(caught.value).startswith(f"census-2011/origin.toml: found {found}")


def test_an_origin_in_another_encoding_is_refused(raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    copy.path("population.csv").with_name(raw_files.ORIGIN).write_bytes("title = 'é'".encode("latin-1"))
    with pytest.raises(DataError, match="no TOML"):
        raw_files.releases(copy.data)


def test_no_raw_data_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SafeguardingError, match=r"There is no raw data: the folder 'raw' is missing"):
        raw_files.releases(tmp_path)
    (tmp_path / "raw").mkdir()
    with pytest.raises(SafeguardingError, match=r"There is no raw data: no origin\.toml lies under 'raw'"):
        raw_files.releases(tmp_path)


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (b"", ["found an empty file, expected a table"]),
        (b" \n\n", ["found an empty file"]),
        ("Q1,Q2\n".encode("utf-16"), ["row 1", "found UTF-16 text, expected UTF-8 text"]),
        (b"PK\x03\x04\x14\x00\x06", ["found a workbook, expected a table as text: save it as CSV UTF-8"]),
        ("Q1,Q2\n".encode("utf-16-be"), ["row 1", "found a NUL character"]),
        ("a\nb\né".encode("latin-1"), ["row 3", "found the byte 0xe9, expected UTF-8 text"]),
        (b'a,b\n"c,d\n', ["row 2", "expected well-formed CSV"]),
        (b'a,"b"c\n', ["row 1", "expected well-formed CSV"]),
        (
            b'a,b\n"1, 2",a 5" gap\n',
            [
                "row 2, column 2: found a quotation mark inside a cell that doesn't begin with one, expected the whole cell in"
                " quotation marks, with each mark inside it doubled."
            ],
        ),
        (b'a\n"b",c"\n', ["row 2, column 2: found a quotation mark"]),
        (b'"a ""b""",c" "\n', ["row 1, column 2: found a quotation mark"]),
    ],
)
def test_a_file_that_is_no_table_of_text_is_refused(content: bytes, parts: list[str], raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    copy.write("figure-1.csv", content)
    release = raw_files.releases(copy.data)[0]
    with pytest.raises(DataError) as caught:
        release.rows("figure-1.csv")
    assert str(caught.value).startswith("annual-report/2012-13/figure-1.csv")
    assert all(part in str(caught.value) for part in parts)


def test_a_quotation_mark_in_a_cell_in_quotation_marks_is_a_letter(raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    copy.write("figure-1.csv", b'"a ""b"", c","","""",d\n"e\nf ""g"",",h')
    assert raw_files.releases(copy.data)[0].rows("figure-1.csv") == [['a "b", c', "", '"', "d"], ['e\nf "g",', "h"]]


def test_a_byte_order_mark_is_not_part_of_the_first_cell(raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    copy.write("figure-7.csv", b"\xef\xbb\xbf" + copy.path("figure-7.csv").read_bytes())
    assert raw_files.releases(copy.data)[0].rows("figure-7.csv")[0][0] == "National Referral figures 2012-2013"


def test_the_data_folder_is_named_or_found_from_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAFEGUARDING_DATA", raising=False)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "notebooks" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "notebooks" / "deep")
    assert raw_files.data_folder() == tmp_path / "data"
    monkeypatch.setenv("SAFEGUARDING_DATA", str(tmp_path / "elsewhere"))
    assert raw_files.data_folder() == tmp_path / "elsewhere"


def test_no_data_folder_anywhere_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAFEGUARDING_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SafeguardingError, match="start inside the project, or name the data folder in SAFEGUARDING_DATA"):
        raw_files.data_folder()
