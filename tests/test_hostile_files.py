"""What comes in is hostile until it is checked: one sentence, nothing executed, the store as it was."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import RawCopy

from analysis import raw
from analysis.clean import clean
from analysis.errors import DataError, SafeguardingError

FILE = "figure-1.csv"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"a,b\n1,\x002\n", "row 2: found a NUL character"),
        (b"x" * 1_000_001, "found a line of 1,000,001 characters"),
        (b"," * 6_000, "found a row of 6,001 cells"),
        (b"\xff\xfea\x00", "UTF-16 text"),
        (b"caf\xe9", "the byte 0xe9"),
        (b'"a', "unexpected end of data"),
        (b"  \n", "an empty file"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(content: bytes, found: str, raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    copy.write(FILE, content)
    before = copy.processed()
    with pytest.raises(DataError, match=found):
        clean(copy.data)
    assert copy.processed() == before


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "a/../../b.csv", "-rf.csv", "a\u202eb.csv", "a\nb.csv"])
def test_a_name_that_leads_out_of_its_folder_is_refused(name: str, raw_copy: Callable[[], RawCopy]) -> None:
    copy = raw_copy()
    origin = copy.path(FILE).with_name(raw.ORIGIN)
    written = name.replace("\n", "\\n")
    origin.write_text(origin.read_text(encoding="utf-8") + f'"{written}" = "00"\n', encoding="utf-8")
    with pytest.raises(DataError, match="expected the name of a file in this folder"):
        raw.releases(copy.data)


def test_a_link_is_refused(raw_copy: Callable[[], RawCopy], tmp_path: Path) -> None:
    copy = raw_copy()
    path = copy.path(FILE)
    elsewhere = tmp_path / "elsewhere.csv"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    with pytest.raises(DataError, match="and no link"):
        raw.releases(copy.data)


_PIECES = [
    b"=cmd|' /C calc'!A0", b"<script>x</script>", b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\x00", b"NaN", b"inf", b"1e308", b"-0", b"\xff", b'"',
    b"\n", b"\r", b",", b"," * 300, b"9" * 400, b"{{ 7*7 }}", b"../../x", b"%n%s", b"\xef\xbb\xbf", b"\t", b"[c]", b"1,2,3",
]  # fmt: skip


@pytest.mark.parametrize("count", [60, pytest.param(2_000, marks=pytest.mark.slow)])
def test_files_changed_at_random_neither_crash_nor_hang_nor_touch_the_store(
    count: int, raw_copy: Callable[[], RawCopy], tmp_path: Path
) -> None:
    copy = raw_copy()
    good, before = copy.path(FILE).read_bytes(), copy.processed()
    releases = {release.id: release for release in raw.releases(copy.data)}
    release = releases["annual-report/2012-13"]
    from analysis.clean.layout import read_table

    dice = random.Random(8)  # noqa: S311
    refused = 0
    for _ in range(count):
        content = bytearray(good)
        for _ in range(dice.randint(1, 5)):
            at = dice.randrange(len(content))
            content[at : at + dice.choice((0, 0, 1, 3))] = dice.choice(_PIECES)
        copy.path(FILE).write_bytes(bytes(content))
        started = time.monotonic()
        try:
            read_table(release, FILE)
        except SafeguardingError as error:
            refused += 1
            assert str(error) and "Traceback" not in str(error)
        assert time.monotonic() - started < 10
    assert refused > count / 2
    assert copy.processed() == before
